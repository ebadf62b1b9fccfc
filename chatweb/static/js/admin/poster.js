// @ts-check
// The QR code and the address as large as they get: over the whole screen for a projector, and what is printed.

import { html, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { qr } from "./qr.js";

export class Poster {
  #screen = document.createElement("dialog");
  #paper = document.createElement("div");

  constructor() {
    this.#screen.className = "poster poster--screen";
    this.#screen.setAttribute("aria-labelledby", "poster-title");
    this.#screen.addEventListener("close", () => this.#left());
    document.addEventListener("fullscreenchange", () => document.fullscreenElement ?? this.#screen.close());
    this.#paper.className = "poster poster--paper";
    this.#paper.setAttribute("aria-hidden", "true");
    document.body.append(this.#screen, this.#paper);
  }

  /** @param {string} address @param {string} name */
  show(address, name) {
    render(html`${this.#close()}${sheet(address, name, "poster-title")}`, this.#screen);
    render(sheet(address, name, "paper-title"), this.#paper);
  }

  /** The dialog fills the window, and the window the screen, where the browser lets it. */
  open() {
    this.#screen.showModal();
    document.documentElement.requestFullscreen?.().catch(() => {});
  }

  #left() {
    if (document.fullscreenElement) document.exitFullscreen();
  }

  #close() {
    return html`<button
      type="button"
      class="icon-button poster__close"
      aria-label=${t("q.close")}
      title=${t("q.close")}
      @click=${() => this.#screen.close()}
    >
      ${icon("x")}
    </button>`;
  }
}

/** @param {string} address @param {string} name @param {string} id */
function sheet(address, name, id) {
  return html`
    <h2 class="poster__title" id=${id}>${name}</h2>
    <img class="poster__code" src=${qr(address)} alt=${t("q.alt", { x: address })} width="600" height="600" />
    <p class="poster__address">${address}</p>
    <p class="poster__hint">${t("q.p")}</p>
  `;
}
