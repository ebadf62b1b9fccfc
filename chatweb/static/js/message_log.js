// @ts-check
/** What is known of one room's messages: an unbroken stretch that ends with the newest. */

/** @typedef {import("./wire.js").Message} Message */

export class MessageLog {
  /** @type {Message[]} by seq */
  #messages = [];
  /** @type {"fresh" | "loading" | "ready" | "failed"} */
  state = "fresh";
  /** @type {"idle" | "loading" | "failed"} of the pages before */
  older = "idle";
  /** are there older ones on the server? */
  hasOlder = false;

  get messages() {
    return this.#messages;
  }

  get newest() {
    return this.#messages.at(-1);
  }

  get oldest() {
    return this.#messages.at(0);
  }

  /** A change in its newest form: a new message, or one that was edited or deleted. Older than the stretch: not kept.
   * @param {Message} message */
  apply(message) {
    if (this.state === "fresh") return;
    const index = this.#indexOf(message.seq);
    const known = this.#messages[index];
    if (known?.seq === message.seq) {
      if (message.revision >= known.revision) this.#replace(index, message);
      return;
    }
    if (index === 0 && this.state === "ready" && this.#messages.length > 0) return;
    this.#messages = [...this.#messages.slice(0, index), message, ...this.#messages.slice(index)];
  }

  /** A page of history: the newest one, or the one before what is here.
   * @param {Message[]} page @param {boolean} hasOlder */
  addPage(page, hasOlder) {
    const newest = new Map(this.#messages.map((message) => [message.seq, message]));
    for (const message of page) {
      const known = newest.get(message.seq);
      if (!known || message.revision > known.revision) newest.set(message.seq, message);
    }
    this.#messages = [...newest.values()].sort((one, other) => one.seq - other.seq);
    this.hasOlder = hasOlder;
    this.state = "ready";
  }

  /** Forgets the oldest, which can be fetched again, so that a page left open for a week stays light.
   * @param {number} most */
  keepNewest(most) {
    if (this.#messages.length <= most) return;
    this.#messages = this.#messages.slice(-most);
    this.hasOlder = true;
  }

  clear() {
    this.#messages = [];
    this.state = "fresh";
    this.older = "idle";
    this.hasOlder = false;
  }

  /** The line on the screen stays the same one. @param {number} index @param {Message} message */
  #replace(index, message) {
    const { client_id } = this.#messages[index];
    const kept = client_id ? { client_id, ...message } : message;
    this.#messages = this.#messages.map((known, at) => (at === index ? kept : known));
  }

  /** Where a seq is or would be; most come at the end. @param {number} seq */
  #indexOf(seq) {
    let index = this.#messages.length;
    while (index > 0 && this.#messages[index - 1].seq >= seq) index -= 1;
    return index;
  }
}
