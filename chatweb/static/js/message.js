// @ts-check
/** One row of a log, drawn. */
import { html, nothing } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { icon } from "./icon.js";
import { hue } from "./person.js";
import { isJumbo, piecesOf } from "./text.js";
import { clockTime, fullTime } from "./time.js";
import { pieces, t } from "./wording.js";

/** @typedef {import("./message_rows.js").Row} Row */
/** @typedef {import("./receipts.js").Delivery | "pending" | "failed"} Delivered */

/**
 * @typedef {object} Look what the list knows of the room
 * @property {boolean} isDirect
 * @property {(message: import("./wire.js").Message) => Delivered} deliveryOf
 * @property {(id: number) => boolean} isAdmin
 * @property {(key: string) => void} onRetry
 * @property {(key: string) => void} onDrop
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
      <p class="broadcast__text" dir="auto">${text(body)}</p>
    </div>
  </article>`;

/** @param {import("./message_rows.js").MessageRow} row @param {Look} look */
function said(row, look) {
  const { message, isOwn } = row;
  const delivery = isOwn ? look.deliveryOf(message) : undefined;
  const content = message.deleted_at
    ? html`<em class="message__gone">${t("log.deleted")}</em>`
    : text(message.body ?? "");
  const isLarge = !message.deleted_at && isJumbo(message.body ?? "");
  return html`
    <article class=${classes(row, isOwn)} tabindex="-1" data-key=${row.key} data-seq=${message.seq}
      aria-label="${isOwn ? t("you") : message.sender.nickname}, ${clockTime(message.sent_at)}">
      ${isOwn || look.isDirect ? nothing : face(message.sender, row.isFirst)}
      <div class="message__column"><div class="message__bubble">
        ${isOwn || look.isDirect || !row.isFirst ? nothing : name(message.sender, look)}
        <div class="message__text ${isLarge ? "message__text--large" : ""}" dir="auto">${content}${meta(message.sent_at, delivery, message.edited_at)}</div>
      </div></div>
    </article>`;
}

/** @param {import("./message_rows.js").PendingRow} row @param {Look} look */
function pending(row, look) {
  const { entry } = row;
  const delivery = entry.state === "failed" || entry.state === "sent" ? entry.state : "pending";
  return html`
    <article class="${classes(row, true)} message--${delivery}" tabindex="-1" data-key=${row.key}
      aria-label="${t("you")}, ${clockTime(entry.at)}">
      <div class="message__column">
        <div class="message__bubble">
          <div class="message__text ${isJumbo(entry.body) ? "message__text--large" : ""}" dir="auto">${text(entry.body)}${meta(entry.at, delivery)}</div>
        </div>
        ${delivery === "failed" ? failure(entry, look) : nothing}
      </div>
    </article>`;
}

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

/** @param {{id: number, nickname: string}} sender @param {boolean} isFirst */
const face = (sender, isFirst) =>
  html`<div class="message__face">${isFirst ? avatar(sender, { size: 32 }) : nothing}</div>`;

/** @param {{id: number, nickname: string}} sender @param {Look} look */
const name = (sender, look) =>
  html`<div class="message__sender name-hue-${hue(sender.id)}"><bdi>${sender.nickname}</bdi>${
    look.isAdmin(sender.id) ? html`<small>${t("p.admin")}</small>` : nothing
  }</div>`;

/** @param {number} at @param {Delivered} [delivery] @param {number} [editedAt] */
const meta = (at, delivery, editedAt) =>
  html`<span class="message__meta">${editedAt ? html`<i>${t("log.edited")}</i>` : nothing}<time title=${fullTime(at)}>${clockTime(at)}</time>${delivery ? tick(delivery) : nothing}</span>`;

/** @param {string} body */
const text = (body) =>
  piecesOf(body).map((piece) =>
    piece.href
      ? html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.text}</a>`
      : piece.text,
  );
