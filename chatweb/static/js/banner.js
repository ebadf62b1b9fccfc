// @ts-check
/** What stands between header and log: the administrator's word, and the state of the line. */
import { html, nothing } from "../vendor/lit.js";
import { icon } from "./icon.js";
import { clockTime } from "./time.js";
import { t } from "./wording.js";

const QUIET = 2_000; // ms that the line may be gone before it is worth a word
const BACK_SHOWN = 4_000; // ms

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function banner(app) {
  const { message } = app.chat.broadcast;
  if (!message) return nothing;
  return html`<section class="notice" aria-label=${t("bc.title")}>
    ${icon("megaphone")}
    <button type="button" class="notice__text" title=${t("bc.open")} @click=${() => read(message)}>
      <b>${t("bc.title")}</b> <span dir="auto">${message.body}</span></button>
    <button type="button" class="icon-button icon-button--small" aria-label=${t("bc.close")} title=${t("bc.close")}
      @click=${() => {
        app.chat.broadcast.dismiss();
        app.changed();
      }}>${icon("x")}</button>
  </section>`;
}

/** @param {import("./wire.js").Message} message */
async function read(message) {
  const { dialog } = await import("./dialog.js");
  dialog({
    title: t("bc.title"),
    content: () => html`
      <p class="dialog__text dialog__text--said" dir="auto">${message.body}</p>
      <p class="dialog__text quiet">${message.sender.nickname} · ${clockTime(message.sent_at)}</p>`,
    actions: (close) =>
      html`<button type="button" class="button" autofocus @click=${close}>${t("s.close")}</button>`,
  });
}

/** The strip that says that the line is gone, or back. Silent for short losses. */
export class Strip {
  #app;
  #backUntil = 0;
  #wasShown = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  template() {
    const { connection, gatekeeper } = this.#app.chat;
    const isLost = connection.state !== "open" && connection.state !== "ended" && !gatekeeper.gate;
    this.#tick(isLost || Date.now() < this.#backUntil);
    if (!isLost) return this.#back();
    if (connection.state === "offline") return this.#show("off", "wifi-off", t("conn.offline"));
    if (Date.now() - connection.lostAt < QUIET && !this.#wasShown) return nothing;
    return this.#show("warn", "loader-circle", this.#words(), true);
  }

  #words() {
    const { connection } = this.#app.chat;
    if (connection.state !== "waiting") return t("conn.connecting");
    return t("conn.retry", { n: Math.max(1, Math.ceil((connection.retryAt - Date.now()) / 1_000)) });
  }

  #back() {
    const sent = this.#app.chat.sentOnReturn;
    if (this.#wasShown) this.#backUntil = Date.now() + BACK_SHOWN;
    this.#wasShown = false;
    if (Date.now() >= this.#backUntil) return nothing;
    return strip("ok", "circle-check", sent ? t("conn.back", { n: sent }) : t("conn.again"));
  }

  /** @param {string} look @param {string} sign @param {string} words @param {boolean} [mayRetry] */
  #show(look, sign, words, mayRetry = false) {
    this.#wasShown = true;
    const { connection } = this.#app.chat;
    const retry = html`<button type="button" class="link-button" @click=${() => connection.retryNow()}>${t("conn.now")}</button>`;
    return strip(look, sign, words, mayRetry && connection.state === "waiting" ? retry : nothing);
  }

  /** Counts down while there is something to count. @param {boolean} isNeeded */
  #tick(isNeeded) {
    if (isNeeded) this.#ticking ??= setInterval(() => this.#app.changed(), 500);
    else {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  }
}

/** @param {string} look @param {string} sign @param {string} words @param {unknown} [action] */
const strip = (look, sign, words, action = nothing) =>
  html`<div class="strip strip--${look}">${icon(sign, sign === "loader-circle" ? "spinning" : "18")}<span>${words}</span>${action}</div>`;
