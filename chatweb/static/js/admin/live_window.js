// @ts-check
// One window with two tabs: what is said, with a line to answer, and what happens.

import { html, nothing, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { t } from "../wording.js";
import { ActivityFeed } from "./activity_feed.js";
import { LiveMessages } from "./live_messages.js";
import { perFrame } from "./per_frame.js";
import { Tabs } from "./tabs.js";
import { Unread } from "./unread.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./wire.js").PersonRow} PersonRow */

/** Tells `unread` when the count of unread messages to the administrator changes. */
export class LiveWindow extends EventTarget {
  #element;
  #panel;
  #tabs;
  #messages;
  #feed;
  #unread;

  /** @param {HTMLElement} element @param {Panel} panel */
  constructor(element, panel) {
    super();
    this.#element = element;
    this.#panel = panel;
    render(this.#frame(), element);
    const [messages, activity] = /** @type {HTMLElement[]} */ ([
      ...element.querySelectorAll("[role=tabpanel]"),
    ]);
    this.#messages = new LiveMessages(messages, panel);
    this.#feed = new ActivityFeed(activity, panel);
    this.#unread = new Unread(element, panel, () => this.#tabs.chosen === 0);
    this.#tabs = new Tabs(element, () => this.#draw());
    this.#unread.addEventListener("changed", () => {
      this.#draw();
      this.dispatchEvent(new Event("unread"));
    });
    panel.addEventListener(
      "activities",
      perFrame(() => this.#draw()),
    );
    this.#draw();
  }

  get unread() {
    return this.#unread.count;
  }

  /** Opens the line to write to somebody. @param {Pick<PersonRow, "id" | "nickname">} person */
  writeTo(person) {
    this.#tabs.choose(0);
    this.#messages.writeTo(person);
    this.#element.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    const bar = /** @type {HTMLElement} */ (this.#element.querySelector(".window__tools"));
    render(this.#tabs.chosen === 1 ? this.#pause() : nothing, bar);
    const [messages, activity] = this.#element.querySelectorAll("[role=tab]");
    render(html`${t("a.live")}${this.#badge()}`, /** @type {HTMLElement} */ (messages));
    render(t("fd.title"), /** @type {HTMLElement} */ (activity));
    this.#messages.draw();
    this.#unread.look();
  }

  #badge() {
    const { count } = this.#unread;
    if (count === 0) return nothing;
    return html`<span class="badge" aria-hidden="true">${count > 99 ? "99+" : count}</span>
      <span class="visually-hidden">${t("a.unread", { n: count })}</span>`;
  }

  #pause() {
    const { held, waiting } = this.#panel.activities;
    const name = t(held ? "fd.resume" : "fd.pause");
    return html`
      ${held && waiting > 0 ? html`<span class="tag tag--accent">${t("fd.new", { n: waiting })}</span>` : nothing}
      ${held ? nothing : html`<span class="tag tag--ok"><span class="pulse"></span>${t("fd.live")}</span>`}
      <button
        type="button"
        class="icon-button"
        aria-pressed=${this.#feed.paused ? "true" : "false"}
        aria-label=${name}
        title=${name}
        @click=${() => this.#feed.toggle()}
      >
        ${icon(this.#feed.paused ? "play" : "pause")}
      </button>
    `;
  }

  #frame() {
    return html`
      <header class="window__head">
        <div class="segments" role="tablist">
          <button type="button" role="tab" id="tab-messages" aria-controls="panel-messages"></button>
          <button type="button" role="tab" id="tab-activity" aria-controls="panel-activity"></button>
        </div>
        <div class="window__tools"></div>
      </header>
      <div class="window__panel" role="tabpanel" id="panel-messages" aria-labelledby="tab-messages"></div>
      <div class="window__panel" role="tabpanel" id="panel-activity" aria-labelledby="tab-activity" hidden></div>
    `;
  }
}
