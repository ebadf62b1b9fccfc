// @ts-check
// Who came and went, what the administrators did: newest first, and still while one reads.

import { html, nothing, render, repeat } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { fullTime } from "../time.js";
import { toast } from "../toast.js";
import { t } from "../wording.js";
import { activityLine } from "./activity_line.js";
import { failure } from "./failure.js";
import { moment } from "./format.js";
import { perFrame } from "./per_frame.js";
import { empty, failedPart, skeleton } from "./placeholder.js";
import { steady } from "./steady.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./wire.js").Activity} Activity */

export class ActivityFeed {
  #element;
  #panel;
  #hovered = false;
  #isAsking = false;
  paused = false;

  /** @param {HTMLElement} element @param {Panel} panel */
  constructor(element, panel) {
    this.#element = element;
    this.#panel = panel;
    element.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.#hover(true));
    element.addEventListener("pointerleave", () => this.#hover(false));
    panel.addEventListener(
      "activities",
      perFrame(() => this.#draw()),
    );
    this.#draw();
  }

  toggle() {
    this.paused = !this.paused;
    this.#settle();
  }

  /** @param {boolean} hovered */
  #hover(hovered) {
    this.#hovered = hovered;
    this.#settle();
  }

  #settle() {
    const { activities } = this.#panel;
    if (this.paused || this.#hovered) activities.hold();
    else activities.release();
    this.#panel.dispatchEvent(new Event("activities"));
  }

  #draw() {
    render(
      html`<div class="feed" role="log" aria-live="off" aria-label=${t("fd.title")} tabindex="0">${this.#content()}</div>`,
      this.#element,
    );
  }

  #content() {
    const { activities, loaded, failed } = this.#panel;
    if (activities.shown.length === 0 && failed.has("activities"))
      return failedPart(() => this.#panel.refresh());
    if (activities.shown.length === 0 && !loaded.has("activities")) return skeleton(6);
    if (activities.shown.length === 0) return empty("history", t("fd.none"));
    return html`<ul>${repeat(
      activities.shown,
      (one) => one.id,
      (one) => steady([one], () => row(one)),
    )}</ul>${activities.hasOlder ? this.#older() : nothing}`;
  }

  #older() {
    return html`<footer class="feed__older">
      <button type="button" class="button button--small" aria-disabled=${this.#isAsking ? "true" : "false"} @click=${() => this.#ask()}>
        ${t("l.older")}
      </button>
    </footer>`;
  }

  async #ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#draw();
    try {
      await this.#panel.loadOlder();
    } catch (error) {
      toast(failure(error), "circle-alert");
    }
    this.#isAsking = false;
    this.#draw();
  }
}

/** @param {Activity} activity */
function row(activity) {
  const { sign, tone, words } = activityLine(activity);
  return html`<li class="feed__row">
    <span class="feed__sign ${tone ? `feed__sign--${tone}` : ""}">${icon(sign, "16")}</span>
    <p>${words}</p>
    <time class="numeric" title=${fullTime(activity.at)}>${moment(activity.at)}</time>
  </li>`;
}
