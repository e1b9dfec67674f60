/* The phone, drawn from its model's geometry: each key where it stands, with what the display will say. */

import { fill, h, icon, keepFocus } from "./element.js";
import { cut, kindOf, labelOf, moduleOf, numberOf, spoken } from "./keys.js";
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

/** Tell whether keys stand at the main display: those right of it too, where no others and no paper are. */
function isBeside(model, block) {
  if (block.side === "display") return true;
  return block.side === "right" && !block.paper && !model.blocks.some((one) => one.side === "display");
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

/** Draw a block of keys; `module` names the module that it is, 0 is the phone. */
export function drawBlock(store, block, module = 0) {
  const name = module ? `module ${module}` : block.name;
  const page = store.pages[name] ?? 1;
  const keys = block.keys.filter(([, , , at]) => at === page);
  const placed = block.columns.length > 0 && !(store.data.model.touch && !module);
  const shape = block.paper ? "paper" : placed ? "sides" : "tiles";
  const box = h("div", { class: ["keys", `keys-${shape}`, module && "keys-module", !placed && "keys-unplaced"] });
  const rows = placed ? Math.max(...block.columns) : 0;
  if (shape === "sides") {
    const second = module || !isBeside(store.data.model, block);
    box.append(h("div", { class: "glass", "aria-hidden": "true", vars: { rows } }, second ? null : glassTop(store)));
  }
  if (block.columns.length === 1) box.classList.add("keys-single");
  for (const [slot, column, row] of keys) {
    box.append(drawKey(store, module ? slot.replace(/^s1\./, `s${module}.`) : slot, { column, row, shape, block }));
  }
  if (block.page_key) box.append(pageKey(store, block, name, page));
  const title = block.paper ? _("Memory keys, paper labels") : block.side === "second display" ? _("Second display") : "";
  return h("div", { class: "block" }, title && h("div", { class: "block-name" }, title),
    box, block.pages > 1 && pageTabs(store, name, page, block.pages));
}

function glassTop(store) {
  const line = store.data.phone.lines[0];
  return h("div", { class: "glass-top" }, h("span", {}, line ? line.name : ""), h("span", { class: "glass-clock" }, clock(store)));
}

/** Give the time as the phone shows it: by its own clock and time zone; a zone still being typed changes nothing. */
function clock(store) {
  const shape = { hour: "2-digit", minute: "2-digit", hourCycle: store.setting("clock") === "12" ? "h12" : "h23" };
  const language = document.documentElement.lang;
  try {
    return new Intl.DateTimeFormat(language, { ...shape, timeZone: store.setting("time_zone") }).format();
  } catch {
    return new Intl.DateTimeFormat(language, shape).format();
  }
}

function drawKey(store, slot, { column, row, shape, block }) {
  const side = shape === "sides" ? sideOf(block, column) : "left";
  const node = h("button", {
    type: "button", id: `key-${slot}`, "data-slot": slot, draggable: true, tabindex: "-1",
    class: ["key", `key-${side}`], vars: { row: row + 1, column },
  });
  fillKey(store, node, slot);
  return node;
}

function sideOf(block, column) {
  const last = block.columns.length > 1 ? column === block.columns.length : block.side === "right";
  return last ? "right" : "left";
}

function fillKey(store, node, slot) {
  const key = store.key(slot);
  const kind = kindOf(store.data, key);
  const label = labelOf(store, key);
  const shown = cut(store, label);
  const number = numberOf(store, key);
  fill(node,
    h("span", { class: "cap", "aria-hidden": "true" }, slot.replace(/^s\d+\./, "")),
    h("span", { class: "face", "aria-hidden": "true" },
      icon(`kind-${key.kind}`, "icon kind-icon"),
      h("span", { class: "label" }, key.kind === "none" ? kind.title : shown,
        shown !== label && h("span", { class: "label-cut" }, [...label].slice([...shown].length).join("")),
        key.kind !== "none" && h("small", {}, [number !== label && number, kind.title].filter(Boolean).join(" · "))),
      key.locked && icon("lock", "icon lock-icon")),
  );
  node.setAttribute("aria-label", spoken(store, slot));
  node.title = shown === label ? "" : _("The phone shows: {shown}", { shown });
  node.dataset.kind = key.kind;
  node.classList.toggle("is-edited", store.isEdited(slot));
  node.classList.toggle("is-wrong", store.errorsOf(slot).length > 0);
  node.classList.toggle("is-locked", key.locked);
  const selected = store.selected === slot;
  node.classList.toggle("is-selected", selected);
  node.setAttribute("aria-pressed", String(selected));
  node.tabIndex = selected ? 0 : -1;
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

function turn(store, name, page) {
  store.pages[name] = page;
  store.tell("page");
}

function pageKey(store, block, name, page) {
  const next = page === block.pages ? 1 : page + 1;
  const text = _("Page {page} of {pages}", { page, pages: block.pages });
  const column = block.columns.length;
  return h("button", {
    type: "button", id: `turn-${named(name)}`, class: ["key", "key-page", `key-${sideOf(block, column)}`], tabindex: "-1",
    vars: { row: block.columns[column - 1] + 1, column }, "aria-label": `${text}. ${_("This key turns the page.")}`,
    title: _("This key turns the page."), onclick: () => turn(store, name, next),
  }, h("span", { class: "cap" }, icon("right")), h("span", { class: "face" }, h("span", { class: "label" }, text)));
}

/** Write a block's name as a part of an id. */
function named(name) {
  return name.replaceAll(" ", "-");
}

function pageTabs(store, name, page, pages) {
  const tabs = Array.from({ length: pages }, (unused, index) => h("button", {
    type: "button", id: `page-${named(name)}-${index + 1}`, class: "page-tab", "aria-pressed": String(index + 1 === page),
    onclick: () => turn(store, name, index + 1),
  }, _("Page {page}", { page: index + 1 })));
  return h("div", { class: "page-tabs", role: "group", "aria-label": _("Pages") }, tabs);
}

function dialPad() {
  const digits = [..."123456789*0#"].map((digit) => h("i", {}, digit));
  return h("div", { class: "dial", "aria-hidden": "true" }, h("div", { class: "dial-nav" }), h("div", { class: "dial-pad" }, digits));
}
