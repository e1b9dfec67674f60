/* The bar at the bottom: there only when something is edited, with what a save needs and a look before it. */

import { describe, Stopped } from "./conflict.js";
import { announce, fill, h, icon } from "./element.js";
import { fileReviews } from "./filereview.js";
import { EMPTY, keyName } from "./keys.js";
import { save } from "./saving.js";
import { follow } from "./stepper.js";
import { _, many, say } from "./words.js";

export function buildBar(store, bar) {
  const state = { saving: false, reviewing: false, problem: "" };
  const parts = build(store, state, () => draw());
  const draw = () => {
    if (!store.count && !state.problem) {
      state.reviewing = false;
      if (!store.following) bar.hidden = true;
      return;
    }
    store.following?.stop();
    if (parts.row.parentNode !== bar) bar.replaceChildren(parts.review, parts.row);
    bar.hidden = false;
    parts.update();
  };
  store.on("edits loaded", () => { state.problem = ""; draw(); });
  store.on("planned problems", draw);
  draw();
  new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
}

/** Build the bar once and only fill it anew: a button that is replaced while it is pressed hears no click. */
function build(store, state, draw) {
  const button = (text, classes, onclick) => h("button", { type: "button", class: `btn ${classes}`, onclick }, text);
  const count = h("b");
  const plan = h("span", { class: "bar-plan" });
  const look = button("", "btn-outline-secondary", () => { state.reviewing = !state.reviewing; draw(); });
  const discard = button(_("Discard"), "btn-outline-secondary", () => { store.discard(); settle(store); });
  const go = button("", "btn-primary", () => start(store, state, draw));
  const box = h("div", { class: "review" });
  const row = h("div", { class: "bar-row" }, h("div", { class: "bar-said" }, count, plan), look, discard, go);
  const update = () => {
    count.textContent = many("{n} changes", store.count);
    fill(plan, planned(store, state));
    look.textContent = state.reviewing ? _("Hide") : _("Review");
    look.setAttribute("aria-expanded", String(state.reviewing));
    go.textContent = state.saving ? _("Saving…") : _("Save changes");
    go.disabled = discard.disabled = state.saving;
    box.hidden = !state.reviewing;
    fill(box, state.reviewing && review(store));
  };
  return { row, review: box, update };
}

function planned(store, state) {
  if (state.problem) return [icon("warn"), state.problem, state.signedOut && h("a", { href: "/", target: "_blank" }, _("Sign in"))];
  const wrong = Object.keys(store.plan?.wrong ?? {}).length || Object.keys(store.errors).length;
  if (wrong) return [icon("warn"), _("something is not right yet")];
  if (!store.plan) return ["…"];
  if (store.plan.lost) return [icon("warn"), explain(store.plan.lost)];
  if (store.plan.waits) return [icon("clock"), say(store.plan.waits.sentence)];
  if (store.plan.restart) return [icon("reboot"), _("the phone restarts")];
  if (store.plan.may_restart.length) return [icon("reboot"), _("the phone may restart by itself")];
  return [icon("check"), _("no restart needed")];
}

async function start(store, state, draw) {
  state.saving = true;
  state.problem = "";
  state.signedOut = false;
  draw();
  const since = store.device?.push?.saved_at ?? null;
  try {
    const done = await save(store);
    state.saving = false;
    state.reviewing = false;
    if (done) {
      announce(_("Saved"));
      follow(store, document.querySelector("#bar"), { since });
      settle(store);
      return;
    }
  } catch (problem) {
    state.saving = false;
    state.signedOut = problem.status === 401;
    state.problem = problem instanceof Stopped ? _("Nothing was saved.") : explain(problem);
  }
  draw();
  announce(state.problem || _("Something is not right yet"));
}

/** Put the keyboard where it can go on once the bar's buttons are gone: on the selected key, or the open section. */
function settle(store) {
  if (document.activeElement !== document.body && !document.activeElement.closest("#bar")) return;
  const place = document.querySelector(".section.is-open");
  const onKeys = ["keys", "module"].includes(place?.dataset.section);
  const key = onKeys && document.querySelector(`[data-slot="${store.selected}"]`);
  (key || place?.querySelector(".section-head"))?.focus({ preventScroll: true });
}

function explain(problem) {
  if (problem.status === 0) return _("The server cannot be reached. Your changes are kept here; try again.");
  if (problem.status === 401) return _("You are signed out. Sign in again in another tab; your changes are kept here.");
  if (problem.status === 403) return _("Your session has changed. Reload the page; your changes are kept here.");
  return say(problem.message) || _("The server could not save this. Your changes are kept here; try again.");
}

function review(store) {
  const keys = Object.keys(store.edits).map((slot) => pair(keyName(slot),
    describe(store, store.saved[slot] ?? EMPTY), describe(store, store.edits[slot])));
  const titles = new Map(store.data.sections.flatMap((one) => one.settings).map((one) => [one.name, one]));
  const settings = Object.entries(store.settingEdits).map(([name, value]) => pair(titles.get(name)?.title ?? name,
    shown(titles.get(name), store.settings[name]?.value), value === null ? _("Inherited again") : shown(titles.get(name), value)));
  const parameters = Object.entries(store.overrideEdits).map(([name, value]) => pair(name,
    store.overrides[name]?.value ?? "–", value === undefined ? _("Forgotten") : value ?? _("Left out of the file")));
  return [
    h("table", { class: "diff" }, h("caption", { class: "visually-hidden" }, _("Before and after")),
      h("thead", {}, h("tr", {}, ["What", "Before", "After"].map((text) => h("th", { scope: "col" }, _(text))))),
      h("tbody", {}, keys, settings, parameters)),
    ...fileReviews(store.plan?.files ?? []),
  ];
}

function pair(name, before, after) {
  return h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "was" }, before), h("td", { class: "is" }, after));
}

function shown(setting, value) {
  if (setting?.kind === "secret") return "••••";
  if (typeof value === "boolean") return value ? _("Yes") : _("No");
  if (Array.isArray(value)) return value.join(", ");
  return setting?.choices.find((one) => one.value === value)?.title ?? String(value ?? "–");
}
