// @ts-check
/** What somebody has begun to write, for each conversation; it survives a reload, and a stopped service. */

const PAUSE = 400; // ms without typing before a draft is put down

export class Drafts {
  #storage;
  #owner = 0;
  /** @type {Map<string, string>} by conversation */
  #texts = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /** @param {import("./storage.js").Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** Takes up what this person left. @param {number} owner */
  async load(owner) {
    if (this.#owner === owner) return;
    this.#owner = owner;
    for (const draft of await this.#storage.all("drafts"))
      if (draft.owner === owner && !this.#texts.has(draft.conversation))
        this.#texts.set(draft.conversation, draft.text);
  }

  /** @param {string} conversation */
  of(conversation) {
    return this.#texts.get(conversation) ?? "";
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

  async forgetAll() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    const keys = [...this.#texts.keys()].map((conversation) => this.#key(conversation));
    this.#timers.clear();
    this.#texts.clear();
    await Promise.all(keys.map((key) => this.#storage.delete("drafts", key)));
  }

  /** @param {string} conversation */
  #put(conversation) {
    this.#timers.delete(conversation);
    const key = this.#key(conversation);
    const text = this.of(conversation);
    if (text.trim()) this.#storage.put("drafts", { key, owner: this.#owner, conversation, text });
    else this.#storage.delete("drafts", key);
  }

  /** @param {string} conversation */
  #key(conversation) {
    return `${this.#owner} ${conversation}`;
  }
}
