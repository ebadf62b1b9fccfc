// @ts-check
/** Who may not stay: stopped, removed, blocked, or out altogether. */

/** @typedef {{kind: "stopped" | "kicked" | "banned", detail?: string, retryAfter?: number}} Gate */

export class Gatekeeper {
  /** @type {Gate | null} */
  gate = null;
  #connection;
  #onChange;
  /** leaves the page for the join page; `main` gives it */
  onOut = () => {};

  /** @param {import("./connection.js").Connection} connection @param {() => void} onChange */
  constructor(connection, onChange) {
    this.#connection = connection;
    this.#onChange = onChange;
  }

  /** Comes back after having been sent away. */
  comeBack() {
    this.gate = null;
    this.#connection.begin();
    this.#onChange();
  }

  /** For good. */
  out() {
    this.#connection.end();
    this.onOut();
  }

  /** @param {import("./wire.js").ServiceChanged} change */
  serviceChanged({ state, reason }) {
    if (state === "stopped") this.#close({ kind: "stopped", detail: reason });
    else if (this.gate?.kind === "stopped") this.comeBack();
  }

  /** @param {import("./wire.js").SessionEnded} end */
  ended({ reason, detail }) {
    if (reason === "left" || reason === "revoked") this.out();
    else if (reason === "service_stopped") this.#close(this.gate ?? { kind: "stopped" });
    else if (reason === "kicked" || reason === "banned") this.#close({ kind: reason, detail });
  }

  /** The server does not let this page in. May it try again by itself?
   * @param {import("./wire.js").Refusal} refusal */
  refused({ code, detail, retryAfter, reason }) {
    if (code === "unauthenticated") this.out();
    else if (code === "service_stopped") this.#close({ kind: "stopped", detail: reason, retryAfter });
    else if (code === "banned") this.#close({ kind: "banned", detail });
    else return true;
    return false;
  }

  /** @param {Gate} gate */
  #close(gate) {
    this.gate = gate;
    this.#connection.end();
    this.#onChange();
  }
}
