/* After a save: how far it has come, step by step, until the phone has it or somebody knows why not. */

import { call } from "./api.js";
import { announce, fill, h, icon } from "./element.js";
import { _, ago, say, seconds } from "./words.js";

const QUICK = 250;
const QUICK_FOR = 8000;
const SLOW = 2000;
const RESTING = 10000;
const FRESH = 120000;
const MOVING = ["pending", "sending", "waiting"];

/** Show the steps in the bar and ask until the last one; `since` is the save before this one. */
export function follow(store, bar, { since = null } = {}) {
  store.following?.stop();
  const started = Date.now();
  let timer = 0;
  const stop = () => { clearTimeout(timer); store.following = null; };
  store.following = { stop, again: () => { clearTimeout(timer); return ask(); } };
  let last = "";
  const ask = async () => {
    try {
      store.device = (await call("GET", store.data.api)).body;
    } catch (problem) {
      if (problem.status === 401) return stop();
    }
    if (!store.following) return undefined;
    const text = draw(store, bar, stop);
    if (text !== last) announce((last = text));
    if (MOVING.includes(store.device.state) || (since && store.device.push.saved_at === since && Date.now() - started < 3000)) {
      timer = setTimeout(ask, pace(store, started));
    } else if (store.device.state !== "applied" && store.device.state !== "current") timer = setTimeout(ask, RESTING);
    return undefined;
  };
  return ask();
}

function pace(store, started) {
  if (Date.now() - started < QUICK_FOR) return QUICK;
  return store.device.state === "waiting" ? RESTING : SLOW;
}

/** After a reload: take up a save that is still on its way, or has just arrived. */
export function takeUp(store, bar) {
  const { state, push } = store.device;
  const fresh = push.saved_at && Date.now() - new Date(push.saved_at) < FRESH;
  if (!store.count && push.saved_at && (MOVING.includes(state) || (fresh && ["applied", "failed", "new"].includes(state)))) follow(store, bar);
}

function draw(store, bar, stop) {
  const { state, reason, push } = store.device;
  const list = steps(state, reason, push);
  const now = list.find((one) => ["failed", "later", "now"].includes(one.is)) ?? list.at(-1);
  const text = [now.title, now.note].filter(Boolean).join(": ");
  const drawn = JSON.stringify([state, list, push.waits]);
  if (store.following.drawn === drawn) return text; // a button that is replaced while it is pressed hears no click
  store.following.drawn = drawn;
  badge(store, state, reason);
  const settled = !MOVING.includes(state);
  const close = h("button", { type: "button", class: "btn btn-sm btn-link", "aria-label": _("Close"),
    onclick: () => { stop(); bar.hidden = true; } }, icon("close"));
  bar.hidden = false;
  bar.replaceChildren(h("div", { class: "bar-row steps-row" },
    h("ol", { class: "stepper" }, list.map((one) => h("li", { class: `step step-${one.is}`, "aria-current": one.is === "now" ? "step" : null },
      h("span", { class: "step-dot", "aria-hidden": "true" }, one.is === "done" ? icon("check") : one.is === "failed" ? icon("warn") : null),
      h("span", {}, h("b", {}, one.title), one.note && h("small", {}, one.note))))),
    push.waits && !store.data.limited ? restartNow(store) : null,
    settled || state === "waiting" ? close : null));
  return text;
}

/** The button for a restart that waits; the next look shows what came of it. */
function restartNow(store) {
  return h("button", { type: "button", class: "btn btn-sm btn-primary", onclick: async (event) => {
    event.currentTarget.disabled = true;
    try {
      await call("POST", `${store.data.api}/actions/restart-now`);
    } catch (problem) {
      announce(say(problem.message));
    }
    store.following?.again();
  } }, _("Restart now"));
}

function badge(store, state, reason) {
  fill(document.querySelector("#live-state"), h("span", { class: `state state-${state}`, title: say(reason) },
    h("span", { class: "dot", "aria-hidden": "true" }), store.data.states[state] ?? state));
}

/** Read the four steps out of what the server says of the phone. */
function steps(state, reason, push) {
  const done = state === "applied" || state === "current";
  const told = push.told_at && push.saved_at && new Date(push.told_at) >= new Date(push.saved_at);
  const reached = told && push.answer >= 200 && push.answer < 300;
  const why = explain(reason, push);
  const list = [{ title: _("Saved"), is: "done", note: "" }];
  if (done) {
    list.push({ title: _("Phone told"), is: told ? "done" : "skipped", note: told ? say(push.way) : "" });
    list.push({ title: _("Phone fetched"), is: "done", note: "" });
    list.push({ title: _("Applied"), is: "done", note: push.seconds === null ? "" : _("in {seconds} s", { seconds: seconds(push.seconds) }) });
    return list;
  }
  if (state === "new") return [...list, ...untold(why)];
  const stuck = state === "failed" ? "failed" : "now";
  list.push({ title: _("Phone told"), is: reached ? "done" : told ? (state === "failed" ? "failed" : "warn") : stuck, note: reached ? say(push.way) : why });
  list.push({ title: _("Phone fetched"), is: reached ? stuck : "todo", note: reached ? why : "" });
  list.push({ title: _("Applied"), is: "todo", note: "" });
  return list;
}

/** Give the steps of a phone that nobody can tell yet: it asks by itself, and then has everything. */
function untold(why) {
  return [{ title: _("Phone told"), is: "skipped", note: _("not yet: the server does not know where it is") },
    { title: _("Phone fetched"), is: "later", note: why }, { title: _("Applied"), is: "todo", note: "" }];
}

function explain(reason, push) {
  const next = push.next_at && !push.waits && new Date(push.next_at) > Date.now() + 2000 ? _("next try {when}", { when: ago(push.next_at) }) : "";
  return [say(reason), next].filter(Boolean).join("; ");
}
