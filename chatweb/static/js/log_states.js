// @ts-check
/** What a log shows besides messages: nothing yet, waiting, its upper edge. */
import { html } from "../vendor/lit.js";
import { icon } from "./icon.js";
import { t } from "./wording.js";

export const empty = () => html`
  <div class="log__empty empty">
    <span class="disc">${icon("message-square", "32")}</span>
    <b>${t("log.empty")}</b><p>${t("log.empty.p")}</p>
  </div>`;

export const skeleton = () => html`
  <div class="log__skeleton" aria-hidden="true">
    <span class="skeleton"></span><span class="skeleton"></span><span class="skeleton"></span>
  </div>`;

/** @param {() => void} onRetry */
export const failed = (onRetry) => html`
  <p class="log__edge">${t("log.loaderr")}
    <button type="button" class="link-button" @click=${onRetry}>${t("fail.retry")}</button></p>`;

/** Above the first message. @param {import("./message_log.js").MessageLog} log @param {() => void} onRetry */
export function edge(log, onRetry) {
  if (log.older === "failed") return failed(onRetry);
  if (log.hasOlder)
    return html`<p class="log__edge">${icon("loader-circle", "spinning")}${t("log.loading")}</p>`;
  return html`<p class="log__edge">${t("log.start")}</p>`;
}
