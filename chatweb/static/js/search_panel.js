// @ts-check
/** Looking for what was said: in one conversation or in all of them, by words, by who said it, by its kind. */
import { html, live, nothing, repeat } from "../vendor/lit.js";
import { now } from "./clock.js";
import { conversationOf } from "./conversations.js";
import { marked } from "./found_words.js";
import { request } from "./http.js";
import { icon } from "./icon.js";
import { hue } from "./person.js";
import { gist } from "./quote.js";
import { moveWithArrows } from "./roving.js";
import { fullTime, listTime } from "./time.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

const PAUSE = 250; // ms after the last key before the server is asked
const PAGE = 30; // hits
const KINDS = ["text", "image", "file", "voice", "video"];

/** @typedef {import("./app.js").App} App */
/** @typedef {{message: import("./wire.js").Message, room: import("./wire.js").Room, snippet: string}} Hit */
/** @typedef {import("./rooms.js").KnownRoom} KnownRoom */

export class SearchPanel {
  #app;
  /** @type {KnownRoom | undefined} */
  #room;
  #query = "";
  #person = "";
  #kind = "";
  /** @type {Hit[]} */
  #hits = [];
  #hasMore = false;
  /** @type {"idle" | "loading" | "ready" | "failed"} */
  #state = "idle";
  #problem = "";
  /** counts what was asked: only the newest answer counts */
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #opener = document.activeElement;

  /** @param {App} app @param {KnownRoom} [room] the conversation to look in; none: all of them */
  constructor(app, room) {
    this.#app = app;
    this.#room = room;
  }

  /** Where the keyboard was goes back to where it was. */
  close() {
    clearTimeout(this.#timer);
    this.#app.closeSearch();
    if (this.#opener instanceof HTMLElement && this.#opener.isConnected) this.#opener.focus();
  }

  focus() {
    document.getElementById("search-field")?.focus();
  }

  template() {
    const title = this.#room
      ? t("s.title", { x: this.#app.titleOf(conversationOf(this.#room, this.#app.chat.me.id)) })
      : t("s.everywhere");
    return html`
      <header class="bar side__bar">
        <h2 class="bar__title grows truncated" title=${title}>${title}</h2>
        <button type="button" class="icon-button" aria-label=${t("s.close")} title=${t("s.close")} @click=${() => this.close()}>${icon("x")}</button>
      </header>
      <div class="side__body search" @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}>
        <div class="side__find"><label class="input input--small">${icon("search", "18")}
          <input id="search-field" type="search" autocomplete="off" maxlength="100" aria-label=${t("s.field")} placeholder=${t("s.field")}
            .value=${live(this.#query)} @input=${(/** @type {InputEvent} */ event) => this.#sought(event)}></label></div>
        <div class="search__filters">${this.#people()}${this.#kinds()}${this.#room ? this.#widen() : nothing}</div>
        <p class="search__count" role="status">${this.#count()}</p>
        ${this.#results()}
      </div>`;
  }

  #people() {
    const { people, me } = this.#app.chat;
    const known = new Map(this.#hits.map(({ message: { sender } }) => [sender.id, sender.nickname]));
    for (const { id, nickname } of people.online) known.set(id, nickname);
    const all = [...known].sort((one, other) => one[1].localeCompare(other[1]));
    return html`<select class="search__filter" aria-label=${t("s.from")} @change=${(/** @type {Event} */ event) => this.#filter({ person: choiceOf(event) })}>
      <option value="" ?selected=${!this.#person}>${t("s.from")}</option>
      ${all.map(([id, name]) => html`<option value=${id} ?selected=${String(id) === this.#person}>${id === me.id ? t("you") : name}</option>`)}
    </select>`;
  }

  #kinds() {
    return html`<select class="search__filter" aria-label=${t("s.kind")} @change=${(/** @type {Event} */ event) => this.#filter({ kind: choiceOf(event) })}>
      <option value="" ?selected=${!this.#kind}>${t("s.kind")}</option>
      ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === this.#kind}>${t(`s.kind.${kind}`)}</option>`)}
    </select>`;
  }

  #widen() {
    return html`<button type="button" class="search__filter" @click=${() => this.#everywhere()}>${t("s.widen")}</button>`;
  }

  #count() {
    if (this.#state === "loading") return t("s.looking");
    if (this.#state !== "ready" || this.#hits.length === 0) return "";
    return this.#hasMore
      ? t("s.count.more", { n: this.#hits.length })
      : t("s.count", { n: this.#hits.length });
  }

  #results() {
    if (this.#state === "failed")
      return html`<div class="empty" role="alert"><p>${this.#problem}</p>
        <button type="button" class="button" @click=${() => this.#ask()}>${t("fail.retry")}</button></div>`;
    if (this.#state === "ready" && this.#hits.length === 0)
      return html`<div class="empty"><b>${t("s.none")}</b><p>${t("s.none.p")}</p></div>`;
    return html`<ul class="search__hits" @keydown=${moveWithArrows}>${repeat(
      this.#hits,
      ({ message }) => message.id,
      (hit, index) => this.#row(hit, index === 0),
    )}</ul>
    ${
      this.#hasMore && this.#state === "ready"
        ? html`<button type="button" class="button search__more" @click=${() => this.#ask(true)}>${t("s.more")}</button>`
        : nothing
    }`;
  }

  /** @param {Hit} hit @param {boolean} isStop */
  #row({ message, room, snippet }, isStop) {
    const { sender, sent_at } = message;
    const isOwn = sender.id === this.#app.chat.me.id;
    return html`<li><button type="button" class="search__hit" data-item tabindex=${isStop ? 0 : -1} @click=${() => this.#go(message)}>
      <span class="search__head"><b class="truncated name-hue-${hue(sender.id)}"><bdi>${isOwn ? t("you") : sender.nickname}</bdi></b>
        <time title=${fullTime(sent_at)}>${listTime(sent_at, now())}</time></span>
      <span class="search__text" dir="auto">${marked(snippet || gist(message), this.#query).map((piece) =>
        piece.isFound ? html`<mark>${piece.text}</mark>` : piece.text,
      )}</span>
      ${this.#room ? nothing : html`<span class="search__place truncated">${this.#placeOf(room)}</span>`}
    </button></li>`;
  }

  /** @param {import("./wire.js").Room} room */
  #placeOf(room) {
    const known = this.#app.chat.rooms.get(room.id);
    return known ? this.#app.titleOf(conversationOf(known, this.#app.chat.me.id)) : room.name;
  }

  /** @param {import("./wire.js").Message} message */
  async #go(message) {
    if (this.#app.isCompact) this.#app.closeSearch();
    await this.#app.showMessage(message);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" && event.target instanceof HTMLInputElement)
      /** @type {HTMLElement | null} */ (document.querySelector(".search__hit"))?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #everywhere() {
    this.#room = undefined;
    this.#ask();
    this.focus();
  }

  /** @param {{person?: string, kind?: string}} choice */
  #filter({ person = this.#person, kind = this.#kind }) {
    this.#person = person;
    this.#kind = kind;
    this.#ask();
  }

  /** @param {InputEvent} event */
  #sought(event) {
    this.#query = /** @type {HTMLInputElement} */ (event.target).value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  /** Asks anew, or for the page after what is here. */
  async #ask(isMore = false) {
    this.#asked += 1;
    const asked = this.#asked;
    if (!this.#query.trim() && !this.#person && !this.#kind) {
      this.#hits = [];
      this.#state = "idle";
      this.#app.changed();
      return;
    }
    this.#state = "loading";
    this.#app.changed();
    try {
      const { hits = [], more = false } = await request("GET", `/api/search?${this.#parameters(isMore)}`);
      if (asked !== this.#asked) return;
      this.#hits = isMore ? [...this.#hits, ...hits] : hits;
      this.#hasMore = more;
      this.#state = "ready";
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#state = "failed";
      this.#problem = detailOf(error) || t("fail.server");
    }
    this.#app.changed();
  }

  /** @param {boolean} isMore */
  #parameters(isMore) {
    const last = isMore ? this.#hits.at(-1)?.message.id : undefined;
    const all = {
      q: this.#query.trim(),
      room: this.#room?.id,
      person: this.#person,
      kind: this.#kind,
      before: last,
      limit: PAGE,
    };
    return new URLSearchParams(
      Object.entries(all)
        .filter(([, value]) => value)
        .map(([name, value]) => [name, String(value)]),
    );
  }
}

/** @param {Event} event */
const choiceOf = (event) => /** @type {HTMLSelectElement} */ (event.target).value;
