// @ts-check
// What is asked of the log: a text, and chips for the rest.

import { html, live, nothing, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { changed, filtersOf } from "./filters.js";

/** @typedef {import("./filters.js").Filters} Filters */

const PAUSE = 300; // ms after the last letter

/** @type {[string, string, string][]} value, icon, wording */
const SCOPES = [
  ["", "", "l.any"],
  ["public", "users-round", "l.scope.public"],
  ["private", "lock", "l.scope.private"],
  ["broadcast", "megaphone", "kd.bc"],
];

export class LogFilters {
  #element;
  #ask;
  #timer = 0;
  /** @type {Filters} */
  #filters = filtersOf(location.search);

  /** @param {HTMLElement} element @param {(filters: Filters) => void} ask */
  constructor(element, ask) {
    this.#element = element;
    this.#ask = ask;
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

  /** What came with the address and has no chip of its own can be taken off. */
  #others() {
    const { person, room, kind, since, until } = this.#filters;
    if (!(person || room || kind || since || until)) return nothing;
    const none = { person: undefined, room: undefined, kind: undefined, since: undefined, until: undefined };
    return html`<button type="button" class="button button--ghost button--small" @click=${() => this.#change(none)}>${icon("x", "16")}${t("l.clear")}</button>`;
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
