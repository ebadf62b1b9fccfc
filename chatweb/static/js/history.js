// @ts-check
/** The logs of the rooms that were looked into, and the pages of history that they are made of. */
import { request } from "./http.js";
import { MessageLog } from "./message_log.js";

const PAGE = 50; // messages
const MOST = 300; // messages kept of a room that nobody scrolls back in

/** @typedef {import("./wire.js").Message} Message */

export class History {
  /** @type {Map<number, MessageLog>} */
  #logs = new Map();
  #receipts;
  #onPage;
  #onChange;
  /** @type {Map<number, Promise<void>>} pages on their way, by room */
  #older = new Map();

  /** @param {object} parts
   * @param {import("./receipts.js").Receipts} parts.receipts
   * @param {(messages: Message[]) => void} parts.onPage
   * @param {() => void} parts.onChange */
  constructor({ receipts, onPage, onChange }) {
    this.#receipts = receipts;
    this.#onPage = onPage;
    this.#onChange = onChange;
  }

  /** @param {number} room */
  of(room) {
    const log = this.#logs.get(room) ?? new MessageLog();
    this.#logs.set(room, log);
    return log;
  }

  get loadedRooms() {
    return [...this.#logs].filter(([, log]) => log.state === "ready").map(([room]) => room);
  }

  /** @param {Message} message */
  take(message) {
    this.#logs.get(message.room)?.apply(message);
  }

  /** Others' messages after `seq` that are here. @param {number} room @param {number} seq @param {number} me */
  unreadAfter(room, seq, me) {
    const messages = this.#logs.get(room)?.messages ?? [];
    return messages.filter((message) => message.seq > seq && message.sender.id !== me).length;
  }

  /** The newest page of a room, if it is not here yet. @param {number} room */
  async open(room) {
    const log = this.of(room);
    if (log.state === "ready" || log.state === "loading") return;
    log.state = "loading";
    this.#onChange();
    try {
      const page = await this.#page(room);
      // A reset while the page was on its way made another log of it.
      if (log.state === "loading") log.addPage(page.messages, Boolean(page.more));
    } catch {
      if (log.state === "loading") log.state = "failed";
    }
    this.#onChange();
  }

  /** The page before what is here; who asks while one is on its way waits for that one.
   * @param {number} room @param {number} [size] messages */
  older(room, size = PAGE) {
    const known = this.#older.get(room);
    if (known) return known;
    const asked = this.#fetchOlder(room, size).finally(() => this.#older.delete(room));
    this.#older.set(room, asked);
    return asked;
  }

  /** @param {number} room @param {number} size */
  async #fetchOlder(room, size) {
    const log = this.of(room);
    const oldest = log.oldest;
    if (!oldest || !log.hasOlder) return;
    log.older = "loading";
    this.#onChange();
    try {
      const page = await this.#page(room, oldest.seq, size);
      if (log.oldest === oldest) log.addPage(page.messages, Boolean(page.more));
      log.older = "idle";
    } catch {
      log.older = "failed";
    }
    this.#onChange();
  }

  /** Lightens a log that is looked at from its end. @param {number} room */
  lighten(room) {
    const log = this.#logs.get(room);
    if (log?.state === "ready" && log.older === "idle") log.keepNewest(MOST);
  }

  /** After a join: pages that were asked for and never came are asked for again.
   * @param {{id: number}[]} rooms */
  resume(rooms) {
    const ids = new Set(rooms.map((room) => room.id));
    for (const [room, log] of this.#logs) {
      if (!ids.has(room)) this.#logs.delete(room);
      else if (log.state === "failed") this.open(room);
    }
  }

  /** @param {number} room */
  reset(room) {
    this.#logs.get(room)?.clear();
    this.#logs.delete(room);
    this.#onChange();
  }

  /** @param {number} room */
  forget(room) {
    this.#logs.delete(room);
  }

  clear() {
    for (const log of this.#logs.values()) log.clear();
    this.#logs.clear();
  }

  /** Learns how far the others have received and read a room, which `join` does not say. @param {number} room */
  async learnReceipts(room) {
    try {
      const { marks = [] } = await request("GET", `/api/rooms/${room}/marks`);
      for (const mark of marks) this.#receipts.take({ room, ...mark });
    } catch (error) {
      console.warn("receipts could not be fetched", error); // the ticks say less until somebody reads on
    }
    this.#onChange();
  }

  /** @param {number} room @param {number} [before] @param {number} [size]
   * @returns {Promise<{messages: Message[], more?: boolean}>} */
  async #page(room, before, size = PAGE) {
    const query = before === undefined ? "" : `&before=${before}`;
    const page = await request("GET", `/api/rooms/${room}/messages?limit=${size}${query}`);
    this.#onPage(page.messages);
    return page;
  }
}
