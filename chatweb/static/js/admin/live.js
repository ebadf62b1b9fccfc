// @ts-check
// The panel's own socket: what happens, as it happens. Commands go over HTTP (api.js), so they work while it is away.

import { io } from "../../vendor/socket.io.js";

const EVENTS = [
  "activity",
  "message_posted",
  "message_changed",
  "people_changed",
  "service_changed",
  "broadcast_unpinned",
];
const RETRY_REFUSED = 5_000; // ms; the client does not retry a refused connection by itself

/**
 * Tells `connected`, `away`, `refused` (detail: the server's code), and each of EVENTS (detail: its payload).
 */
export class Live extends EventTarget {
  #socket;

  /** @param {string} csrfToken */
  constructor(csrfToken) {
    super();
    this.#socket = io("/admin", {
      auth: { csrf_token: csrfToken },
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      autoConnect: false,
      reconnectionDelay: 1_000,
      reconnectionDelayMax: 5_000,
    });
    this.#socket.on("connect", () => this.#tell("connected"));
    this.#socket.on("disconnect", (/** @type {string} */ reason) => this.#lost(reason));
    this.#socket.on("connect_error", (/** @type {any} */ error) => this.#failed(error));
    for (const name of EVENTS) {
      this.#socket.on(name, (/** @type {any} */ payload) => this.#tell(name, payload));
    }
  }

  open() {
    this.#socket.connect();
  }

  close() {
    this.#socket.disconnect();
  }

  /** Tries at once instead of waiting for the next try. */
  retry() {
    if (!this.#socket.connected) this.#socket.disconnect().connect();
  }

  /** @param {string} reason */
  #lost(reason) {
    this.#tell("away");
    if (reason === "io server disconnect") this.#retryLater();
  }

  /** @param {{ data?: { code?: string } }} error */
  #failed(error) {
    this.#tell("away");
    if (error.data?.code) this.#tell("refused", error.data.code);
    if (!this.#socket.active) this.#retryLater();
  }

  #retryLater() {
    setTimeout(() => this.#socket.connect(), RETRY_REFUSED);
  }

  /** @param {string} name @param {any} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
