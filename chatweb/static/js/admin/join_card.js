// @ts-check
// How others come in: the QR code and the address, to copy, to fill a projector, to print.

import { html, render } from "../../vendor/lit.js";
import { copy } from "../clipboard.js";
import { icon } from "../icon.js";
import { toast } from "../toast.js";
import { t } from "../wording.js";
import { failedPart, skeleton } from "./placeholder.js";
import { Poster } from "./poster.js";
import { qr } from "./qr.js";

/** @typedef {import("./panel.js").Panel} Panel */

export class JoinCard {
  #element;
  #panel;
  #poster = new Poster();
  #chosen = "";

  /** @param {HTMLElement} element @param {Panel} panel */
  constructor(element, panel) {
    this.#element = element;
    this.#panel = panel;
    panel.addEventListener("status", () => this.#draw());
    this.#draw();
  }

  #draw() {
    render(html`<header class="card__head"><h2>${t("q.title")}</h2></header>${this.#body()}`, this.#element);
  }

  #body() {
    const { status, failed } = this.#panel;
    if (!status) return failed.has("status") ? failedPart(() => this.#panel.refresh()) : skeleton(5);
    const addresses = status.addresses.length > 0 ? status.addresses : [status.join_url];
    const address = addresses.includes(this.#chosen) ? this.#chosen : addresses[0];
    this.#poster.show(address, status.service.name ?? "");
    return html`<div class="join">
      <img class="join__code" src=${qr(address)} alt=${t("q.alt", { x: address })} width="140" height="140" />
      <div class="join__side">
        <p class="quiet">${t("q.p")}</p>
        <button type="button" class="button" @click=${() => this.#poster.open()}>${icon("maximize", "18")}${t("q.full")}</button>
        <button type="button" class="button" @click=${() => print()}>${icon("printer", "18")}${t("q.print")}</button>
      </div>
      <div class="join__address">
        ${addresses.length > 1 ? this.#choice(addresses, address) : html`<span class="truncated grows" title=${address}>${address}</span>`}
        <button
          type="button"
          class="icon-button"
          aria-label=${t("q.copy")}
          title=${t("q.copy")}
          @click=${() => this.#copy(address)}
        >
          ${icon("copy")}
        </button>
      </div>
    </div>`;
  }

  /** @param {string[]} addresses @param {string} address */
  #choice(addresses, address) {
    const choose = (/** @type {Event} */ event) => {
      this.#chosen = /** @type {HTMLSelectElement} */ (event.target).value;
      this.#draw();
    };
    return html`<select class="grows" aria-label=${t("q.other")} @change=${choose}>
        ${addresses.map((one) => html`<option value=${one} .selected=${one === address}>${one}</option>`)}
      </select>
      ${icon("chevron-down", "16")}`;
  }

  /** @param {string} address */
  async #copy(address) {
    const isCopied = await copy(address);
    if (isCopied) toast(t("q.copied"));
    else toast(t("q.copyfail"), "circle-alert");
  }
}
