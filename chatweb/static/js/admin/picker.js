// @ts-check
// Chooses one of a list: with arrows, by a press, and where the list is long by writing a part of the name.

import { html, nothing, repeat } from "../../vendor/lit.js";
import { avatar } from "../avatar.js";
import { icon } from "../icon.js";
import { moveWithArrows } from "../roving.js";
import { t } from "../wording.js";
import { skeleton } from "./placeholder.js";
import { openPopover } from "./popover.js";

/** @typedef {{ value: string, name: string, sign?: string, person?: { id: number, nickname: string } }} Choice */

const PAUSE = 200; // ms after the last letter

/**
 * @param {HTMLElement} opener
 * @param {object} how
 * @param {string} how.name
 * @param {string} [how.find] the search field's name; absent: the list is short
 * @param {string} how.value what is chosen now
 * @param {(text: string) => Choice[] | Promise<Choice[]>} how.choices
 * @param {(choice: Choice) => void} how.onPick
 */
export function openPicker(opener, { name, find, value, choices, onPick }) {
  /** @type {Choice[] | null} */
  let shown = null;
  let hasFailed = false;
  let asked = 0;
  let timer = 0;
  let redraw = () => {};

  /** @param {Choice[] | Promise<Choice[]>} answer */
  async function take(answer) {
    const mine = ++asked;
    try {
      const found = await answer;
      if (mine !== asked) return;
      shown = found;
      hasFailed = false;
    } catch {
      hasFailed = true;
    }
    redraw();
  }

  const typed = (/** @type {InputEvent} */ event) => {
    const text = /** @type {HTMLInputElement} */ (event.target).value.trim();
    clearTimeout(timer);
    timer = setTimeout(() => take(choices(text)), PAUSE);
  };

  const first = choices("");
  if (Array.isArray(first)) shown = first;
  openPopover(opener, name, (close, again) => {
    redraw = again;
    const pick = (/** @type {Choice} */ choice) => {
      close();
      onPick(choice);
    };
    return html`<div class="picker" @keydown=${moved}>
      <h2 class="picker__title">${name}</h2>
      ${find ? searchField(find, typed) : nothing}
      <div class="picker__list" role="listbox" aria-label=${name}>
        ${hasFailed ? html`<p class="picker__none" role="alert">${t("a.loaderr")}</p>` : options(shown, value, !find, pick)}
      </div>
    </div>`;
  });
  if (!shown) take(first);
}

/** @param {string} find @param {(event: InputEvent) => void} typed */
function searchField(find, typed) {
  return html`<label class="input input--small picker__find">
    ${icon("search", "18")}<input type="search" autofocus data-item aria-label=${find} placeholder=${find} maxlength="100" @input=${typed} />
  </label>`;
}

/** @param {Choice[] | null} choices @param {string} value @param {boolean} isFirst @param {(choice: Choice) => void} pick */
function options(choices, value, isFirst, pick) {
  if (!choices) return skeleton(4);
  if (choices.length === 0) return html`<p class="picker__none">${t("s.none")}</p>`;
  return repeat(
    choices,
    (choice) => choice.value,
    (choice) => html`<button
      type="button"
      role="option"
      class="menu__item picker__option"
      data-item
      aria-selected=${choice.value === value ? "true" : "false"}
      ?autofocus=${isFirst && choice.value === value}
      @click=${() => pick(choice)}
    >
      ${choice.person ? avatar(choice.person, { size: 28 }) : nothing}${choice.sign ? icon(choice.sign, "18") : nothing}
      <bdi class="truncated grows">${choice.name}</bdi>${choice.value === value ? icon("check", "18") : nothing}
    </button>`,
  );
}

/** Within the field, Home and End belong to its text. @param {KeyboardEvent} event */
function moved(event) {
  if (!(event.target instanceof HTMLInputElement) || event.key === "ArrowDown") moveWithArrows(event);
}
