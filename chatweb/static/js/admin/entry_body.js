// @ts-check
// What a log entry says: text as text, what is gone as a remark.

import { html } from "../../vendor/lit.js";
import { t } from "../wording.js";

/** @typedef {import("./wire.js").Entry} Entry */

/** @param {Entry} entry */
export function body(entry) {
  if (entry.deleted_at)
    return html`<i class="quiet">${t("log.deleted")}${entry.body ? `: ${entry.body}` : ""}</i>`;
  const edited = entry.edited_at ? html` <small class="quiet">(${t("log.edited")})</small>` : "";
  return html`${entry.body ?? ""}${edited}`;
}
