// @ts-check
import { html } from "../vendor/lit.js";

const SPRITE = "/static/icons.svg";

/** A picture of Lucide from the sprite; the control round it carries the name.
 * @param {string} name as Lucide calls it
 * @param {string} [modifier] of `.icon`: "16", "18", "spinning", … */
export const icon = (name, modifier) =>
  html`<svg class=${modifier ? `icon icon--${modifier}` : "icon"} aria-hidden="true"><use href="${SPRITE}#i-${name}"></use></svg>`;

/** The sign of chatweb. */
export const logo = () => html`<img class="logo" src="/static/icon.svg" alt="" width="32" height="32">`;
