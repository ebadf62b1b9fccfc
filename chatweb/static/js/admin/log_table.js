// @ts-check
// A page of the log, newest first: time, from, to, message, kind. The newest page goes on by itself.

import { html, nothing, render, repeat } from "../../vendor/lit.js";
import { moveWithArrows } from "../roving.js";
import { codeOf } from "../wire.js";
import { t } from "../wording.js";
import { filtersOf, fits, isNarrowed, searchOf } from "./filters.js";
import { logLink } from "./log_link.js";
import { logRow } from "./log_row.js";
import { perFrame } from "./per_frame.js";
import { empty, failedPart, skeleton } from "./placeholder.js";
import { steady } from "./steady.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./names.js").Names} Names */
/** @typedef {import("./wire.js").Entry} Entry */

const PAGE = 50; // entries
const GROWN = 500; // entries that the newest page may grow to while it stands open

/**
 * Tells `turned` when another page is asked for or there, `opened` when an entry is to be looked at (detail: the entry),
 * `signed_out` when the session is over.
 */
export class LogTable extends EventTarget {
  #element;
  #api;
  #names;
  #open = 0; // the entry whose details are shown
  /** @type {Entry[]} */
  #entries = [];
  #older = "";
  #asked = 0;
  #drawSoon = perFrame(() => this.draw());
  /** @type {"loading" | "here" | "failed"} */
  #state = "loading";
  filters = filtersOf(location.search);

  /** @param {HTMLElement} element @param {Api} api @param {Names} names */
  constructor(element, api, names) {
    super();
    this.#element = element;
    this.#api = api;
    this.#names = names;
    element.addEventListener("click", (event) => this.#pressed(event));
    element.addEventListener("keydown", (event) => event.key === "Enter" && this.#pressed(event));
    addEventListener("popstate", () => this.#turn(filtersOf(location.search)));
  }

  open() {
    this.#turn(this.filters);
  }

  /** @param {Filters} filters */
  show(filters) {
    const search = searchOf(filters);
    if (search !== location.search) history.pushState(null, "", location.pathname + search);
    this.#turn(filters);
  }

  /** The same page anew, without taking away what is there. */
  reload() {
    return this.#load();
  }

  /** @param {Entry} entry */
  add(entry) {
    if (
      this.#state !== "here" ||
      !fits(this.filters, entry, this.#person) ||
      this.#entries.some((known) => known.id === entry.id)
    )
      return;
    this.#names.learn([entry]);
    this.#entries = [entry, ...this.#entries].slice(0, GROWN);
    this.#drawSoon();
  }

  /** @param {Entry} entry */
  change(entry) {
    this.#entries = this.#entries.map((known) => (known.id === entry.id ? entry : known));
    this.#drawSoon();
  }

  /** How many entries there are of what is asked for, where one page holds them all. */
  get count() {
    return this.#state === "here" && !this.#older && !this.filters.cursor ? this.#entries.length : undefined;
  }

  /** Marks the entry whose details are shown. @param {number} id 0: none */
  mark(id) {
    this.#open = id;
    this.draw();
  }

  /** Gives the focus to the row of an entry. @param {number} id */
  focus(id) {
    const row = this.#element.querySelector(`[data-id="${id}"]`);
    if (row instanceof HTMLElement) row.focus();
  }

  draw() {
    render(html`${this.#content()}${this.#pager()}`, this.#element);
  }

  /** @param {Filters} filters */
  #turn(filters) {
    this.filters = filters;
    this.#state = "loading";
    this.dispatchEvent(new Event("turned"));
    this.draw();
    this.#load();
  }

  async #load() {
    const asked = ++this.#asked;
    try {
      const { messages, cursor } = await this.#api.get("messages", { ...this.filters, limit: PAGE });
      if (asked !== this.#asked) return; // a later question overtook this one
      this.#names.learn(messages);
      this.#entries = messages;
      this.#older = cursor ?? "";
      this.#state = "here";
      this.dispatchEvent(new Event("turned"));
    } catch (error) {
      if (codeOf(error) === "unauthenticated") this.dispatchEvent(new Event("signed_out"));
      if (asked !== this.#asked) return;
      this.#state = "failed";
    }
    this.draw();
  }

  #content() {
    if (this.#state === "failed") return failedPart(() => this.#turn(this.filters));
    if (this.#state === "loading" && this.#entries.length === 0) return skeleton(10);
    if (this.#entries.length === 0) return this.#nothing();
    const go = (/** @type {Filters} */ filters) => this.#go(filters);
    const stop = this.#entries.some((entry) => entry.id === this.#open) ? this.#open : this.#entries[0].id;
    return html`<table class="table log-table" aria-busy=${this.#state === "loading" ? "true" : "false"}>
      <thead>
        <tr>
          <th scope="col" aria-sort="descending">${t("l.time")}</th>
          <th scope="col">${t("l.from")}</th>
          <th scope="col">${t("l.to")}</th>
          <th scope="col">${t("l.msg")}</th>
          <th scope="col">${t("l.kind")}</th>
        </tr>
      </thead>
      <tbody @keydown=${moveWithArrows}>${repeat(
        this.#entries,
        (entry) => entry.id,
        (entry) => {
          const place = { isOpen: entry.id === this.#open, isStop: entry.id === stop };
          const row = () => logRow(entry, this.filters, go, place);
          return steady([entry, this.filters, place.isOpen, place.isStop], row);
        },
      )}</tbody>
    </table>`;
  }

  #nothing() {
    return isNarrowed(this.filters)
      ? empty("search", t("s.none"), t("s.none.p"))
      : empty("scroll-text", t("log.empty"));
  }

  #pager() {
    if (this.#state === "failed" || (this.#entries.length === 0 && !this.filters.cursor)) return nothing;
    return html`<footer class="pager">
      <span role="status">${this.#state === "here" ? this.#size() : nothing}</span>
      ${this.filters.cursor ? this.#link(undefined, "l.newest") : nothing}
      ${this.#older ? this.#link(this.#older, "l.older") : nothing}
    </footer>`;
  }

  #size() {
    return this.count === undefined
      ? t("l.shown", { n: this.#entries.length })
      : t("l.count", { n: this.count });
  }

  /** The nickname of whom the log is asked for. */
  get #person() {
    return this.filters.person ? this.#names.person(Number(this.filters.person)) : undefined;
  }

  /** A row is opened by a press or by Enter; a link in it goes its own way, and who marks text wants the text. @param {Event} event */
  #pressed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = /** @type {HTMLElement | null} */ (target.closest("[data-id]"));
    if (!row || target.closest("a") || (event.type === "click" && getSelection()?.toString())) return;
    const entry = this.#entries.find((known) => String(known.id) === row.dataset.id);
    if (entry) this.dispatchEvent(new CustomEvent("opened", { detail: entry }));
  }

  /** @param {string | undefined} cursor @param {string} key */
  #link(cursor, key) {
    return logLink({ ...this.filters, cursor }, t(key), (filters) => this.#go(filters), "button");
  }

  /** @param {Filters} filters */
  #go(filters) {
    this.show(filters);
    document.getElementById("main")?.focus();
    scrollTo({ top: 0 });
  }
}
