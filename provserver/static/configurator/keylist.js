/* The keys as a list, in the maker's order; the selected one opens into its editor, as in the guide. */

import { fill, h, icon, keepFocus } from "./element.js";
import { keyEditor } from "./editor.js";
import { keyName, kindOf, labelOf, numberOf } from "./keys.js";

const narrow = matchMedia("(max-width: 991px)");

/** Build the list of the slots that `slots()` gives; it follows the store from then on. */
export function keyList(store, slots) {
  const list = h("ul", { class: "key-list" });
  const draw = () => {
    const focus = keepFocus(list);
    list.replaceChildren(...slots().map((slot) => row(store, slot)));
    focus();
  };
  draw();
  store.on("loaded discarded taken", draw);
  store.on("key", ({ slot }) => summary(store, list, slot));
  store.on("names problems", () => slots().forEach((slot) => summary(store, list, slot)));
  store.on("selected", ({ slot, focus }) => {
    draw();
    const opened = list.querySelector(`[data-row="${slot}"]`);
    if (focus === "tap" || focus === "editor" || !narrow.matches) {
      opened?.scrollIntoView({ block: focus === "tap" ? "start" : "nearest" });
    }
    if (focus === "editor") opened?.querySelector("select, input")?.focus();
  });
  return list;
}

function row(store, slot) {
  const open = store.selected === slot;
  const head = h("button", {
    type: "button", class: "key-row", id: `row-${slot}`, "aria-expanded": String(open), onclick: () => store.select(slot),
  });
  describe(store, head, slot);
  return h("li", { "data-row": slot, class: [open && "is-open"] }, head, open && keyEditor(store, slot));
}

function summary(store, list, slot) {
  const head = list.querySelector(`[data-row="${slot}"] > .key-row`);
  if (head) describe(store, head, slot);
}

function describe(store, head, slot) {
  const key = store.key(slot);
  const kind = kindOf(store.data, key);
  const label = labelOf(store, key);
  const number = numberOf(store, key);
  head.dataset.kind = key.kind;
  head.classList.toggle("is-edited", store.isEdited(slot));
  head.classList.toggle("is-wrong", store.errorsOf(slot).length > 0);
  fill(head,
    h("span", { class: "key-row-number" }, keyName(slot)),
    icon(`kind-${key.kind}`, "icon kind-icon"),
    h("span", { class: "key-row-kind" }, kind.title),
    h("span", { class: "key-row-label" }, label === kind.title ? "" : label),
    h("span", { class: "key-row-target" }, number === label ? "" : number),
    key.locked && icon("lock"),
  );
}
