// @ts-check
// One activity as a sentence with a sign.

import { html } from "../../vendor/lit.js";
import { pieces, t } from "../wording.js";

/** @typedef {import("./wire.js").Activity} Activity */
/** @typedef {{ sign: string, tone?: "ok" | "warn" | "danger" | "attention", key: string }} Look */

/** @type {Record<string, Look>} */
const LOOKS = {
  joined: { sign: "log-in", tone: "ok", key: "fd.join" },
  left: { sign: "log-out", key: "fd.leave" },
  announced: { sign: "megaphone", tone: "attention", key: "fd.bc" },
  unpinned: { sign: "pin-off", key: "fd.unpinned" },
  kicked: { sign: "user-x", tone: "danger", key: "fd.kicked" },
  muted: { sign: "mic-off", tone: "warn", key: "fd.muted" },
  unmuted: { sign: "volume-2", key: "fd.unmuted" },
  banned: { sign: "ban", tone: "danger", key: "fd.banned" },
  unbanned: { sign: "circle-check", key: "fd.unbanned" },
  deleted: { sign: "trash-2", tone: "danger", key: "fd.deleted" },
  exported: { sign: "download", key: "fd.exported" },
  started: { sign: "power", tone: "ok", key: "fd.started" },
  stopped: { sign: "circle-stop", tone: "danger", key: "fd.stopped" },
  signed_in: { sign: "shield-check", key: "fd.signin" },
  sign_in_failed: { sign: "circle-alert", tone: "warn", key: "fd.signinfailed" },
};

const NOTED = new Set(["kicked", "muted", "banned", "stopped"]); // whose detail is a note that somebody wrote

/** @param {Activity} activity */
export function activityLine(activity) {
  const look = LOOKS[activity.kind] ?? { sign: "info", key: "fd.other" };
  return { sign: look.sign, tone: look.tone, words: sentence(activity, look.key) };
}

/** @param {Activity} activity @param {string} key */
function sentence({ kind, nickname, address, detail }, key) {
  const words = pieces(key === "fd.join" && !address ? "fd.join.plain" : key, {
    x: html`<bdi class="feed__name">${nickname || t("p.admin")}</bdi>`,
    ip: html`<span class="numeric">${address ?? ""}</span>`,
    n: html`${detail ?? ""}`,
    kind: html`${kind}`,
  });
  if (!detail || !NOTED.has(kind)) return html`${words}`;
  return html`${words}<span class="feed__note" dir="auto">${detail}</span>`;
}
