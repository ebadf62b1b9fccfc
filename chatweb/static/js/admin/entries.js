// @ts-check
// The newest messages, oldest first, each once and in its newest form.

/** @typedef {import("./wire.js").Entry} Entry */

const KEPT = 200; // entries; older ones are a click away in the log

export class Entries {
  /** @type {Map<number, Entry>} */
  #entries = new Map();

  /** Live events and an answer to a question may overlap in any order. @param {Entry[]} entries */
  put(entries) {
    for (const entry of entries) {
      const known = this.#entries.get(entry.id);
      if (!known || known.revision <= entry.revision) this.#entries.set(entry.id, entry);
    }
    const kept = this.list.slice(-KEPT);
    this.#entries = new Map(kept.map((entry) => [entry.id, entry]));
  }

  /** The newest page anew; where it does not reach back to what is known, that is a page of its own past and goes. What
   * was told while the page was on its way is newer than all of it, and stays. @param {Entry[]} page */
  renew(page) {
    const newest = Math.max(...page.map((entry) => entry.id));
    const isApart = !page.some((entry) => this.#entries.has(entry.id));
    for (const id of this.#entries.keys()) if (isApart && id < newest) this.#entries.delete(id);
    this.put(page);
  }

  /** A change of something no longer shown is no news. @param {Entry} entry */
  change(entry) {
    if (this.#entries.has(entry.id)) this.put([entry]);
  }

  get list() {
    return [...this.#entries.values()].sort((a, b) => a.sent_at - b.sent_at || a.id - b.id);
  }

  get newest() {
    return this.list.at(-1);
  }
}
