// @ts-check
/** Asking `join` on every new line, and holding back what is told until its ack has been taken in. */
import { InTurn } from "./in_turn.js";

const PATIENCE = 15_000; // ms
const FRESH_AFTER = 3; // joins that failed in a row before what is kept is dropped

export class Joining {
  #parts;
  #failed = 0;
  #inTurn = new InTurn();

  /** @param {object} parts
   * @param {(event: string, payload: object, patience?: number) => Promise<any>} parts.ask
   * @param {() => Record<string, number>} parts.cursors where the rooms are that were looked into
   * @param {() => void} parts.forget what is kept may be what makes joining fail
   * @param {(ack: import("./wire.js").Joined, cursors: Record<string, number>) => Promise<void>} parts.take */
  constructor(parts) {
    this.#parts = parts;
  }

  /** A hearer of events, which come after the ack of `join`.
   * @template T @param {(payload: T) => void} hear */
  after(hear) {
    return this.#inTurn.wrap(hear);
  }

  async join() {
    const { ask, cursors: known, forget, take } = this.#parts;
    this.#inTurn.hold();
    const isFresh = this.#failed >= FRESH_AFTER;
    const cursors = isFresh ? {} : known();
    try {
      const ack = await ask("join", Object.keys(cursors).length ? { cursors } : {}, PATIENCE);
      if (isFresh) forget();
      await take(ack, cursors);
      this.#failed = 0;
    } catch (error) {
      this.#failed += 1;
      throw error;
    } finally {
      this.#inTurn.release();
    }
  }
}
