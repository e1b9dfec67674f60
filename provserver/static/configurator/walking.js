/* Keys without a mouse, and with one: arrows walk in the maker's order, Enter edits, Delete clears, drag swaps. */

import { announce } from "./element.js";
import { EMPTY, keyName, spoken } from "./keys.js";
import { _ } from "./words.js";

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export function walk(store, stage) {
  stage.addEventListener("click", (event) => {
    const slot = event.target.closest("[data-slot]")?.dataset.slot;
    if (slot) store.select(slot, matchMedia("(max-width: 991px)").matches ? "tap" : "drawing");
  });
  stage.addEventListener("dblclick", (event) => {
    const slot = event.target.closest("[data-slot]")?.dataset.slot;
    if (slot) store.select(slot, "editor");
  });
  stage.addEventListener("keydown", (event) => {
    const slot = event.target.closest("[data-slot]")?.dataset.slot;
    if (slot && press(store, slot, event)) event.preventDefault();
  });
  drag(store, stage);
}

function press(store, slot, event) {
  const slots = store.allSlots();
  const at = slots.indexOf(slot);
  if (event.ctrlKey || event.metaKey) return copyOrPaste(store, slot, event.key.toLowerCase());
  if (event.altKey) return false;
  if (event.key in STEPS) return go(store, slots[Math.min(slots.length - 1, Math.max(0, at + STEPS[event.key]))]);
  if (event.key === "Home") return go(store, slots[0]);
  if (event.key === "End") return go(store, slots.at(-1));
  if (event.key === "Enter" || event.key === " ") {
    store.select(slot, "editor");
    return true;
  }
  if ((event.key === "Delete" || event.key === "Backspace") && store.mayEdit(slot)) {
    store.setKey(slot, EMPTY);
    store.select(slot, "drawing");
    announce(spoken(store, slot));
    return true;
  }
  return false;
}

function go(store, slot) {
  store.select(slot, "drawing");
  return true;
}

function copyOrPaste(store, slot, letter) {
  if (letter === "c") {
    store.clipboard = store.key(slot);
    announce(_("{key} copied", { key: keyName(slot) }));
    return true;
  }
  if (letter === "v" && store.clipboard && store.mayEdit(slot)) {
    store.setKey(slot, store.data.limited ? { ...store.clipboard, locked: false } : store.clipboard);
    store.select(slot, "drawing");
    announce(spoken(store, slot));
    return true;
  }
  return false;
}

function drag(store, stage) {
  let from = null;
  const over = (event) => event.target.closest("[data-slot]");
  const clear = () => stage.querySelectorAll(".is-target").forEach((node) => node.classList.remove("is-target"));
  stage.addEventListener("dragstart", (event) => {
    from = over(event)?.dataset.slot;
    if (!store.mayEdit(from)) from = null;
    if (!from) return event.preventDefault();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", spoken(store, from));
    return undefined;
  });
  stage.addEventListener("dragover", (event) => {
    if (!from || !over(event)) return;
    event.preventDefault();
    clear();
    over(event).classList.add("is-target");
  });
  stage.addEventListener("drop", (event) => {
    const to = over(event)?.dataset.slot;
    event.preventDefault();
    if (from && to && from !== to && store.mayEdit(to)) store.swapKeys(from, to);
    clear();
  });
  stage.addEventListener("dragend", () => { from = null; clear(); });
}
