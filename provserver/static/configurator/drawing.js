/* The phone, drawn from its model's geometry: its blocks of keys, its modules, and which key is selected. */

import { clock, drawBlock, fillKey, glassTop, isBeside } from "./blocks.js";
import { h, icon, keepFocus } from "./element.js";
import { moduleOf } from "./keys.js";
import { drawModules } from "./modules.js";
import { _ } from "./words.js";

export function drawPhone(store, stage) {
  const draw = () => {
    const back = keepFocus(stage);
    stage.replaceChildren(...picture(store));
    letIn(stage);
    back();
  };
  draw();
  store.on("loaded discarded taken modules page", draw);
  store.on("key", ({ slot }) => refresh(store, stage, slot));
  store.on("setting", () => stage.querySelectorAll(".glass-clock").forEach((node) => { node.textContent = clock(store); }));
  store.on("names problems", () => store.allSlots().forEach((slot) => refresh(store, stage, slot)));
  store.on("selected", ({ slot, focus }) => {
    if (turnTo(store, slot) || !stage.querySelector(`[data-slot="${slot}"]`)) draw();
    mark(store, stage);
    if (focus === "drawing") stage.querySelector(`[data-slot="${slot}"]`)?.focus();
  });
}

/** Give the keyboard a way into every group of keys: where none is selected, its first. */
function letIn(stage) {
  for (const box of stage.querySelectorAll(".keys")) {
    if (box.querySelector("[data-slot].is-selected")) continue;
    const first = box.querySelector("[data-slot]");
    if (first) first.tabIndex = 0;
  }
}

function picture(store) {
  const { model } = store.data;
  if (!model.blocks.length) return bare(store, model);
  const beside = model.blocks.filter((block) => isBeside(model, block));
  const lower = model.blocks.filter((block) => !beside.includes(block));
  const placed = model.blocks.every((block) => block.columns.length);
  const phone = h("div", { class: ["phone", model.touch && "phone-touch"] },
    h("div", { class: "phone-handset", "aria-hidden": "true" }),
    h("div", { class: "phone-face", role: "group", "aria-label": _("Keys of the phone") },
      h("div", { class: "phone-brand", "aria-hidden": "true" }, model.maker, h("b", {}, model.title)),
      beside.length ? beside.map((block) => drawBlock(store, block)) : emptyGlass(store),
      h("div", { class: "phone-lower" }, dialPad(), lower.map((block) => drawBlock(store, block)))),
  );
  const notes = [];
  if (!placed && !model.touch) notes.push(_("No source tells where these keys stand, so they are listed by their number."));
  if (store.data.may_edit) notes.push(_("Arrow keys walk, Enter edits, Delete clears, Ctrl+C and Ctrl+V copy; drag a key to move it."));
  return [
    h("div", { class: "desk" }, phone, drawModules(store)),
    notes.map((text) => h("p", { class: "stage-note" }, text)),
  ].flat();
}

function emptyGlass(store) {
  return h("div", { class: "keys keys-sides keys-bare", "aria-hidden": "true" },
    h("div", { class: "glass", vars: { rows: 2 } }, glassTop(store)));
}

/** Draw what has no keys of its own, a phone, a base or an adapter alike: its lines, and why there are no keys. */
function bare(store, model) {
  const lines = store.data.phone.lines.map((line) => h("li", {}, icon("kind-line"), h("b", {}, line.name), h("span", {}, line.extension)));
  const face = h("div", { class: "phone-face" },
    h("div", { class: "phone-brand", "aria-hidden": "true" }, model.maker, h("b", {}, model.title)),
    h("ul", { class: "bare-lines", "aria-label": _("Line") }, lines));
  const why = model.no_keys.charAt(0).toUpperCase() + model.no_keys.slice(1);
  return [h("p", { class: "note" }, icon("keys"), h("span", {}, why)),
    h("div", { class: "desk" }, h("div", { class: "phone" }, face), drawModules(store))];
}

function refresh(store, stage, slot) {
  const node = stage.querySelector(`[data-slot="${slot}"]`);
  if (node) fillKey(store, node, slot);
}

function mark(store, stage) {
  for (const node of stage.querySelectorAll("[data-slot]")) {
    const selected = node.dataset.slot === store.selected;
    node.classList.toggle("is-selected", selected);
    node.setAttribute("aria-pressed", String(selected));
    node.tabIndex = selected ? 0 : -1;
  }
  letIn(stage);
}

/** Turn the block of a key to the key's page; true where that changed what is drawn. */
function turnTo(store, slot) {
  const module = moduleOf(slot);
  const blocks = module ? [store.data.model.module] : store.data.model.blocks;
  const bare = module ? slot.replace(/^s\d+\./, "s1.") : slot;
  for (const block of blocks) {
    const found = block.keys.find(([name]) => name === bare);
    if (!found) continue;
    const name = module ? `module ${module}` : block.name;
    const opened = module && store.openModule !== module;
    if (module) store.openModule = module;
    if ((store.pages[name] ?? 1) === found[3] && !opened) return false;
    store.pages[name] = found[3];
    return true;
  }
  return false;
}

function dialPad() {
  const digits = [..."123456789*0#"].map((digit) => h("i", {}, digit));
  return h("div", { class: "dial", "aria-hidden": "true" }, h("div", { class: "dial-nav" }), h("div", { class: "dial-pad" }, digits));
}
