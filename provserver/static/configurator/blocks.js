/* One block of keys: those of a page where they stand, its display, and what turns the page. */

import { fill, h, icon } from "./element.js";
import { kindOf, labelOf, numberOf, spoken } from "./keys.js";
import { _ } from "./words.js";

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

/** Tell whether keys stand at the main display: those right of it too, where no others and no paper are. */
export function isBeside(model, block) {
  if (block.side === "display") return true;
  return block.side === "right" && !block.paper && !model.blocks.some((one) => one.side === "display");
}

export function glassTop(store) {
  const line = store.data.phone.lines[0];
  return h("div", { class: "glass-top" }, h("span", {}, line ? line.name : ""), h("span", { class: "glass-clock" }, clock(store)));
}

/** Give the time as the phone shows it: by its own clock and time zone; a zone still being typed changes nothing. */
export function clock(store) {
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

export function fillKey(store, node, slot) {
  const key = store.key(slot);
  const kind = kindOf(store.data, key);
  const label = labelOf(store, key);
  const number = numberOf(store, key);
  fill(node,
    h("span", { class: "cap", "aria-hidden": "true" }, slot.replace(/^s\d+\./, "")),
    h("span", { class: "face", "aria-hidden": "true" },
      icon(`kind-${key.kind}`, "icon kind-icon"),
      h("span", { class: "label" }, key.kind === "none" ? kind.title : label,
        key.kind !== "none" && h("small", {}, [number !== label && number, kind.title].filter(Boolean).join(" · "))),
      key.locked && icon("lock", "icon lock-icon")),
  );
  node.setAttribute("aria-label", spoken(store, slot));
  node.dataset.kind = key.kind;
  node.classList.toggle("is-edited", store.isEdited(slot));
  node.classList.toggle("is-wrong", store.errorsOf(slot).length > 0);
  node.classList.toggle("is-locked", key.locked);
  const selected = store.selected === slot;
  node.classList.toggle("is-selected", selected);
  node.setAttribute("aria-pressed", String(selected));
  node.tabIndex = selected ? 0 : -1;
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

function turn(store, name, page) {
  store.pages[name] = page;
  store.tell("page");
}
