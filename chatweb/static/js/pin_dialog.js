// @ts-check
/** Setting the PIN that brings one's name back on another device. */
import { html } from "../vendor/lit.js";
import { dialog } from "./dialog.js";
import { fieldError } from "./field.js";
import { request } from "./http.js";
import { toast } from "./toast.js";
import { Refusal } from "./wire.js";
import { t } from "./wording.js";

const SHORTEST = 4; // characters

/** @param {() => void} [onSet] */
export function openPinDialog(onSet = () => {}) {
  let pin = "";
  let problem = "";
  let isBusy = false;
  dialog({
    title: t("me.pin"),
    content: () => html`
      <p class="dialog__text">${t("join.pin.p")}</p>
      <div class="field">
        <label class="field__label" for="new-pin">${t("me.pin.new")}</label>
        <div class="input"><input id="new-pin" type="password" autocomplete="new-password" autofocus maxlength="64"
          aria-invalid=${Boolean(problem)} aria-describedby="new-pin-note"
          @input=${(/** @type {InputEvent} */ event) => {
            pin = /** @type {HTMLInputElement} */ (event.target).value;
          }}></div>
        ${problem ? fieldError("new-pin-note", problem) : html`<span class="field__hint" id="new-pin-note">${t("me.pin.hint")}</span>`}
      </div>`,
    actions: (close) => html`
      <button type="button" class="button" @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--primary" aria-disabled=${isBusy}>${t("me.pin.save")}</button>`,
    onSubmit: async (close, again) => {
      if (isBusy) return;
      problem = [...pin].length < SHORTEST ? t("me.pin.short") : "";
      isBusy = !problem;
      again();
      if (problem) return;
      try {
        await request("PATCH", "/api/session", { pin });
        close();
        toast(t("t.pin"));
        onSet();
      } catch (error) {
        problem = (error instanceof Refusal && error.detail) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
