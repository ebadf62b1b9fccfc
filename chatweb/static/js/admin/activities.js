// @ts-check
// What happened, newest first; while paused, what is new waits.

/** @typedef {import("./wire.js").Activity} Activity */

const KEPT = 200; // activities, before older ones are asked for

export class Activities {
  /** @type {Map<number, Activity>} */
  #all = new Map();
  /** @type {Activity[]} */
  #shown = [];
  #held = false;
  #kept = KEPT;
  #reachesBack = true;

  /** @param {Activity[]} activities */
  put(activities) {
    for (const activity of activities) this.#all.set(activity.id, activity);
    const sorted = [...this.#all.values()].sort((a, b) => b.at - a.at || b.id - a.id);
    const kept = sorted.slice(0, this.#kept);
    if (kept.length < sorted.length) this.#reachesBack = true;
    this.#all = new Map(kept.map((activity) => [activity.id, activity]));
    if (!this.#held) this.#shown = kept;
  }

  /** The newest page anew; where it does not reach back to what is known, that goes, but not what is newer than it.
   * @param {Activity[]} page @param {boolean} [reachesBack] whether there are older ones */
  renew(page, reachesBack = true) {
    if (!page.some((activity) => this.#all.has(activity.id))) {
      const newest = Math.max(...page.map((activity) => activity.id));
      for (const id of this.#all.keys()) if (id < newest) this.#all.delete(id);
      this.#kept = KEPT;
      this.#reachesBack = reachesBack;
    }
    this.put(page);
  }

  /** A page of older ones. @param {Activity[]} page @param {boolean} reachesBack whether there are older ones still */
  append(page, reachesBack) {
    this.#kept = this.#all.size + page.length + KEPT;
    this.#reachesBack = reachesBack;
    this.put(page);
    this.#shown = [...this.#shown, ...page.filter((one) => !this.#shown.includes(one))];
  }

  /** Whether there are older ones to ask for. */
  get hasOlder() {
    return this.#shown.length > 0 && this.#reachesBack;
  }

  /** The id before which older ones are asked for. */
  get oldest() {
    return Math.min(...this.#shown.map((activity) => activity.id));
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
