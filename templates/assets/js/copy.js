// A button with data-copy="id" copies the words of that element, and says so.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy)?.textContent.trim() ?? "");
    const label = button.querySelector("span") ?? button;
    label.textContent = button.dataset.copied;
  });
}
