// @ts-check
/** One file on its way to the server. XMLHttpRequest, since fetch tells no progress of what goes out. */
import { Pace } from "./pace.js";
import { Refusal } from "./wire.js";

const ADDRESS = "/api/attachments";
const CREATED = 201;

/** @typedef {"waiting" | "running" | "done" | "failed"} UploadState */
/** @typedef {import("./wire.js").Attachment} Attachment */

export class Upload {
  #onChange;
  /** @type {XMLHttpRequest | null} */
  #request = null;
  #pace = new Pace();
  /** @type {UploadState} */
  state = "waiting";
  /** bytes of the file that have gone out */
  sent = 0;
  /** @type {Attachment | null} */
  attachment = null;
  /** why it failed */
  problem = "";
  /** what the server said to it @type {Refusal | null} */
  refusal = null;
  /** was it the line? Then it goes on by itself when the line is back */
  isCut = false;

  /** @param {import("./picked.js").Picked} picked @param {() => void} onChange */
  constructor(picked, onChange) {
    this.picked = picked;
    this.#onChange = onChange;
  }

  get percent() {
    return this.picked.size ? Math.min(100, Math.floor((this.sent / this.picked.size) * 100)) : 0;
  }

  /** Seconds that are left, where that can be said. */
  get left() {
    return this.#pace.left(this.picked.size - this.sent, performance.now());
  }

  /** Bytes a second. */
  get speed() {
    return this.#pace.speed;
  }

  /** @returns {Promise<void>} settles when it is done, failed or cancelled */
  start() {
    this.#pace.start(performance.now());
    this.sent = 0;
    this.problem = "";
    this.refusal = null;
    this.isCut = false;
    this.#to("running");
    return new Promise((resolve) => this.#send(resolve));
  }

  cancel() {
    this.#request?.abort();
    this.#request = null;
  }

  /** For another try. */
  rewind() {
    if (this.state === "failed") this.#to("waiting");
  }

  /** @param {() => void} settle */
  #send(settle) {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", this.picked.file, this.picked.name);
    this.#request = request;
    request.upload.onprogress = ({ loaded }) => this.#progressed(loaded);
    request.onload = () => this.#answered(request);
    request.onerror = () => this.#fail("", true);
    request.onabort = () => this.#fail("", false);
    request.onloadend = settle;
    request.open("POST", ADDRESS);
    request.responseType = "json";
    request.send(form);
  }

  /** @param {number} loaded with the form round the file */
  #progressed(loaded) {
    this.sent = Math.min(loaded, this.picked.size);
    this.#pace.note(this.sent, performance.now());
    this.#onChange();
  }

  /** @param {XMLHttpRequest} request */
  #answered({ status, response }) {
    if (status === CREATED && response) {
      this.attachment = response;
      this.sent = this.picked.size;
      this.#to("done");
      return;
    }
    this.refusal = new Refusal({ code: "internal", ...response });
    const { code, detail } = this.refusal;
    this.#fail(detail, code === "service_stopped" || code === "overloaded");
  }

  /** @param {string} problem @param {boolean} isCut */
  #fail(problem, isCut) {
    this.problem = problem;
    this.isCut = isCut;
    this.#to("failed");
  }

  /** @param {UploadState} state */
  #to(state) {
    this.state = state;
    this.#onChange();
  }
}
