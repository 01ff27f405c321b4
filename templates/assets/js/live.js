// A part with an id and data-live="5" asks again for its page every 5 seconds and takes its fresh self from it,
// while the page is looked at and nobody is working inside that part. It stops when the fresh one has no data-live.
const watch = (id, seconds) => setTimeout(async () => {
  const here = document.getElementById(id);
  if (!here) return;
  if (!document.hidden && !here.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
      if (!fresh) return;
      here.replaceWith(document.importNode(fresh, true));
      seconds = Number(fresh.dataset.live);
      if (!(seconds > 0)) return;
    } catch { /* the line is down: ask again later */ }
  }
  watch(id, seconds);
}, seconds * 1000);

for (const part of document.querySelectorAll("[data-live][id]")) if (Number(part.dataset.live) > 0) watch(part.id, Number(part.dataset.live));
