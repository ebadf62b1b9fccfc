// @ts-check
// What happened, newest first; while paused, what is new waits.

/** @typedef {import("./wire.js").Activity} Activity */

const KEPT = 200; // activities

export class Activities {
  /** @type {Map<number, Activity>} */
  #all = new Map();
  /** @type {Activity[]} */
  #shown = [];
  #held = false;

  /** @param {Activity[]} activities */
  put(activities) {
    for (const activity of activities) this.#all.set(activity.id, activity);
    const kept = [...this.#all.values()].sort((a, b) => b.at - a.at || b.id - a.id).slice(0, KEPT);
    this.#all = new Map(kept.map((activity) => [activity.id, activity]));
    if (!this.#held) this.#shown = kept;
  }

  /** The newest page anew; where it does not reach back to what is known, that goes. @param {Activity[]} page */
  renew(page) {
    if (!page.some((activity) => this.#all.has(activity.id))) this.#all.clear();
    this.put(page);
  }

  hold() {
    this.#held = true;
  }

  release() {
    this.#held = false;
    this.put([]);
  }

  get held() {
    return this.#held;
  }

  get shown() {
    return this.#shown;
  }

  /** How many are new since it is paused. */
  get waiting() {
    const shown = new Set(this.#shown.map((activity) => activity.id));
    const newest = this.#shown[0]?.at ?? 0;
    return [...this.#all.values()].filter((activity) => !shown.has(activity.id) && activity.at >= newest)
      .length;
  }
}
