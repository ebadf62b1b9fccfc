// @ts-check
import { html, render } from "../vendor/lit.js";
import { icon } from "./icon.js";

const SHOWN = 5_000; // ms

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** A short word at the bottom, one at a time. @param {string} words @param {string} [sign] */
export function toast(words, sign = "circle-check") {
  const region = /** @type {HTMLElement} */ (document.getElementById("toasts"));
  render(html`<div class="toast">${icon(sign)}<span>${words}</span></div>`, region);
  clearTimeout(timer);
  timer = setTimeout(() => render("", region), SHOWN);
}
