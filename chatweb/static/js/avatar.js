// @ts-check
import { html, nothing } from "../vendor/lit.js";
import { icon } from "./icon.js";
import { hue, initials } from "./person.js";

/** A person's face: initials in their hue, and whether they are here. Decorative, since the name stands beside it.
 * @param {{id: number, nickname: string, online?: boolean}} person
 * @param {{size?: number, dot?: boolean}} [how] size in pixels, one of those in avatar.css */
export const avatar = (person, { size = 40, dot = false } = {}) => html`
  <span class="avatar avatar--${size} hue-${hue(person.id)}" aria-hidden="true"
    ><span dir="auto">${initials(person.nickname)}</span>${
      dot ? html`<span class="avatar__dot ${person.online ? "" : "avatar__dot--offline"}"></span>` : nothing
    }</span>`;

/** A room's tile. @param {string} sign an icon's name @param {number} [size] */
export const tile = (sign, size = 40) =>
  html`<span class="avatar avatar--tile avatar--${size}" aria-hidden="true">${icon(sign)}</span>`;
