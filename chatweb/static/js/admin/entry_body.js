// @ts-check
// What a log entry says: text as text, what happened in a room as a sentence, what is gone as a remark.

import { html, nothing } from "../../vendor/lit.js";
import { t } from "../wording.js";
import { excerpt, hits } from "./filters.js";
import { bytes } from "./format.js";

/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {import("./wire.js").RoomEvent} RoomEvent */

const SENTENCES = ["renamed", "topic", "invited", "left"];

/** @param {Entry} entry @param {string} [q] what to mark in it @param {boolean} [isShort] whether it begins near the mark */
export function body(entry, q, isShort = false) {
  const said = isShort ? excerpt(entry.body ?? "", q) : (entry.body ?? "");
  const text = entry.event ? html`<i class="quiet">${sentence(entry.event)}</i>` : marked(said, q);
  if (entry.deleted_at)
    return html`<i class="quiet">${t("log.deleted")}</i>${entry.body ? html` ${text}` : nothing}`;
  return html`${text}${entry.edited_at ? html` <small class="quiet">(${t("log.edited")})</small>` : nothing}`;
}

/** Names and sizes of the files, in a line. @param {Entry} entry @param {string} [q] */
export function fileNames({ attachments = [] }, q) {
  return attachments.map(
    (file) =>
      html`<span class="log-table__file"><bdi>${marked(file.name, q)}</bdi> <span class="quiet">· ${bytes(file.size)}</span></span>`,
  );
}

/** @param {RoomEvent} event */
function sentence({ name, people = [], value = "" }) {
  return SENTENCES.includes(name) ? t(`l.ev.${name}`, { x: value, n: people.length }) : `${name} ${value}`;
}

/** @param {string} text @param {string} [q] */
function marked(text, q) {
  return hits(text, q).map((piece) => (piece.isHit ? html`<mark>${piece.text}</mark>` : piece.text));
}
