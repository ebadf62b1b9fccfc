// @ts-check
// Everything that is said, as it is said, and a line to write as Admin.

import { html, nothing, render, repeat } from "../../vendor/lit.js";
import { avatar } from "../avatar.js";
import { icon } from "../icon.js";
import { fullTime } from "../time.js";
import { t } from "../wording.js";
import { addressee, isForAdmin } from "./addressee.js";
import { attachmentList } from "./attachment_list.js";
import { body } from "./entry_body.js";
import { moment } from "./format.js";
import { perFrame } from "./per_frame.js";
import { empty, failedPart, skeleton } from "./placeholder.js";
import { ReplyLine } from "./reply_line.js";
import { steady } from "./steady.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {import("./wire.js").PersonRow} PersonRow */

const NEAR = 80; // pixels from the end that count as being there

export class LiveMessages {
  #panel;
  #log;
  #status;
  #told = 0; // the newest message to the administrator that was read out
  #jump;
  #reply;

  /** @param {HTMLElement} element @param {Panel} panel */
  constructor(element, panel) {
    this.#panel = panel;
    render(
      html`<div class="live" role="log" aria-live="off" tabindex="0"></div><p class="visually-hidden" role="status"></p><div class="live__jump"></div><div class="live__reply"></div>`,
      element,
    );
    this.#log = part(element, ".live");
    this.#status = part(element, "[role=status]");
    this.#jump = part(element, ".live__jump");
    this.#reply = new ReplyLine(part(element, ".live__reply"), panel);
    this.#log.addEventListener("scroll", () => this.#drawJump(), { passive: true });
    panel.addEventListener(
      "entries",
      perFrame(() => this.draw()),
    );
    new ResizeObserver(() => this.#drawJump()).observe(this.#log);
  }

  /** @param {Pick<PersonRow, "id" | "nickname">} person */
  writeTo(person) {
    this.#reply.writeTo(person);
  }

  draw() {
    const isAtEnd = this.#isAtEnd;
    this.#log.setAttribute("aria-label", t("a.live"));
    render(this.#content(), this.#log);
    if (isAtEnd) this.#toEnd();
    this.#drawJump();
    this.#tell();
    this.#reply.draw();
  }

  /** Of all that goes by, what is said to the administrator is read out. */
  #tell() {
    const { entries, loaded, status } = this.#panel;
    const last = entries.list.findLast((entry) => isForAdmin(entry, status?.admin));
    if (!last || !loaded.has("entries") || last.id <= this.#told) return;
    if (this.#told > 0)
      this.#status.textContent = `${last.sender.nickname} ${t("a.forme")}: ${last.body ?? ""}`;
    this.#told = last.id;
  }

  #content() {
    const { entries, loaded, failed } = this.#panel;
    const { list } = entries;
    if (list.length === 0 && failed.has("entries")) return failedPart(() => this.#panel.refresh());
    if (list.length === 0 && !loaded.has("entries")) return skeleton(6);
    if (list.length === 0) return empty("message-square", t("log.empty"), t("a.live.none"));
    const admin = this.#panel.status?.admin?.nickname;
    const row = (/** @type {Entry} */ entry) => steady([entry, admin], () => this.#row(entry));
    return html`<ul>${repeat(list, (entry) => entry.id, row)}</ul>`;
  }

  /** @param {Entry} entry */
  #row(entry) {
    const forAdmin = isForAdmin(entry, this.#panel.status?.admin);
    return html`<li class="live__row ${forAdmin ? "live__row--mine" : ""}">
      ${avatar(entry.sender, { size: 28 })}
      <div class="live__words">
        <p class="live__who">${who(entry)}${forAdmin ? html`<span class="tag tag--attention">${t("a.forme")}</span>` : scope(entry)}</p>
        ${entry.body || entry.event || entry.deleted_at ? html`<p class="live__body" dir="auto">${body(entry)}</p>` : nothing}
        ${attachmentList(entry.attachments)}
      </div>
      <div class="live__end">
        <time class="numeric" title=${fullTime(entry.sent_at)}>${moment(entry.sent_at)}</time>
        ${forAdmin ? this.#answer(entry) : nothing}
      </div>
    </li>`;
  }

  /** @param {Entry} entry */
  #answer({ sender }) {
    return html`<button type="button" class="link-button live__answer" aria-label=${t("a.answer.to", { x: sender.nickname })} @click=${() => this.writeTo(sender)}>
      ${t("m.reply")}
    </button>`;
  }

  #drawJump() {
    const hidden = this.#isAtEnd || this.#panel.entries.list.length === 0;
    const jump = html`<button type="button" class="button button--small live__to-end" @click=${() => this.#toEnd()}>
      ${icon("arrow-down", "16")}${t("log.jump")}
    </button>`;
    render(hidden ? nothing : jump, this.#jump);
  }

  get #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR;
  }

  #toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}

/** @param {Entry} entry */
function who(entry) {
  return html`<bdi class="live__name">${entry.sender.nickname}</bdi>
    <span aria-hidden="true">→</span><span class="visually-hidden">${t("l.to")}</span>
    <bdi>${addressee(entry)}</bdi>`;
}

/** @param {Entry} entry */
function scope(entry) {
  if (entry.scope === "broadcast")
    return html`<span class="tag tag--attention">${icon("megaphone", "14")}${t("kd.bc")}</span>`;
  if (entry.scope === "private")
    return html`<span class="tag">${icon("lock", "14")}${t("l.scope.private")}</span>`;
  return nothing;
}

/** @param {HTMLElement} element @param {string} selector */
function part(element, selector) {
  return /** @type {HTMLElement} */ (element.querySelector(selector));
}
