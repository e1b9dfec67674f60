/* The section of the expansion modules: which one, and its keys. */

import { h, icon, keepFocus } from "./element.js";
import { keyList } from "./keylist.js";
import { addModule } from "./modules.js";
import { _ } from "./words.js";

export function moduleSection(store) {
  const box = h("div", {});
  let shown = -1;
  const draw = () => {
    const open = Math.min(store.openModule || 1, store.modules);
    const key = `${open}/${store.modules}`;
    if (key === shown) return;
    shown = key;
    const back = keepFocus(box);
    box.replaceChildren(...[head(store, open), open > 0 && keyList(store, () => store.moduleSlots(open))].filter(Boolean));
    back();
  };
  draw();
  store.on("modules selected loaded taken", draw);
  return box;
}

function head(store, open) {
  const { module } = store.data.model;
  const tabs = Array.from({ length: store.modules }, (unused, index) => h("button", {
    type: "button", id: `module-tab-${index + 1}`, class: "page-tab", "aria-pressed": String(index + 1 === open),
    onclick: () => { store.openModule = index + 1; store.tell("modules"); },
  }, `${module.name} · ${index + 1}`));
  const more = store.modules < module.chain && store.data.may_edit && h("button", {
    type: "button", id: "module-more", class: "btn btn-sm btn-outline-secondary", onclick: () => addModule(store),
  }, icon("plus"), _("Add module"));
  const empty = !store.modules && h("p", { class: "muted" },
    _("No module is in use. Add one here once it is plugged in; this phone takes up to {count}.", { count: module.chain }));
  return h("div", { class: "module-tabs" }, empty, tabs, more);
}
