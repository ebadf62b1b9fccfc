// @ts-check
/** What one changes about messages: other words for one's own, or none, an emoji under any. And who has read them. */
import { request } from "./http.js";

/** @typedef {import("./wire.js").Message} Message */

export class Corrections {
  #ask;
  #onChanged;

  /** @param {object} parts
   * @param {(event: string, payload: object) => Promise<any>} parts.ask
   * @param {(message: Message) => void} parts.onChanged */
  constructor({ ask, onChanged }) {
    this.#ask = ask;
    this.#onChanged = onChanged;
  }

  /** @param {Message} message @param {string} body */
  async edit({ id }, body) {
    this.#onChanged((await this.#ask("edit_message", { id, body })).message);
  }

  /** @param {Message} message */
  async delete({ id }) {
    this.#onChanged((await this.#ask("delete_message", { id })).message);
  }

  /** @param {Message} message @param {string} emoji @param {boolean} on */
  async react({ id }, emoji, on) {
    this.#onChanged((await this.#ask("react", { id, emoji, on })).message);
  }

  /** @param {Message} message @returns {Promise<import("./wire.js").Receipt[]>} */
  async receipts({ id }) {
    const { receipts } = await request("GET", `/api/messages/${id}/receipts`);
    return receipts ?? [];
  }
}
