// @ts-check
/** What comes in: messages in their turn, and how far each has been received and read. */
import { CatchUp } from "./catch_up.js";
import { request } from "./http.js";

const RECEIPT_ROOM = 30; // members up to which the server tells receipts

/** @typedef {import("./wire.js").Message} Message */

export class Inbox {
  #parts;
  #catchUp = new CatchUp({
    apply: (message) => this.#apply(message),
    fetchChanges: (room, after) => request("GET", `/api/rooms/${room}/changes?after=${after}`),
    reset: (room) => this.#parts.history.reset(room),
  });

  /** @param {object} parts
   * @param {() => number} parts.me
   * @param {import("./rooms.js").Rooms} parts.rooms
   * @param {import("./history.js").History} parts.history
   * @param {import("./originals.js").Originals} parts.originals
   * @param {import("./broadcast.js").Broadcast} parts.broadcast
   * @param {import("./typing.js").Typing} parts.typing
   * @param {import("./receipts.js").Receipts} parts.receipts
   * @param {import("./marker.js").Marker} parts.marker
   * @param {import("./outbox.js").Outbox} parts.outbox */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Where the rooms that were looked into are, for `join`. */
  get cursors() {
    return this.#catchUp.cursors(this.#parts.history.loadedRooms);
  }

  /** What `join` says. @param {import("./wire.js").Joined} ack @param {Record<string, number>} cursors as sent */
  join({ rooms = [], changes = {} }, cursors) {
    const { history, marker } = this.#parts;
    this.#parts.rooms.join(rooms);
    this.#catchUp.join(rooms, changes, cursors);
    marker.restart();
    this.#parts.originals.clear(); // what was taken back meanwhile must not stand in a quote
    for (const room of this.#parts.rooms.all) this.#received(room.id, room.seq);
    history.resume(this.#parts.rooms.all);
  }

  /** A room that has just become known: a talk between two by its first message, any other as it is.
   * @param {import("./wire.js").Room} room */
  begin({ id, kind, revision }) {
    this.#catchUp.begin(id, kind === "direct" ? 0 : revision);
  }

  /** @param {number} room one that this person is no longer in */
  end(room) {
    this.#parts.history.forget(room);
    this.#catchUp.end(room);
  }

  /** A message, from an event or an ack. @param {Message} message */
  take(message) {
    this.#catchUp.take(message);
  }

  /** @param {import("./wire.js").Marked} mark */
  marked(mark) {
    if (mark.person === this.#parts.me() && mark.read) this.#read(mark.room, mark.read);
    this.#parts.receipts.take(mark);
  }

  /** This person has seen everything of a room up to `seq`. @param {number} room @param {number} seq */
  hasRead(room, seq) {
    const known = this.#parts.rooms.get(room);
    if (!known || seq <= known.read_seq) return;
    this.#parts.marker.read(room, seq);
    this.#read(room, seq);
  }

  forget() {
    this.#catchUp.forget();
  }

  /** A message in its newest form, in its turn. @param {Message} message */
  #apply(message) {
    const { me, rooms, history, originals, broadcast, typing, outbox } = this.#parts;
    rooms.take(message, me());
    history.take(message);
    originals.take(message);
    broadcast.take(message);
    typing.take({ room: message.room, person: message.sender.id });
    if (message.sender.id === me()) outbox.settle(message.client_id);
    else this.#received(message.room, message.seq);
  }

  /** @param {number} id @param {number} seq */
  #received(id, seq) {
    const room = this.#parts.rooms.get(id);
    if (room && seq > 0 && room.members <= RECEIPT_ROOM) this.#parts.marker.received(id, seq);
  }

  /** @param {number} id @param {number} seq */
  #read(id, seq) {
    const { me, rooms, history } = this.#parts;
    rooms.read(id, seq, history.unreadAfter(id, seq, me()));
  }
}
