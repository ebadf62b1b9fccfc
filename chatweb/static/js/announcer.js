// @ts-check
/** Says new messages to a screen reader: others' only, none of history, and a number where many come at once. */
import { t } from "./wording.js";

const BREATH = 2_000; // ms
const MOST = 5; // messages in a breath that are said one by one

export class Announcer {
  #region;
  /** @type {string[]} */
  #recent = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} region role=status */
  constructor(region) {
    this.#region = region;
  }

  /** @param {string} line */
  say(line) {
    if (document.hidden) return;
    this.#recent.push(line);
    this.#timer ??= setTimeout(() => this.#rest(), BREATH);
    if (this.#recent.length <= MOST) this.#region.textContent = line;
  }

  #rest() {
    if (this.#recent.length > MOST) this.#region.textContent = t("log.unread", { n: this.#recent.length });
    this.#recent = [];
    this.#timer = undefined;
  }
}
