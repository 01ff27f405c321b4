// Asks before a page with unsaved words is left. A form opts in with data-confirm-leave.
const changed = new Set();
for (const form of document.querySelectorAll("form[data-confirm-leave]")) {
  form.addEventListener("input", () => changed.add(form));
  form.addEventListener("submit", () => changed.clear());
  form.addEventListener("reset", () => changed.delete(form));
}
addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
