// @ts-check
/** Who is writing just now, and telling others that one is. */

const RUNS_OUT = 6_000; // ms without a sign, as the wire says
const EVERY = 3_000; // ms between two signs: often enough for 6 s to hold, rare enough to cost nothing
const PAUSE = 5_000; // ms without a key until one counts as no longer writing

/** The others. */
export class Typing {
  /** @type {Map<number, Map<number, ReturnType<typeof setTimeout>>>} by room and person */
  #rooms = new Map();
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {import("./wire.js").PersonTyped} sign */
  take({ room, person, typing = false }) {
    const people = this.#rooms.get(room) ?? new Map();
    this.#rooms.set(room, people);
    clearTimeout(people.get(person));
    people.delete(person);
    if (typing)
      people.set(
        person,
        setTimeout(() => this.take({ room, person }), RUNS_OUT),
      );
    this.#onChange();
  }

  /** @param {number} [room] @returns {number[]} people */
  in(room) {
    return room === undefined ? [] : [...(this.#rooms.get(room)?.keys() ?? [])];
  }

  clear() {
    for (const people of this.#rooms.values()) for (const timer of people.values()) clearTimeout(timer);
    this.#rooms.clear();
  }
}

/** Oneself. */
export class Typist {
  #ask;
  #room = 0;
  #toldAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {(event: string, payload: object) => Promise<unknown>} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /** A key was pressed. @param {number} room */
  types(room) {
    if (this.#room !== room) this.stops();
    if (Date.now() - this.#toldAt >= EVERY) {
      this.#room = room;
      this.#toldAt = Date.now();
      this.#tell(true);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stops(), PAUSE);
  }

  /** Emptied the field, or went away. */
  stops() {
    clearTimeout(this.#timer);
    if (this.#room) this.#tell(false);
    this.#room = 0;
    this.#toldAt = 0;
  }

  /** The message itself tells the others. */
  sent() {
    clearTimeout(this.#timer);
    this.#room = 0;
    this.#toldAt = 0;
  }

  /** @param {boolean} typing */
  #tell(typing) {
    this.#ask("type", { room: this.#room, typing }).catch(() => {
      // A sign of typing that is lost is no loss.
    });
  }
}
