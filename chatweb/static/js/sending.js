// @ts-check
/** Sends what was written: the words, the files with them, the message they answer to. What cannot go comes back to the
 * field, so that no word is lost. */
import { now } from "./clock.js";
import { destination } from "./conversations.js";
import { Mute } from "./mute.js";
import { Outbox } from "./outbox.js";
import { Uploads } from "./uploads.js";
import { uuid } from "./uuid.js";

/** @typedef {import("./upload.js").Upload} Upload */
/** @typedef {import("./picked.js").Picked} Picked */

export class Sending {
  #drafts;
  outbox;
  uploads;
  mute;

  /** @param {object} parts
   * @param {Pick<import("./storage.js").Keeping, "all" | "put" | "delete">} parts.storage
   * @param {(event: string, payload: object, patience?: number) => Promise<any>} parts.ask
   * @param {import("./drafts.js").Drafts} parts.drafts
   * @param {(message: import("./wire.js").Message) => void} parts.onKept
   * @param {() => void} parts.onChange */
  constructor({ storage, ask, drafts, onKept, onChange }) {
    this.#drafts = drafts;
    this.mute = new Mute(onChange);
    this.uploads = new Uploads({
      onDone: (key, attachments) => this.outbox.complete(key, attachments),
      onRefused: (refusal) => this.#refused(refusal),
    });
    this.outbox = new Outbox({
      storage,
      ask,
      onKept: (message) => {
        if (this.mute.isOn) this.mute.end();
        onKept(message);
      },
      onLost: ({ conversation, body }) => this.#giveBack(conversation, body),
      onRefused: (refusal) => this.#refused(refusal),
      onSettled: (key) => this.uploads.forget(key),
    });
    this.uploads.onChange(onChange);
    this.outbox.onChange(onChange);
    addEventListener("beforeunload", (event) => this.uploads.isRunning && event.preventDefault());
  }

  /** @param {string} conversation
   * @param {{body: string, files?: Picked[], reply?: import("./wire.js").Message,
   *   attachments?: import("./wire.js").Attachment[]}} what attachments: files that the server has already */
  async post(conversation, { body, files = [], reply, attachments }) {
    const key = uuid();
    const message = {
      key,
      conversation,
      to: reply ? { room: reply.room } : destination(conversation),
      body,
      at: now(),
      reply_to: reply?.id,
      attachments,
    };
    if (files.length) this.uploads.add(key, files);
    await this.outbox.add(message, files.length > 0);
  }

  /** Takes a file out of its message. The last one takes the message with it, and gives its words back.
   * @param {string} key @param {Upload} upload */
  cancel(key, upload) {
    const entry = this.outbox.get(key);
    if (this.uploads.cancel(key, upload) || !entry) return;
    this.outbox.settle(key);
    this.#giveBack(entry.conversation, entry.body);
  }

  /** The line is there. */
  open() {
    this.outbox.open();
    this.uploads.resume();
  }

  close() {
    this.outbox.close();
  }

  async forgetAll() {
    this.uploads.forgetAll();
    await this.outbox.forgetAll();
  }

  /** @param {import("./wire.js").Refusal} refusal */
  #refused({ code, retryAfter }) {
    if (code === "muted") this.mute.begin(retryAfter, now());
  }

  /** @param {string} conversation @param {string} body */
  #giveBack(conversation, body) {
    if (!body) return;
    const draft = this.#drafts.of(conversation);
    this.#drafts.keep(conversation, draft.trim() ? `${body}\n${draft}` : body);
  }
}
