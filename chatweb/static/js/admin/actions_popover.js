// @ts-check
// A menu's items in a popover: unlike the menu, it opens over a sheet as well.

import { html } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { moveWithArrows } from "../roving.js";
import { openPopover } from "./popover.js";

/** @param {HTMLElement} opener @param {string} name @param {import("../menu.js").Item[]} items */
export function openActions(opener, name, items) {
  openPopover(opener, name, (close) => {
    const pick = (/** @type {import("../menu.js").Item} */ item) => {
      close();
      item.onPick();
    };
    return html`<div class="picker" @keydown=${moveWithArrows}>
      <h2 class="picker__title"><bdi>${name}</bdi></h2>
      ${items.map(
        (item, at) => html`<button
          type="button"
          class="menu__item ${item.isDanger ? "menu__item--danger" : ""}"
          data-item
          ?autofocus=${at === 0}
          @click=${() => pick(item)}
        >${icon(item.sign)}<span>${item.name}</span></button>`,
      )}
    </div>`;
  });
}
