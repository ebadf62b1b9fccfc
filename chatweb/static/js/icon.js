// @ts-check
import { html } from "../vendor/lit.js";

const SIGN = new URL("../icon.svg", import.meta.url).href;

/** Brings the pictures into the page: one that is fetched when it is first shown would be missing just when the line is
 * down, as the clock of an unsent message. A document by XHR is the way that trusted types leave open. */
function bringSprite() {
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.onload = () => {
    const sprite = request.response?.documentElement;
    if (!(sprite instanceof SVGElement)) return;
    sprite.setAttribute("hidden", "");
    document.body.append(document.importNode(sprite, true));
  };
  request.open("GET", new URL("../icons.svg", import.meta.url));
  request.send();
}

/** A picture of Lucide from the sprite; the control round it carries the name.
 * @param {string} name as Lucide calls it
 * @param {string} [modifier] of `.icon`: "16", "18", "spinning", … */
export const icon = (name, modifier) =>
  html`<svg class=${modifier ? `icon icon--${modifier}` : "icon"} aria-hidden="true"><use href="#i-${name}"></use></svg>`;

/** The sign of chatweb. */
export const logo = () => html`<img class="logo" src=${SIGN} alt="" width="32" height="32">`;

bringSprite();
