// @ts-check
/** A menu beside the button that opened it: arrows, Home, End, the first letter; Escape and Tab close it. */
import { html, nothing, render } from "../vendor/lit.js";
import { icon } from "./icon.js";

const GAP = 6; // px between button and menu
const EDGE = 8; // px kept to the window's edge
const NARROW = matchMedia("(max-width: 639.98px)");

/** @typedef {{emoji: string, name: string, onPick: () => void}} Quick an emoji, or none for "another one" */
/** @typedef {{sign: string, name: string, value?: string, key?: string, isDanger?: boolean, onPick: () => void}} Item */

/** @param {HTMLElement} opener @param {string} name @param {Item[]} items
 * @param {{subject?: Element | null, isGrid?: boolean, quick?: Quick[]}} [look] on a narrow screen `subject` stays in
 * sight above the sheet, and a grid shows large signs; `quick` stands in a row on top */
export function openMenu(opener, name, items, { subject, isGrid = false, quick = [] } = {}) {
  const layer = document.createElement("div");
  const close = () => {
    layer.remove();
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  };
  const pick = (/** @type {{onPick: () => void}} */ item) => {
    close();
    item.onPick();
  };
  render(
    html`<div class="scrim" @pointerdown=${close}></div>
      <div class="menu ${isGrid ? "menu--grid" : ""}" role="menu" aria-label=${name} @keydown=${(/** @type {KeyboardEvent} */ event) => pressed(event, close)}>
        ${
          quick.length
            ? html`<div class="menu__quick">${quick.map(
                (
                  one,
                ) => html`<button type="button" role="menuitem" tabindex="-1" aria-label=${one.name} title=${one.name}
                  @click=${() => pick(one)}>${one.emoji || icon("plus")}</button>`,
              )}</div>`
            : nothing
        }
        ${items.map(
          (
            item,
            at,
          ) => html`${item.isDanger && !items[at - 1]?.isDanger ? html`<hr class="menu__line">` : nothing}
            <button type="button" role="menuitem" tabindex="-1" class="menu__item ${item.isDanger ? "menu__item--danger" : ""}"
              @click=${() => pick(item)}>${icon(item.sign)}<span>${item.name}</span>${
                item.value ? html`<span class="menu__value">${item.value}</span>` : nothing
              }${item.key ? html`<kbd class="menu__key" aria-hidden="true">${item.key}</kbd>` : nothing}</button>`,
        )}
      </div>`,
    layer,
  );
  document.body.append(layer);
  opener.setAttribute("aria-expanded", "true");
  const menu = /** @type {HTMLElement} */ (layer.querySelector(".menu"));
  put(menu, opener.matches("button") ? opener : (subject ?? opener));
  if (subject && NARROW.matches) lift(layer, menu, subject);
  /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
}

/** What the sheet is about, above it. @param {HTMLElement} layer @param {HTMLElement} menu @param {Element} subject */
function lift(layer, menu, subject) {
  const copy = /** @type {HTMLElement} */ (subject.cloneNode(true));
  const frame = document.createElement("div");
  const row = document.createElement("div");
  frame.className = "menu__subject";
  row.className = subject.closest("article")?.className ?? "";
  frame.inert = true;
  frame.style.bottom = `${menu.offsetHeight}px`;
  row.append(copy);
  frame.append(row);
  layer.append(frame);
}

/** Below the button (or what the menu is about) or above it, inside the window; a narrow screen shows it as a sheet.
 * @param {HTMLElement} menu @param {Element} opener */
function put(menu, opener) {
  if (NARROW.matches) return;
  const button = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const fitsBelow = button.bottom + GAP + height + EDGE <= innerHeight;
  const top = fitsBelow ? button.bottom + GAP : button.top - GAP - height;
  menu.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
  menu.style.left = `${Math.max(EDGE, Math.min(button.left, innerWidth - width - EDGE))}px`;
}

/** @param {KeyboardEvent} event @param {() => void} close */
function pressed(event, close) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowRight: items[at + 1],
    ArrowUp: items.at(at - 1),
    ArrowLeft: items[at - 1],
    Home: items[0],
    End: items.at(-1),
  }[event.key];
  const lettered = items.find((item) =>
    item.innerText.trim().toLowerCase().startsWith(event.key.toLowerCase()),
  );
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (to ?? lettered) (to ?? lettered)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
