// @ts-check
// The actions behind a ⋯: beside its button, on a narrow screen a sheet from below.

import { html, nothing, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";

/** @typedef {{ sign: string, name: string, danger?: boolean, choose: () => void }} Item danger comes last */

const GAP = 4; // pixels between button and menu
const NARROW = "(max-width: 639.98px)"; // menu.css makes a sheet of it

export class Menu {
  #host = document.createElement("div");
  /** @type {HTMLElement | null} */
  #opener = null;

  constructor() {
    document.body.append(this.#host);
    this.#host.addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("resize", () => this.close());
  }

  /** @param {HTMLElement} opener @param {string} name @param {Item[]} items */
  open(opener, name, items) {
    this.#opener = opener;
    opener.setAttribute("aria-expanded", "true");
    render(this.#face(name, items), this.#host);
    this.#place(opener);
    this.#items()[0]?.focus();
  }

  close() {
    if (!this.#opener) return;
    const opener = this.#opener;
    this.#opener = null;
    opener.setAttribute("aria-expanded", "false");
    render(nothing, this.#host);
    opener.focus();
  }

  /** @param {string} name @param {Item[]} items */
  #face(name, items) {
    return html`
      <div class="scrim" @pointerdown=${() => this.close()}></div>
      <div class="menu" role="menu" aria-label=${name}>${items.map((item, at) => this.#item(item, at > 0))}</div>
    `;
  }

  /** @param {Item} item @param {boolean} follows */
  #item({ sign, name, danger, choose }, follows) {
    const chosen = () => {
      this.close();
      choose();
    };
    return html`
      ${danger && follows ? html`<hr class="menu__line" />` : nothing}
      <button type="button" role="menuitem" tabindex="-1" class="menu__item ${danger ? "menu__item--danger" : ""}" @click=${chosen}>
        ${icon(sign)}${name}
      </button>
    `;
  }

  /** @param {HTMLElement} opener */
  #place(opener) {
    const menu = /** @type {HTMLElement} */ (this.#host.querySelector(".menu"));
    if (matchMedia(NARROW).matches) return;
    const button = opener.getBoundingClientRect();
    const below = button.bottom + GAP + menu.offsetHeight < innerHeight;
    const top = below ? button.bottom + GAP : button.top - GAP - menu.offsetHeight;
    menu.style.insetBlockStart = `${Math.max(GAP, top)}px`;
    menu.style.insetInlineStart = `${Math.max(GAP, button.right - menu.offsetWidth)}px`;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close();
      return;
    }
    const items = this.#items();
    const to = next(
      event.key,
      items.indexOf(/** @type {HTMLElement} */ (document.activeElement)),
      items.length,
    );
    if (to === null) return this.#typed(event.key);
    event.preventDefault();
    items[to]?.focus();
  }

  /** @param {string} letter */
  #typed(letter) {
    const fits = (/** @type {HTMLElement} */ item) =>
      item.innerText.trim().toLocaleLowerCase().startsWith(letter.toLocaleLowerCase());
    if (letter.length === 1) this.#items().find(fits)?.focus();
  }

  #items() {
    return /** @type {HTMLElement[]} */ ([...this.#host.querySelectorAll("[role=menuitem]")]);
  }
}

/** @param {string} key @param {number} at @param {number} count */
function next(key, at, count) {
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return null;
}
