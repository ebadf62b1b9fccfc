// @ts-check
// Whether the chat runs, in the top bar of pages other than the dashboard.

import { html, nothing, render } from "../../vendor/lit.js";
import { t } from "../wording.js";

/** @typedef {import("./api.js").Api} Api */

export class ServicePill {
  #element;
  /** @type {"" | "running" | "stopped"} */
  #state = "";

  /** @param {HTMLElement} element @param {Api} api */
  constructor(element, api) {
    this.#element = element;
    api.get("status").then(
      ({ service }) => this.show(service.state),
      () => {}, // the page is about messages: without an answer the pill stays away
    );
  }

  /** @param {"running" | "stopped"} state */
  show(state) {
    this.#state = state;
    this.draw();
  }

  draw() {
    render(this.#state === "" ? nothing : this.#face(this.#state === "running"), this.#element);
  }

  /** @param {boolean} isRunning */
  #face(isRunning) {
    return html`<span class="tag ${isRunning ? "tag--ok" : "tag--danger"}">
      ${isRunning ? html`<span class="pulse"></span>` : nothing}${t(isRunning ? "a.run" : "a.stopped")}
    </span>`;
  }
}
