// @ts-check
// The names behind the ids in the log's address: from what the page shows, else asked of the server once.

import { t } from "../wording.js";
import { addressee } from "./addressee.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {import("./wire.js").PersonRow} PersonRow */
/** @typedef {{ id: number, kind: Entry["room_kind"], name?: string }} RoomRow */

/** Tells `named` when a name came that was missing. */
export class Names extends EventTarget {
  #api;
  /** @type {Map<number, string>} */
  #people = new Map();
  /** @type {Map<number, string>} */
  #rooms = new Map();
  /** @type {Set<string>} */
  #asked = new Set();

  /** @param {Api} api */
  constructor(api) {
    super();
    this.#api = api;
  }

  /** @param {Entry[]} entries */
  learn(entries) {
    for (const entry of entries) {
      this.#people.set(entry.sender.id, entry.sender.nickname);
      if (entry.room_kind !== "lobby") this.#rooms.set(entry.room, roomName(entry));
    }
  }

  /** @param {number} id */
  person(id) {
    if (!this.#people.has(id)) this.#once(`person ${id}`, () => this.#findPerson(id));
    return this.#people.get(id) ?? `#${id}`;
  }

  /** @param {number} id */
  room(id) {
    if (!this.#rooms.has(id)) this.#once("rooms", () => this.rooms(""));
    return this.#rooms.get(id) || t("room.lobby");
  }

  /** People with the text in their nickname. @param {string} text @returns {Promise<PersonRow[]>} */
  async people(text) {
    const { people } = await this.#api.get("people", { q: text });
    for (const row of people) this.#people.set(row.id, row.nickname);
    return people;
  }

  /** Rooms with the text in their name; the lobby has the name that the language gives it.
   * @param {string} text @returns {Promise<{ id: number, kind: Entry["room_kind"], name: string }[]>} */
  async rooms(text) {
    /** @type {{ rooms: RoomRow[] }} */
    const { rooms } = await this.#api.get("rooms");
    for (const { id, name } of rooms) this.#rooms.set(id, name ?? "");
    return rooms
      .map((room) => ({ ...room, name: room.name ?? t("room.lobby") }))
      .filter(({ name }) => name.toLocaleLowerCase().includes(text.toLocaleLowerCase()));
  }

  /** People are listed by id, from one on. @param {number} id */
  async #findPerson(id) {
    const { people } = await this.#api.get("people", { cursor: id - 1 });
    if (people[0]?.id === id) this.#people.set(id, people[0].nickname);
  }

  /** @param {string} what @param {() => Promise<unknown>} ask */
  async #once(what, ask) {
    if (this.#asked.has(what)) return;
    this.#asked.add(what);
    try {
      await ask();
      this.dispatchEvent(new Event("named"));
    } catch {
      this.#asked.delete(what); // the number stands in its place until the next try
    }
  }
}

/** Of a talk of two, both. @param {Entry} entry */
export const roomName = (entry) =>
  entry.room_kind === "direct" ? `${entry.sender.nickname} ↔ ${entry.to}` : addressee(entry);
