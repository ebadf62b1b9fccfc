// @ts-check
// Asked before the chat is stopped: how many it touches, and a note that they will read.

import { html } from "../../vendor/lit.js";
import { dialog } from "../dialog.js";
import { t } from "../wording.js";

const NOTE_LENGTH = 200; // characters

/** @param {number} online @param {(reason: string) => void} stop */
export function askToStop(online, stop) {
  let reason = "";
  const typed = (/** @type {InputEvent} */ event) => {
    reason = /** @type {HTMLTextAreaElement} */ (event.target).value;
  };
  dialog({
    title: t("d.stop"),
    content: () => html`
      <p class="dialog__text">${t("d.stop.people", { n: online })}</p>
      <label class="field">
        <span class="field__label">${t("d.stop.note")}</span>
        <span class="input input--area"><textarea rows="2" maxlength=${NOTE_LENGTH} dir="auto" @input=${typed}></textarea></span>
      </label>
    `,
    actions: (close) => html`
      <button type="button" class="button" autofocus @click=${close}>${t("d.cancel")}</button>
      <button class="button button--danger">${t("d.stop.go")}</button>
    `,
    onSubmit: (close) => {
      close();
      stop(reason.trim());
    },
  });
}
