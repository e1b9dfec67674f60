/* The sections beside the phone, as in the guide: one open at a time, each built when it opens. */

import { advanced } from "./advanced.js";
import { h, icon } from "./element.js";
import { moduleOf } from "./keys.js";
import { keyList } from "./keylist.js";
import { moduleSection } from "./modulesection.js";
import { settingsSection } from "./settings.js";
import { _ } from "./words.js";

export function buildPanel(store, panel) {
  const sections = listed(store).map(([name, title, build]) => section(name, title, build, store));
  panel.replaceChildren(...sections.map((one) => one.node));
  const open = (name) => sections.forEach((one) => one.set(one.name === name));
  for (const one of sections) one.button.addEventListener("click", () => open(one.isOpen() ? "" : one.name));
  store.on("selected", ({ slot }) => open(moduleOf(slot) ? "module" : "keys"));
  store.on("show-section", ({ name }) => open(name));
  open(store.slots.length ? "keys" : store.data.model.module ? "module" : "calls");
}

function listed(store) {
  const found = [];
  const titles = Object.fromEntries(store.data.sections.map((one) => [one.name, one.title]));
  if (store.slots.length) {
    found.push(["keys", _("Programmable keys – Line"), () => keyList(store, () => store.slots)]);
  }
  if (store.data.model.module) found.push(["module", _("Expansion module"), () => moduleSection(store)]);
  found.push(["calls", `${_("User")} → ${titles.calls}`, () => settingsSection(store, ["calls"])]);
  if (store.data.limited && !titles.phone) return found;
  found.push(["phone", titles.phone, () => settingsSection(store, ["phone"])]);
  found.push(["advanced", _("Advanced"), () => advanced(store)]);
  return found;
}

function section(name, title, build, store) {
  const body = h("div", { class: "section-body", id: `section-${name}`, hidden: true });
  const count = h("span", { class: "section-count" });
  const button = h("button", { type: "button", class: "section-head", "aria-expanded": "false", "aria-controls": body.id },
    icon("right"), h("span", {}, title), count);
  const node = h("section", { class: "section", "data-section": name }, h("h2", {}, button), body);
  const isOpen = () => !body.hidden;
  const set = (open) => {
    if (open && !body.firstChild) body.append(build());
    body.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    node.classList.toggle("is-open", open);
  };
  store.on("edits loaded taken", () => {
    const edits = editsOf(store, name);
    count.textContent = edits || "";
    count.hidden = !edits;
  });
  return { name, node, button, isOpen, set };
}

function editsOf(store, name) {
  const slots = Object.keys(store.edits);
  if (name === "keys") return slots.filter((slot) => !moduleOf(slot)).length;
  if (name === "module") return slots.filter((slot) => moduleOf(slot)).length;
  const mine = (section) => store.data.sections.find((one) => one.name === section)?.settings.map((one) => one.name) ?? [];
  const edited = Object.keys(store.settingEdits);
  if (name !== "advanced") return edited.filter((one) => mine(name).includes(one)).length;
  const others = edited.filter((one) => !mine("calls").includes(one) && !mine("phone").includes(one));
  return others.length + Object.keys(store.overrideEdits).length;
}
