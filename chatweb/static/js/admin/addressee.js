// @ts-check
// To whom a message went, in words; and whether that is the administrator.

import { t } from "../wording.js";

/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {import("./wire.js").Status} Status */

/** @param {Entry} entry */
export function addressee(entry) {
  return entry.room_kind === "lobby" ? t("room.lobby") : (entry.to ?? "");
}

/** Somebody wrote to the administrator and may be waiting for an answer. @param {Entry} entry @param {Status["admin"]} admin */
export function isForAdmin(entry, admin) {
  return (
    entry.room_kind === "direct" && !isFromAdmin(entry, admin) && entry.to === (admin?.nickname ?? "Admin")
  );
}

/** @param {Entry} entry @param {Status["admin"]} admin */
function isFromAdmin(entry, admin) {
  return admin ? entry.sender.id === admin.id : entry.sender.nickname === "Admin";
}
