/* Elements made in one expression; nothing here ever reads a text as HTML. */

const SVG = "http://www.w3.org/2000/svg";
export const STATIC = new URL("..", import.meta.url).pathname;

/** Make an element: attributes as given, `on*` as listeners, `class` as a list, children as nodes or texts. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = [value].flat().filter(Boolean).join(" ");
    else if (name === "vars") for (const [key, item] of Object.entries(value)) node.style.setProperty(`--${key}`, item);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}

/** Put these children in place of the old ones; `false` and null stand for none. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
}

function present(children) {
  return children.flat(2).filter((child) => child !== null && child !== undefined && child !== false);
}

export function icon(name, classes = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", classes);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${STATIC}icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Remember where in a part of the page the keyboard is; calling what this gives puts it there again. */
export function keepFocus(box) {
  const id = box.contains(document.activeElement) ? document.activeElement.id : "";
  return () => { if (id) document.getElementById(id)?.focus({ preventScroll: true }); };
}

/** Say something to who listens instead of looking. */
export function announce(text) {
  document.querySelector("#spoken").textContent = text;
}
