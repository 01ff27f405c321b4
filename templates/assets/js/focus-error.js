// A form that came back with errors is read from its summary; else the field marked data-focus takes the focus.
const summary = document.querySelector("[data-focus-error]");
(summary ?? document.querySelector("[data-focus]"))?.focus();
summary?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  (field.matches("fieldset") ? field.querySelector("input") ?? field : field).focus();
});
