// @ts-check
/** A second device: a link that works once, as a picture for its camera and as text. */
import { html, nothing } from "../vendor/lit.js";
import { copy } from "./clipboard.js";
import { dialog } from "./dialog.js";
import { fieldError } from "./field.js";
import { request } from "./http.js";
import { icon } from "./icon.js";
import { clockTime } from "./time.js";
import { toast } from "./toast.js";
import { Refusal } from "./wire.js";
import { t } from "./wording.js";

/** @typedef {{url: string, expires_at: number, qr?: string}} Link */

export function openDeviceDialog() {
  /** @type {Link | null} */
  let link = null;
  let problem = "";
  let again = () => {};
  dialog({
    title: t("me.adddevice"),
    content: (draw) => {
      again = draw;
      return html`
        <p class="dialog__text">${t("me.adddevice.p")}</p>
        ${problem ? fieldError("link-problem", problem) : picture(link)}`;
    },
    actions: (close) => html`
      ${link ? html`<button type="button" class="button" @click=${() => take(link)}>${icon("copy", "18")}${t("me.link.copy")}</button>` : nothing}
      <button type="button" class="button button--primary" autofocus @click=${close}>${t("s.close")}</button>`,
  });
  request("POST", "/api/session/links")
    .then((made) => {
      link = made;
    })
    .catch((error) => {
      problem = (error instanceof Refusal && error.detail) || t("fail.server");
    })
    .finally(() => again());
}

/** @param {Link | null} link */
function picture(link) {
  if (!link) return html`<div class="device__code skeleton" aria-busy="true"></div>`;
  return html`
    ${link.qr ? html`<img class="device__code" src=${link.qr} alt=${t("me.adddevice")}>` : nothing}
    <p class="device__address">${link.url}</p>
    <p class="dialog__text quiet">${t("me.link.until", { x: clockTime(link.expires_at) })}</p>`;
}

/** @param {Link | null} link */
async function take(link) {
  if (link && (await copy(link.url))) toast(t("t.copied"));
}
