// @ts-check
/** Back where one was: applies what was missed and what comes in meanwhile, each room in the order of `revision`, one
 * fill at a time for a room. */
import { Revisions } from "./revisions.js";

const HOLE_PATIENCE = 500; // ms: most holes close by themselves
const ATTEMPTS = 3; // fills that may fail before the room begins anew

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {{messages: Message[], revision: number, more?: boolean, reset?: boolean}} ChangesPage */

export class CatchUp {
  /** @type {Map<number, Revisions>} */
  #rooms = new Map();
  /** @type {Set<number>} */
  #filling = new Set();
  #parts;

  /** @param {object} parts
   * @param {(message: Message) => void} parts.apply
   * @param {(room: number, after: number) => Promise<ChangesPage>} parts.fetchChanges
   * @param {(room: number) => void} parts.reset drops what is kept of a room
   * @param {(ms: number) => Promise<void>} [parts.pause] */
  constructor(parts) {
    this.#parts = { pause: sleep, ...parts };
  }

  /** Where the given rooms are, for `join`. @param {number[]} rooms */
  cursors(rooms) {
    return Object.fromEntries(
      rooms.filter((room) => this.#rooms.has(room)).map((room) => [room, this.#of(room).cursor]),
    );
  }

  /** The ack of `join`: rooms as they are, and what was missed in those whose cursor was sent.
   * @param {import("./wire.js").Room[]} rooms
   * @param {Record<string, import("./wire.js").Missed>} changes
   * @param {Record<string, number>} cursors as sent */
  join(rooms, changes, cursors) {
    for (const room of rooms) {
      if (room.id in cursors) this.#resume(room, changes[room.id] ?? {});
      else this.#of(room.id).restart(room.revision ?? 0);
    }
  }

  /** A live message. @param {Message} message */
  take(message) {
    const room = this.#of(message.room);
    const hadHole = room.hasHole;
    for (const due of room.take(message)) this.#parts.apply(due);
    if (room.hasHole && !hadHole) this.#watchHole(message.room);
  }

  /** A room that has just become known. @param {number} room
   * @param {number} [revision] where it was then; 0 where its messages are all still to come */
  begin(room, revision = 0) {
    if (!this.#rooms.has(room)) this.#rooms.set(room, new Revisions(revision));
  }

  /** @param {number} room one that this person has left */
  end(room) {
    this.#rooms.delete(room);
  }

  forget() {
    this.#rooms.clear();
  }

  /** @param {import("./wire.js").Room} room @param {import("./wire.js").Missed} missed */
  #resume(room, { messages = [], more = false, reset = false }) {
    const revisions = this.#of(room.id);
    if (reset) {
      this.#begin(room.id, room.revision ?? 0);
      return;
    }
    for (const message of messages) this.#parts.apply(message);
    const reached = messages.at(-1)?.revision ?? revisions.cursor;
    for (const due of revisions.filled(reached)) this.#parts.apply(due);
    if (more || (room.revision ?? 0) > revisions.cursor) this.#fill(room.id);
  }

  /** @param {number} room */
  async #watchHole(room) {
    await this.#parts.pause(HOLE_PATIENCE);
    if (this.#of(room).hasHole) await this.#fill(room);
  }

  /** @param {number} room */
  async #fill(room) {
    if (this.#filling.has(room)) return;
    this.#filling.add(room);
    try {
      await this.#fetchAll(room);
    } finally {
      this.#filling.delete(room);
    }
  }

  /** @param {number} room */
  async #fetchAll(room) {
    const revisions = this.#of(room);
    for (let failures = 0; failures < ATTEMPTS; ) {
      try {
        const page = await this.#parts.fetchChanges(room, revisions.cursor);
        if (page.reset) break;
        for (const message of page.messages) this.#parts.apply(message);
        for (const due of revisions.filled(page.revision)) this.#parts.apply(due);
        if (!page.more) return;
        failures = 0;
      } catch (error) {
        failures += 1;
        console.warn(`changes of room ${room} could not be fetched`, error);
        await this.#parts.pause(HOLE_PATIENCE * 2 ** failures);
      }
    }
    this.#begin(room, revisions.cursor);
  }

  /** @param {number} room @param {number} revision */
  #begin(room, revision) {
    this.#of(room).restart(revision);
    this.#parts.reset(room);
  }

  /** @param {number} room */
  #of(room) {
    this.begin(room);
    return /** @type {Revisions} */ (this.#rooms.get(room));
  }
}

/** @param {number} ms @returns {Promise<void>} */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
