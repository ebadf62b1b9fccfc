// @ts-check
/** Leaving for good on this device: one tap, and one question, since a PIN is the way back to one's name. */
import { html, nothing } from "../vendor/lit.js";
import { dialog } from "./dialog.js";
import { fieldError } from "./field.js";
import { request } from "./http.js";
import { openPinDialog } from "./pin_dialog.js";
import { Refusal } from "./wire.js";
import { t } from "./wording.js";

/** @param {import("./app.js").App} app */
export function openLeaveDialog(app) {
  let problem = "";
  let isBusy = false;
  let hasPin = false;
  let redraw = () => {};
  request("GET", "/api/session")
    .then(({ pin = false }) => {
      hasPin = pin;
      redraw();
    })
    .catch(() => {}); // without an answer the warning stays
  dialog({
    title: t("me.leave.ask"),
    content: (again) => {
      redraw = again;
      return html`
      <p class="dialog__text">${t("me.leave.p")}</p>
      <p class="dialog__text">${t(hasPin ? "me.leave.haspin" : "me.leave.pin")}</p>
      ${problem ? fieldError("leave-problem", problem) : nothing}`;
    },
    actions: (close) => html`
      ${
        hasPin
          ? nothing
          : html`<button type="button" class="button button--ghost dialog__aside" @click=${() => {
              close();
              openPinDialog(() => openLeaveDialog(app));
            }}>${t("me.pin.first")}</button>`
      }
      <button type="button" class="button" autofocus @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--danger" aria-disabled=${isBusy}>${t("me.leave")}</button>`,
    onSubmit: async (_close, again) => {
      if (isBusy) return;
      isBusy = true;
      again();
      try {
        await app.chat.leave();
      } catch (error) {
        problem = (error instanceof Refusal && error.detail) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
