// @ts-check
// What went wrong, as one sentence for the administrator: the server's own, where it said one.

import { Refusal } from "../wire.js";
import { t } from "../wording.js";

/** @param {unknown} error */
export function failure(error) {
  if (!(error instanceof Refusal)) throw error;
  return error.detail || t(error.code === "no_answer" ? "a.noanswer" : "a.fault");
}
