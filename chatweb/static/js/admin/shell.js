// @ts-check
// What every signed-in page has: the switches, the way out, the connection, and a word about plain HTTP.

import { html, nothing, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { openMenu } from "../menu.js";
import { toast } from "../toast.js";
import { otherLanguage, t } from "../wording.js";
import { Api } from "./api.js";
import { failure } from "./failure.js";
import { Switches } from "./switches.js";
import { markPlainHttp } from "./transport.js";

const SIGNED_OUT = "admin.signed_out"; // tells the other tabs
const AWAY_SHOWN = 2_000; // ms; a phone that changes Wi-Fi is no news

export class Shell {
  #switches = new Switches();
  #strip = /** @type {HTMLElement} */ (document.querySelector("[data-strip]"));
  #awayTimer = 0;

  csrfToken = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name=csrf-token]")).content;
  api = new Api(this.csrfToken);

  constructor() {
    markPlainHttp();
    addEventListener("storage", (event) => event.key === SIGNED_OUT && this.signedOut());
    for (const button of all("[data-sign-out]")) button.addEventListener("click", () => this.#signOut());
    for (const button of all("[data-more]")) button.addEventListener("click", () => this.#openMore(button));
  }

  /** @param {string} title @param {number} unread messages to the administrator */
  showUnread(title, unread) {
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
    for (const badge of all("[data-unread]")) {
      badge.hidden = unread === 0;
      badge.textContent = unread > 99 ? "99+" : String(unread);
      badge.setAttribute("aria-label", t("a.unread", { n: unread }));
    }
  }

  /** The session is over, here or in another tab. */
  signedOut() {
    location.assign("/admin");
  }

  /** @param {"connecting" | "connected" | "away"} line @param {() => void} retry */
  showLine(line, retry) {
    clearTimeout(this.#awayTimer);
    if (line === "away") this.#awayTimer = setTimeout(() => this.#drawAway(retry), AWAY_SHOWN);
    else render(nothing, this.#strip);
  }

  /** @param {() => void} retry */
  #drawAway(retry) {
    render(
      html`<div class="strip strip--warn">
      ${icon("loader-circle", "spinning")}<span>${t("a.away")}</span>
      <button type="button" class="link-button" @click=${retry}>${t("conn.now")}</button>
    </div>`,
      this.#strip,
    );
  }

  /** @param {HTMLElement} button */
  #openMore(button) {
    const language = otherLanguage() === "en" ? "English" : "Bahasa Indonesia";
    openMenu(button, t("a.more"), [
      { sign: "message-square", name: t("a.tochat"), onPick: () => location.assign("/") },
      { sign: "languages", name: language, onPick: () => this.#switches.switchLanguage() },
      { sign: "log-out", name: t("a.out"), onPick: () => this.#signOut() },
    ]);
  }

  async #signOut() {
    try {
      await this.api.delete("session");
      tellTabs();
      this.signedOut();
    } catch (error) {
      toast(failure(error), "circle-alert");
    }
  }
}

/** @param {string} selector */
function all(selector) {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
}

function tellTabs() {
  try {
    localStorage.setItem(SIGNED_OUT, String(Date.now()));
  } catch {
    // storage is refused in some private windows: the other tabs learn it from their next question
  }
}
