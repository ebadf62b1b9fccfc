// @ts-check
/** The keyboard in a log: one Tab stop, arrows between messages. */

/** @param {HTMLElement} log @param {{onLeave: () => void, onCopied: () => void}} parts */
export function useKeys(log, { onLeave, onCopied }) {
  log.addEventListener("keydown", (event) => {
    const article = event.target instanceof Element ? event.target.closest("article") : null;
    if (event.key === "Escape") onLeave();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (article && event.target === article && event.key === "c") copyText(article, onCopied);
    else if (!move(log, article, event.key)) return;
    event.preventDefault();
  });
}

/** @param {HTMLElement} log @param {Element | null} from @param {string} key */
function move(log, from, key) {
  const all = [...log.querySelectorAll("article")];
  const at = from ? all.indexOf(/** @type {HTMLElement} */ (from)) : all.length;
  const to = {
    ArrowUp: all[Math.max(at - 1, 0)],
    ArrowDown: all[at + 1],
    Home: all[0],
    End: all.at(-1),
  }[key];
  if (!to) return false;
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  return true;
}

/** @param {Element} article @param {() => void} onCopied */
async function copyText(article, onCopied) {
  const text = article.querySelector(".message__text, .broadcast__text")?.cloneNode(true);
  if (!(text instanceof HTMLElement)) return;
  text.querySelector(".message__meta")?.remove();
  const { copy } = await import("./clipboard.js");
  if (await copy(text.textContent ?? "")) onCopied();
}
