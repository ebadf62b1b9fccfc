// @ts-check
// Asked before somebody is removed, with the reason that they will see.

import { html, nothing } from "../../vendor/lit.js";
import { dialog } from "../dialog.js";
import { fieldError } from "../field.js";
import { toast } from "../toast.js";
import { t } from "../wording.js";
import { failure } from "./failure.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./wire.js").PersonRow} PersonRow */

const REASON_LENGTH = 200; // characters

/** @param {Panel} panel @param {PersonRow} person */
export function askToKick(panel, person) {
  let reason = "";
  let problem = "";
  let isBusy = false;

  const typed = (/** @type {InputEvent} */ event) => {
    reason = /** @type {HTMLInputElement} */ (event.target).value;
  };

  /** @param {() => void} close @param {() => void} again */
  async function kick(close, again) {
    if (isBusy) return;
    isBusy = true;
    again();
    try {
      await panel.kick(person.id, reason.trim());
      close();
      toast(t("t.kicked", { x: person.nickname }));
    } catch (error) {
      problem = failure(error);
    }
    isBusy = false;
    again();
  }

  dialog({
    title: t("d.kick", { x: person.nickname }),
    content: () => html`
      <p class="dialog__text">${t("d.kick.back")}</p>
      <div class="field">
        <label class="field__label" for="kick-reason">${t("d.kick.reason")}</label>
        <span class="input"><input id="kick-reason" maxlength=${REASON_LENGTH} dir="auto" autocomplete="off" @input=${typed} /></span>
        ${problem ? fieldError("kick-problem", problem) : nothing}
      </div>
    `,
    actions: (close) => html`
      <button type="button" class="button" autofocus @click=${close}>${t("d.cancel")}</button>
      <button class="button button--danger" aria-disabled=${isBusy ? "true" : "false"}>${t("d.kick.go")}</button>
    `,
    onSubmit: kick,
  });
}
