// @ts-check
// Calls to /admin/api. Every call ends: with an answer, or with a Refusal, whose code is "no_answer" when nothing came.

import { Refusal } from "../wire.js";

/** @typedef {Record<string, string | number | undefined>} Query */

const PATIENCE = 15_000; // ms; a password check waits its turn behind others, the rest answers within one second

export class Api {
  #csrfToken;

  /** @param {string} [csrfToken] of a signed-in page */
  constructor(csrfToken = "") {
    this.#csrfToken = csrfToken;
  }

  /** @param {string} path @param {Query} [query] */
  get(path, query = {}) {
    return this.#ask("GET", path + search(query));
  }

  /** @param {string} path @param {object} body */
  post(path, body) {
    return this.#ask("POST", path, body);
  }

  /** @param {string} path @param {object} body */
  put(path, body) {
    return this.#ask("PUT", path, body);
  }

  /** @param {string} path */
  delete(path) {
    return this.#ask("DELETE", path);
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async #ask(method, path, body) {
    const response = await this.#send(method, path, body);
    if (response.status === 204) return {};
    const answer = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    throw new Refusal({ code: "internal", ...answer });
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async #send(method, path, body) {
    const headers = new Headers({ Accept: "application/json" });
    if (method !== "GET") headers.set("X-CSRF-Token", this.#csrfToken);
    if (body !== undefined) headers.set("Content-Type", "application/json");
    try {
      return await fetch(`/admin/api/${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      throw new Refusal({ code: "no_answer" });
    }
  }
}

/** @param {Query} query */
function search(query) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  return params.size === 0 ? "" : `?${params}`;
}
