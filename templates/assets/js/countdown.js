// "Sent in 12 s · take back": counts the seconds to data-until (an instant, RFC 3339) in [data-seconds],
// then hides [data-while] and shows [data-after]. The server decides; this only says what it will do.
for (const box of document.querySelectorAll("[data-until]")) {
  const until = Date.parse(box.dataset.until);
  const seconds = box.querySelector("[data-seconds]");
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    if (seconds) seconds.textContent = left;
    if (left > 0) return;
    clearInterval(timer);
    for (const node of box.querySelectorAll("[data-while]")) node.hidden = true;
    for (const node of box.querySelectorAll("[data-after]")) node.hidden = false;
  };
  const timer = setInterval(tick, 250);
  if (Number.isNaN(until)) clearInterval(timer); else tick();
}
