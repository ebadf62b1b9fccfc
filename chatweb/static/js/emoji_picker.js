// @ts-check
/** Where one chooses an emoji: a field to look for it, a tab for each group, a grid with the arrows in two dimensions. */
import { html, nothing, render } from "../vendor/lit.js";
import { findEmoji, GROUPS, noteEmoji, readEmoji, recentEmoji, toned } from "./emoji_list.js";
import { icon } from "./icon.js";
import { smallStorage } from "./storage.js";
import { toast } from "./toast.js";
import { language, t } from "./wording.js";

const COLUMNS = 8;
const EDGE = 8; // px kept to the window's edge
const TABS = { smileys: "😀", nature: "🌿", food: "🍜", activity: "⚽", objects: "💡", symbols: "❤️" };
const TONES = ["", "\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
const TONE = "emoji.tone";
const TOUCH = matchMedia("(pointer: coarse)");

/** @typedef {import("./emoji_list.js").Emoji} Emoji */

/** @type {Map<string, Emoji[][]>} by language */
const known = new Map();

/** @returns {Promise<Emoji[][]>} */
async function load() {
  const wanted = language();
  if (!known.has(wanted)) {
    const answer = await fetch(new URL(`../vendor/emoji.${wanted}.json`, import.meta.url));
    if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
    known.set(wanted, readEmoji(await answer.json()));
  }
  return known.get(wanted) ?? [];
}

/** Opens the picker over `opener`; with `isOnce` the first choice closes it.
 * @param {HTMLElement} opener @param {(emoji: string) => void} onPick @param {{isOnce?: boolean}} [options] */
export async function openEmojiPicker(opener, onPick, { isOnce = false } = {}) {
  if (TOUCH.matches && document.activeElement instanceof HTMLElement) document.activeElement.blur();
  try {
    new EmojiPicker(opener, onPick, isOnce, await load());
  } catch {
    toast(t("fail.server"), "circle-alert");
  }
}

class EmojiPicker {
  #opener;
  #onPick;
  #isOnce;
  #groups;
  #layer = document.createElement("div");
  /** the group that is shown; empty: those used of late, with the first group beneath */
  #tab = "";
  #query = "";
  #recent = recentEmoji();
  #tone = smallStorage()?.getItem(TONE) ?? "";

  /** @param {HTMLElement} opener @param {(emoji: string) => void} onPick @param {boolean} isOnce @param {Emoji[][]} groups */
  constructor(opener, onPick, isOnce, groups) {
    this.#opener = opener;
    this.#onPick = onPick;
    this.#isOnce = isOnce;
    this.#groups = groups;
    this.#draw();
    document.body.append(this.#layer);
    opener.setAttribute("aria-expanded", "true");
    this.#place();
    if (TOUCH.matches) this.#cells[0]?.focus();
    else this.#layer.querySelector("input")?.focus();
  }

  #close() {
    this.#layer.remove();
    this.#opener.setAttribute("aria-expanded", "false");
    if (this.#opener.isConnected) this.#opener.focus();
  }

  #draw() {
    render(
      html`<div class="scrim" @pointerdown=${() => this.#close()}></div>
      <div class="emoji" role="dialog" aria-modal="true" aria-label=${t("c.emoji")}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}>
        <label class="emoji__search">${icon("search", "18")}
          <input type="search" placeholder=${t("e.search")} aria-label=${t("e.search")} autocomplete="off" .value=${this.#query}
            @input=${(/** @type {InputEvent} */ event) => this.#sought(event)}></label>
        <div class="emoji__tabs" role="tablist" aria-label=${t("c.emoji")}>${["", ...GROUPS].map((tab) => this.#tabView(tab))}</div>
        <div class="emoji__list" id="emoji-list" role="tabpanel" tabindex="-1" aria-label=${t(this.#tab ? `e.${this.#tab}` : "e.recent")}>${this.#sections()}</div>
        <div class="emoji__tones" role="radiogroup" aria-label=${t("e.tone")}>${TONES.map((tone) => this.#toneView(tone))}</div>
      </div>`,
      this.#layer,
    );
  }

  /** @param {string} tab */
  #tabView(tab) {
    const name = t(`e.${tab || "recent"}`);
    const isChosen = tab === this.#tab && !this.#query;
    return html`<button type="button" role="tab" class="emoji__tab" aria-selected=${isChosen} aria-controls="emoji-list"
      tabindex=${isChosen || (this.#query && tab === "") ? 0 : -1} aria-label=${name} title=${name}
      @click=${() => this.#turnTo(tab)}>${tab ? TABS[/** @type {keyof typeof TABS} */ (tab)] : icon("clock")}</button>`;
  }

  /** @param {string} tone */
  #toneView(tone) {
    return html`<button type="button" role="radio" class="emoji__tone" aria-checked=${tone === this.#tone}
      aria-label=${t("e.tone.n", { n: TONES.indexOf(tone) })} @click=${() => this.#choose(tone)}>${toned("✋", tone)}</button>`;
  }

  #sections() {
    if (this.#query) {
      const found = findEmoji(this.#groups, this.#query);
      return found.length
        ? this.#section("", found)
        : html`<p class="emoji__none" role="status">${t("s.none")}</p>`;
    }
    const at = Math.max(GROUPS.indexOf(this.#tab), 0);
    const group = this.#section(t(`e.${GROUPS[at]}`), this.#groups[at]);
    return this.#tab ? group : [this.#section(t("e.recent"), this.#recentOnes()), group];
  }

  #recentOnes() {
    const all = new Map(this.#groups.flat().map((one) => [one.emoji, one]));
    return this.#recent.map((emoji) => ({
      emoji,
      name: all.get(emoji)?.name ?? emoji,
      words: "",
      hasTones: false,
    }));
  }

  /** @param {string} title @param {Emoji[]} emoji */
  #section(title, emoji) {
    const rows = Array.from({ length: Math.ceil(emoji.length / COLUMNS) }, (_, row) =>
      emoji.slice(row * COLUMNS, (row + 1) * COLUMNS),
    );
    return html`${title ? html`<h3 class="emoji__title">${title}</h3>` : nothing}
      <div class="emoji__grid" role="grid" aria-label=${title || t("e.search")}>${rows.map(
        (row) => html`<div class="emoji__row" role="row">${row.map((one) => this.#cell(one))}</div>`,
      )}</div>`;
  }

  /** @param {Emoji} one */
  #cell({ emoji, name, hasTones }) {
    const shown = hasTones ? toned(emoji, this.#tone) : emoji;
    return html`<button type="button" role="gridcell" class="emoji__emoji" tabindex="-1" aria-label=${name} title=${name}
      @click=${() => this.#pick(shown)}>${shown}</button>`;
  }

  /** @param {string} emoji */
  #pick(emoji) {
    noteEmoji(emoji);
    if (this.#isOnce) this.#close();
    this.#onPick(emoji);
  }

  /** @param {string} tab */
  #turnTo(tab) {
    this.#tab = tab;
    this.#query = "";
    this.#draw();
    const list = this.#layer.querySelector(".emoji__list");
    if (list) list.scrollTop = 0;
  }

  /** @param {string} tone */
  #choose(tone) {
    this.#tone = tone;
    try {
      smallStorage()?.setItem(TONE, tone);
    } catch {
      // kept for this opening alone then
    }
    this.#draw();
  }

  /** @param {InputEvent} event */
  #sought(event) {
    this.#query = /** @type {HTMLInputElement} */ (event.target).value;
    this.#draw();
  }

  /** @returns {HTMLElement[]} */
  get #cells() {
    return [...this.#layer.querySelectorAll(".emoji__emoji")].map(
      (cell) => /** @type {HTMLElement} */ (cell),
    );
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape") this.#close();
    else if (event.key === "Tab") this.#keepIn(event);
    else if (target.matches("input")) this.#fromField(event);
    else if (target.matches("[role=tab], [role=radio]")) moveAlong(target, event);
    else this.#moveInGrid(target, event);
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  #fromField(event) {
    if (event.key === "ArrowDown") this.#cells[0]?.focus();
    else if (event.key === "Enter") this.#cells[0]?.click();
    else return;
    event.preventDefault();
  }

  /** @param {HTMLElement} cell @param {KeyboardEvent} event */
  #moveInGrid(cell, event) {
    const cells = this.#cells;
    const at = cells.indexOf(cell);
    const row = this.#rowOf(cell);
    const column = row.indexOf(cell);
    const below = this.#rowOf(cells[at - column + row.length]);
    const above = this.#rowOf(cells[at - column - 1]);
    const to = {
      ArrowLeft: cells[at - 1],
      ArrowRight: cells[at + 1],
      ArrowUp: above[Math.min(column, above.length - 1)] ?? this.#layer.querySelector("input"),
      ArrowDown: below[Math.min(column, below.length - 1)],
      Home: row[0],
      End: row.at(-1),
    }[event.key];
    if (!to) return;
    to.focus();
    event.preventDefault();
  }

  /** @param {HTMLElement | undefined} cell @returns {HTMLElement[]} */
  #rowOf(cell) {
    const row = cell?.closest(".emoji__row");
    return row ? /** @type {HTMLElement[]} */ ([...row.querySelectorAll(".emoji__emoji")]) : [];
  }

  /** Tab goes round inside: the field, the tabs, the grid, the tones. @param {KeyboardEvent} event */
  #keepIn(event) {
    const stops = ["input", "[role=tab][tabindex='0']", ".emoji__emoji", "[role=radio][aria-checked='true']"]
      .map((stop) => this.#layer.querySelector(stop))
      .filter((stop) => stop instanceof HTMLElement);
    const kind = (/** @type {Element} */ stop) => stop.getAttribute("role") ?? stop.tagName;
    const at = stops.findIndex((stop) => kind(stop) === kind(/** @type {Element} */ (event.target)));
    stops.at((at + (event.shiftKey ? -1 : 1)) % stops.length)?.focus();
    event.preventDefault();
  }

  /** Above the button or below it, inside the window; a narrow screen shows it as a sheet, which the style does. */
  #place() {
    const picker = /** @type {HTMLElement} */ (this.#layer.querySelector(".emoji"));
    if (matchMedia("(max-width: 639.98px)").matches) return;
    const button = this.#opener.getBoundingClientRect();
    const { width, height } = picker.getBoundingClientRect();
    const top = button.top - height - EDGE >= EDGE ? button.top - height - EDGE : button.bottom + EDGE;
    picker.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
    picker.style.left = `${Math.max(EDGE, Math.min(button.right - width, innerWidth - width - EDGE))}px`;
  }
}

/** Arrows along a row of choices; the next one is chosen. @param {HTMLElement} one @param {KeyboardEvent} event */
function moveAlong(one, event) {
  const all = /** @type {HTMLElement[]} */ ([...(one.parentElement?.children ?? [])]);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const next = all[(all.indexOf(one) + step + all.length) % all.length];
  next.click();
  next.focus();
  event.preventDefault();
}
