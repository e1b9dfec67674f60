/* A field to type in or pick from: people, groups, short codes and service codes of the company. */

import { call } from "./api.js";
import { h } from "./element.js";
import { _ } from "./words.js";

const PAUSE = 140;
let lists = 0;

/** Build the field; `typed` hears every letter, `picked` a choice, `left` that the field was left. */
export function picker(store, { value, people, plain, disabled, typed, picked, left }) {
  const list = h("ul", { class: "picker-list", role: "listbox", id: `choices-${(lists += 1)}`, hidden: true, "aria-label": _("Choices") });
  const input = h("input", {
    class: "form-control mono", value, disabled, autocomplete: "off", spellcheck: false,
    ...(plain ? {} : { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }),
  });
  const box = h("div", { class: "picker" }, input, plain ? null : list);
  input.addEventListener("change", left);
  input.addEventListener("input", () => typed(input.value));
  if (!plain) listen(store, input, list, people, picked);
  return box;
}

function listen(store, input, list, people, picked) {
  const state = { choices: [], at: -1, timer: 0, asked: 0 };
  const close = () => {
    list.hidden = true;
    state.at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (choice) => { close(); input.value = choice.number; picked(choice); };
  const seek = async () => {
    const turn = (state.asked += 1);
    const found = await search(store, input.value, people);
    if (turn !== state.asked || document.activeElement !== input) return;
    state.choices = found;
    state.at = -1;
    fill(list, found, take);
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
  };
  const soon = () => { clearTimeout(state.timer); state.timer = setTimeout(seek, PAUSE); };
  input.addEventListener("input", soon);
  input.addEventListener("click", soon);
  input.addEventListener("blur", () => setTimeout(close, 120));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) { soon(); event.preventDefault(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { move(event, input, list, state); }
    else if (event.key === "Enter" && state.at >= 0) { event.preventDefault(); take(state.choices[state.at]); }
    else if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
  });
}

async function search(store, text, people) {
  const query = new URLSearchParams({ q: text.trim(), limit: "50" });
  try {
    const { body } = await call("GET", `${store.data.directory}?${query}`);
    const items = body.items ?? [];
    for (const one of items) if (one.kind === "person") store.names.set(one.number, one.name);
    store.tell("names");
    return people ? items.filter((one) => one.kind === "person") : items;
  } catch {
    return [];
  }
}

function fill(list, choices, take) {
  const titles = {
    person: _("Users"), group: _("Groups"), "short-code": _("Short codes"), "service-code": _("Service codes"),
  };
  let kind = "";
  list.replaceChildren();
  choices.forEach((choice, index) => {
    if (choice.kind !== kind) {
      kind = choice.kind;
      list.append(h("li", { class: "picker-group", role: "presentation" }, titles[kind] ?? kind));
    }
    const option = h("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false" },
      h("span", { class: "mono" }, choice.number), h("span", {}, _(choice.name)));
    option.addEventListener("mousedown", (event) => { event.preventDefault(); take(choice); });
    list.append(option);
  });
}

function move(event, input, list, state) {
  event.preventDefault();
  const count = state.choices.length;
  if (!count) return;
  state.at = (state.at + (event.key === "ArrowDown" ? 1 : -1) + count) % count;
  for (const option of list.querySelectorAll("[role=option]")) option.setAttribute("aria-selected", "false");
  const chosen = list.querySelector(`#${list.id}-${state.at}`);
  chosen.setAttribute("aria-selected", "true");
  chosen.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", chosen.id);
}
