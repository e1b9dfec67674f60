/* What a save would do to each file, for who wants it: parameter by parameter, before and after, secrets masked. */

import { h, icon } from "./element.js";
import { _ } from "./words.js";

export function fileReviews(files) {
  return files.map((file) => h("details", { class: "file-review" },
    h("summary", {}, h("span", { class: "mono" }, file.file), " ", h("span", { class: "muted" }, what(file))),
    file.parameters.length > 0 && h("table", { class: "diff preview-diff" },
      h("thead", { class: "visually-hidden" }, h("tr", {}, ["Parameter", "Before", "After"].map((text) => h("th", { scope: "col" }, _(text))))),
      h("tbody", {}, file.parameters.map(row))),
    file.lines.length > 0 && h("pre", { class: "preview-lines" }, file.lines.join("\n"))));
}

function what(file) {
  const count = file.parameters.length + file.more;
  if (file.change === "added") return _("new");
  if (file.change === "removed") return _("goes");
  return count ? String(count) : "";
}

function row(one) {
  const restart = { yes: _("restarts the phone"), maybe: _("may restart the phone") }[one.restart];
  return h("tr", {},
    h("th", { scope: "row", class: "mono" }, one.name,
      restart && h("span", { class: "restart", title: restart }, " ", icon("reboot"), h("span", { class: "visually-hidden" }, restart))),
    h("td", { class: "was mono" }, one.before || "–"), h("td", { class: "is mono" }, one.after || "–"));
}
