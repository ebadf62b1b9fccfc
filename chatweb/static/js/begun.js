// @ts-check
/** What is begun in a conversation besides its draft: the message answered to, the one being edited, the files in the
 * tray. It lives as long as the page. */
import { Changes } from "./changes.js";

export const MOST_FILES = 10; // of one message

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {import("./picked.js").Picked} Picked */
/** @typedef {{reply?: Message, edited?: Message, files: Picked[], problems: string[]}} Beginning */

export class Begun extends Changes {
  /** @type {Map<string, Beginning>} by conversation */
  #all = new Map();

  /** @param {string} key @returns {Beginning} */
  of(key) {
    const known = this.#all.get(key) ?? { files: [], problems: [] };
    this.#all.set(key, known);
    return known;
  }

  /** @param {string} key @param {Message} [message] */
  answer(key, message) {
    const begun = this.of(key);
    begun.reply = message;
    begun.edited = undefined;
    this.changed();
  }

  /** @param {string} key @param {Message} [message] */
  edit(key, message) {
    const begun = this.of(key);
    begun.edited = message;
    if (message) begun.reply = undefined;
    this.changed();
  }

  /** Puts files into the tray; what is too large or too many is refused there, before it starts.
   * @param {string} key @param {Picked[]} files
   * @param {{limit: number, tooLarge: (picked: Picked) => string, tooMany: () => string}} rules */
  put(key, files, { limit, tooLarge, tooMany }) {
    const begun = this.of(key);
    begun.problems = [];
    begun.edited = undefined;
    for (const picked of files) {
      if (picked.size > limit) begun.problems.push(tooLarge(picked));
      else if (begun.files.length < MOST_FILES) begun.files.push(picked);
      else begun.problems = [...new Set([...begun.problems, tooMany()])];
    }
    this.changed();
  }

  /** @param {string} key @param {Picked} picked */
  remove(key, picked) {
    const begun = this.of(key);
    begun.files = begun.files.filter((one) => one !== picked);
    begun.problems = [];
    picked.release();
    this.changed();
  }

  /** Takes all of it away, for sending. @param {string} key */
  take(key) {
    const begun = this.of(key);
    this.#all.delete(key);
    this.changed();
    return begun;
  }

  clear() {
    for (const { files } of this.#all.values()) for (const picked of files) picked.release();
    this.#all.clear();
  }
}
