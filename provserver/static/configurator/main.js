/* The configurator put together: read what the page was given, load what is saved, draw, listen; it opens once loaded. */

import { buildBar } from "./bar.js";
import { drawPhone } from "./drawing.js";
import { h, icon } from "./element.js";
import { buildPanel } from "./panel.js";
import { tryAlong } from "./saving.js";
import { takeUp } from "./stepper.js";
import { Store } from "./store.js";
import { walk } from "./walking.js";
import { _, say } from "./words.js";

const data = JSON.parse(document.querySelector("#data").textContent);
const [stage, panel, bar] = ["#stage", "#panel", "#bar"].map((name) => document.querySelector(name));
const store = new Store(data);
const whole = document.querySelector("#configurator");

whole.inert = true;
whole.setAttribute("aria-busy", "true");

drawPhone(store, stage);
buildPanel(store, panel);
walk(store, stage);
tryAlong(store);
buildBar(store, bar);

addEventListener("beforeunload", (event) => {
  if (store.count) event.preventDefault();
});

try {
  await store.load();
  whole.inert = false;
  whole.removeAttribute("aria-busy");
  if (store.count) store.tell("edits");
  takeUp(store, bar);
  goTo(decodeURIComponent(location.hash.slice(1)));
} catch (problem) {
  stage.prepend(h("p", { class: "note note-bad", role: "alert" }, icon("warn"),
    h("span", {}, say(problem.message) || _("The server cannot be reached. Reload the page to try again."))));
}
/** Go to what the address names: `key-3`, `setting-language`, or `free` for the free parameters. */
function goTo(place) {
  const [, kind, name] = place.match(/^(key|setting)-(.+)$/) ?? [];
  const section = data.sections.find((one) => one.settings.some((setting) => setting.name === name));
  if (kind === "key") store.select(name, "editor");
  else if (section || place === "free") {
    store.tell("show-section", { name: ["calls", "phone"].includes(section?.name) ? section.name : "advanced" });
    document.getElementById(`set-${name}`)?.scrollIntoView({ block: "center" });
  }
}

document.documentElement.dataset.ready = "true";
