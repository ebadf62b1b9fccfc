// @ts-check
/** Messages on their way. Each is written down before it is sent and struck out once the server has kept it; its
 * client_id makes sending it twice the same as sending it once. One conversation's messages go one after the other, so
 * that they arrive in the order written; one whose files are still on their way holds up no other. */
import { Changes } from "./changes.js";
import { codeOf, Refusal } from "./wire.js";

const PATIENCE = 20_000; // ms of connected trying before a message counts as not sent
const ANSWER = 8_000; // ms for one attempt
const LINGER = 5_000; // ms that a kept message's line waits for the message itself to take its place
const BUSY_PAUSE = 2_000; // ms to wait where the server names no time

/** The server may take these later; the message waits. */
const PASSING = new Set(["rate_limited", "overloaded"]);
/** The line is gone, or about to go; the message waits for the next one. */
const CUT = new Set(["disconnected", "service_stopped", "unauthenticated"]);

/**
 * @typedef {object} Entry
 * @property {string} key its client_id
 * @property {number} owner
 * @property {string} conversation
 * @property {import("./wire.js").Destination} to
 * @property {string} body
 * @property {number} at
 * @property {import("./wire.js").Attachment[]} [attachments] files that are there already
 * @property {number} [reply_to] a message's id
 * @property {"uploading" | "queued" | "sending" | "sent" | "failed"} state
 * @property {string} [problem]
 * @property {number} [tried] ms of connected trying
 */

export class Outbox extends Changes {
  #storage;
  #ask;
  #owner = 0;
  #isOpen = false;
  /** @type {Entry[]} in the order written */
  #entries = [];
  /** @type {Set<string>} conversations that are being worked on */
  #running = new Set();

  /** @param {object} parts
   * @param {Pick<import("./storage.js").Keeping, "all" | "put" | "delete">} parts.storage
   * @param {(event: string, payload: object, patience?: number) => Promise<any>} parts.ask
   * @param {(message: import("./wire.js").Message) => void} parts.onKept
   * @param {(entry: Entry) => void} [parts.onLost] its files were lost with the page that held them
   * @param {(error: Refusal, entry: Entry) => void} [parts.onRefused]
   * @param {(key: string) => void} [parts.onSettled]
   * @param {(ms: number) => Promise<void>} [parts.pause]
   * @param {() => number} [parts.clock] monotonic, ms */
  constructor({
    storage,
    ask,
    onKept,
    onLost = () => {},
    onRefused = () => {},
    onSettled = () => {},
    pause = sleep,
    clock = () => performance.now(),
  }) {
    super();
    this.#storage = storage;
    this.#ask = ask;
    this.onKept = onKept;
    this.onLost = onLost;
    this.onRefused = onRefused;
    this.onSettled = onSettled;
    this.pause = pause;
    this.clock = clock;
  }

  /** Takes up what this person had not sent. @param {number} owner */
  async load(owner) {
    if (this.#owner === owner) return;
    this.#owner = owner;
    const kept = await this.#storage.all("outbox");
    const mine = kept.filter(
      (entry) => entry.owner === owner && !this.#entries.some((known) => known.key === entry.key),
    );
    const fresh = mine.filter((entry) => entry.state !== "uploading");
    for (const entry of mine) if (entry.state === "uploading") this.#lose(entry);
    for (const entry of fresh) if (entry.state !== "failed") entry.state = "queued";
    // Another person's stay where they are kept, for that person.
    const own = this.#entries.filter((entry) => entry.owner === owner);
    this.#entries = [...fresh, ...own].sort((one, other) => one.at - other.at);
    this.changed();
    this.#work();
  }

  /** @param {Pick<Entry, "key" | "conversation" | "to" | "body" | "at" | "reply_to" | "attachments">} message
   * @param {boolean} [hasFiles] are its files still to come? */
  async add(message, hasFiles = false) {
    /** @type {Entry} */
    const entry = { ...message, owner: this.#owner, state: hasFiles ? "uploading" : "queued", tried: 0 };
    this.#entries.push(entry);
    this.changed();
    await this.#storage.put("outbox", entry);
    this.#work();
  }

  /** Its files are there: now it may go. @param {string} key @param {import("./wire.js").Attachment[]} attachments */
  async complete(key, attachments) {
    const entry = this.#find(key);
    if (entry?.state !== "uploading") return;
    entry.attachments = attachments;
    this.#mark(entry, "queued");
    await this.#storage.put("outbox", entry);
    this.#work();
  }

  /** Once more, with the same client_id. @param {string} key */
  retry(key) {
    const entry = this.#find(key);
    if (entry?.state !== "failed") return;
    this.#mark(entry, "queued");
    entry.tried = 0;
    this.#work();
  }

  /** @param {string} [key] */
  settle(key) {
    if (!key || !this.#find(key)) return;
    this.#entries = this.#entries.filter((entry) => entry.key !== key);
    this.#storage.delete("outbox", key);
    this.onSettled(key);
    this.changed();
  }

  /** @param {string} key */
  get(key) {
    return this.#find(key);
  }

  /** @param {string} conversation */
  of(conversation) {
    return this.#entries.filter((entry) => entry.conversation === conversation);
  }

  get conversations() {
    return new Set(this.#entries.map((entry) => entry.conversation));
  }

  /** How many wait for a connection. */
  get waiting() {
    return this.#entries.filter((entry) => entry.state === "queued").length;
  }

  open() {
    this.#isOpen = true;
    this.#work();
  }

  close() {
    this.#isOpen = false;
    for (const entry of this.#entries) if (entry.state === "sending") this.#mark(entry, "queued");
  }

  async forgetAll() {
    const keys = this.#entries.map((entry) => entry.key);
    this.#entries = [];
    await Promise.all(keys.map((key) => this.#storage.delete("outbox", key)));
    this.changed();
  }

  #work() {
    if (!this.#isOpen) return;
    for (const conversation of this.conversations)
      if (!this.#running.has(conversation)) this.#send(conversation);
  }

  /** @param {string} conversation */
  async #send(conversation) {
    this.#running.add(conversation);
    try {
      for (let entry = this.#next(conversation); entry; entry = this.#next(conversation))
        if (!(await this.#attempt(entry))) break;
    } finally {
      this.#running.delete(conversation);
    }
    if (this.#isOpen && this.#next(conversation)) this.#work();
  }

  /** @param {string} conversation */
  #next(conversation) {
    if (!this.#isOpen) return undefined;
    return this.of(conversation).find((entry) => entry.state === "queued");
  }

  /** One try. @param {Entry} entry @returns {Promise<boolean>} may the next one be tried? */
  async #attempt(entry) {
    this.#mark(entry, "sending");
    const began = this.clock();
    const client_id = entry.key;
    try {
      const ack = await this.#ask("post_message", payloadOf(entry), ANSWER);
      this.#mark(entry, "sent");
      this.onKept(ack.message);
      setTimeout(() => this.settle(client_id), LINGER);
      return true;
    } catch (error) {
      entry.tried = (entry.tried ?? 0) + this.clock() - began;
      return this.#missed(entry, error);
    }
  }

  /** @param {Entry} entry @param {unknown} error */
  async #missed(entry, error) {
    if (CUT.has(codeOf(error))) {
      this.#mark(entry, "queued");
      return false;
    }
    if (PASSING.has(codeOf(error))) {
      this.#mark(entry, "queued");
      await this.pause(waitOf(error));
      return true;
    }
    if (error instanceof Refusal) this.onRefused(error, entry);
    const isOver = codeOf(error) !== "no_answer" || (entry.tried ?? 0) >= PATIENCE;
    this.#mark(entry, isOver ? "failed" : "queued", error instanceof Refusal ? error.detail : "");
    return true;
  }

  /** @param {Entry} entry @param {Entry["state"]} state @param {string} [problem] */
  #mark(entry, state, problem = "") {
    entry.state = state;
    entry.problem = problem;
    if (state === "failed") this.#storage.put("outbox", entry);
    this.changed();
  }

  /** @param {Entry} entry */
  #lose(entry) {
    this.#storage.delete("outbox", entry.key);
    this.onLost(entry);
  }

  /** @param {string} key */
  #find(key) {
    return this.#entries.find((entry) => entry.key === key);
  }
}

/** What is absent is not sent. @param {Entry} entry */
const payloadOf = ({ key, to, body, attachments, reply_to }) => ({
  client_id: key,
  to,
  ...(body ? { body } : {}),
  ...(attachments?.length ? { attachments: attachments.map(({ id }) => id) } : {}),
  ...(reply_to ? { reply_to } : {}),
});

/** @param {unknown} error */
const waitOf = (error) =>
  error instanceof Refusal && error.retryAfter ? error.retryAfter * 1_000 : BUSY_PAUSE;

/** @param {number} ms @returns {Promise<void>} */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
