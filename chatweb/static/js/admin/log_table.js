// @ts-check
// A page of the log, newest first: time, from, to, message, kind. The newest page goes on by itself.

import { html, nothing, render, repeat } from "../../vendor/lit.js";
import { codeOf } from "../wire.js";
import { t } from "../wording.js";
import { filtersOf, fits, searchOf } from "./filters.js";
import { logLink } from "./log_link.js";
import { logRow } from "./log_row.js";
import { perFrame } from "./per_frame.js";
import { empty, failedPart, skeleton } from "./placeholder.js";
import { steady } from "./steady.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./wire.js").Entry} Entry */

const PAGE = 50; // entries
const GROWN = 500; // entries that the newest page may grow to while it stands open

/** Tells `turned` when another page is shown, `signed_out` when the session is over. */
export class LogTable extends EventTarget {
  #element;
  #api;
  /** @type {Entry[]} */
  #entries = [];
  #older = "";
  #asked = 0;
  #drawSoon = perFrame(() => this.draw());
  /** @type {"loading" | "here" | "failed"} */
  #state = "loading";
  filters = filtersOf(location.search);

  /** @param {HTMLElement} element @param {Api} api */
  constructor(element, api) {
    super();
    this.#element = element;
    this.#api = api;
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
      !fits(this.filters, entry) ||
      this.#entries.some((known) => known.id === entry.id)
    )
      return;
    this.#entries = [entry, ...this.#entries].slice(0, GROWN);
    this.#drawSoon();
  }

  /** @param {Entry} entry */
  change(entry) {
    this.#entries = this.#entries.map((known) => (known.id === entry.id ? entry : known));
    this.#drawSoon();
  }

  /** The name of somebody, as far as the page shows it. @param {number} person */
  nameOf(person) {
    return this.#entries.find((entry) => entry.sender.id === person)?.sender.nickname;
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
      <tbody>${repeat(
        this.#entries,
        (entry) => entry.id,
        (entry) => steady([entry, this.filters], () => logRow(entry, this.filters, go)),
      )}</tbody>
    </table>`;
  }

  #nothing() {
    const isFiltered = searchOf({ ...this.filters, cursor: undefined }) !== "";
    return isFiltered ? empty("search", t("s.none"), t("s.none.p")) : empty("scroll-text", t("log.empty"));
  }

  #pager() {
    if (this.#state === "failed" || (this.#entries.length === 0 && !this.filters.cursor)) return nothing;
    return html`<footer class="pager">
      <span role="status">${this.#state === "here" ? t("l.shown", { n: this.#entries.length }) : nothing}</span>
      ${this.filters.cursor ? this.#link(undefined, "l.newest") : nothing}
      ${this.#older ? this.#link(this.#older, "l.older") : nothing}
    </footer>`;
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
