// @ts-check
// Who is online, in an order that holds still.

/** @typedef {import("./wire.js").PersonRow} PersonRow */
/** @typedef {import("./wire.js").PeopleChange} PeopleChange */

/** Somebody who is neither muted nor banned has none of these. */
const FREE = { muted_until: undefined, banned_until: undefined, reason: undefined };

export class OnlinePeople {
  /** @type {Map<number, PersonRow>} */
  #people = new Map();

  /** Starts anew from what the server answered, whoever came first on top. @param {PersonRow[]} rows */
  replace(rows) {
    const sorted = [...rows].sort((a, b) => (a.since ?? 0) - (b.since ?? 0));
    this.#people = new Map(sorted.map((row) => [row.id, row]));
  }

  /** Who is new comes at the end: rows do not move under the pointer. @param {PeopleChange} change */
  apply({ joined = [], left = [], changed = [] }) {
    for (const id of left) this.#people.delete(id);
    for (const row of joined) this.#people.set(row.id, row);
    for (const row of changed) {
      const known = this.#people.get(row.id);
      if (known) this.#people.set(row.id, { ...known, ...FREE, ...row });
    }
  }

  get count() {
    return this.#people.size;
  }

  /** @param {number} id */
  get(id) {
    return this.#people.get(id);
  }

  /** Those whose name or address has the text. @param {string} [text] */
  matching(text = "") {
    const wanted = text.trim().toLocaleLowerCase();
    const all = [...this.#people.values()];
    if (wanted === "") return all;
    return all.filter((row) => `${row.nickname}\n${row.address ?? ""}`.toLocaleLowerCase().includes(wanted));
  }
}
