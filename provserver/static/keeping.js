/* What is typed is kept in this tab until it has arrived: a session that ended, or a server that was away, loses nothing. */

const PLACE = "typed";
const FORMS = "main form[method=post]";
const TYPED = "input:not([type=hidden], [type=password], [type=file]), textarea:not([data-secret]), select";
const LASTS = 3600_000; /* milliseconds */

const address = location.pathname + location.search;

/** Keep what stands in a form that is about to be sent; secrets and files are not kept. */
export function keep(form) {
  const fields = typed(form).map((field) => [field.name, ticked(field) ? field.checked : field.value]);
  if (fields.length) write({ address, action: form.action, fields, at: Date.now() });
}

function typed(form) {
  return [...form.elements].filter((field) => field.name && field.matches(TYPED));
}

function ticked(field) {
  return ["checkbox", "radio"].includes(field.type);
}

function write(kept) {
  sessionStorage.setItem(PLACE, JSON.stringify(kept));
}

/** Fill a form as it was when it did not arrive, and say so. */
function restore(kept) {
  const form = [...document.querySelectorAll(FORMS)].find((one) => one.action === kept.action);
  if (!form) return;
  for (const [index, field] of typed(form).entries()) {
    const [name, value] = kept.fields[index] ?? [];
    if (field.name !== name) continue;
    field[ticked(field) ? "checked" : "value"] = value;
    for (const what of ["input", "change"]) field.dispatchEvent(new Event(what, { bubbles: true }));
  }
  for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  document.querySelector("#typed-again").hidden = false;
}

const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
if (kept && document.querySelector("[data-not-arrived]")) write({ ...kept, lost: true });
else if (!kept?.lost || Date.now() - kept.at > LASTS) sessionStorage.removeItem(PLACE);
else if (kept.address === address) {
  sessionStorage.removeItem(PLACE);
  restore(kept);
}

document.addEventListener("submit", (event) => {
  if (event.target.matches(".account form")) sessionStorage.removeItem(PLACE);
  else if (event.target.matches(FORMS) && !event.defaultPrevented && !document.querySelector("[data-not-arrived]")) keep(event.target);
});
