// @ts-check
// The first password, with the secret of the one-time link. The secret stays in the address's fragment, which browsers
// do not send; it goes to the server once, with the password.

import { t } from "../wording.js";
import { Api } from "./api.js";
import { Door } from "./door.js";
import { failure } from "./failure.js";

const SHORTEST = 8; // characters

const api = new Api();

/** @type {Door} */
const door = new Door(enter);

async function enter() {
  const secret = new URLSearchParams(location.hash.slice(1)).get("secret");
  const password = door.value("password");
  if (!secret) return door.blame("password", t("a.setup.nosecret"));
  if ([...password].length < SHORTEST) return door.blame("password", t("a.setup.short"));
  if (password !== door.value("again")) return door.blame("again", t("a.setup.differ"));
  try {
    await api.post("setup", { secret, password });
    location.replace("/admin");
  } catch (error) {
    door.blame("password", failure(error));
  }
}
