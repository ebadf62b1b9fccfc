// @ts-check
/** Who is known here, and who is online. */
import { byName } from "./person.js";

/** @typedef {import("./wire.js").Person} Person */

export class People {
  /** @type {Map<number, Person>} */
  #known = new Map();
  /** how many are online in all; more than are known by name, in a large house */
  count = 0;

  /** @param {number} id */
  get(id) {
    return this.#known.get(id);
  }

  /** A name for somebody who may not be known. @param {number} id @param {string} [otherwise] */
  name(id, otherwise = "…") {
    return this.#known.get(id)?.nickname ?? otherwise;
  }

  get online() {
    return [...this.#known.values()].filter((person) => person.online).sort(byName);
  }

  get offline() {
    return [...this.#known.values()].filter((person) => !person.online).sort(byName);
  }

  get admin() {
    return [...this.#known.values()].find((person) => person.role === "admin");
  }

  /** What the ack of `join` says: who is online now. @param {Person[]} people @param {number} count */
  join(people, count) {
    for (const person of this.#known.values()) this.#known.set(person.id, { ...person, online: false });
    this.learn(people);
    this.count = count;
  }

  /** @param {Person[]} people */
  learn(people) {
    for (const person of people) this.#known.set(person.id, { ...person, online: Boolean(person.online) });
  }

  /** Like `learn`, for lists that may be older than what was told since. @param {Person[]} people */
  meet(people) {
    this.learn(people.filter((person) => !this.#known.has(person.id)));
  }

  /** @param {import("./wire.js").PeopleChanged} change @param {number} now */
  change({ joined = [], left = [], changed = [], online }, now) {
    this.learn(joined.map((person) => ({ ...person, online: true })));
    this.learn(changed);
    for (const id of left) {
      const person = this.#known.get(id);
      if (person) this.#known.set(id, { ...person, online: false, last_seen_at: now });
    }
    if (online !== undefined) this.count = online;
  }

  clear() {
    this.#known.clear();
    this.count = 0;
  }
}
