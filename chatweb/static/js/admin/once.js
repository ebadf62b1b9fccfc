// @ts-check
// The same words sent again, because no answer came, are the same message: one id until it is settled.

import { uuid } from "../uuid.js";

export class Once {
  #words = "";
  #id = "";

  /** @param {string} words what is to be sent, and where to */
  idFor(words) {
    if (words !== this.#words || this.#id === "") this.#id = uuid();
    this.#words = words;
    return this.#id;
  }

  settle() {
    this.#id = "";
  }
}
