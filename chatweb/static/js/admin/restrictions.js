// @ts-check
// That somebody is muted or banned, in a word; until when and why is said on top of it.

import { html, nothing } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { moment } from "./format.js";
import { endOf, holds } from "./person_actions.js";

/** @typedef {import("./wire.js").PersonRow} PersonRow */

/** @param {PersonRow} row */
export function restrictions({ muted_until, banned_until, reason = "" }) {
  return html`${holds(banned_until) ? tag("danger", "ban", "ap.banned", banned_until, reason) : nothing}
    ${holds(muted_until) ? tag("warn", "mic-off", "ap.muted", muted_until, reason) : nothing}`;
}

/** @param {string} tone @param {string} sign @param {string} key @param {number | undefined} until @param {string} reason */
function tag(tone, sign, key, until, reason) {
  const end = endOf(until);
  const words = end ? t("ap.until", { x: moment(end) }) : t("a.dur.forever");
  return html`<span class="tag tag--${tone}" title=${[words, reason].filter(Boolean).join(" · ")}>${icon(sign, "14")}<span class="tag__word">${t(key)}</span></span>`;
}
