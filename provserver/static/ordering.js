/* A list that is ticked and put in order instead of typed; on a page it stands in for a field, which it fills. */

import { fill, h, icon } from "./configurator/element.js";

/** Make a list of choices: `value` has the chosen ones in their order, and `changed` is given every new order.
 *
 * `words` are "up" and "down", which name their choice, "place", which says where one stands now, and "none", which stands
 * there while nothing is chosen.
 */
export function ordering({ id, label, choices, value, words, disabled, changed, say }) {
  const titles = new Map(choices.map((one) => [one.value, one.title]));
  let chosen = value.filter((one) => titles.has(one));
  const list = h("ol", { class: "order order-ways" });
  const hint = h("p", { class: "form-text" }, words.none);

  const put = (next, moved) => {
    chosen = next;
    draw(document.activeElement?.id);
    changed(chosen);
    const place = chosen.indexOf(moved) + 1;
    say(place ? words.place(titles.get(moved), place, chosen.length) : titles.get(moved));
  };
  const tick = (one) => put(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one], one);
  const move = (one, by) => {
    const at = chosen.indexOf(one);
    if (at + by < 0 || at + by >= chosen.length) return;
    const next = chosen.filter((other) => other !== one);
    next.splice(at + by, 0, one);
    put(next, one);
  };
  const step = (one, by, name, text) => {
    const at = chosen.indexOf(one);
    return h("button", { type: "button", id: `${id}-${name}-${one}`, "aria-label": text(titles.get(one)),
      "aria-disabled": String(Boolean(disabled) || at + by < 0 || at + by >= chosen.length),
      onclick: () => { if (!disabled) move(one, by); } }, icon(name));
  };
  const row = (one) => {
    const place = chosen.indexOf(one.value);
    const isOff = disabled || Boolean(one.lacks && place < 0);
    return h("li", { class: place < 0 && "is-out" },
      h("label", { class: "form-check" },
        h("input", { type: "checkbox", class: "form-check-input", id: `${id}-${one.value}`, checked: place >= 0, disabled: isOff,
          onchange: () => tick(one.value) }),
        h("span", { class: "form-check-label" }, place >= 0 && h("span", { class: "order-place" }, `${place + 1}.`), one.title,
          one.lacks && h("small", { class: "d-block" }, one.lacks))),
      place >= 0 && h("span", { class: "order-do" }, step(one.value, -1, "up", words.up), step(one.value, 1, "down", words.down)));
  };
  const draw = (focused) => {
    const rest = choices.filter((one) => !chosen.includes(one.value));
    fill(list, ...chosen.map((one) => row(choices.find((other) => other.value === one))), ...rest.map(row));
    hint.hidden = chosen.length > 0 || !words.none;
    if (focused?.startsWith(`${id}-`)) document.getElementById(focused)?.focus();
  };
  draw();
  return h("div", { id, role: "group", class: "ordering", ...label }, list, hint);
}

for (const field of document.querySelectorAll("input[data-ordering]")) {
  const { ordering: choices, up, down, place } = field.dataset;
  const said = h("p", { class: "visually-hidden", role: "status" });
  const title = document.querySelector(`label[for="${field.id}"]`);
  const described = field.getAttribute("aria-describedby");
  title.id = `label-${field.id}`;
  const list = ordering({
    id: `order-${field.id}`,
    label: { "aria-labelledby": title.id, "aria-describedby": described },
    choices: JSON.parse(choices),
    value: field.value.split(/[\s,]+/),
    words: {
      up: (name) => up.replace("{name}", name),
      down: (name) => down.replace("{name}", name),
      place: (name, at, count) => place.replace("{name}", name).replace("{place}", at).replace("{count}", count),
      none: field.placeholder,
    },
    say: (text) => { said.textContent = text; },
    changed: (chosen) => { field.value = chosen.join(", "); field.dispatchEvent(new Event("input", { bubbles: true })); },
  });
  list.classList.toggle("is-invalid", field.classList.contains("is-invalid"));
  field.classList.remove("is-invalid");
  field.type = "hidden";
  field.before(list, said);
}
