// @ts-check
/** A page instead of the chat: stopped, removed, blocked. What was being written stays. */
import { html, nothing } from "../vendor/lit.js";
import { request } from "./http.js";
import { icon } from "./icon.js";
import { clockSeconds } from "./time.js";
import { t } from "./wording.js";

const EVERY = 5_000; // ms between looks, where the server names no time

/** @typedef {import("./app.js").App} App */

export class GatePage {
  #app;
  #checkedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {string | undefined} */
  #shown;

  /** @param {App} app @param {HTMLElement} element */
  constructor(app, element) {
    this.#app = app;
    this.element = element;
  }

  template() {
    const { gate } = this.#app.chat.gatekeeper;
    this.element.hidden = !gate;
    if (gate?.kind === "stopped") this.#timer ??= this.#later(gate.retryAfter);
    if (gate?.kind !== this.#shown) this.#enter(gate?.kind);
    if (!gate) return nothing;
    if (gate.kind === "stopped") return this.#stopped(gate.detail);
    return gate.kind === "kicked" ? this.#kicked(gate.detail) : this.#banned(gate.detail);
  }

  /** The keyboard goes to what the page now says. @param {string} [kind] */
  #enter(kind) {
    this.#shown = kind;
    if (!kind) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    requestAnimationFrame(() => {
      if (kind) this.element.querySelector("h2")?.focus();
      else if (!this.#app.isCompact) this.#app.focusComposer();
    });
  }

  /** @param {string} [reason] */
  #stopped(reason) {
    return html`
      <span class="disc disc--attention">${icon("power", "32")}</span>
      <div role="alert"><h2 tabindex="-1">${t("g.stop")}</h2><p>${t("g.stop.p")}</p></div>
      ${reason ? html`<p class="gate__note" dir="auto">${t("g.stop.note", { x: reason })}</p>` : nothing}
      <div class="gate__actions"><button type="button" class="button button--primary" @click=${() => this.#check()}>
        ${icon("refresh-cw", "18")}${t("g.stop.check")}</button></div>
      <small class="numeric">${this.#checkedAt ? t("g.stop.last", { x: clockSeconds(this.#checkedAt) }) : nothing}</small>`;
  }

  /** @param {string} [reason] */
  #kicked(reason) {
    const isSaid = reason && reason !== t("ended.kicked");
    return html`
      <span class="disc disc--danger">${icon("user-x", "32")}</span>
      <div role="alert"><h2 tabindex="-1">${t("g.kick")}</h2><p>${t("g.kick.p")}</p></div>
      ${isSaid ? html`<p class="gate__note" dir="auto">${t("g.kick.reason", { x: reason ?? "" })}</p>` : nothing}
      <div class="gate__actions"><button type="button" class="button button--primary" @click=${() => this.#app.chat.gatekeeper.comeBack()}>
        ${t("g.kick.again")}</button></div>`;
  }

  /** @param {string} [detail] */
  #banned(detail) {
    return html`
      <span class="disc disc--danger">${icon("ban", "32")}</span>
      <div role="alert"><h2 tabindex="-1">${t("g.ban")}</h2></div>
      ${detail ? html`<p>${detail}</p>` : nothing}`;
  }

  /** @param {number} [seconds] as the server asked, so that nobody comes back in one wave */
  #later(seconds) {
    return setTimeout(() => this.#check(), seconds ? seconds * 1_000 : EVERY);
  }

  async #check() {
    clearTimeout(this.#timer);
    const { chat } = this.#app;
    try {
      const service = await request("GET", "/api/service");
      this.#checkedAt = Date.now();
      if (chat.gatekeeper.gate?.kind !== "stopped") return;
      if (service.state === "running") {
        chat.gatekeeper.comeBack();
        return;
      }
      chat.gatekeeper.gate = { ...chat.gatekeeper.gate, detail: service.reason };
      this.#timer = this.#later(service.retry_after);
    } catch {
      this.#timer = this.#later();
    }
    this.#app.changed();
  }
}
