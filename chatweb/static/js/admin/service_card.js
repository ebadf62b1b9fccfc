// @ts-check
// Is the chat running, since when, and the one button that changes it; beneath it the figures of the day.

import { html, nothing, render } from "../../vendor/lit.js";
import { fieldError } from "../field.js";
import { icon } from "../icon.js";
import { number, t } from "../wording.js";
import { failure } from "./failure.js";
import { bytes, duration, moment } from "./format.js";
import { failedPart, skeleton } from "./placeholder.js";
import { askToStop } from "./stop_dialog.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./wire.js").Status} Status */

const TICK = 30_000; // ms; "since" is told in minutes

export class ServiceCard {
  #element;
  #panel;
  /** @type {"" | "running" | "stopped"} what is on its way */
  #turning = "";
  #problem = "";

  /** @param {HTMLElement} element @param {Panel} panel */
  constructor(element, panel) {
    this.#element = element;
    this.#panel = panel;
    panel.addEventListener("status", () => this.#draw());
    setInterval(() => this.#draw(), TICK);
    this.#draw();
  }

  /** @param {"running" | "stopped"} state @param {string} [reason] */
  async #turn(state, reason) {
    if (this.#turning) return;
    this.#turning = state;
    this.#problem = "";
    this.#draw();
    try {
      await this.#panel.setService(state, reason);
    } catch (error) {
      this.#problem = failure(error);
    }
    this.#turning = "";
    this.#draw();
  }

  async #release() {
    this.#problem = "";
    try {
      await this.#panel.releaseBallast();
    } catch (error) {
      this.#problem = failure(error);
    }
    this.#draw();
  }

  #draw() {
    const { status, failed } = this.#panel;
    const face = status
      ? this.#card(status)
      : failed.has("status")
        ? failedPart(() => this.#panel.refresh())
        : skeleton(3);
    render(face, this.#element);
  }

  /** @param {Status} status */
  #card(status) {
    const running = status.service.state === "running";
    return html`
      <div class="service ${running ? "" : "service--stopped"}">
        <span class="service__sign">${icon(running ? "circle-check" : "circle-stop", "24")}</span>
        <div class="service__words" role="status">
          <h2 class="service__state">${this.#title(running)}</h2>
          <p>${since(status)}</p>
        </div>
        ${this.#button(status, running)}
      </div>
      ${running || !status.service.reason ? nothing : html`<p class="service__note">${t("a.stopped.note", { x: status.service.reason })}</p>`}
      ${status.storage_low ? this.#low(status.storage_low, status) : nothing}
      ${this.#problem ? fieldError("service-problem", this.#problem) : nothing}
      ${figures(status)}
    `;
  }

  /** @param {"uploads" | "messages"} stopped @param {Status} status */
  #low(stopped, { disk_free, ballast }) {
    return html`<div class="service__note service__low" role="status">
      <p>${t(`a.low.${stopped}`, { x: bytes(disk_free) })}</p>
      ${ballast ? html`<button type="button" class="button button--line button--small" @click=${() => this.#release()}>${t("a.low.release", { x: bytes(ballast) })}</button>` : nothing}
    </div>`;
  }

  /** @param {boolean} running */
  #title(running) {
    if (this.#turning === "running") return t("a.starting");
    if (this.#turning === "stopped") return t("a.stopping");
    return t(running ? "a.run" : "a.stopped");
  }

  /** @param {Status} status @param {boolean} running */
  #button(status, running) {
    const busy = this.#turning !== "";
    const press = () =>
      !busy &&
      (running ? askToStop(status.online, (reason) => this.#turn("stopped", reason)) : this.#turn("running"));
    return html`<button
      type="button"
      class="button service__button ${running ? "button--danger-line" : "button--primary"}"
      aria-disabled=${busy ? "true" : "false"}
      @click=${press}
    >
      ${icon("power", "18")}${t(running ? "a.stop" : "a.start")}
    </button>`;
  }
}

/** @param {Status} status */
function since({ service }) {
  if (!service.since) return nothing;
  return t("a.run.p", { x: moment(service.since), y: duration(Date.now() - service.since) });
}

/** @param {Status} status */
function figures(status) {
  return html`<dl class="figures">
    ${figure(t("k.online"), number(status.online), t("k.peak", { n: status.peak }))}
    ${figure(t("k.msgs"), number(status.messages_today))}
    ${figure(t("k.people"), number(status.people))}
    ${figure(t("k.storage"), bytes(status.storage))}
  </dl>`;
}

/** @param {string} name @param {string} value @param {string} [beside] */
function figure(name, value, beside) {
  return html`<div class="figures__one">
    <dt>${name}</dt>
    <dd>${value}${beside ? html` <small>${beside}</small>` : nothing}</dd>
  </div>`;
}
