// @ts-check
// A link within the log: an address like others, followed without loading the page anew.

import { html } from "../../vendor/lit.js";
import { searchOf } from "./filters.js";

/** @typedef {import("./filters.js").Filters} Filters */

/** @param {Filters} filters @param {unknown} content @param {(filters: Filters) => void} go @param {string} [look] classes */
export function logLink(filters, content, go, look = "") {
  const follow = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(filters);
  };
  return html`<a class=${look} href=${`/admin/log${searchOf(filters)}`} @click=${follow}>${content}</a>`;
}
