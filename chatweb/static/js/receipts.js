// @ts-check
/** How far the others have received and read, room by room: what the ticks of one's own messages say. */

/** @typedef {{received: number, read: number}} Reach */
/** @typedef {"sent" | "received" | "read"} Delivery */

export class Receipts {
  /** @type {Map<number, Map<number, Reach>>} */
  #rooms = new Map();

  /** @param {{room: number, person: number, received?: number, read?: number}} mark */
  take({ room, person, received = 0, read = 0 }) {
    const reaches = this.#rooms.get(room) ?? new Map();
    const known = reaches.get(person) ?? { received: 0, read: 0 };
    reaches.set(person, {
      received: Math.max(known.received, received, read),
      read: Math.max(known.read, read),
    });
    this.#rooms.set(room, reaches);
  }

  /** What became of an own message: received or read means by everybody else in the room.
   * @param {{room: number, seq: number}} message @param {number} me @param {number} others how many else are in the room
   * @returns {Delivery} */
  of({ room, seq }, me, others) {
    const reaches = [...(this.#rooms.get(room) ?? [])].filter(([person]) => person !== me);
    if (others < 1 || reaches.length < others) return "sent";
    if (reaches.filter(([, reach]) => reach.read >= seq).length >= others) return "read";
    return reaches.filter(([, reach]) => reach.received >= seq).length >= others ? "received" : "sent";
  }

  clear() {
    this.#rooms.clear();
  }
}
