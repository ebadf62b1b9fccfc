// @ts-check
// Signing in.

import { Refusal } from "../wire.js";
import { t } from "../wording.js";
import { Api } from "./api.js";
import { Door } from "./door.js";
import { failure } from "./failure.js";
import { wait } from "./format.js";

const api = new Api();

const door = new Door(async () => {
  try {
    await api.post("session", { password: door.value("password") });
    location.assign("/admin");
  } catch (error) {
    door.blame("password", words(error));
  }
});

/** @param {unknown} error */
function words(error) {
  if (error instanceof Refusal && error.code === "rate_limited")
    return t("a.login.lock", { x: wait(error.retryAfter ?? 1) });
  if (error instanceof Refusal && error.field === "password") return t("a.login.bad");
  return failure(error);
}
