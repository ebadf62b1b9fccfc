// @ts-check
// Asked before somebody is removed, with the reason that they will see.

import { html, nothing, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { failure } from "./failure.js";
import { modal } from "./modal.js";
import { toast } from "./toast.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./wire.js").PersonRow} PersonRow */

const REASON_LENGTH = 200; // characters

export class KickDialog {
  #panel;
  #modal = modal("d-kick");
  /** @type {PersonRow | null} */
  #person = null;
  #busy = false;
  #problem = "";

  /** @param {Panel} panel */
  constructor(panel) {
    this.#panel = panel;
  }

  /** @param {PersonRow} person */
  open(person) {
    this.#person = person;
    this.#problem = "";
    this.#draw();
    this.#modal.open();
  }

  #draw() {
    const nickname = this.#person?.nickname ?? "";
    render(
      html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.#submit(event)}>
      <h2 class="dialog__title" id="d-kick-title">${t("d.kick", { x: nickname })}</h2>
      <p class="dialog__text">${t("d.kick.back")}</p>
      <label class="field">
        <span class="field__label">${t("d.kick.reason")}</span>
        <span class="input"><input name="reason" maxlength=${REASON_LENGTH} dir="auto" autocomplete="off" /></span>
      </label>
      ${this.#problem ? html`<p class="field__error" role="alert">${icon("circle-alert", "18")}<span>${this.#problem}</span></p>` : nothing}
      <div class="dialog__actions">
        <button type="button" class="button" autofocus @click=${() => this.#modal.close()}>${t("d.cancel")}</button>
        <button class="button button--danger" aria-disabled=${this.#busy ? "true" : "false"}>${t("d.kick.go")}</button>
      </div>
    </form>`,
      this.#modal.element,
    );
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#busy || !this.#person) return;
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const reason = String(new FormData(form).get("reason") ?? "").trim();
    await this.#kick(this.#person, reason, form);
  }

  /** @param {PersonRow} person @param {string} reason @param {HTMLFormElement} form */
  async #kick(person, reason, form) {
    this.#busy = true;
    this.#problem = "";
    this.#draw();
    try {
      await this.#panel.kick(person.id, reason);
      form.reset();
      this.#modal.close();
      toast(t("t.kicked", { x: person.nickname }));
    } catch (error) {
      this.#problem = failure(error);
    }
    this.#busy = false;
    this.#draw();
  }
}
