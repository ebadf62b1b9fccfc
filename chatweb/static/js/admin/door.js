// @ts-check
// The form before the panel: shows a password when asked, says what is wrong beneath its field, waits while it is busy.

import { html, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { Switches } from "./switches.js";
import { markPlainHttp } from "./transport.js";

export class Door {
  #form = /** @type {HTMLFormElement} */ (document.querySelector("[data-form]"));
  #go = /** @type {HTMLButtonElement} */ (document.querySelector("[data-go]"));
  #busy = false;

  /** @param {() => Promise<void>} enter */
  constructor(enter) {
    markPlainHttp();
    new Switches();
    for (const button of this.#form.querySelectorAll("[data-show]")) {
      button.addEventListener("click", () => show(/** @type {HTMLElement} */ (button)));
    }
    this.#form.addEventListener("input", (event) =>
      this.blame(/** @type {HTMLInputElement} */ (event.target).name, ""),
    );
    this.#form.addEventListener("submit", (event) => this.#submit(event, enter));
    this.#go.disabled = false;
    if (matchMedia("(pointer: fine)").matches) this.#field("password").focus();
  }

  /** @param {string} name */
  value(name) {
    return this.#field(name).value;
  }

  /** @param {string} name of the field @param {string} problem in words, or "" to take it back */
  blame(name, problem) {
    const field = this.#field(name);
    const line = /** @type {HTMLElement} */ (document.getElementById(`${name}-problem`));
    line.hidden = problem === "";
    render(problem ? html`${icon("circle-alert", "18")}<span>${problem}</span>` : "", line);
    if (problem === "") return field.removeAttribute("aria-invalid");
    field.setAttribute("aria-invalid", "true");
    field.focus();
    field.select();
  }

  /** @param {SubmitEvent} event @param {() => Promise<void>} enter */
  async #submit(event, enter) {
    event.preventDefault();
    if (this.#busy) return;
    this.#setBusy(true);
    await enter().finally(() => this.#setBusy(false));
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    this.#go.setAttribute("aria-disabled", String(busy));
    this.#go.textContent = t(busy ? "a.checking" : (this.#go.dataset.t ?? ""));
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(name));
  }
}

/** @param {HTMLElement} button */
function show(button) {
  const field = /** @type {HTMLInputElement} */ (
    document.getElementById(button.getAttribute("aria-controls") ?? "")
  );
  const isShown = field.type === "text";
  field.type = isShown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!isShown));
  render(icon(isShown ? "eye" : "eye-off"), button);
  field.focus();
}
