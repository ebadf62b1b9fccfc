// @ts-check
// A line of the log.

import { html, nothing } from "../../vendor/lit.js";
import { avatar } from "../avatar.js";
import { icon } from "../icon.js";
import { fullTime } from "../time.js";
import { t } from "../wording.js";
import { addressee } from "./addressee.js";
import { changed, hits } from "./filters.js";
import { moment } from "./format.js";
import { logLink } from "./log_link.js";

/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./wire.js").Entry} Entry */

/** @type {Record<string, [string, string]>} icon and wording of a kind */
const KINDS = {
  text: ["message-square", "kd.text"],
  broadcast: ["megaphone", "kd.bc"],
  event: ["info", "kd.sys"],
};

/** @param {Entry} entry @param {Filters} filters @param {(filters: Filters) => void} go */
export function logRow(entry, filters, go) {
  return html`<tr>
    <td class="log-table__time numeric"><time title=${fullTime(entry.sent_at)}>${moment(entry.sent_at)}</time></td>
    <td class="log-table__from">
      <span class="log-table__person">${avatar(entry.sender, { size: 28 })}${from(entry, filters, go)}</span>
    </td>
    <td class="log-table__to">${to(entry)}</td>
    <td class="log-table__message" dir="auto">${message(entry, filters.q)}</td>
    ${kind(entry)}
  </tr>`;
}

/** The name, which narrows the log to this person. @param {Entry} entry @param {Filters} filters @param {(filters: Filters) => void} go */
function from({ sender }, filters, go) {
  const name = html`<bdi title=${sender.nickname}>${sender.nickname}</bdi>`;
  return logLink(changed(filters, { person: String(sender.id) }), name, go, "log-table__name truncated");
}

/** @param {Entry} entry */
function to(entry) {
  const name = addressee(entry);
  return html`<span class="log-table__room">
    ${entry.scope === "private" ? html`${icon("lock", "14")}<span class="visually-hidden">${t("l.scope.private")}</span>` : nothing}
    <bdi class="truncated" title=${name}>${name}</bdi>
  </span>`;
}

/** @param {Entry} entry @param {string} [q] */
function message(entry, q) {
  const text = hits(entry.body ?? "", q).map((piece) =>
    piece.isHit ? html`<mark>${piece.text}</mark>` : piece.text,
  );
  if (entry.deleted_at)
    return html`<i class="quiet">${t("log.deleted")}</i>${entry.body ? html` ${text}` : nothing}`;
  return html`${text}${entry.edited_at ? html` <small class="quiet">(${t("log.edited")})</small>` : nothing}`;
}

/** @param {Entry} entry */
function kind(entry) {
  const name = entry.scope === "broadcast" ? "broadcast" : (entry.kind ?? "text");
  const [sign, key] = KINDS[name] ?? KINDS.event;
  return html`<td class="log-table__kind log-table__kind--${name}">
    <span class="log-table__sort" title=${t(key)}>${icon(sign, "16")}<span class="log-table__word">${t(key)}</span></span>
  </td>`;
}
