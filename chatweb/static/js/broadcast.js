// @ts-check
/** The administrator's word to everybody, on top wherever one is, until this person puts it away. */

const KEPT = "broadcast.dismissed"; // in localStorage: when the newest that was put away was sent

/** @typedef {import("./wire.js").Message} Message */

export class Broadcast {
  /** @type {Message | null} */
  #message = null;
  #dismissed = Number(remembered() ?? 0);

  get message() {
    return this.#message && this.#message.sent_at > this.#dismissed ? this.#message : null;
  }

  /** What `join` says is pinned; one that came while this page looked on stays as well.
   * @param {Message} [pinned] */
  join(pinned) {
    if (pinned) this.#message = pinned;
  }

  /** @param {Message} message in its newest form */
  take(message) {
    if (message.kind !== "broadcast" || message.sent_at < (this.#message?.sent_at ?? 0)) return;
    this.#message = message.deleted_at ? null : message;
  }

  /** No longer on top, for anybody. @param {number} id */
  unpin(id) {
    if (this.#message?.id === id) this.#message = null;
  }

  dismiss() {
    this.#dismissed = this.#message?.sent_at ?? this.#dismissed;
    try {
      localStorage.setItem(KEPT, String(this.#dismissed));
    } catch {
      // Some private windows keep nothing; it then comes back with the next visit.
    }
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
