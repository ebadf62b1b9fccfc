// @ts-check
import { Refusal } from "./wire.js";

const PATIENCE = 15_000; // ms until a request without an answer counts as lost

/** Asks the server over HTTP. Answers with its JSON, or throws a Refusal; silence is the code "no_answer".
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} */
export async function request(method, path, body) {
  const answer = await send(method, path, body);
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  throw new Refusal(await problemOf(answer));
}

/** @param {string} method @param {string} path @param {object} [body] */
async function send(method, path, body) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    return await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
      signal: giveUp.signal,
    });
  } catch {
    throw new Refusal({ code: "no_answer" });
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} answer @returns {Promise<import("./wire.js").Problem>} */
async function problemOf(answer) {
  try {
    return { code: "internal", ...(await answer.json()) };
  } catch {
    return { code: "internal", detail: answer.statusText };
  }
}
