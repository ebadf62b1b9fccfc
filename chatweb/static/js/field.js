// @ts-check
import { html, nothing } from "../vendor/lit.js";
import { icon } from "./icon.js";

/** What is wrong with a field, in its words. @param {string} id @param {unknown} words */
export const fieldError = (id, words) =>
  html`<span class="field__error" id=${id} role="alert">${icon("circle-alert", "18")}<span>${words}</span></span>`;

/** The same, where something may be wrong. @param {string} id @param {string} words */
export const fieldProblem = (id, words) => (words ? fieldError(id, words) : nothing);
