// @ts-check
// How many messages to the administrator came since the last look, kept on this device.

import { isForAdmin } from "./addressee.js";

/** @typedef {import("./panel.js").Panel} Panel */

const KEY = "admin.seen"; // the newest message that was looked at
const HALF = 0.5; // of the window has to be in view

/** Tells `changed`. */
export class Unread extends EventTarget {
  #panel;
  #isOpen;
  #inView = false;
  #seen = Number(kept() ?? 0);
  count = 0;

  /** @param {HTMLElement} element @param {Panel} panel @param {() => boolean} isOpen whether the messages are the chosen tab */
  constructor(element, panel, isOpen) {
    super();
    this.#panel = panel;
    this.#isOpen = isOpen;
    new IntersectionObserver((seen) => this.#moved(seen), { threshold: [0, HALF] }).observe(element);
    panel.addEventListener("entries", () => this.look());
    panel.addEventListener("status", () => this.look());
    document.addEventListener("visibilitychange", () => this.look());
    addEventListener("focus", () => this.look());
  }

  look() {
    const isLooking = this.#isOpen() && this.#inView && document.visibilityState === "visible";
    const { entries, status } = this.#panel;
    if (isLooking) this.#see(entries.list.at(-1)?.id ?? 0);
    const before = this.count;
    this.count = entries.list.filter(
      (entry) => entry.id > this.#seen && isForAdmin(entry, status?.admin),
    ).length;
    if (before !== this.count) this.dispatchEvent(new Event("changed"));
  }

  /** @param {IntersectionObserverEntry[]} seen */
  #moved(seen) {
    const last = seen.at(-1);
    this.#inView = (last?.intersectionRatio ?? 0) >= HALF;
    this.look();
  }

  /** @param {number} id */
  #see(id) {
    if (id <= this.#seen) return;
    this.#seen = id;
    try {
      localStorage.setItem(KEY, String(id));
    } catch {
      // storage is refused in some private windows: then it is remembered until the page goes
    }
  }
}

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
