// @ts-check
// What an administrator does to a person or a message.

/** @typedef {import("./api.js").Api} Api */
/** @typedef {{ reason?: string, until?: number }} Terms until when; absent: until it is lifted */

export class Moderation {
  #api;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** @param {number} person @param {Terms} terms */
  kick(person, { reason }) {
    return this.#api.post(`people/${person}/kick`, { ...(reason && { reason }) });
  }

  /** @param {number} person @param {Terms} terms */
  mute(person, terms) {
    return this.#api.put(`people/${person}/mute`, terms);
  }

  /** @param {number} person */
  unmute(person) {
    return this.#api.delete(`people/${person}/mute`);
  }

  /** @param {number} person @param {Terms} terms */
  ban(person, terms) {
    return this.#api.put(`people/${person}/ban`, terms);
  }

  /** @param {number} person */
  unban(person) {
    return this.#api.delete(`people/${person}/ban`);
  }

  /** @param {number} message */
  deleteMessage(message) {
    return this.#api.delete(`messages/${message}`);
  }
}
