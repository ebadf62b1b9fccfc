// @ts-check
/** How fast something goes on and how long it still takes, smoothed so that the figure can be read. */

const WEIGHT = 0.3; // of the newest stretch
const STRETCH = 500; // ms that a stretch lasts at least
const SURE_AFTER = 3_000; // ms before a time is named

export class Pace {
  #began = 0;
  #since = 0;
  #done = 0;
  /** per second */
  speed = 0;

  /** @param {number} now ms */
  start(now) {
    this.#began = now;
    this.#since = now;
    this.#done = 0;
    this.speed = 0;
  }

  /** @param {number} done @param {number} now ms */
  note(done, now) {
    const stretch = now - this.#since;
    if (stretch < STRETCH) return;
    const speed = ((done - this.#done) / stretch) * 1_000;
    this.speed = this.speed ? this.speed + WEIGHT * (speed - this.speed) : speed;
    this.#since = now;
    this.#done = done;
  }

  /** Whole seconds that are left; undefined while nobody can say. @param {number} left @param {number} now ms */
  left(left, now) {
    if (now - this.#began < SURE_AFTER || this.speed <= 0) return undefined;
    return Math.max(1, Math.ceil(left / this.speed));
  }
}
