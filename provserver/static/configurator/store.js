/* What the page knows: what is saved, what is edited, what is selected. Everybody who draws listens to it. */

import { call } from "./api.js";
import { EMPTY, moduleOf, plain, same } from "./keys.js";

export class Store extends EventTarget {
  constructor(data) {
    super();
    this.data = data;
    this.saved = {};
    this.etag = null;
    this.edits = {};
    this.settings = {};
    this.settingEdits = {};
    this.overrides = {};
    this.overrideEdits = {};
    this.names = new Map(Object.entries(data.names));
    this.errors = {};
    this.touched = new Set();
    this.plan = null;
    this.device = null;
    this.clipboard = null;
    this.modules = data.phone.modules;
    this.pages = {};
    this.slots = data.model.blocks.flatMap((block) => block.keys.map(([slot]) => slot));
    this.selected = this.slots[0] ?? null;
    this.memory = `provserver:${data.phone.mac}`;
  }

  tell(what, detail = {}) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  on(what, listener) {
    for (const one of what.split(" ")) this.addEventListener(one, (event) => listener(event.detail));
  }

  async load() {
    const api = this.data.api;
    const [keys, settings, device] = await Promise.all([
      call("GET", `${api}/keys`), call("GET", `${api}/settings`), call("GET", api),
    ]);
    this.takeKeys(keys.body, keys.etag);
    this.takeSettings(settings.body);
    this.device = device.body;
    this.recall();
    this.tell("loaded");
  }

  takeKeys(body, etag) {
    this.saved = {};
    for (const [slot, raw] of Object.entries(body)) {
      this.saved[slot] = plain(raw);
      if (raw.use_name_as_label && raw.shown && raw.target) this.names.set(raw.target, raw.shown);
      if (raw.kind !== "none") this.modules = Math.max(this.modules, moduleOf(slot));
    }
    this.etag = etag;
  }

  takeSettings(body) {
    const { overrides = {}, ...settings } = body;
    this.settings = settings;
    this.overrides = overrides;
  }

  /* Keys */

  key(slot) {
    return this.edits[slot] ?? this.saved[slot] ?? EMPTY;
  }

  /** Tell whether the reader may change a key; a locked one is closed to who only uses the phone. */
  mayEdit(slot) {
    return this.data.may_edit && !(this.data.limited && this.saved[slot]?.locked);
  }

  isEdited(slot) {
    return slot in this.edits;
  }

  /** Change a key; what is again as it was saved is no edit. */
  setKey(slot, changes) {
    const key = plain({ ...this.key(slot), ...changes });
    if ("kind" in changes) this.touched.add(`${slot}.kind`);
    if (same(key, this.saved[slot] ?? EMPTY)) delete this.edits[slot];
    else this.edits[slot] = key;
    for (const field of Object.keys(this.errors)) {
      if (field === slot || field.startsWith(`${slot}.`)) delete this.errors[field];
    }
    this.changed("key", { slot });
  }

  revertKey(slot) {
    delete this.edits[slot];
    this.changed("key", { slot });
  }

  swapKeys(from, to) {
    const [one, other] = [this.key(from), this.key(to)];
    this.setKey(to, one);
    this.setKey(from, other);
    this.select(to);
  }

  select(slot, focus = "") {
    if (!slot) return;
    this.selected = slot;
    this.modules = Math.max(this.modules, moduleOf(slot));
    this.tell("selected", { slot, focus });
  }

  /** Every slot in the maker's order, the modules in use behind the phone. */
  allSlots() {
    return [...this.slots, ...Array.from({ length: this.modules }, (_, index) => this.moduleSlots(index + 1)).flat()];
  }

  moduleSlots(module) {
    return (this.data.model.module?.keys ?? []).map(([slot]) => slot.replace(/^s1\./, `s${module}.`));
  }

  /* Settings and free parameters */

  setting(name) {
    if (name in this.settingEdits) return this.settingEdits[name];
    return this.settings[name]?.value;
  }

  /** Set a value, or inherit it again with null. */
  setSetting(name, value) {
    const saved = this.settings[name] ?? {};
    const unchanged = value === null ? saved.origin !== "device" : sameValue(value, saved.value);
    if (unchanged) delete this.settingEdits[name];
    else this.settingEdits[name] = value;
    delete this.errors[name];
    this.changed("setting", { name });
  }

  /** Set a free parameter: a text, null to leave it out of the file, undefined to forget it. */
  setOverride(name, value) {
    const saved = this.overrides[name];
    const mine = saved?.origin === "device";
    if (mine ? saved.value === value : value === undefined) delete this.overrideEdits[name];
    else this.overrideEdits[name] = value;
    delete this.errors[`overrides.${name}`];
    this.changed("override", { name });
  }

  settingsPatch() {
    const overrides = {};
    const unset = [];
    for (const [name, value] of Object.entries(this.overrideEdits)) {
      if (value === undefined) unset.push(name);
      else overrides[name] = value;
    }
    const patch = { ...this.settingEdits };
    if (Object.keys(overrides).length) patch.overrides = overrides;
    if (unset.length) patch.unset = unset;
    return patch;
  }

  /* Edits as a whole */

  get count() {
    return [this.edits, this.settingEdits, this.overrideEdits].reduce((sum, one) => sum + Object.keys(one).length, 0);
  }

  changed(what, detail) {
    this.plan = null;
    this.remember();
    this.tell(what, detail);
    this.tell("edits");
  }

  discard() {
    this.edits = {};
    this.settingEdits = {};
    this.overrideEdits = {};
    this.errors = {};
    this.touched.clear();
    this.changed("discarded");
  }

  errorsOf(slot) {
    return Object.entries(this.errors).filter(([field]) => field === slot || field.startsWith(`${slot}.`));
  }

  remember() {
    const { edits, settingEdits, modules } = this;
    const forgotten = Object.keys(this.overrideEdits).filter((name) => this.overrideEdits[name] === undefined);
    const kept = { edits, settingEdits, modules, overrideEdits: this.overrideEdits, forgotten };
    if (this.count) sessionStorage.setItem(this.memory, JSON.stringify(kept));
    else sessionStorage.removeItem(this.memory);
  }

  /** Take up what was edited before a reload; what has been saved meanwhile is no edit any more. */
  recall() {
    const kept = JSON.parse(sessionStorage.getItem(this.memory) ?? "null");
    if (!kept) return;
    this.modules = Math.max(this.modules, kept.modules);
    for (const [slot, key] of Object.entries(kept.edits)) {
      if (slot in this.saved && !same(key, this.saved[slot])) this.edits[slot] = plain(key);
    }
    this.settingEdits = kept.settingEdits;
    this.overrideEdits = kept.overrideEdits;
    for (const name of kept.forgotten) this.overrideEdits[name] = undefined;
  }
}

function sameValue(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
