/* Rows that are ticked: the bar counts them, ticks all or none, and Shift ticks a whole stretch. */

for (const form of document.querySelectorAll("[data-bulk]")) {
  const boxes = [...document.querySelectorAll(`input.choose[form="${form.id}"]`)];
  const count = form.querySelector("[data-bulk-count]");
  const all = form.querySelector("[data-bulk-all]");
  const none = form.querySelector("[data-bulk-none]");
  const draw = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = `${chosen} / ${boxes.length}`;
    all.hidden = chosen === boxes.length;
  };
  const tick = (checked) => {
    for (const box of boxes) box.checked = checked;
    draw();
    if (!checked) boxes[0]?.focus();
  };
  count.hidden = none.hidden = false;
  all.addEventListener("click", () => tick(true));
  none.addEventListener("click", () => tick(false));
  let last = null;
  for (const [place, box] of boxes.entries()) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = [Math.min(last, place), Math.max(last, place)];
        for (const between of boxes.slice(from, to)) between.checked = box.checked;
      }
      last = place;
      draw();
    });
  }
  addEventListener("pageshow", draw);
  draw();
}
