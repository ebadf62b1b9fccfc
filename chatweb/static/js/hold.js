// @ts-check
/** A finger held still for half a second, and its likes: the other mouse button, Shift F10, the menu key. */

const HELD = 500; // ms
const STILL = 10; // px

/** @param {HTMLElement} element @param {(target: Element) => boolean} act answers whether it has taken it */
export function onHold(element, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isTouch = false;
  let isHeld = false;
  let at = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerdown", (event) => {
    stop();
    isHeld = false;
    isTouch = event.pointerType === "touch";
    at = { x: event.clientX, y: event.clientY };
    const target = /** @type {Element} */ (event.target);
    if (isTouch && event.isPrimary) timer = setTimeout(hold, HELD, target);
  });
  /** @param {Element} target */
  const hold = (target) => {
    isHeld = act(target);
  };
  // The finger that is lifted after it was held presses nothing.
  element.addEventListener(
    "click",
    (event) => {
      if (!isHeld) return;
      isHeld = false;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
  element.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - at.x, event.clientY - at.y) > STILL) stop();
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave", "scroll"])
    element.addEventListener(end, stop);
  element.addEventListener("contextmenu", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (isTouch) event.preventDefault();
    else if (!isForBrowser(target) && act(target)) event.preventDefault();
  });
  element.addEventListener("keydown", (event) => {
    if ((event.key === "F10" && event.shiftKey) || event.key === "ContextMenu")
      if (act(/** @type {Element} */ (event.target))) event.preventDefault();
  });
}

/** Links, players and chosen text have a menu of the browser's own. @param {Element} target */
const isForBrowser = (target) => Boolean(target.closest("a, audio, video") || getSelection()?.toString());
