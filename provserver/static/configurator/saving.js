/* Trying, saving, and what comes back: problems go to their fields, another's save is shown beside one's own. */

import { call } from "./api.js";
import { EMPTY, plain, same } from "./keys.js";
import { resolveConflict } from "./conflict.js";

const PAUSE = 350;

/** Ask after every edit what a save would need, without saving. */
export function tryAlong(store) {
  let timer = 0;
  let turn = 0;
  store.on("edits", () => {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    if (!store.count) return;
    timer = setTimeout(async () => {
      const plan = await tryOut(store);
      if (mine !== turn) return;
      store.plan = plan;
      store.tell("planned");
    }, PAUSE);
  });
}

async function tryOut(store) {
  const plan = { restart: false, may_restart: [], files: [], wrong: {} };
  try {
    const { body: answer } = await call("PATCH", `${store.data.api}/configuration?dry_run=1`, edited(store));
    Object.assign(plan, { restart: answer.restart, may_restart: answer.may_restart, waits: answer.waits, files: answer.preview.phones.flatMap((phone) => phone.files) });
  } catch (problem) {
    if (problem.status !== 422) return { lost: problem };
    for (const error of problem.errors) plan.wrong[error.field] = error.message;
  }
  showLeft(store, plan.wrong);
  return plan;
}

/** Everything that is edited, as one call takes it. */
function edited(store) {
  return { keys: store.edits, settings: store.settingsPatch() };
}

/** Show what is wrong, but not yet in a field that somebody is still filling in. */
function showLeft(store, wrong) {
  const kept = Object.entries(wrong).filter(([field]) => {
    const slot = field.replace(/\.[a-z_]+$/, "");
    return slot !== store.selected || store.touched.has(field);
  });
  store.errors = Object.fromEntries(kept);
  store.tell("problems");
}

/** Save everything that is edited, all or nothing; true once it is saved, throws a Problem for what nobody can mend here. */
export async function save(store) {
  const keys = Object.keys(store.edits).length > 0;
  const settings = Object.keys(store.settingsPatch()).length > 0;
  try {
    await saveBoth(store);
  } catch (problem) {
    if (problem.status !== 422) throw problem;
    store.errors = Object.fromEntries(problem.errors.map((error) => [error.field, error.message]));
    toFirst(store, Object.keys(store.errors)[0] ?? "");
    return false;
  }
  if (keys) await takeSavedKeys(store);
  if (settings) await takeSavedSettings(store);
  store.remember();
  store.tell("taken");
  return true;
}

async function saveBoth(store) {
  const headers = store.etag ? { "If-Match": store.etag } : {};
  try {
    await call("PATCH", `${store.data.api}/configuration`, edited(store), headers);
  } catch (problem) {
    if (problem.status !== 412) throw problem;
    await meet(store, problem);
    if (store.count) await saveBoth(store);
  }
}

async function takeSavedKeys(store) {
  const fresh = await call("GET", `${store.data.api}/keys`);
  store.edits = {};
  store.takeKeys(fresh.body, fresh.etag);
}

async function takeSavedSettings(store) {
  const fresh = await call("GET", `${store.data.api}/settings`);
  store.settingEdits = {};
  store.overrideEdits = {};
  store.takeSettings(fresh.body);
}

/** Somebody else saved meanwhile: keep both where they differ, and let the person choose for each key. */
async function meet(store, problem) {
  const before = store.saved;
  store.takeKeys(problem.current, problem.etag);
  const theirs = (slot) => !same(store.saved[slot] ?? EMPTY, plain(before[slot]));
  const both = Object.keys(store.edits).filter((slot) => theirs(slot) && !same(store.edits[slot], store.saved[slot]));
  for (const slot of Object.keys(store.edits)) {
    if (same(store.edits[slot], store.saved[slot])) delete store.edits[slot];
  }
  if (both.length) await resolveConflict(store, both);
  store.tell("taken");
}

/** Lead to the first field that is wrong. */
function toFirst(store, field) {
  const slot = field.replace(/\.[a-z_]+$/, "");
  const section = store.data.sections.find((one) => one.settings.some((setting) => setting.name === field));
  if (/^(s\d+\.)?\d+$/.test(slot)) store.select(slot, "editor");
  else store.tell("show-section", { name: section && ["calls", "phone"].includes(section.name) ? section.name : "advanced" });
  store.tell("problems");
}
