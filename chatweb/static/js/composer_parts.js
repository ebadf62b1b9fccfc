// @ts-check
/** What stands above the field or in its place: the message one answers to or edits, the word that one is muted. */
import { html, nothing } from "../vendor/lit.js";
import { icon } from "./icon.js";
import { quoteView } from "./quote.js";
import { clockTime } from "./time.js";
import { t } from "./wording.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app @param {import("./begun.js").Beginning} begun @param {() => void} onDrop */
export function contextBar({ chat }, { reply, edited }, onDrop) {
  const message = edited ?? reply;
  if (!message) return nothing;
  const isOwn = message.sender.id === chat.me.id;
  const sender = isOwn ? { ...message.sender, nickname: t("you") } : message.sender;
  const name = edited ? t("m.editing") : t("m.replyto", { x: sender.nickname });
  const drop = t(edited ? "m.cancel" : "m.cancelreply");
  return html`<div class="composer__context" role="group" aria-label=${name}>
    ${icon(edited ? "pencil" : "reply")}
    ${quoteView({ ...message, sender: edited ? { ...sender, nickname: t("m.editing") } : sender })}
    <button type="button" class="icon-button" aria-label=${drop} title=${drop} @click=${onDrop}>${icon("x")}</button>
  </div>`;
}

/** @param {import("./mute.js").Mute} mute */
export const mutedPill = ({ until }) => html`
  <div class="composer__field composer__muted" role="status">${icon("mic-off", "18")}
    <span>${until ? t("c.muted", { x: clockTime(until) }) : t("c.muted.open")}</span></div>`;
