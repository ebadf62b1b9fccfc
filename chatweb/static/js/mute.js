// @ts-check
/** May not write for a while, as a refusal said. The administrator may lift it earlier without a word, so the field
 * comes back after a minute at the latest, and the next message tells. */

const TRIED_AFTER = 60_000; // ms
const LONGEST = 366 * 86_400_000; // ms: what is longer is without an end

export class Mute {
  /** is one muted, as far as is known? */
  isOn = false;
  /** until when (ms); 0 without an end */
  until = 0;
  #onChange;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {number | undefined} seconds @param {number} now ms */
  begin(seconds, now) {
    const rest = (seconds ?? 0) * 1_000;
    this.isOn = true;
    this.until = rest > 0 && rest < LONGEST ? now + rest : 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), rest ? Math.min(rest, TRIED_AFTER) : TRIED_AFTER);
    this.#onChange();
  }

  end() {
    clearTimeout(this.#timer);
    this.isOn = false;
    this.#onChange();
  }
}
