// @ts-check
/** Messages that others answer to and that are not in the log: fetched once, by id. */
import { request } from "./http.js";

/** @typedef {import("./wire.js").Message} Message */

export class Originals {
  /** @type {Map<number, Message | "loading" | "gone">} */
  #known = new Map();
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {number} id @returns {Message | undefined | "gone"} undefined while it is on its way */
  get(id) {
    const known = this.#known.get(id);
    if (known === undefined) this.#fetch(id);
    return known === "loading" ? undefined : known;
  }

  /** An edit or a deletion of one that is known here. @param {Message} message */
  take(message) {
    if (this.#known.has(message.id)) this.#known.set(message.id, message);
  }

  clear() {
    this.#known.clear();
  }

  /** @param {number} id */
  async #fetch(id) {
    this.#known.set(id, "loading");
    try {
      this.#known.set(id, (await request("GET", `/api/messages/${id}`)).message);
    } catch {
      this.#known.set(id, "gone");
    }
    this.#onChange();
  }
}
