// @ts-check
// A link within the log: an address like others, followed without loading the page anew.

import { html, nothing } from "../../vendor/lit.js";
import { searchOf } from "./filters.js";

/** @typedef {import("./filters.js").Filters} Filters */

/**
 * @param {Filters} filters @param {unknown} content @param {(filters: Filters) => void} go
 * @param {string} [look] classes @param {boolean} [isStop] whether Tab stops here; a list's rows have it elsewhere as well
 */
export function logLink(filters, content, go, look = "", isStop = true) {
  const follow = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(filters);
  };
  return html`<a class=${look} tabindex=${isStop ? nothing : "-1"} href=${`/admin/log${searchOf(filters)}`} @click=${follow}>${content}</a>`;
}
