// @ts-check
// Asked before the chat is stopped: how many it touches, and a note that they will read.

import { html, render } from "../../vendor/lit.js";
import { t } from "../wording.js";
import { modal } from "./modal.js";

const NOTE_LENGTH = 200; // characters

export class StopDialog {
  #stop;
  #modal = modal("d-stop");

  /** @param {(reason: string) => void} stop */
  constructor(stop) {
    this.#stop = stop;
  }

  /** @param {number} online */
  open(online) {
    render(this.#face(online), this.#modal.element);
    this.#modal.open();
  }

  /** @param {number} online */
  #face(online) {
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.#submit(event)}>
      <h2 class="dialog__title" id="d-stop-title">${t("d.stop")}</h2>
      <p class="dialog__text">${t("d.stop.people", { n: online })}</p>
      <label class="field">
        <span class="field__label">${t("d.stop.note")}</span>
        <span class="input input--area"><textarea name="reason" rows="2" maxlength=${NOTE_LENGTH} dir="auto"></textarea></span>
      </label>
      <div class="dialog__actions">
        <button type="button" class="button" autofocus @click=${() => this.#modal.close()}>${t("d.cancel")}</button>
        <button class="button button--danger">${t("d.stop.go")}</button>
      </div>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const reason = String(new FormData(form).get("reason") ?? "").trim();
    form.reset();
    this.#modal.close();
    this.#stop(reason);
  }
}
