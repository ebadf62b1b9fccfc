// @ts-check
/** Rooms that one opens, enters, changes and leaves, and looking for them. */
import { request } from "./http.js";

/** @typedef {import("./wire.js").Room} Room */
/** @typedef {import("./wire.js").Person} Person */

export class Doors {
  #ask;
  #onRoom;

  /** @param {object} parts
   * @param {(event: string, payload: object) => Promise<any>} parts.ask
   * @param {(change: import("./wire.js").RoomChanged) => void} parts.onRoom */
  constructor({ ask, onRoom }) {
    this.#ask = ask;
    this.#onRoom = onRoom;
  }

  /** @param {{name: string, topic: string, isPrivate: boolean, people: number[]}} wish @returns {Promise<Room>} */
  create({ name, topic, isPrivate, people }) {
    const more = { ...(topic ? { topic } : {}), ...(people.length ? { people } : {}) };
    return this.#entered("create_room", { name, private: isPrivate, ...more });
  }

  /** @param {number} room */
  enter(room) {
    return this.#entered("join_room", { room });
  }

  /** @param {number} room @param {number[]} people */
  invite(room, people) {
    return this.#entered("invite", { room, people });
  }

  /** @param {number} room @param {{name?: string, topic?: string}} change */
  change(room, change) {
    return this.#entered("change_room", { room, ...change });
  }

  /** @param {number} room */
  async leave(room) {
    await this.#ask("leave_room", { room });
    this.#onRoom({ id: room, gone: true });
  }

  /** Own rooms and open ones. @param {string} query @returns {Promise<Room[]>} */
  async browse(query) {
    const { rooms } = await request("GET", `/api/rooms?q=${encodeURIComponent(query)}`);
    return rooms;
  }

  /** Who is in a room. @param {number} room @returns {Promise<Person[]>} */
  async people(room) {
    const { people } = await request("GET", `/api/rooms/${room}`);
    return people ?? [];
  }

  /** @param {string} event @param {object} payload @returns {Promise<Room>} */
  async #entered(event, payload) {
    const { room } = await this.#ask(event, payload);
    this.#onRoom(room);
    return room;
  }
}
