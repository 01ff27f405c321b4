// Light or dark by choice, kept on this device. Runs in the head (not a module) so that no page flashes.
(() => {
  const root = document.documentElement;
  const kept = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const wear = (theme) => { if (theme === "light" || theme === "dark") root.dataset.theme = theme; };
  wear(kept());
  addEventListener("storage", (event) => { if (event.key === "theme") wear(event.newValue); });
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
        const theme = dark ? "light" : "dark";
        wear(theme);
        try { localStorage.setItem("theme", theme); } catch { /* private window: it lasts for this page */ }
      });
    }
  });
})();
