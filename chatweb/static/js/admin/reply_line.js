// @ts-check
// The line that writes as Admin: to everybody in the lobby, or to the person who is answered.

import { html, nothing, render } from "../../vendor/lit.js";
import { fieldError } from "../field.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { failure } from "./failure.js";
import { Once } from "./once.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {Pick<import("./wire.js").PersonRow, "id" | "nickname">} Person */

const LENGTH = 4_000; // characters
const TOUCH = "(pointer: coarse)"; // there, Enter is a new line and the button sends

export class ReplyLine {
  #element;
  #panel;
  #once = new Once();
  /** @type {Person | null} null: the lobby */
  #person = null;
  #text = "";
  #busy = false;
  #problem = "";

  /** @param {HTMLElement} element @param {Panel} panel */
  constructor(element, panel) {
    this.#element = element;
    this.#panel = panel;
    panel.addEventListener("status", () => this.draw());
  }

  /** @param {Person} person */
  writeTo(person) {
    this.#person = person;
    this.draw();
    this.#field?.focus();
  }

  draw() {
    const stopped = this.#panel.status?.service.state === "stopped";
    render(
      stopped
        ? html`<p class="reply__stopped">${icon("circle-stop", "18")}${t("a.write.stopped")}</p>`
        : this.#line(),
      this.#element,
    );
  }

  #line() {
    return html`<form class="reply" @submit=${(/** @type {SubmitEvent} */ event) => this.#submit(event)}>
      <p class="reply__to">${this.#to()}</p>
      <div class="reply__row">
        <div class="input input--area reply__input">${this.#area()}</div>
        <button
          class="icon-button icon-button--solid"
          aria-label=${t("c.send")}
          title=${t("c.send")}
          aria-disabled=${this.#busy || !this.#text.trim() ? "true" : "false"}
        >
          ${icon("send-horizontal")}
        </button>
      </div>
      ${this.#problem ? fieldError("reply-problem", this.#problem) : nothing}
    </form>`;
  }

  #to() {
    if (!this.#person)
      return html`${icon("users-round", "16")}<span>${t("a.write.to", { x: t("room.lobby") })}</span>`;
    const back = () => {
      this.#person = null;
      this.draw();
      this.#field?.focus();
    };
    return html`${icon("reply", "16")}<span class="truncated">${t("a.write.to", { x: this.#person.nickname })}</span>
      <button type="button" class="icon-button icon-button--small" aria-label=${t("m.cancelreply")} title=${t("m.cancelreply")} @click=${back}>
        ${icon("x", "16")}
      </button>`;
  }

  #area() {
    const typed = (/** @type {InputEvent} */ event) => {
      this.#text = /** @type {HTMLTextAreaElement} */ (event.target).value;
      this.#problem = "";
      this.draw();
    };
    const name = t(this.#person ? "a.reply" : "a.write");
    return html`<textarea
      rows="1"
      dir="auto"
      maxlength=${LENGTH}
      aria-label=${name}
      aria-describedby="reply-problem"
      placeholder=${name}
      .value=${this.#text}
      @input=${typed}
      @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}
    ></textarea>`;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && this.#person) {
      this.#person = null;
      this.draw();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia(TOUCH).matches) return;
    event.preventDefault();
    this.#send();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    this.#send();
    this.#field?.focus();
  }

  async #send() {
    const text = this.#text.trim();
    const to = this.#person ? { person: this.#person.id } : { room: this.#panel.lobby };
    if (this.#busy || text === "") return;
    this.#busy = true;
    this.#problem = "";
    this.draw();
    try {
      await this.#panel.write(to, text, this.#once.idFor(JSON.stringify([to, text])));
      this.#once.settle();
      this.#text = "";
    } catch (error) {
      this.#problem = failure(error);
    }
    this.#busy = false;
    this.draw();
  }

  get #field() {
    return this.#element.querySelector("textarea");
  }
}
