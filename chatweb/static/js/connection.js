// @ts-check
/** The line to the server: opens, notices when it is dead, comes back by itself. Events and acks go through here. */
import { io } from "../vendor/socket.io.js";
import { backoff } from "./backoff.js";
import { Changes } from "./changes.js";
import { codeOf, Refusal } from "./wire.js";

const OPENING = 8_000; // ms for one transport to open
const ANSWER = 10_000; // ms until an ask without an answer counts as lost
const SIGN_OF_LIFE = 2_000; // ms: a phone that slept has a socket that looks open and is dead
const CLOSING = 750; // ms: closed sockets count against Safari's limit for a while
const TICK = 5_000; // ms between looks at the clock
const SLEPT = 10_000; // ms that the clock may jump before we think that the device slept

/** @typedef {"connecting" | "open" | "waiting" | "offline" | "ended"} State */

export class Connection extends Changes {
  /** @type {import("../vendor/socket.io.js").Socket | null} */
  #socket = null;
  /** @type {Map<string, (payload: any) => void>} */
  #hearers = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  #lastTick = Date.now();

  /** @type {State} */
  state = "connecting";
  /** since when the line is down; 0 while it is up (ms, this device's clock) */
  lostAt = Date.now();
  /** when the next attempt is due (ms, this device's clock) */
  retryAt = 0;

  /** Makes a fresh line usable: asks `join`. Throws if it can't. @type {() => Promise<void>} */
  onOpen = async () => {};
  /** Is told of a refusal; answers whether to go on trying. @type {(refusal: Refusal) => boolean} */
  onRefused = () => true;
  /** Asks for a sign of life. @type {(patience: number) => Promise<unknown>} */
  onCheck = async () => undefined;

  /** @param {string} event @param {(payload: any) => void} hearer */
  on(event, hearer) {
    this.#hearers.set(event, hearer);
  }

  start() {
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#lost(0));
    addEventListener("pageshow", (event) => event.persisted && this.#check());
    document.addEventListener("visibilitychange", () => document.hidden || this.#check());
    setInterval(() => this.#tick(), TICK);
    this.#open();
  }

  /** Asks and waits for the ack. Throws a Refusal: the server's, or "disconnected", or "no_answer".
   * @param {string} event @param {object} payload @param {number} [patience] ms */
  async ask(event, payload, patience = ANSWER) {
    const socket = this.#socket;
    if (!socket?.connected) throw new Refusal({ code: "disconnected" });
    const ack = await socket
      .timeout(patience)
      .emitWithAck(event, payload)
      .catch(() => {
        throw new Refusal({ code: socket.connected ? "no_answer" : "disconnected" });
      });
    if (!ack?.ok) throw new Refusal(ack?.error ?? { code: "internal" });
    return ack;
  }

  retryNow() {
    if (this.state === "waiting" || this.state === "offline") this.#open();
  }

  /** No more attempts until `begin`. */
  end() {
    clearTimeout(this.#timer);
    this.#to("ended");
    this.#close();
  }

  /** Comes back after `end`. */
  begin() {
    this.#failures = 0;
    this.#to("connecting");
    this.#open();
  }

  #open() {
    clearTimeout(this.#timer);
    const wait = this.#close() ? CLOSING : 0;
    this.#to("connecting");
    this.#timer = setTimeout(() => this.#dial(), wait);
  }

  #dial() {
    const socket = io({
      // A WebSocket that opens and then hangs is no reason for the client to try the other way: every third time we do.
      transports: this.#failures % 3 === 2 ? ["polling"] : ["websocket", "polling"],
      tryAllTransports: true,
      reconnection: false,
      forceNew: true,
      timeout: OPENING,
    });
    this.#socket = socket;
    /** @param {() => void} act */
    const ifCurrent = (act) => () => this.#socket === socket && act();
    socket.on(
      "connect",
      ifCurrent(() => this.#opened(socket)),
    );
    socket.on(
      "disconnect",
      ifCurrent(() => this.#lost()),
    );
    socket.on("connect_error", (error) => ifCurrent(() => this.#refused(error))());
    for (const [event, hearer] of this.#hearers)
      socket.on(event, (payload) => ifCurrent(() => hearer(payload))());
  }

  /** @param {import("../vendor/socket.io.js").Socket} socket */
  async #opened(socket) {
    try {
      await this.onOpen();
    } catch (error) {
      if (this.#socket === socket) this.#refused(error);
      return;
    }
    if (this.#socket !== socket || !socket.connected) return;
    this.#failures = 0;
    this.lostAt = 0;
    this.#to("open");
  }

  /** @param {any} error */
  #refused(error) {
    const problem = error instanceof Refusal ? error : error?.data?.code && new Refusal(error.data);
    if (problem && !["no_answer", "disconnected"].includes(codeOf(problem)) && !this.onRefused(problem))
      return;
    this.#lost(problem?.retryAfter ? problem.retryAfter * 1_000 : undefined);
  }

  /** The line is gone: tries again after a while. @param {number} [wait] ms */
  #lost(wait = backoff(this.#failures)) {
    if (this.state === "ended") return;
    clearTimeout(this.#timer);
    this.#close();
    this.#failures += 1;
    this.lostAt ||= Date.now();
    if (navigator.onLine === false) {
      this.#to("offline");
      return;
    }
    this.retryAt = Date.now() + wait;
    this.#timer = setTimeout(() => this.#open(), wait);
    this.#to("waiting");
  }

  /** Was there a socket to close? */
  #close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    socket?.disconnect();
    return socket !== null;
  }

  #tick() {
    const passed = Date.now() - this.#lastTick;
    this.#lastTick = Date.now();
    if (passed > TICK + SLEPT) this.#check();
  }

  /** Is the line alive? Silence counts as no. */
  async #check() {
    if (this.state !== "open") {
      this.retryNow();
      return;
    }
    const socket = this.#socket;
    try {
      await this.onCheck(SIGN_OF_LIFE);
    } catch (error) {
      const isSilent = ["no_answer", "disconnected"].includes(codeOf(error));
      if (isSilent && this.#socket === socket) this.#open();
    }
  }

  /** @param {State} state */
  #to(state) {
    this.state = state;
    this.changed();
  }
}
