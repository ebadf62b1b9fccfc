// @ts-check
/** A modal question. It renders what it is given, closes with Escape or a press beside it, and gives focus back. */
import { html, render } from "../vendor/lit.js";

/** @typedef {() => void} Close */

/** @param {object} parts
 * @param {string} parts.title
 * @param {(again: () => void) => unknown} parts.content called anew by `again`
 * @param {(close: Close, again: () => void) => unknown} parts.actions
 * @param {(close: Close, again: () => void) => void} [parts.onSubmit]
 * @returns {Close} */
export function dialog({ title, content, actions, onSubmit = () => {} }) {
  const element = document.createElement("dialog");
  const opener = document.activeElement;
  element.className = "dialog";
  element.setAttribute("aria-labelledby", "dialog-title");
  const close = () => element.close();
  const again = () => draw();
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onSubmit(close, again);
  };
  const draw = () =>
    render(
      html`<form novalidate @submit=${submit}>
        <h2 class="dialog__title" id="dialog-title">${title}</h2>
        ${content(again)}
        <div class="dialog__actions">${actions(close, again)}</div>
      </form>`,
      element,
    );
  element.addEventListener("close", () => {
    element.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
  element.addEventListener("pointerdown", (event) => {
    const hasInput = [...element.querySelectorAll("input")].some((field) => field.value);
    if (event.target === element && isBeside(element, event) && !hasInput) close();
  });
  draw();
  document.body.append(element);
  element.showModal();
  const first = element.querySelector("[autofocus]");
  if (first instanceof HTMLElement) first.focus();
  return close;
}

/** @param {HTMLElement} element @param {PointerEvent} event */
function isBeside(element, { clientX, clientY }) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
