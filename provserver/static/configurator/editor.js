/* The editor of one key: what it does, and then only the fields that this needs. */

import { h, icon } from "./element.js";
import { EMPTY, kindOf, kindsNotHere } from "./keys.js";
import { picker } from "./picker.js";
import { _, say } from "./words.js";

export function keyEditor(store, slot) {
  const box = h("div", { class: "editor" });
  const draw = () => {
    const id = box.contains(document.activeElement) ? document.activeElement.id : "";
    box.replaceChildren(...fields(store, slot, draw).filter(Boolean));
    if (id) box.querySelector(`#${CSS.escape(id)}`)?.focus();
  };
  draw();
  const listen = new AbortController();
  const follow = (event) => {
    if (!box.isConnected) return listen.abort();
    if (event.type === "problems") wrong(store, slot, box);
    else if (event.type === "names") hints(store, slot, box);
    else if (event.detail.slot === slot && !box.contains(document.activeElement)) draw();
    return undefined;
  };
  setTimeout(() => ["problems", "key", "names"].forEach((what) => store.addEventListener(what, follow, listen)));
  return box;
}

function fields(store, slot, draw) {
  const key = store.key(slot);
  const kind = kindOf(store.data, key);
  const has = key.kind !== "none";
  return [
    action(store, slot, key, draw),
    has && kind.target && target(store, slot, key, kind, draw),
    has && kind.named && named(store, slot, key, draw),
    has && label(store, slot, key),
    has && store.data.phone.lines.length > 1 && line(store, slot, key),
    foot(store, slot, key, draw),
    lacking(store, slot),
  ];
}

function field(slot, name, title, control, help = "") {
  control.id = `${name}-${slot}`;
  const wrongs = h("div", { class: "invalid-feedback", id: `wrong-${name}-${slot}`, "data-wrong": `${slot}.${name}` });
  control.setAttribute("aria-describedby", `${wrongs.id} help-${name}-${slot}`);
  const input = control.classList.contains("picker") ? control.querySelector("input") : control;
  if (input !== control) {
    input.id = control.id;
    control.removeAttribute("id");
    input.setAttribute("aria-describedby", control.getAttribute("aria-describedby"));
    control.removeAttribute("aria-describedby");
  }
  return h("div", { class: "field", "data-field": name },
    h("label", { class: "form-label", for: input.id }, title), control, wrongs,
    h("div", { class: "form-text", id: `help-${name}-${slot}` }, help));
}

function action(store, slot, key, draw) {
  const here = store.data.kinds.filter((one) => !one.lacks && !kindsNotHere(store.data, slot).includes(one));
  const options = store.data.kinds.filter((one) => here.includes(one) || one.kind === key.kind);
  const select = h("select", { class: "form-select", disabled: !store.mayEdit(slot), onchange: () => {
    store.setKey(slot, { ...(select.value === "none" ? EMPTY : {}), kind: select.value,
      use_name_as_label: select.value === "blf" });
    draw();
  } }, options.map((one) => h("option", { value: one.kind, selected: one.kind === key.kind }, one.title)));
  return field(slot, "kind", _("Soft key action"), select);
}

function target(store, slot, key, kind, draw) {
  const control = picker(store, {
    value: key.target,
    people: key.kind === "blf",
    plain: ["dtmf", "url"].includes(key.kind),
    disabled: !store.mayEdit(slot),
    typed: (value) => store.setKey(slot, { target: value }),
    left: () => { touch(store, slot, "target"); },
    picked: (choice) => {
      if (choice.kind === "person") store.names.set(choice.number, choice.name);
      const current = store.key(slot);
      const bare = !current.label && !current.use_name_as_label;
      store.setKey(slot, { target: choice.number, ...(bare && kind.kind !== "blf" ? { label: choice.name } : {}) });
      draw();
    },
  });
  const help = key.kind === "speed-dial" ? _("A phone number, an extension or a service code such as *98.") : "";
  return field(slot, "target", kind.target, control, help);
}

function touch(store, slot, name) {
  store.touched.add(`${slot}.${name}`);
  store.tell("problems");
}

function named(store, slot, key, draw) {
  const choice = (value, title) => h("label", { class: "form-check form-check-inline" },
    h("input", { class: "form-check-input", type: "radio", name: `named-${slot}`, id: `named-${value}-${slot}`,
      checked: key.use_name_as_label === value, disabled: !store.mayEdit(slot),
      onchange: () => { store.setKey(slot, { use_name_as_label: value }); draw(); } }),
    h("span", { class: "form-check-label" }, title));
  return h("fieldset", { class: "field", "data-field": "named" },
    h("legend", { class: "form-label" }, _("Use the user's name as label")), choice(true, _("Yes")), choice(false, _("No")),
    h("div", { class: "form-text", "data-name-hint": "" }, nameHint(store, key)));
}

function nameHint(store, key) {
  const name = key.target && store.names.get(key.target);
  return key.use_name_as_label && name ? _("The phone shows “{name}”.", { name }) : "";
}

function hints(store, slot, box) {
  const hint = box.querySelector("[data-name-hint]");
  if (hint) hint.textContent = nameHint(store, store.key(slot));
}

function label(store, slot, key) {
  const counter = h("span", { class: "counter" });
  const input = h("input", { class: ["form-control", key.use_name_as_label && "is-quiet"], value: key.label, autocomplete: "off",
    disabled: !store.mayEdit(slot),
    oninput: () => { store.setKey(slot, { label: input.value }); count(); }, onchange: () => touch(store, slot, "label") });
  const count = () => { counter.textContent = widthText(store.data.model, input.value); };
  count();
  const help = key.use_name_as_label
    ? _("Used in the configurator only: the phone shows the name of the monitored user.")
    : _("The label that the phone's display shows for this key.");
  const node = field(slot, "label", _("Name"), input, help);
  node.querySelector(".form-label").append(counter);
  return node;
}

function widthText(model, text) {
  const used = model.label_bytes ? new TextEncoder().encode(text).length : [...text].length;
  return `${used} / ${model.label_bytes ?? model.label_limit}`;
}

function line(store, slot, key) {
  const select = h("select", { class: "form-select", disabled: !store.mayEdit(slot),
    onchange: () => store.setKey(slot, { line: Number(select.value) }) },
    store.data.phone.lines.map((one) => h("option", { value: String(one.position), selected: one.position === key.line },
      `${one.position}: ${one.extension} ${one.name}`)));
  return field(slot, "line", _("Line"), select);
}

function foot(store, slot, key, draw) {
  if (!store.mayEdit(slot)) return null;
  const lock = !store.data.limited && h("label", { class: "form-check" },
    h("input", { class: "form-check-input", type: "checkbox", id: `locked-${slot}`, checked: key.locked,
      onchange: (event) => { store.setKey(slot, { locked: event.target.checked }); } }),
    h("span", { class: "form-check-label" }, _("Lock this key: users cannot change it")));
  const button = (text, picture, act) => h("button", { type: "button", class: "btn btn-sm btn-link", onclick: () => { act(); draw(); } },
    icon(picture), text);
  return h("div", { class: "editor-foot" }, lock,
    h("span", {}, store.isEdited(slot) && button(_("Undo"), "resync", () => store.revertKey(slot)),
      key.kind !== "none" && button(_("Clear"), "trash", () => store.setKey(slot, EMPTY)),
      store.data.history && h("a", { class: "btn btn-sm btn-link", href: `${store.data.history}?key=${slot}` }, icon("clock"), _("History"))));
}

function lacking(store, slot) {
  const elsewhere = kindsNotHere(store.data, slot);
  const missing = store.data.kinds.filter((one) => one.lacks);
  if (!missing.length && !elsewhere.length) return null;
  return h("details", { class: "lacking" },
    h("summary", {}, elsewhere.length ? _("Not on this key") : _("Not on this model")),
    h("dl", {}, [...elsewhere, ...missing].flatMap((one) => [h("dt", {}, one.title),
      h("dd", {}, one.lacks || _("Other keys of this phone can; this one cannot."))])));
}

/** Put the problems of a key at their fields; while somebody types, only those that they have left. */
export function wrong(store, slot, box) {
  for (const place of box.querySelectorAll("[data-wrong]")) {
    const message = store.errors[place.dataset.wrong] ?? "";
    place.textContent = say(message);
    place.closest(".field").querySelectorAll("input, select").forEach((control) => {
      control.classList.toggle("is-invalid", Boolean(message));
      control.setAttribute("aria-invalid", String(Boolean(message)));
    });
  }
}
