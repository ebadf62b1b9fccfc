// @ts-check
/** One Tab stop for a list: arrows move between its [data-item]s, Home and End to its ends.
 * @param {KeyboardEvent} event */
export function moveWithArrows(event) {
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const items = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-item]")]);
  const at = items.findIndex((item) => item.contains(document.activeElement));
  if (at < 0) return;
  const to = {
    ArrowUp: items[at - 1],
    ArrowDown: items[at + 1],
    Home: items[0],
    End: items.at(-1),
  }[event.key];
  if (!to) return;
  event.preventDefault();
  to.focus();
}
