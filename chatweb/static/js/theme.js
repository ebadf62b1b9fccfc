// A classic script in the head: the theme stands before the first paint. Light or dark as this device chose, else as its
// system says. The modules reach it as `document.theme`.
(() => {
  const BARS = { light: "#00586c", dark: "#0d1e23" };
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is refused in some private windows
    }
  }

  function current() {
    return chosen() ?? (system.matches ? "dark" : "light");
  }

  function show() {
    document.documentElement.dataset.theme = current();
    document.querySelector("meta[name=theme-color]")?.setAttribute("content", BARS[current()]);
    document.dispatchEvent(new Event("theme"));
  }

  function toggle() {
    try {
      localStorage.setItem("theme", current() === "dark" ? "light" : "dark");
    } catch {
      document.documentElement.dataset.theme = current() === "dark" ? "light" : "dark";
    }
    show();
  }

  document.theme = { current, toggle };
  system.addEventListener("change", show);
  addEventListener("storage", (event) => event.key === "theme" && show());
  show();
})();
