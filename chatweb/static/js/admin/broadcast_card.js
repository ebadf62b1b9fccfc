// @ts-check
// An announcement to everybody, pinned on top of their page until a time if wished.

import { html, nothing, render } from "../../vendor/lit.js";
import { fieldError } from "../field.js";
import { icon } from "../icon.js";
import { toast } from "../toast.js";
import { t } from "../wording.js";
import { endings } from "./endings.js";
import { failure } from "./failure.js";
import { moment } from "./format.js";
import { Once } from "./once.js";

/** @typedef {import("./panel.js").Panel} Panel */

const LENGTH = 500; // characters
const COUNTED_FROM = 450; // characters

export class BroadcastCard {
  #element;
  #panel;
  #once = new Once();
  #text = "";
  /** @type {number[]} the times on offer; they stand still while one chooses */
  #endings = endings(Date.now());
  #ending = 0; // when it comes off by itself; 0: when it is taken off
  #busy = false;
  #problem = "";

  /** @param {HTMLElement} element @param {Panel} panel */
  constructor(element, panel) {
    this.#element = element;
    this.#panel = panel;
    panel.addEventListener("status", () => this.#draw());
    this.#draw();
  }

  #draw() {
    render(
      html`
      <header class="card__head"><h2 id="broadcast-title">${t("b.title")}</h2></header>
      <form class="broadcast" @submit=${(/** @type {SubmitEvent} */ event) => this.#submit(event)}>
        ${this.#field()}
        <div class="broadcast__options">${this.#pin()}${this.#count()}</div>
        ${this.#problem ? fieldError("broadcast-problem", this.#problem) : nothing}
        <button class="button button--primary button--block" aria-disabled=${this.#busy || !this.#text.trim() ? "true" : "false"}>
          ${icon("megaphone", "18")}${this.#label()}
        </button>
      </form>
      ${this.#standing()}
    `,
      this.#element,
    );
  }

  #field() {
    const typed = (/** @type {InputEvent} */ event) => {
      this.#text = /** @type {HTMLTextAreaElement} */ (event.target).value;
      this.#problem = "";
      this.#draw();
    };
    return html`<div class="input input--area">
      <textarea
        rows="3"
        dir="auto"
        maxlength=${LENGTH}
        aria-labelledby="broadcast-title"
        aria-describedby="broadcast-problem"
        placeholder=${t("b.ph")}
        .value=${this.#text}
        @input=${typed}
      ></textarea>
    </div>`;
  }

  #pin() {
    const choose = (/** @type {Event} */ event) => {
      this.#ending = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    };
    return html`<label class="chip broadcast__pin">
      ${icon("pin", "16")}${t("b.ending")}
      <select @focus=${() => this.#offer()} @change=${choose}>
        <option value="0" .selected=${this.#ending === 0}>${t("b.open")}</option>
        ${this.#endings.map((at) => html`<option value=${at} .selected=${at === this.#ending}>${t("b.until", { x: moment(at) })}</option>`)}
      </select>
      ${icon("chevron-down", "14")}
    </label>`;
  }

  /** Times from now on; the chosen one stays among them. */
  #offer() {
    const times = endings(Date.now());
    this.#endings =
      this.#ending > times[0] && !times.includes(this.#ending) ? [this.#ending, ...times].sort() : times;
    this.#draw();
  }

  #count() {
    if (this.#text.length < COUNTED_FROM) return nothing;
    return html`<span class="broadcast__count numeric">${t("b.count", { n: this.#text.length, m: LENGTH })}</span>`;
  }

  #label() {
    const online = this.#panel.status?.online ?? 0;
    if (this.#busy) return t("b.sending");
    if (online === 0) return t("b.to");
    return t("b.send", { n: online });
  }

  #standing() {
    const pinned = this.#panel.status?.pinned;
    if (!pinned || (pinned.until && pinned.until < Date.now())) return nothing;
    return html`<div class="broadcast__standing">
      ${icon("pin", "16")}
      <p><span class="truncated" dir="auto">${pinned.body}</span><small>${pinned.until ? t("b.until", { x: moment(pinned.until) }) : nothing}</small></p>
      <button type="button" class="button button--ghost button--small" @click=${() => this.#unpin(pinned.id)}>${t("b.unpin")}</button>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const body = this.#text.trim();
    if (this.#busy || body === "") return;
    await this.#attempt(async () => {
      await this.#panel.broadcast({
        body,
        ...(this.#ending && { until: this.#ending }),
        client_id: this.#once.idFor(body),
      });
      this.#once.settle();
      this.#text = "";
      this.#ending = 0;
      toast(t("b.sent"));
    });
  }

  /** @param {number} id */
  #unpin(id) {
    return this.#attempt(() => this.#panel.unpin(id));
  }

  /** @param {() => Promise<void>} act */
  async #attempt(act) {
    this.#busy = true;
    this.#problem = "";
    this.#draw();
    try {
      await act();
    } catch (error) {
      this.#problem = failure(error);
    }
    this.#busy = false;
    this.#draw();
  }
}
