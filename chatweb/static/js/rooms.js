// @ts-check
/** The rooms this person is in, and how each is called, ordered and counted in the list. */

/** @typedef {import("./wire.js").Room} Room */
/** @typedef {import("./wire.js").Message} Message */
/** @typedef {Room & {seq: number, revision: number, read_seq: number, unread: number, members: number, counted: number}} KnownRoom
 * `counted` is the seq up to which `unread` has counted. */

const MOST_UNREAD = 1_000;

export class Rooms {
  /** @type {Map<number, KnownRoom>} */
  #rooms = new Map();

  /** @param {number} id */
  get(id) {
    return this.#rooms.get(id);
  }

  get all() {
    return [...this.#rooms.values()];
  }

  get lobby() {
    return this.all.find((room) => room.kind === "lobby");
  }

  /** The room of two. @param {number} person */
  directWith(person) {
    return this.all.find((room) => room.kind === "direct" && room.people?.includes(person));
  }

  /** What the ack of `join` says: these, and no others. @param {Room[]} rooms */
  join(rooms) {
    this.#rooms = new Map(rooms.map((room) => [room.id, whole(room, room.seq)]));
  }

  /** `room_changed` is the same for all: it says nothing of one's own reading. Its counters wait for their messages.
   * @param {import("./wire.js").RoomChanged} change */
  change(change) {
    if ("gone" in change) {
      this.#rooms.delete(change.id);
      return;
    }
    const known = this.#rooms.get(change.id);
    if (known) {
      // What it does not say is empty: a topic that was taken away, say.
      const { seq, revision, last, read_seq, unread, counted } = known;
      this.#rooms.set(change.id, { ...whole(change), seq, revision, last, read_seq, unread, counted });
    } else {
      this.#rooms.set(change.id, entered(change));
    }
  }

  /** A message in its newest form. @param {Message} message @param {number} me */
  take(message, me) {
    const room = this.#rooms.get(message.room);
    if (!room) return;
    const isNew = message.seq > room.counted;
    room.revision = Math.max(room.revision, message.revision);
    if (message.seq >= (room.last?.seq ?? 0)) room.last = message;
    room.seq = Math.max(room.seq, message.seq);
    room.counted = Math.max(room.counted, message.seq);
    if (isNew && message.sender.id !== me && message.seq > room.read_seq)
      room.unread = Math.min(room.unread + 1, MOST_UNREAD);
  }

  /** This person has read up to `seq`, here or on another device; `left` counts what is still unread, where known.
   * @param {number} id @param {number} seq @param {number} left */
  read(id, seq, left) {
    const room = this.#rooms.get(id);
    if (!room || seq <= room.read_seq) return;
    room.read_seq = seq;
    room.unread = seq >= room.seq ? 0 : Math.min(room.unread, left);
  }

  clear() {
    this.#rooms.clear();
  }
}

/** A room that one has come into: read up to here, but for a talk of two, which has just begun. @param {Room} room */
function entered(room) {
  if (room.kind === "direct") return whole(room, 0);
  return whole({ read_seq: room.seq, ...room }, room.seq);
}

/** @param {Room} room @param {number} [counted] @returns {KnownRoom} */
const whole = (room, counted = 0) => ({
  ...room,
  seq: room.seq ?? 0,
  revision: room.revision ?? 0,
  read_seq: room.read_seq ?? 0,
  unread: room.unread ?? 0,
  members: room.members ?? 0,
  counted,
});
