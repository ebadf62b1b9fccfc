// @ts-check
/** Tells the server what has reached this device and what was read, at most once a second. */

const PAUSE = 1_000; // ms between two marks
const RETRIES = 3;

/** @typedef {{received?: number, read?: number}} Reach */

export class Marker {
  #ask;
  /** @type {Map<number, Reach>} by room, to be told */
  #waiting = new Map();
  /** @type {Map<number, Reach>} by room, told */
  #told = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {(event: string, payload: object) => Promise<unknown>} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {number} room @param {number} seq */
  received(room, seq) {
    this.#note(room, "received", seq);
  }

  /** @param {number} room @param {number} seq */
  read(room, seq) {
    this.#note(room, "read", seq);
  }

  /** A new connection: what was told on the old one may not have arrived. */
  restart() {
    this.#told.clear();
  }

  /** @param {number} room @param {keyof Reach} what @param {number} seq */
  #note(room, what, seq) {
    const told = this.#told.get(room)?.[what] ?? 0;
    const waiting = this.#waiting.get(room)?.[what] ?? 0;
    if (seq <= Math.max(told, waiting)) return;
    this.#waiting.set(room, { ...this.#waiting.get(room), [what]: seq });
    // A moment for others of the same breath; then at most one a second.
    this.#timer ??= setTimeout(() => this.#tell(), PAUSE / 10);
  }

  async #tell(failures = 0) {
    const [next] = this.#waiting;
    if (!next) {
      this.#timer = undefined;
      return;
    }
    const [room, reach] = next;
    this.#waiting.delete(room);
    this.#told.set(room, { ...this.#told.get(room), ...reach });
    let failed = failures;
    try {
      await this.#ask("mark", { room, ...reach });
      failed = 0;
    } catch {
      failed += 1;
      this.#told.delete(room);
      if (failed < RETRIES) this.#waiting.set(room, { ...reach, ...this.#waiting.get(room) });
    }
    this.#timer = setTimeout(() => this.#tell(failed), PAUSE * (failed + 1));
  }
}
