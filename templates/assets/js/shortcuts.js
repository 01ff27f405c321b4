// The keyboard: `/` seeks, `j` `k` move in a [data-list], `o` opens, `x` ticks; any element with
// data-key="n" is pressed by that key (a details opens). Menus close with Escape or a click elsewhere.
const typing = (node) => node.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]");
const rows = () => [...document.querySelectorAll("[data-list] > [data-row]")];
const cursor = () => document.querySelector("[data-row].is-cursor") ?? document.activeElement?.closest?.("[data-row]");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(cursor());
  const next = all[Math.min(all.length - 1, Math.max(0, here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step))];
  for (const row of all) row.classList.toggle("is-cursor", row === next);
  next.querySelector("a[href]")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function press(target) {
  if (target.matches("details")) { target.open = !target.open; target.querySelector("summary")?.focus(); }
  else if (target.matches("textarea, input, select")) target.focus();
  else target.click();
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[data-menu][open]");
    if (open) { open.open = false; open.querySelector("summary")?.focus(); }
    else if (typing(event.target)) event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const key = event.key;
  const seek = document.querySelector("[data-search]");
  if (key === "/" && seek) seek.focus(), seek.select();
  else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "o" && cursor()) cursor().querySelector("a[href]")?.click();
  else if (key === "x" && cursor()) cursor().querySelector("input[type=checkbox]")?.click();
  else {
    const target = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key && !node.disabled);
    if (!target) return;
    press(target);
  }
  event.preventDefault();
});

addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
