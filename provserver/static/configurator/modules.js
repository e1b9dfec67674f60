/* Expansion modules beside the phone: folded to a strip, one open at a time, added up to the chain's end. */

import { drawBlock } from "./blocks.js";
import { h, icon } from "./element.js";
import { _ } from "./words.js";

export function drawModules(store) {
  const { module } = store.data.model;
  if (!module) return null;
  const strips = Array.from({ length: store.modules }, (unused, index) => strip(store, module, index + 1));
  if (store.modules < module.chain && store.data.may_edit) strips.push(addButton(store, module));
  return strips.length ? h("div", { class: "modules" }, strips) : null;
}

function strip(store, module, number) {
  const open = store.openModule === number;
  const title = `${module.name} · ${number}`;
  return h("div", { class: ["module", open && "is-open"], role: "group", "aria-label": title },
    h("button", {
      type: "button", class: "module-head", id: `module-${number}`, "aria-expanded": String(open),
      onclick: () => unfold(store, open ? 0 : number),
    }, icon(open ? "down" : "right"), h("span", {}, title)),
    open && drawBlock(store, module, number));
}

function unfold(store, number) {
  store.openModule = number;
  store.tell("modules");
  document.querySelector(".module.is-open")?.scrollIntoView({ block: "nearest" });
}

/** Add a module; it is kept once one of its keys is saved. */
export function addModule(store) {
  store.modules += 1;
  store.openModule = store.modules;
  store.remember();
  store.tell("modules");
  store.select(store.moduleSlots(store.modules)[0]);
}

function addButton(store, module) {
  return h("button", { type: "button", id: "module-add", class: "module module-add", onclick: () => addModule(store) },
    icon("plus"), h("span", {}, _("Add module")), h("small", {}, module.name));
}
