// @ts-check
/** One room's changes in the order of `revision`. What comes too early is held until what is missing has come: by
 * itself, or by a fill. */

/** @typedef {import("./wire.js").Message} Message */

export class Revisions {
  /** everything up to here has been applied */
  #cursor;
  /** @type {Map<number, Message>} */
  #held = new Map();

  /** @param {number} cursor */
  constructor(cursor) {
    this.#cursor = cursor;
  }

  get cursor() {
    return this.#cursor;
  }

  get hasHole() {
    return this.#held.size > 0;
  }

  /** Takes one change; answers with those whose turn it is now, oldest first. What is already past its turn is handed
   * on as well: the ack and the event of one message say the same, and applying it twice changes nothing.
   * @param {Message} message @returns {Message[]} */
  take(message) {
    if (message.revision <= this.#cursor) return [message];
    this.#held.set(message.revision, message);
    return this.#due();
  }

  /** A fill has brought everything up to `revision`; answers with what was held behind it.
   * @param {number} revision @returns {Message[]} */
  filled(revision) {
    this.#cursor = Math.max(this.#cursor, revision);
    for (const early of this.#held.keys()) if (early <= this.#cursor) this.#held.delete(early);
    return this.#due();
  }

  /** Begins anew from `revision`: a reset, or a fresh join. @param {number} revision */
  restart(revision) {
    this.#cursor = revision;
    this.#held.clear();
  }

  #due() {
    const due = [];
    for (let next = this.#held.get(this.#cursor + 1); next; next = this.#held.get(this.#cursor + 1)) {
      this.#held.delete(next.revision);
      this.#cursor = next.revision;
      due.push(next);
    }
    return due;
  }
}
