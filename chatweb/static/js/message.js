// @ts-check
/** One row of a log, drawn. */
import { html, nothing } from "../vendor/lit.js";
import { attachmentsView } from "./attachment_view.js";
import { avatar } from "./avatar.js";
import { eventLine } from "./event_line.js";
import { kindOf } from "./file_facts.js";
import { icon } from "./icon.js";
import { hue } from "./person.js";
import { quoteView } from "./quote.js";
import { reactionsView } from "./reactions.js";
import { drawing, isJumbo } from "./text.js";
import { clockTime, fullTime } from "./time.js";
import { uploadsView } from "./upload_view.js";
import { pieces, t } from "./wording.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {import("./message_rows.js").Row} Row */
/** @typedef {import("./receipts.js").Delivery | "pending" | "failed"} Delivered */

/**
 * @typedef {object} Look what the list knows of the room
 * @property {number} me
 * @property {boolean} isDirect
 * @property {(message: Message) => Delivered} deliveryOf
 * @property {(id: number) => boolean} isAdmin
 * @property {(id: number) => string} nameOf
 * @property {(id: number) => number | undefined} photoOf
 * @property {(id?: number) => Message | "gone" | undefined} originalOf what a message answers to
 * @property {(key: string) => import("./upload.js").Upload[]} uploadsOf
 * @property {boolean} isOnline
 * @property {(key: string) => void} onRetry
 * @property {(key: string) => void} onDrop
 * @property {(message: Message) => void} onJump
 * @property {(message: Message) => void} onReply
 * @property {(message: Message, emoji: string) => void} onReact
 * @property {(message: Message, opener: HTMLElement) => void} onChoose an emoji
 * @property {(message: Message) => void} onReactions who put which there
 * @property {(message: Message, opener: HTMLElement) => void} onMenu
 * @property {(attachment: import("./wire.js").Attachment, opener: Element) => void} onView
 * @property {(key: string, upload: import("./upload.js").Upload) => void} onCancelUpload
 * @property {(upload: import("./upload.js").Upload) => void} onRetryUpload
 */

const TICKS = {
  pending: { sign: "clock", name: "tick.sending" },
  sent: { sign: "check", name: "tick.sent" },
  received: { sign: "check-check", name: "tick.received" },
  read: { sign: "check-check", name: "tick.read" },
  failed: { sign: "circle-alert", name: "fail" },
};

/** How far a message has come. @param {Delivered} delivery */
export const tick = (delivery) =>
  html`<span class="tick tick--${delivery}" role="img" aria-label=${t(TICKS[delivery].name)}>${icon(TICKS[delivery].sign)}</span>`;

/** @param {Row} row @param {Look} look */
export function messageRow(row, look) {
  if (row.kind === "divider") return divider(row.divider);
  if (row.kind === "coming") return coming(row.coming);
  if (row.kind === "event") return eventLine(row.message, look.nameOf);
  if (row.kind === "broadcast") return broadcastCard(row.message);
  return row.kind === "pending" ? pending(row, look) : said(row, look);
}

/** @param {import("./message_rows.js").Divider} divider */
const divider = ({ count, isAway }) =>
  html`<div class="divider" id="divider"><span>${t(isAway ? "away.new" : "log.unread", { n: count })}</span></div>`;

/** @param {import("./comings.js").Coming} line */
function coming({ joined, left, at }) {
  return html`<p class="coming">${nameLine("log.joined", joined)}${joined.length && left.length ? " · " : nothing}${nameLine("log.left", left)}
    <time class="coming__time" title=${fullTime(at)}>${clockTime(at)}</time></p>`;
}

/** @param {string} key @param {string[]} names */
function nameLine(key, names) {
  if (names.length === 0) return nothing;
  const list = names.map((name, index) => html`${index ? ", " : ""}<bdi>${name}</bdi>`);
  return pieces(key, { x: list });
}

/** @param {import("./wire.js").Message} message */
const broadcastCard = ({ id, seq, body = "", sent_at, sender }) => html`
  <article class="broadcast" tabindex="-1" data-key="message ${id}" data-seq=${seq}
    aria-label="${t("bc.title")}, ${sender.nickname}, ${clockTime(sent_at)}">
    ${icon("megaphone")}
    <div class="grows">
      <p class="broadcast__head"><b>${t("bc.title")}</b><time title=${fullTime(sent_at)}>${clockTime(sent_at)}</time></p>
      <p class="broadcast__text" dir="auto">${drawing.markup(body)}</p>
    </div>
  </article>`;

/** @param {import("./message_rows.js").MessageRow} row @param {Look} look */
function said(row, look) {
  const { message, isOwn } = row;
  const { sender, deleted_at, body = "", attachments = [] } = message;
  const isNamed = !isOwn && !look.isDirect && row.isFirst;
  const time = meta(
    message.sent_at,
    isOwn ? look.deliveryOf(message) : undefined,
    deleted_at ? 0 : message.edited_at,
  );
  return html`
    <article class=${classes(row, isOwn)} tabindex="-1" data-key=${row.key} data-seq=${message.seq}
      aria-label="${isOwn ? t("you") : sender.nickname}, ${clockTime(message.sent_at)}">
      ${isOwn || look.isDirect ? nothing : face(sender, look.photoOf(sender.id), row.isFirst)}
      <div class="message__column">
        ${deleted_at ? nothing : tools(message, look)}
        <div class="message__bubble">
          ${isNamed ? name(sender, look) : nothing}
          ${deleted_at ? gone(time) : [quote(message.reply_to, look), attached(message, isOwn, look), words(body, time, isBare(body, attachments))]}
        </div>
        ${deleted_at ? nothing : reactionsView(message, look)}
      </div>
    </article>`;
}

/** @param {unknown} time */
const gone = (time) =>
  html`<div class="message__text" dir="auto"><em class="message__gone">${t("log.deleted")}</em>${time}</div>`;

/** @param {number | undefined} id @param {Look} look */
function quote(id, look) {
  if (!id) return nothing;
  const original = look.originalOf(id);
  return quoteView(original, () => typeof original === "object" && look.onJump(original));
}

/** @param {Message} message @param {boolean} isOwn @param {Look} look */
function attached({ attachments = [], body, sender }, isOwn, look) {
  if (attachments.length === 0) return nothing;
  const alt = body || t("img.of", { x: isOwn ? t("you") : sender.nickname });
  return attachmentsView(attachments, { alt, onView: look.onView });
}

/** A picture alone carries its time itself. @param {string} body @param {{media_type: string, name: string, thumbnail?: boolean}[]} files */
const isBare = (body, files) => !body && files.length === 1 && kindOf(files[0]) === "image";

/** @param {string} body @param {unknown} time @param {boolean} isOver does the time lie over a picture? */
function words(body, time, isOver) {
  const look = isOver ? "message__text--over" : isJumbo(body) ? "message__text--large" : "";
  return html`<div class="message__text ${look} ${body ? "" : "message__text--alone"}" dir="auto">${drawing.markup(body)}${time}</div>`;
}

/** With a mouse: over the bubble while it is pointed at. @param {Message} message @param {Look} look */
const tools = (message, look) => html`
  <div class="tools" role="toolbar" aria-label=${t("m.more")}>
    <button type="button" class="icon-button icon-button--small" aria-haspopup="dialog" aria-label=${t("m.react")} title=${t("m.react")}
      @click=${(/** @type {Event} */ event) => look.onChoose(message, /** @type {HTMLElement} */ (event.currentTarget))}>${icon("smile-plus")}</button>
    <button type="button" class="icon-button icon-button--small" aria-label=${t("m.reply")} title=${t("m.reply")}
      @click=${() => look.onReply(message)}>${icon("reply")}</button>
    <button type="button" class="icon-button icon-button--small" aria-haspopup="menu" aria-label=${t("m.more")} title=${t("m.more")}
      @click=${(/** @type {Event} */ event) => look.onMenu(message, /** @type {HTMLElement} */ (event.currentTarget))}>${icon("ellipsis")}</button>
  </div>`;

/** @param {import("./message_rows.js").PendingRow} row @param {Look} look */
function pending(row, look) {
  const { entry } = row;
  const { body, attachments = [] } = entry;
  const delivery = entry.state === "failed" || entry.state === "sent" ? entry.state : "pending";
  return html`
    <article class="${classes(row, true)} message--${delivery}" tabindex="-1" data-key=${row.key}
      aria-label="${t("you")}, ${clockTime(entry.at)}">
      <div class="message__column">
        <div class="message__bubble">
          ${quote(entry.reply_to, look)}
          ${entry.state === "uploading" ? uploading(entry.key, look) : attachmentsView(attachments, { alt: body, onView: look.onView })}
          ${words(body, meta(entry.at, delivery), isBare(body, attachments))}
        </div>
        ${delivery === "failed" ? failure(entry, look) : nothing}
      </div>
    </article>`;
}

/** @param {string} key @param {Look} look */
const uploading = (key, look) =>
  uploadsView(look.uploadsOf(key), {
    isOnline: look.isOnline,
    onCancel: (upload) => look.onCancelUpload(key, upload),
    onRetry: look.onRetryUpload,
  });

/** @param {import("./outbox.js").Entry} entry @param {Look} look */
const failure = (entry, look) => html`
  <div class="failure" role="alert">
    ${icon("circle-alert", "18")}<span>${entry.problem || t("fail")}</span>
    <button type="button" @click=${() => look.onRetry(entry.key)}>${t("fail.retry")}</button>
    <button type="button" @click=${() => look.onDrop(entry.key)}>${t("fail.delete")}</button>
  </div>`;

/** @param {{isFirst: boolean, isLast: boolean}} row @param {boolean} isOwn */
const classes = ({ isFirst, isLast }, isOwn) =>
  `message message--${isOwn ? "out" : "in"}${isFirst ? " message--first" : ""}${isLast ? " message--last" : ""}`;

/** @param {{id: number, nickname: string}} sender @param {number | undefined} photo @param {boolean} isFirst */
const face = (sender, photo, isFirst) =>
  html`<div class="message__face">${isFirst ? avatar({ ...sender, avatar: photo }, { size: 32 }) : nothing}</div>`;

/** @param {{id: number, nickname: string}} sender @param {Look} look */
const name = (sender, look) =>
  html`<div class="message__sender name-hue-${hue(sender.id)}"><bdi>${sender.nickname}</bdi>${
    look.isAdmin(sender.id) ? html`<small>${t("p.admin")}</small>` : nothing
  }</div>`;

/** @param {number} at @param {Delivered} [delivery] @param {number} [editedAt] */
const meta = (at, delivery, editedAt) =>
  html`<span class="message__meta">${editedAt ? html`<i>${t("log.edited")}</i>` : nothing}<time title=${fullTime(at)}>${clockTime(at)}</time>${delivery ? tick(delivery) : nothing}</span>`;
