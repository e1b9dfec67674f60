/* Somebody else saved the same keys: both versions side by side, a choice for each. */

import { h, icon } from "./element.js";
import { keyName, kindOf, labelOf, numberOf } from "./keys.js";
import { _ } from "./words.js";

/** Ask for each slot whose version stays; resolves once chosen, rejects where the person goes back to editing. */
export function resolveConflict(store, slots) {
  return new Promise((resolve, reject) => {
    const choices = new Map(slots.map((slot) => [slot, "mine"]));
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "conflict-title" },
      h("h2", { id: "conflict-title" }, _("Somebody else saved these keys meanwhile")),
      h("p", {}, _("Nothing is lost. Choose for each key which version stays.")),
      h("div", { class: "conflicts" }, slots.map((slot) => row(store, slot, choices))),
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "btn btn-link", onclick: () => dialog.close("back") }, _("Back to editing")),
        h("button", { type: "button", class: "btn btn-primary", onclick: () => dialog.close("go") }, _("Save the chosen versions"))));
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "go") return reject(new Stopped());
      for (const [slot, choice] of choices) if (choice === "theirs") delete store.edits[slot];
      return resolve();
    });
    dialog.showModal();
  });
}

/** The person went back to editing; nothing was saved. */
export class Stopped extends Error {}

function row(store, slot, choices) {
  const option = (value, title, key) => h("label", { class: "conflict-side" },
    h("input", { type: "radio", class: "form-check-input", name: `conflict-${slot}`, checked: choices.get(slot) === value,
      onchange: () => choices.set(slot, value) }),
    h("span", {}, h("b", {}, title), describe(store, key)));
  return h("fieldset", { class: "conflict" }, h("legend", {}, keyName(slot)),
    option("mine", _("Mine"), store.edits[slot]), option("theirs", _("Theirs"), store.saved[slot]));
}

/** Write a key on one line with its icon. */
export function describe(store, key) {
  const [label, number] = [labelOf(store, key), numberOf(store, key)];
  const kind = kindOf(store.data, key).title;
  return h("span", { class: "key-said" }, icon(`kind-${key.kind}`), kind,
    label && label !== kind && h("b", {}, label), number && number !== label && h("span", { class: "mono" }, number));
}
