// @ts-check
import { html, nothing } from "../vendor/lit.js";
import { icon } from "./icon.js";
import { hue, initials } from "./person.js";

/** A person's face: their photo, else initials in their hue; and whether they are here. Decorative, since the name stands
 * beside it.
 * @param {{id: number, nickname: string, online?: boolean, avatar?: number}} person
 * @param {{size?: number, dot?: boolean}} [how] size in pixels, one of those in avatar.css */
export const avatar = (person, { size = 40, dot = false } = {}) => html`
  <span class="avatar avatar--${size} hue-${hue(person.id)}" aria-hidden="true"
    ><span dir="auto">${initials(person.nickname)}</span>${person.avatar ? photo(person.avatar) : nothing}${
      dot ? html`<span class="avatar__dot ${person.online ? "" : "avatar__dot--offline"}"></span>` : nothing
    }</span>`;

/** It lies over the initials, which are seen again where it cannot be. @param {number} attachment */
const photo = (attachment) =>
  html`<img class="avatar__photo" src="/media/${attachment}/thumbnail" alt="" draggable="false" @load=${shown} @error=${unseen}>`;

const shown = (/** @type {Event} */ event) => {
  /** @type {HTMLElement} */ (event.currentTarget).hidden = false;
};
const unseen = (/** @type {Event} */ event) => {
  /** @type {HTMLElement} */ (event.currentTarget).hidden = true;
};

/** A room's tile. @param {string} sign an icon's name @param {number} [size] */
export const tile = (sign, size = 40) =>
  html`<span class="avatar avatar--tile avatar--${size}" aria-hidden="true">${icon(sign)}</span>`;
