// @ts-check
/** The keyboard in a log: one Tab stop, arrows between messages, a letter for what is done with one. */

const FOCUSED = "a, button, audio, video";

/** @param {HTMLElement} log
 * @param {{onLeave: () => void, onKey: (article: HTMLElement, key: string) => boolean}} parts */
export function useKeys(log, { onLeave, onKey }) {
  log.addEventListener("keydown", (event) => {
    const article = event.target instanceof Element ? event.target.closest("article") : null;
    if (event.key === "Escape") onLeave();
    else if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key !== "+")) return;
    else if (event.target instanceof HTMLMediaElement) return;
    else if (!(event.target === article && act(article, event.key)) && !move(log, article, event.key)) return;
    event.preventDefault();
  });
  /** @param {HTMLElement | null} article @param {string} key */
  const act = (article, key) => {
    if (!article) return false;
    if (key !== "Enter") return onKey(article, key);
    enter(article);
    return true;
  };
}

/** Opens what is in a message: a picture, a file, the original. @param {HTMLElement} article */
function enter(article) {
  const first = article.querySelector(`.message__bubble :is(${FOCUSED})`);
  if (first instanceof HTMLElement) first.click();
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
