/* The models of the maker that the address belongs to stand first alone; an address of nobody shows them all. */

const mac = document.querySelector("#mac");
const models = document.querySelector("#model");
const hint = document.querySelector("#maker-hint");

if (mac && models) {
  const groups = [...models.querySelectorAll("optgroup")];
  const narrow = () => {
    const digits = mac.value.toLowerCase().replace(/[^0-9a-f]/g, "").slice(0, 6);
    const mine = digits.length < 6 ? [] : groups.filter((group) => group.dataset.ouis.split(" ").includes(digits));
    for (const group of groups) {
      const off = mine.length > 0 && !mine.includes(group) && !group.querySelector(":checked");
      group.hidden = group.disabled = off;
    }
    if (hint) {
      hint.hidden = mine.length === 0;
      hint.querySelector("b").textContent = mine.map((group) => group.label).join(", ");
    }
  };
  mac.addEventListener("input", narrow);
  hint?.querySelector("button").addEventListener("click", () => {
    for (const group of groups) group.hidden = group.disabled = false;
    hint.hidden = true;
    models.focus();
  });
  narrow();
}
