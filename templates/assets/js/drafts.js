// What someone is writing is kept on this device until it is sent. A textarea opts in with
// data-draft="ticket-12"; words come back only when asked for, by the button that appears.
const keyOf = (area) => "draft:" + area.dataset.draft;
const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const write = (key, text) => { try { text ? localStorage.setItem(key, text) : localStorage.removeItem(key); } catch { /* full or forbidden */ } };

// The server says with data-draft-sent="ticket-12" that those words have left: only then are they forgotten.
for (const sent of document.querySelectorAll("[data-draft-sent]")) write("draft:" + sent.dataset.draftSent, "");

for (const area of document.querySelectorAll("textarea[data-draft]")) {
  const key = keyOf(area);
  const offer = document.querySelector(`[data-draft-offer="${CSS.escape(area.dataset.draft)}"]`);
  const kept = read(key);
  if (offer && kept && kept !== area.value) {
    offer.hidden = false;
    offer.querySelector("[data-draft-restore]")?.addEventListener("click", () => {
      area.value = kept; offer.hidden = true; area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    offer.querySelector("[data-draft-forget]")?.addEventListener("click", () => { write(key, ""); offer.hidden = true; area.focus(); });
  }
  let wait;
  area.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => write(key, area.value), 400); });
  addEventListener("pagehide", () => { if (wait && !area.form?.dataset.sent) write(key, area.value); });
  area.form?.addEventListener("submit", () => { clearTimeout(wait); wait = 0; area.form.dataset.sent = "1"; });
}
