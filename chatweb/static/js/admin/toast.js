// @ts-check
// One short line that goes by itself; what needs an action is never said this way.

const SHOWN = 5_000; // ms

/** @type {HTMLElement | null} */
let host = null;
let timer = 0;

/** @param {string} text */
export function toast(text) {
  host ??= makeHost();
  const line = document.createElement("div");
  line.className = "toast";
  line.textContent = text;
  host.replaceChildren(line);
  clearTimeout(timer);
  timer = setTimeout(() => host?.replaceChildren(), SHOWN);
}

function makeHost() {
  const element = document.createElement("div");
  element.className = "toasts";
  element.setAttribute("role", "status");
  document.body.append(element);
  return element;
}
