// @ts-check
// A line of the log.

import { html, nothing } from "../../vendor/lit.js";
import { avatar } from "../avatar.js";
import { icon } from "../icon.js";
import { fullTime } from "../time.js";
import { t } from "../wording.js";
import { addressee } from "./addressee.js";
import { body, fileNames } from "./entry_body.js";
import { changed } from "./filters.js";
import { moment } from "./format.js";
import { kindOf, lookOf } from "./kind.js";
import { logLink } from "./log_link.js";

/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./wire.js").Entry} Entry */

/**
 * @param {Entry} entry @param {Filters} filters @param {(filters: Filters) => void} go
 * @param {{ isOpen: boolean, isStop: boolean }} place whether its details are open, and whether Tab stops here
 */
export function logRow(entry, filters, go, { isOpen, isStop }) {
  return html`<tr class="log-table__row" data-item data-id=${entry.id} tabindex=${isStop ? "0" : "-1"} aria-current=${isOpen ? "true" : nothing}>
    <td class="log-table__time numeric"><time title=${fullTime(entry.sent_at)}>${moment(entry.sent_at)}</time></td>
    <td class="log-table__from">
      <span class="log-table__person">${avatar(entry.sender, { size: 28 })}${from(entry, filters, go)}</span>
    </td>
    <td class="log-table__to">${to(entry)}</td>
    <td class="log-table__message"><div class="log-table__text" dir="auto">${message(entry, filters.q)}</div></td>
    ${kind(entry)}
  </tr>`;
}

/** The name, which narrows the log to this person. @param {Entry} entry @param {Filters} filters @param {(filters: Filters) => void} go */
function from({ sender }, filters, go) {
  const name = html`<bdi title=${sender.nickname}>${sender.nickname}</bdi>`;
  return logLink(
    changed(filters, { person: String(sender.id) }),
    name,
    go,
    "log-table__name truncated",
    false,
  );
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
  return html`${fileNames(entry, q)}${entry.attachments && !entry.body && !entry.deleted_at ? nothing : body(entry, q, true)}`;
}

/** @param {Entry} entry */
function kind(entry) {
  const name = kindOf(entry);
  const [sign, key] = lookOf(name);
  return html`<td class="log-table__kind log-table__kind--${name}">
    <span class="log-table__sort" title=${t(key)}>${icon(sign, "16")}<span class="log-table__word">${t(key)}</span></span>
  </td>`;
}
