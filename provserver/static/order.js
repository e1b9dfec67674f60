/* A list that is put in order: buttons and dragging move its items at once; the form saves what is shown. */

const list = document.querySelector("[data-order]");
const rest = document.querySelector("[data-rest]");
const said = document.querySelector("[data-order-said]");

if (list && rest) {
  const saving = list.closest("form").querySelector("[data-order-save]");

  const changed = (text) => {
    saving.hidden = false;
    said.textContent = text;
    for (const item of list.children) {
      item.querySelector("[value^='up:']").disabled = !item.previousElementSibling;
      item.querySelector("[value^='down:']").disabled = !item.nextElementSibling;
    }
    list.closest("section").querySelector("[data-order-empty]").hidden = list.children.length > 0;
  };

  const move = {
    up: (item) => item.previousElementSibling?.before(item),
    down: (item) => item.nextElementSibling?.after(item),
    remove: (item) => { rest.append(item); item.querySelector("input").disabled = true; item.draggable = false; },
    add: (item) => { list.append(item); item.querySelector("input").disabled = false; item.draggable = true; },
  };

  list.closest("form").addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    const [what] = button.value.split(":");
    const next = item.nextElementSibling ?? item.previousElementSibling;
    move[what](item);
    changed(item.dataset.name);
    const focus = what === "remove" || what === "add" ? next?.querySelector("button:not([hidden])") : button;
    (focus?.disabled ? item.querySelector("button:not(:disabled)") : focus)?.focus();
  });

  let dragged = null;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (over !== dragged) over[event.clientY > box.top + box.height / 2 ? "after" : "before"](dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => { if (dragged) changed(dragged.dataset.name); dragged = null; });
}
