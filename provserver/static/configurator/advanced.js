/* Everything else: the rarer settings, and the maker's own parameters as free as they can safely be. */

import { h, icon, keepFocus } from "./element.js";
import { settingsSection } from "./settings.js";
import { _, say } from "./words.js";

const SHOWN = ["calls", "phone"];

export function advanced(store) {
  const others = store.data.sections.map((one) => one.name).filter((name) => !SHOWN.includes(name));
  return h("div", {}, settingsSection(store, others), h("h3", { class: "h-small" }, _("The maker's own parameters")),
    h("p", { class: "form-text" }, _("They are laid over what this server writes. A name that the server owns is refused.")), parameters(store));
}

function parameters(store) {
  const rowsBox = h("div", {});
  const draw = () => {
    const names = [...new Set([...Object.keys(store.overrides), ...Object.keys(store.overrideEdits)])].sort();
    const rows = names.filter((name) => !(isForgotten(store, name) && !store.overrides[name])).map((name) => row(store, name));
    const back = keepFocus(rowsBox);
    rowsBox.replaceChildren(...rows);
    back();
  };
  draw();
  store.on("loaded discarded taken problems", draw);
  store.on("override", () => setTimeout(draw));
  return h("div", { class: "parameters-box" }, rowsBox, store.data.may_edit && adder(store));
}

function isForgotten(store, name) {
  return name in store.overrideEdits && store.overrideEdits[name] === undefined;
}

function row(store, name) {
  const found = store.overrides[name];
  const edited = name in store.overrideEdits;
  const value = edited ? store.overrideEdits[name] : found?.value;
  const mine = edited || found?.origin === "device";
  const message = store.errors[`overrides.${name}`];
  const id = `parameter-${name}`;
  return h("div", { class: ["parameter", edited && "is-edited"] },
    h("label", { class: "mono", for: id }, name),
    h("input", { class: ["form-control", "mono", message && "is-invalid"], id, value: value ?? "",
      placeholder: isForgotten(store, name) ? _("Forgotten") : value === null ? _("Left out of the file") : "",
      disabled: !store.data.may_edit, onchange: (event) => store.setOverride(name, event.target.value) }),
    store.data.may_edit && mine && h("button", { type: "button", id: `forget-${name}`, class: "btn btn-sm btn-link", "aria-label": _("Forget {name}", { name }),
      onclick: () => store.setOverride(name, undefined) }, icon("trash")),
    h("span", { class: ["origin", mine && "origin-here"] }, mine ? _("This phone") : `${found.origin} ${found.place ?? ""}`),
    message && h("div", { class: "invalid-feedback d-block" }, say(message)));
}

function adder(store) {
  const name = h("input", { class: "form-control mono", id: "new-parameter", autocomplete: "off" });
  const value = h("input", { class: "form-control mono", id: "new-value", autocomplete: "off" });
  const add = () => {
    if (!name.value.trim()) return name.focus();
    store.setOverride(name.value.trim(), value.value);
    name.value = value.value = "";
    return name.focus();
  };
  const onEnter = (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } };
  [name, value].forEach((input) => input.addEventListener("keydown", onEnter));
  return h("div", { class: "parameter parameter-new" },
    h("div", {}, h("label", { class: "form-label", for: "new-parameter" }, _("Parameter")), name),
    h("div", {}, h("label", { class: "form-label", for: "new-value" }, _("Value")), value),
    h("button", { type: "button", class: "btn btn-outline-secondary", onclick: add }, icon("plus"), _("Add")));
}
