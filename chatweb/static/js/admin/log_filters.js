// @ts-check
// What is asked of the log: a text, and chips for the rest.

import { html, live, nothing, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { changed, filtersOf, without } from "./filters.js";
import { moment } from "./format.js";

/** @typedef {import("./filters.js").Filters} Filters */

const PAUSE = 300; // ms after the last letter

/** @type {[string, string, string][]} value, icon, wording */
const SCOPES = [
  ["", "", "l.any"],
  ["public", "users-round", "l.scope.public"],
  ["private", "lock", "l.scope.private"],
  ["broadcast", "megaphone", "kd.bc"],
];

/** @type {[keyof Filters, string][]} what has no chip of its own, and its word */
const OTHERS = [
  ["person", "l.person"],
  ["room", "l.room"],
  ["kind", "l.kind"],
  ["since", "l.since"],
  ["until", "l.until"],
];

export class LogFilters {
  #element;
  #ask;
  #nameOf;
  #timer = 0;
  /** @type {Filters} */
  #filters = filtersOf(location.search);

  /**
   * @param {HTMLElement} element
   * @param {(filters: Filters) => void} ask
   * @param {(person: number) => string | undefined} nameOf
   */
  constructor(element, ask, nameOf) {
    this.#element = element;
    this.#ask = ask;
    this.#nameOf = nameOf;
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
          placeholder=${t("l.search")}
          maxlength="200"
          .value=${live(this.#filters.q ?? "")}
          @input=${(/** @type {InputEvent} */ event) => this.#typed(event)}
        />
      </label>
      <div class="filters__chips" role="group" aria-label=${t("l.filters")}>${SCOPES.map((scope) => this.#scope(scope))}${this.#others()}</div>
    </form>`,
      this.#element,
    );
  }

  /** @param {[string, string, string]} scope */
  #scope([value, sign, key]) {
    const isChosen = (this.#filters.scope ?? "") === value;
    return html`<button type="button" class="chip" aria-pressed=${isChosen ? "true" : "false"} @click=${() => this.#change({ scope: value || undefined })}>
      ${sign ? icon(sign, "16") : nothing}${t(key)}
    </button>`;
  }

  /** What narrows the log besides, each with a button that takes it off. */
  #others() {
    return OTHERS.filter(([name]) => this.#filters[name]).map(([name, key]) => this.#other(name, t(key)));
  }

  /** @param {keyof Filters} name @param {string} word */
  #other(name, word) {
    const words = `${word}: ${this.#wordsFor(name)}`;
    return html`<span class="filters__one"><bdi class="truncated">${words}</bdi>
      <button type="button" aria-label=${t("l.clear.one", { x: words })} title=${t("l.clear.one", { x: words })} @click=${() => this.#ask(without(this.#filters, name))}>
        ${icon("x", "14")}
      </button>
    </span>`;
  }

  /** @param {keyof Filters} name */
  #wordsFor(name) {
    const value = this.#filters[name] ?? "";
    if (name === "person") return this.#nameOf(Number(value)) ?? `#${value}`;
    return name === "since" || name === "until" ? moment(Number(value)) : value;
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
