/* Settings of this phone: each with its value, where that comes from, and the way back to inheriting. */

import { ordering } from "../ordering.js";
import { announce, h, keepFocus } from "./element.js";
import { _, say } from "./words.js";

const TITLES = {
  default: "Default", tenant: "Company", department: "Department", model: "Model", line: "Line", device: "This phone",
};

export function settingsSection(store, names) {
  const box = h("div", { class: "settings-list" });
  const sections = store.data.sections.filter((one) => names.includes(one.name));
  const draw = () => {
    const back = keepFocus(box);
    box.replaceChildren(...sections.flatMap((section) => [
      sections.length > 1 && h("h3", { class: "h-small" }, section.title),
      ...(reason(section) ? [h("p", { class: "form-text" }, reason(section))] : section.settings.map((setting) => row(store, setting))),
    ]).filter(Boolean));
    back();
  };
  draw();
  store.on("loaded discarded taken problems", draw);
  store.on("setting", () => setTimeout(draw)); /* a field that Tab leaves says so before the next one has the keyboard */
  return box;
}

/** Give the one reason why a model knows none of a section's settings; empty where it knows any. */
function reason({ settings }) {
  const [first] = settings;
  return settings.every((one) => one.lacks && one.lacks === first.lacks) ? first.lacks : "";
}

function row(store, setting) {
  const found = store.settings[setting.name] ?? {};
  const edited = setting.name in store.settingEdits;
  const value = store.setting(setting.name);
  const message = store.errors[setting.name];
  const control = controls(store, setting, value ?? (edited ? null : found.value));
  const group = setting.name === "monitor_ring", listed = setting.kind === "order";
  const id = `set-${setting.name}`;
  const title = h(group ? "legend" : listed ? "span" : "label", { class: "form-label", for: group || listed ? null : id }, setting.title,
    setting.unit && ` (${setting.unit})`);
  const beside = setting.kind === "flag";
  return h(group ? "fieldset" : "div", { class: ["setting-row", edited && "is-edited"] },
    h("div", { class: "setting-head" }, beside && control, title, origin(store, setting, found, edited)),
    !beside && control,
    message && h("div", { class: "invalid-feedback d-block" }, say(message)),
    (setting.lacks || setting.help) && h("p", { class: "form-text", id: `help-${id}` }, setting.lacks || setting.help));
}

function origin(store, setting, found, edited) {
  const pending = edited && store.settingEdits[setting.name] === null;
  const mine = edited ? !pending : found.origin === "device";
  const text = mine ? _(TITLES.device) : [_(TITLES[pending ? "default" : found.origin] ?? ""), found.place].filter(Boolean).join(" ");
  return h("span", { class: "origin-row" },
    mine && store.data.may_edit && h("button", { type: "button", id: `inherit-${setting.name}`, class: "btn btn-sm btn-link",
      onclick: () => store.setSetting(setting.name, null) }, _("Inherit again")),
    h("span", { class: ["origin", mine && "origin-here"] }, pending ? _("Inherited again") : text));
}

function controls(store, setting, value) {
  const id = `set-${setting.name}`;
  const common = { id, disabled: !store.data.may_edit || Boolean(setting.lacks),
    "aria-describedby": setting.help || setting.lacks ? `help-${id}` : null };
  const set = (chosen) => store.setSetting(setting.name, chosen);
  if (setting.name === "monitor_ring") return ring(store, setting, value, set);
  if (setting.kind === "flag") return flag(common, value, set);
  if (setting.kind === "choice") return choice(setting, common, value, set);
  if (setting.kind === "order") return order(setting, common, value, set);
  return text(setting, common, value, set);
}

function order(setting, { id, disabled, "aria-describedby": described }, value, set) {
  return ordering({
    id, disabled, choices: setting.choices, value: [value ?? []].flat(), changed: (chosen) => set(chosen.length ? chosen : null), say: announce,
    label: { "aria-label": setting.title, "aria-describedby": described },
    words: {
      up: (name) => _("Move {name} up", { name }), down: (name) => _("Move {name} down", { name }), none: "",
      place: (name, place, count) => _("{name}: {place} of {count}", { name, place, count }),
    },
  });
}

function flag(common, value, set) {
  return h("div", { class: "form-check form-switch" }, h("input", { ...common, class: "form-check-input", type: "checkbox",
    role: "switch", checked: Boolean(value), onchange: (event) => set(event.target.checked) }));
}

function choice(setting, common, value, set) {
  return h("select", { ...common, class: "form-select", onchange: (event) => set(event.target.value) },
    setting.choices.map((one) => h("option", { value: one.value, selected: one.value === value }, one.title)));
}

function text(setting, common, value, set) {
  const kinds = { number: "number", secret: "password" };
  const shown = setting.kind === "secret" ? "" : Array.isArray(value) ? value.join(", ") : value ?? "";
  return h("input", { ...common, class: "form-control", type: kinds[setting.kind] ?? "text", value: String(shown),
    list: setting.kind === "zone" ? "zones" : null, autocomplete: setting.kind === "secret" ? "new-password" : "off",
    placeholder: setting.kind === "secret" && value ? _("Set; type to replace") : null,
    min: setting.kind === "number" ? String(setting.low) : null, max: setting.kind === "number" ? String(setting.high) : null,
    onchange: (event) => set(read(setting, event.target.value)) });
}

function read(setting, typed) {
  if (setting.kind === "number") return typed === "" || !Number.isInteger(Number(typed)) ? typed : Number(typed);
  if (setting.kind === "secret" && !typed) return null;
  return typed;
}

/** Ring splash: off, a single ring or a dedicated tone; off the table while the popup is off. */
function ring(store, setting, value, set) {
  const popup = Boolean(store.setting("monitor_popup"));
  const why = popup ? "" : _("Only with the call popup on: switch it on above first.");
  const options = setting.choices.map((one) => {
    const reason = one.value === "off" ? why : one.lacks || why;
    return h("label", { class: "form-check" },
      h("input", { class: "form-check-input", type: "radio", name: "monitor_ring", id: `set-monitor_ring-${one.value}`,
        checked: one.value === value, disabled: !store.data.may_edit || Boolean(reason), onchange: () => set(one.value) }),
      h("span", { class: "form-check-label" }, one.title, one.lacks && popup && h("small", { class: "d-block" }, one.lacks)));
  });
  return h("div", { class: "radios" }, options, why && h("p", { class: "why-not" }, why));
}
