// @ts-check
// All about one message: a card beside the log, where there is no room for it a sheet over it.

import { html, nothing, render } from "../../vendor/lit.js";
import { avatar } from "../avatar.js";
import { icon } from "../icon.js";

import { t } from "../wording.js";
import { openActions } from "./actions_popover.js";
import { attachmentList } from "./attachment_list.js";
import { askToDelete } from "./delete_dialog.js";
import { body } from "./entry_body.js";
import { exactTime } from "./format.js";
import { kindOf, lookOf } from "./kind.js";
import { logLink } from "./log_link.js";
import { roomName } from "./names.js";
import { personActions } from "./person_actions.js";
import { restrictions } from "./restrictions.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./moderation.js").Moderation} Moderation */
/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {import("./wire.js").PersonRow} PersonRow */

const BESIDE = matchMedia("(min-width: 1200px)");
const AFTER = 600_000; // ms of what was said after it that its context shows

/** Tells `closed`. */
export class LogDetails extends EventTarget {
  #element;
  #api;
  #moderation;
  #go;
  /** @type {Entry | null} */
  entry = null;
  /** @type {PersonRow | null} the sender, as the list of people has them */
  #sender = null;

  /** @param {HTMLDialogElement} element @param {Api} api @param {Moderation} moderation @param {(filters: Filters) => void} go */
  constructor(element, api, moderation, go) {
    super();
    this.#element = element;
    this.#api = api;
    this.#moderation = moderation;
    this.#go = (/** @type {Filters} */ filters) => {
      if (!BESIDE.matches) this.close();
      go(filters);
    };
    element.addEventListener("close", () => this.#closed());
    element.addEventListener(
      "click",
      (event) => event.target === element && this.#isBeside(event) && this.close(),
    );
    element.addEventListener("keydown", (event) => event.key === "Escape" && BESIDE.matches && this.close());
    BESIDE.addEventListener("change", () => this.close());
  }

  /** @param {Entry} entry */
  show(entry) {
    if (entry.sender.id !== this.entry?.sender.id) this.#sender = null;
    this.entry = entry;
    this.draw();
    if (!BESIDE.matches && !this.#element.open) this.#element.showModal();
    this.#element.setAttribute("open", ""); // beside the log it takes no focus: arrows and Enter go on in the rows
    this.#element.scrollTop = 0;
    this.#find(entry.sender.id);
  }

  /** A newer form of what is shown. @param {Entry} entry */
  change(entry) {
    if (entry.id !== this.entry?.id) return;
    this.entry = entry;
    this.draw();
  }

  close() {
    if (this.#element.open) this.#element.close();
  }

  draw() {
    if (this.entry) render(this.#content(this.entry), this.#element);
  }

  #closed() {
    const id = this.entry?.id ?? 0;
    this.entry = null;
    this.dispatchEvent(new CustomEvent("closed", { detail: id }));
  }

  /** @param {Entry} entry */
  #content(entry) {
    return html`
      <header class="details__head">
        <h2 id="details-title">${t("l.detail")}</h2>
        <button type="button" class="icon-button" aria-label=${t("s.close")} title=${t("s.close")} @click=${() => this.close()}>${icon("x")}</button>
      </header>
      ${this.#person(entry)}
      ${this.#said(entry)}${attachmentList(entry.attachments)}
      <dl class="details__facts">${this.#facts(entry)}</dl>
      ${this.#actions(entry)}
    `;
  }

  /** @param {Entry} entry */
  #person({ sender }) {
    const row = this.#sender;
    const where = [row?.address, row?.system].filter(Boolean).join(" · ");
    return html`<div class="details__person">
      ${avatar(sender, { size: 40 })}
      <div class="grows">
        ${logLink({ person: String(sender.id) }, html`<bdi class="truncated" title=${sender.nickname}>${sender.nickname}</bdi>`, this.#go, "details__name")}
        <p class="details__where numeric">${where}</p>
        ${row ? restrictions(row) : nothing}
      </div>
      ${row ? this.#more(row) : nothing}
    </div>`;
  }

  /** @param {PersonRow} row */
  #more(row) {
    const name = t("o.more", { x: row.nickname });
    const open = (/** @type {MouseEvent} */ event) => {
      const items = personActions(this.#moderation, row, () => this.#find(row.id));
      openActions(/** @type {HTMLElement} */ (event.currentTarget), row.nickname, items);
    };
    return html`<button type="button" class="icon-button" aria-haspopup="dialog" aria-label=${name} title=${name} @click=${open}>${icon("ellipsis")}</button>`;
  }

  /** @param {Entry} entry */
  #said(entry) {
    if (!entry.body && !entry.event && !entry.deleted_at) return nothing;
    return html`<p class="details__text" dir="auto" tabindex="0">${body(entry)}</p>`;
  }

  /** @param {Entry} entry */
  #facts(entry) {
    const [, kind] = lookOf(kindOf(entry));
    return html`
      ${fact(t("l.time"), exactTime(entry.sent_at))}
      ${entry.edited_at ? fact(t("l.edited"), exactTime(entry.edited_at)) : nothing}
      ${(entry.versions ?? []).map(({ body: said, until }) =>
        fact(t("l.before", { x: exactTime(until) }), html`<span dir="auto">${said}</span>`),
      )}
      ${entry.deleted_at ? fact(t("l.deleted"), exactTime(entry.deleted_at)) : nothing}
      ${fact(t("l.room"), logLink({ room: String(entry.room) }, html`<bdi>${roomName(entry)}</bdi>`, this.#go, "details__link"))}
      ${fact(t("l.kind"), t(kind))}
      ${fact(t("l.id"), html`<span class="numeric">${entry.id}</span>`)}
    `;
  }

  /** @param {Entry} entry */
  #actions(entry) {
    const context = { room: String(entry.room), until: String(entry.sent_at + AFTER) };
    return html`<div class="details__actions">
      ${logLink(context, html`${icon("message-square", "18")}${t("l.ctx")}`, this.#go, "button button--block")}
      ${entry.deleted_at || entry.kind === "event" ? nothing : this.#delete(entry)}
    </div>`;
  }

  /** @param {Entry} entry */
  #delete(entry) {
    const ask = () => askToDelete(() => this.#moderation.deleteMessage(entry.id));
    return html`<button type="button" class="button button--danger-line button--block" @click=${ask}>
      ${icon("trash-2", "18")}${t("l.del")}
    </button>`;
  }

  /** The row of people of somebody; they are listed by id. The administrator has none. @param {number} person */
  async #find(person) {
    const { people } = await this.#api.get("people", { cursor: person - 1 }).catch(() => ({ people: [] }));
    if (this.entry?.sender.id !== person) return;
    this.#sender = people[0]?.id === person ? people[0] : null;
    this.draw();
  }

  /** @param {MouseEvent} event */
  #isBeside({ clientY }) {
    return !BESIDE.matches && clientY < this.#element.getBoundingClientRect().top;
  }
}

/** @param {string} name @param {unknown} value */
const fact = (name, value) => html`<dt>${name}</dt><dd>${value}</dd>`;
