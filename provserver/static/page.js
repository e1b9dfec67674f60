/* What every page has: "/" to search, menus that close, copy buttons, filters while typing, parts that are kept fresh. All of it is extra. */

import { keep } from "./keeping.js";

const field = document.querySelector(".seek-list input") ?? document.querySelector("#seek");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && field) {
    event.preventDefault();
    field.focus();
    field.select();
  }
  if (event.key === "Escape") closeMenus(null, true);
});

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

function closeMenus(except, refocus = false) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    if (refocus && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.querySelector("form .is-invalid")?.focus();

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1200);
  });
}

for (const form of document.querySelectorAll("[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

for (const input of document.querySelectorAll("[data-filter]")) {
  const rows = [...document.querySelectorAll(input.dataset.filter)];
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  });
}

const sidebar = document.querySelector("#sidebar");
if (sidebar) {
  const wide = matchMedia("(min-width: 992px)");
  const follow = () => { sidebar.open = wide.matches; };
  follow();
  wide.addEventListener("change", follow);
}

const clocks = [...document.querySelectorAll("[data-seconds]")];
if (clocks.length) {
  const start = performance.now();
  const tick = () => {
    for (const clock of clocks) {
      const left = Math.max(0, Math.round(Number(clock.dataset.seconds) - (performance.now() - start) / 1000));
      const hours = Math.floor(left / 3600);
      const minutes = Math.floor(left / 60) % 60;
      const parts = hours ? [hours, String(minutes).padStart(2, "0")] : [minutes];
      clock.textContent = [...parts, String(left % 60).padStart(2, "0")].join(":");
    }
  };
  tick();
  setInterval(tick, 1000);
}

const live = document.querySelector("[data-live]");
if (live) {
  const look = async () => {
    if (document.hidden || live.querySelector("details[open]")) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = fresh.querySelector("[data-live]");
    if (!next) return location.reload();
    if (next.isEqualNode(live)) return;
    const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
    live.replaceChildren(...next.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  };
  setInterval(look, 2000);
}

/* A form that can be reviewed: its answer stands in the page, and what is typed stays where it is. */
for (const form of document.querySelectorAll("form[data-review]")) {
  const box = document.querySelector(form.dataset.review);
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("formaction")) return;
    event.preventDefault();
    const sent = new FormData(form);
    if (button.name) sent.set(button.name, button.value);
    box.hidden = false;
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: sent, headers: { "X-Part": "1" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      box.replaceChildren(...part.body.childNodes);
      box.focus({ preventScroll: true });
      box.scrollIntoView({ block: "nearest" });
    } catch {
      keep(form);
      HTMLFormElement.prototype.submit.call(Object.assign(form, { action: button.formAction }));
    }
    box.removeAttribute("aria-busy");
  });
  form.addEventListener("input", () => { box.hidden = true; });
}
