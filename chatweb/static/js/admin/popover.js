// @ts-check
// A small window beneath the control that opened it, on a phone a sheet from below. Escape and a press beside it close it.

import { render } from "../../vendor/lit.js";

const GAP = 6; // px between control and popover
const EDGE = 8; // px kept to the window's edge

/**
 * @param {HTMLElement} opener @param {string} name
 * @param {(close: () => void, again: () => void) => unknown} content called anew by `again`
 * @returns {() => void} closes it
 */
export function openPopover(opener, name, content) {
  const element = document.createElement("dialog");
  element.className = "popover";
  element.setAttribute("aria-label", name);
  const close = () => element.close();
  const draw = () => render(content(close, draw), element);
  element.addEventListener("close", () => {
    element.remove();
    opener.setAttribute("aria-expanded", "false");
    if (opener.isConnected) opener.focus();
  });
  element.addEventListener(
    "pointerdown",
    (event) => event.target === element && isBeside(element, event) && close(),
  );
  draw();
  document.body.append(element);
  opener.setAttribute("aria-expanded", "true");
  element.showModal();
  put(element, opener);
  const first = element.querySelector("[autofocus]");
  if (first instanceof HTMLElement) first.focus();
  return close;
}

/** @param {HTMLElement} element @param {HTMLElement} opener */
function put(element, opener) {
  if (matchMedia("(max-width: 639.98px)").matches) return;
  const { left, bottom } = opener.getBoundingClientRect();
  const { width } = element.getBoundingClientRect();
  const top = Math.min(bottom + GAP, innerHeight / 2);
  element.style.top = `${top}px`;
  element.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  element.style.maxHeight = `${innerHeight - top - EDGE}px`;
}

/** @param {HTMLElement} element @param {PointerEvent} event */
function isBeside(element, { clientX, clientY }) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
