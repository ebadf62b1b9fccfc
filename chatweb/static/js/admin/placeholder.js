// @ts-check
// What stands where something is not yet, or could not be had.

import { html } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";

/** @param {number} rows */
export function skeleton(rows) {
  return html`<div class="waiting" aria-busy="true">
    ${Array.from({ length: rows }, () => html`<span class="skeleton waiting__row"></span>`)}
  </div>`;
}

/** @param {() => void} retry */
export function failedPart(retry) {
  return html`<div class="empty" role="alert">
    ${icon("circle-alert", "24")}
    <p>${t("a.loaderr")}</p>
    <button type="button" class="button" @click=${retry}>${t("fail.retry")}</button>
  </div>`;
}

/** @param {string} sign @param {string} title @param {string} [text] */
export function empty(sign, title, text = "") {
  return html`<div class="empty">${icon(sign, "24")}<b>${title}</b><p>${text}</p></div>`;
}
