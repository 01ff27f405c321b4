// A grid that is typed with the keyboard alone: Enter goes to the next cell and, from the last row, makes a new one;
// Ctrl+Enter sends. Cells with data-repeat begin as in the row above, those with data-sum are added up, those with
// data-suggest ask for names while one is typed. Without this module the grid is a plain form.
for (const form of document.querySelectorAll("form[data-grid]")) {
  const body = form.querySelector("tbody");
  const total = form.querySelector("[data-grid-total]");
  const cells = () => [...body.querySelectorAll("[data-grid-row] > td > input")];
  const cents = (text) => {
    const plain = text.replace(/[\s €\u00a0\u202f]/g, "").replace(",", ".");
    return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
  };
  const sum = () => {
    const all = [...body.querySelectorAll("[data-sum]")].map((cell) => cents(cell.value)).filter((n) => n > 0);
    const euros = new Intl.NumberFormat(total.dataset.locale, { style: "currency", currency: "EUR" });
    total.textContent = `${euros.format(all.reduce((a, b) => a + b, 0) / 100)} · ${all.length}`;
  };
  const grow = () => {
    const rows = body.querySelectorAll("[data-grid-row]");
    const last = rows[rows.length - 1];
    const at = rows.length;
    const row = last.cloneNode(true);
    for (const node of row.querySelectorAll("[name], [id]")) {
      if (node.name) node.name = node.name.replace(/lines\[\d+\]/, `lines[${at}]`);
      if (node.id) node.id = node.id.replace(/^f-l\d+/, `f-l${at}`);
    }
    for (const cell of row.querySelectorAll("input")) {
      if (cell.type === "checkbox") cell.checked = false;
      else if (!("repeat" in cell.dataset)) cell.value = "";
      cell.removeAttribute("aria-invalid"); cell.removeAttribute("aria-describedby"); cell.classList.remove("cell--error");
      const label = cell.getAttribute("aria-label");
      if (label) cell.setAttribute("aria-label", label.replace(/\d+$/, at + 1));
    }
    for (const node of row.querySelectorAll(".cell__error")) node.remove();
    row.querySelector("th").textContent = at + 1;
    row.querySelector("details").open = false;
    body.append(row);
    return row;
  };
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) { form.requestSubmit(form.querySelector(".btn--primary")); return; }
    const all = cells();
    const here = all.indexOf(event.target);
    if (here < 0) { (all[0] ?? event.target).focus(); return; }
    (all[here + 1] ?? grow().querySelector("td > input")).focus();
  });
  form.addEventListener("input", (event) => { if ("sum" in event.target.dataset) sum(); });
  form.addEventListener("change", (event) => {
    if (!("repeat" in event.target.dataset)) return;
    const repeated = [...body.querySelectorAll("[data-repeat]")];
    for (const cell of repeated.slice(repeated.indexOf(event.target) + 1)) {
      const first = cell.closest("[data-grid-row]").querySelector("td > input");
      if (!first.value) cell.value = event.target.value;
    }
  });
  let wait;
  form.addEventListener("input", (event) => {
    const asks = event.target.dataset.suggest;
    if (!asks || event.target.value.startsWith("#")) return;
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const answer = await fetch(`${asks}?q=${encodeURIComponent(event.target.value)}`, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const options = (await answer.json()).map((name) => { const option = document.createElement("option"); option.value = name; return option; });
      document.getElementById(event.target.getAttribute("list")).replaceChildren(...options);
    }, 150);
  });
  sum();
}
