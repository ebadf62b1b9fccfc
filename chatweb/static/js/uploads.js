// @ts-check
/** Files on their way, by the message that they belong to: two at a time, the others wait their turn. A message goes
 * out when all its files are there; one that lost its last file without a word to say goes out never. */
import { Changes } from "./changes.js";
import { Upload } from "./upload.js";

const AT_ONCE = 2;

/** @typedef {import("./picked.js").Picked} Picked */
/** @typedef {import("./wire.js").Attachment} Attachment */

export class Uploads extends Changes {
  /** @type {Map<string, Upload[]>} by the message's client_id */
  #uploads = new Map();
  #onDone;
  #onRefused;
  #make;

  /** @param {object} parts
   * @param {(refusal: import("./wire.js").Refusal) => void} [parts.onRefused]
   * @param {(key: string, attachments: Attachment[]) => void} parts.onDone all files of a message are there
   * @param {(picked: Picked, onChange: () => void) => Upload} [parts.make] */
  constructor({ onDone, onRefused = () => {}, make = (picked, onChange) => new Upload(picked, onChange) }) {
    super();
    this.#onRefused = onRefused;
    this.#onDone = onDone;
    this.#make = make;
  }

  /** @param {string} key @param {Picked[]} files */
  add(key, files) {
    this.#uploads.set(
      key,
      files.map((picked) => this.#make(picked, () => this.changed())),
    );
    this.#work();
  }

  /** @param {string} key */
  of(key) {
    return this.#uploads.get(key) ?? [];
  }

  get isRunning() {
    return this.all.some(({ state }) => state === "running" || state === "waiting");
  }

  /** @param {Upload} upload */
  retry(upload) {
    upload.rewind();
    this.#work();
  }

  /** Takes one file out of its message. @param {string} key @param {Upload} upload
   * @returns {boolean} has the message files left? */
  cancel(key, upload) {
    const others = this.of(key).filter((one) => one !== upload);
    this.#uploads.set(key, others);
    upload.cancel();
    upload.picked.release();
    if (others.length === 0) this.#uploads.delete(key);
    this.#look(key);
    this.#work();
    this.changed();
    return others.length > 0;
  }

  /** The message is out, or given up. @param {string} key */
  forget(key) {
    for (const upload of this.of(key)) {
      upload.cancel();
      upload.picked.release();
    }
    this.#uploads.delete(key);
    this.#work();
  }

  forgetAll() {
    for (const key of [...this.#uploads.keys()]) this.forget(key);
  }

  /** The line is back: what it had cut goes on. */
  resume() {
    for (const upload of this.all) if (upload.isCut) upload.rewind();
    this.#work();
  }

  /** Every file on its way, in the order begun. */
  get all() {
    return [...this.#uploads.values()].flat();
  }

  #work() {
    let free = AT_ONCE - this.all.filter(({ state }) => state === "running").length;
    for (const [key, uploads] of this.#uploads)
      for (const upload of uploads)
        if (free > 0 && upload.state === "waiting") {
          free -= 1;
          this.#run(key, upload);
        }
    this.changed();
  }

  /** @param {string} key @param {Upload} upload */
  async #run(key, upload) {
    await upload.start();
    if (upload.refusal) this.#onRefused(upload.refusal);
    this.#look(key);
    this.#work();
  }

  /** Is a message complete? @param {string} key */
  #look(key) {
    const uploads = this.of(key);
    const attachments = uploads.flatMap(({ attachment }) => (attachment ? [attachment] : []));
    if (uploads.length > 0 && attachments.length === uploads.length) this.#onDone(key, attachments);
  }
}
