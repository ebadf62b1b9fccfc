// @ts-check
/** Who came and who went while this page looked on: lines between the lobby's messages, kept nowhere. */

const MOST = 60; // lines

/** @typedef {{id: number, at: number, after: number, joined: string[], left: string[]}} Coming
 * `after` is the seq of the lobby's message that it follows */

export class Comings {
  /** @type {Coming[]} */
  lines = [];
  #count = 0;

  /** @param {{joined: string[], left: string[]}} names @param {number} after @param {number} at */
  add({ joined, left }, after, at) {
    if (joined.length + left.length === 0) return;
    const last = this.lines.at(-1);
    if (last?.after === after) {
      this.lines = [...this.lines.slice(0, -1), merged(last, joined, left, at)];
    } else {
      this.#count += 1;
      this.lines = [...this.lines, { id: this.#count, at, after, joined, left }].slice(-MOST);
    }
  }

  clear() {
    this.lines = [];
  }
}

/** One line for what follows each other: who is back has not left.
 * @param {Coming} line @param {string[]} joined @param {string[]} left @param {number} at @returns {Coming} */
function merged(line, joined, left, at) {
  /** @param {string[]} names @param {string[]} gone */
  const without = (names, gone) => names.filter((name) => !gone.includes(name));
  return {
    ...line,
    at,
    joined: [...without(line.joined, [...joined, ...left]), ...joined],
    left: [...without(line.left, [...joined, ...left]), ...left],
  };
}
