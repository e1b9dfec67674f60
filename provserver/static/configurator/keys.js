/* Keys as values: what one is, whether two are the same, what the phone will show, how it is said aloud. */

import { _ } from "./words.js";

export const EMPTY = Object.freeze({
  kind: "none", target: "", label: "", line: 1, use_name_as_label: false, locked: false,
});

/** Keep the fields of a key and nothing else; what is missing has its default. */
export function plain(raw) {
  const key = {};
  for (const field of Object.keys(EMPTY)) key[field] = raw?.[field] ?? EMPTY[field];
  return key.kind === "none" ? { ...EMPTY, locked: key.locked } : key;
}

export function same(one, other) {
  return Object.keys(EMPTY).every((field) => one[field] === other[field]);
}

export function kindOf(data, key) {
  return data.kinds.find((one) => one.kind === key.kind) ?? data.kinds[0];
}

/** Find the block that a key stands in; every module is drawn like the first. */
export function blockOf(data, slot) {
  if (moduleOf(slot)) return data.model.module;
  return data.model.blocks.find((block) => block.keys.some(([name]) => name === slot));
}

/** Give the kinds that the model has, but not on this key. */
export function kindsNotHere(data, slot) {
  const without = blockOf(data, slot)?.without ?? [];
  return data.kinds.filter((one) => !one.lacks && without.includes(one.kind));
}

/** Give the whole label; the phone may cut it. */
export function labelOf(store, key) {
  if (key.kind === "none") return "";
  if (key.use_name_as_label && kindOf(store.data, key).named) {
    const name = store.names.get(key.target);
    if (name) return name;
  }
  if (key.label) return key.label;
  if (key.kind === "line") {
    const line = store.data.phone.lines.find((one) => one.position === key.line);
    return line ? line.name : "";
  }
  return key.target || kindOf(store.data, key).title;
}

/** Give the number under the label. */
export function numberOf(store, key) {
  if (key.kind === "line") {
    return store.data.phone.lines.find((one) => one.position === key.line)?.extension ?? "";
  }
  return key.target;
}

export function keyName(slot) {
  const [, module, number] = /^(?:s(\d+)\.)?(\d+)$/.exec(slot);
  return module ? _("Key {number} of module {module}", { number, module }) : _("Key {number}", { number });
}

export function moduleOf(slot) {
  return slot.startsWith("s") ? Number(slot.slice(1).split(".")[0]) : 0;
}

/** Say a key in full, as a screen reader hears it. */
export function spoken(store, slot) {
  const key = store.key(slot);
  const parts = [keyName(slot), kindOf(store.data, key).title];
  const label = labelOf(store, key);
  if (label && label !== parts[1]) parts.push(label);
  const number = numberOf(store, key);
  if (number && number !== label) parts.push(number);
  if (key.locked) parts.push(_("locked"));
  if (store.isEdited(slot)) parts.push(_("edited"));
  if (store.errorsOf(slot).length) parts.push(_("not right yet"));
  return parts.join(", ");
}
