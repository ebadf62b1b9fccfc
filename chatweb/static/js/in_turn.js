// @ts-check
/** Holds what is told while something else must come first. */
export class InTurn {
  /** @type {(() => void)[] | null} */
  #held = null;

  /** A hearer that waits while there is something to wait for.
   * @template T @param {(payload: T) => void} hear @returns {(payload: T) => void} */
  wrap(hear) {
    return (payload) => {
      if (this.#held) this.#held.push(() => hear(payload));
      else hear(payload);
    };
  }

  hold() {
    this.#held = [];
  }

  release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const hear of held) hear();
  }
}
