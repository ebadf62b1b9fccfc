// @ts-check
// What is asked of the log: a text, and a chip for each thing that narrows it. A phone has those that are set, and the
// rest behind one button.

import { html, live, nothing, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { openMenu } from "../menu.js";
import { t } from "../wording.js";
import { openDatePicker } from "./date_picker.js";
import { FILTERS } from "./filter_kinds.js";
import { changed, filtersOf, isNarrowed } from "./filters.js";
import { openPicker } from "./picker.js";

/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./filter_kinds.js").FilterKind} FilterKind */
/** @typedef {import("./names.js").Names} Names */

const PAUSE = 300; // ms after the last letter

export class LogFilters {
  #element;
  #ask;
  #names;
  #timer = 0;
  /** @type {Filters} */
  #filters = filtersOf(location.search);

  /** @param {HTMLElement} element @param {(filters: Filters) => void} ask @param {Names} names */
  constructor(element, ask, names) {
    this.#element = element;
    this.#ask = ask;
    this.#names = names;
    names.addEventListener("named", () => this.draw());
    this.draw();
  }

  /** @param {Filters} filters */
  show(filters) {
    this.#filters = filters;
    this.draw();
  }

  draw() {
    render(
      html`<form class="filters" role="search" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <label class="input filters__text">
        ${icon("search", "18")}
        <input
          type="search"
          name="q"
          aria-label=${t("l.search")}
          placeholder=${t("l.search.ph")}
          maxlength="200"
          autocomplete="off"
          .value=${live(this.#filters.q ?? "")}
          @input=${(/** @type {InputEvent} */ event) => this.#typed(event)}
        />
      </label>
      <button type="button" class="icon-button filters__more" aria-haspopup="menu" aria-label=${t("l.filters")} title=${t("l.filters")}
        aria-pressed=${FILTERS.some((kind) => kind.isSet(this.#filters)) ? "true" : "false"}
        @click=${(/** @type {MouseEvent} */ event) => this.#openAll(/** @type {HTMLElement} */ (event.currentTarget))}>${icon("list-filter")}</button>
      <div class="filters__chips" role="group" aria-label=${t("l.filters")}>${FILTERS.map((kind) => this.#chip(kind))}${this.#clear()}</div>
    </form>`,
      this.#element,
    );
  }

  /** @param {FilterKind} kind */
  #chip(kind) {
    const isSet = kind.isSet(this.#filters);
    const words = isSet ? `${t(kind.key)}: ${kind.words(this.#filters, this.#names)}` : t(kind.key);
    const open = (/** @type {MouseEvent} */ event) =>
      this.#open(kind, /** @type {HTMLElement} */ (event.currentTarget));
    return html`<span class="filter ${isSet ? "filter--set" : ""}">
      <button type="button" class="filter__open" aria-haspopup="dialog" @click=${open}>
        ${icon(kind.sign, "16")}<bdi class="truncated" title=${isSet ? words : nothing}>${words}</bdi>${isSet ? nothing : icon("chevron-down", "14")}
      </button>
      ${isSet ? this.#off(kind, words) : nothing}
    </span>`;
  }

  /** @param {FilterKind} kind @param {string} words */
  #off(kind, words) {
    const name = t("l.clear.one", { x: words });
    return html`<button type="button" class="filter__off" aria-label=${name} title=${name} @click=${() => this.#change(kind.none)}>
      ${icon("x", "14")}
    </button>`;
  }

  #clear() {
    if (!isNarrowed(this.#filters)) return nothing;
    return html`<button type="button" class="button button--ghost button--small filters__clear" @click=${() => this.#ask({})}>
      ${t("l.clear")}
    </button>`;
  }

  /** @param {FilterKind} kind @param {HTMLElement} opener */
  #open(kind, opener) {
    if (!kind.choices) return openDatePicker(opener, this.#filters, (span) => this.#change(span));
    openPicker(opener, {
      name: t(kind.key),
      find: kind.find && t(kind.find),
      value: kind.value(this.#filters),
      choices: (text) => kind.choices?.(this.#names, text) ?? [],
      onPick: ({ value }) => this.#change(kind.change(value)),
    });
  }

  /** @param {HTMLElement} opener */
  #openAll(opener) {
    const items = FILTERS.map((kind) => ({
      sign: kind.sign,
      name: t(kind.key),
      value: kind.isSet(this.#filters) ? kind.words(this.#filters, this.#names) : t("l.any"),
      onPick: () => this.#open(kind, opener),
    }));
    openMenu(opener, t("l.filters"), items);
  }

  /** @param {InputEvent} event */
  #typed(event) {
    const q = /** @type {HTMLInputElement} */ (event.target).value;
    this.#filters = { ...this.#filters, q };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#change({ q: q.trim() || undefined }), PAUSE);
  }

  /** @param {Filters} change */
  #change(change) {
    this.#ask(changed(this.#filters, change));
  }
}
