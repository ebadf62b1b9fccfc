// @ts-check
/** What somebody has begun to write, for each conversation; it survives a reload, and a stopped service. In localStorage,
 * since a page that goes away has no time left for IndexedDB. */

const PAUSE = 400; // ms without typing before a draft is put down
const PREFIX = "draft";

export class Drafts {
  #kept;
  #owner = 0;
  /** @type {Map<string, string>} by conversation */
  #texts = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /** @param {Storage} [kept] */
  constructor(kept) {
    this.#kept = kept;
  }

  /** Takes up what this person left. @param {number} owner */
  load(owner) {
    if (this.#owner === owner) return;
    this.#owner = owner;
    this.#texts.clear();
    for (const key of this.#keys())
      this.#texts.set(key.slice(this.#prefix.length), this.#kept?.getItem(key) ?? "");
  }

  /** @param {string} conversation */
  of(conversation) {
    return this.#texts.get(conversation) ?? "";
  }

  /** Those in which something was begun. */
  get conversations() {
    return [...this.#texts].filter(([, text]) => text.trim()).map(([conversation]) => conversation);
  }

  /** @param {string} conversation @param {string} text */
  keep(conversation, text) {
    this.#texts.set(conversation, text);
    clearTimeout(this.#timers.get(conversation));
    this.#timers.set(
      conversation,
      setTimeout(() => this.#put(conversation), PAUSE),
    );
  }

  /** Puts down what waits: the page may be about to go. */
  flush() {
    for (const [conversation, timer] of this.#timers) {
      clearTimeout(timer);
      this.#put(conversation);
    }
  }

  forgetAll() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#texts.clear();
    for (const key of this.#keys()) this.#kept?.removeItem(key);
  }

  /** @param {string} conversation */
  #put(conversation) {
    this.#timers.delete(conversation);
    const text = this.of(conversation);
    try {
      if (text.trim()) this.#kept?.setItem(this.#prefix + conversation, text);
      else this.#kept?.removeItem(this.#prefix + conversation);
    } catch (error) {
      console.warn("a draft could not be kept", error); // a full storage: it lives as long as the page
    }
  }

  get #prefix() {
    return `${PREFIX} ${this.#owner} `;
  }

  #keys() {
    return Object.keys(this.#kept ?? {}).filter((key) => key.startsWith(this.#prefix));
  }
}
