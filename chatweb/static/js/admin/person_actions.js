// @ts-check
// What can be done with a person, as the items of a menu.

import { toast } from "../toast.js";
import { t } from "../wording.js";
import { failure } from "./failure.js";
import { askToRestrict } from "./restrict_dialog.js";

/** @typedef {import("./moderation.js").Moderation} Moderation */
/** @typedef {import("./wire.js").PersonRow} PersonRow */
/** @typedef {import("../menu.js").Item} Item */

const FOREVER = 2 ** 53 - 1; // ms since the epoch: until it is lifted

/** @param {number} [until] @param {number} [now] */
export const holds = (until, now = Date.now()) => (until ?? 0) > now;

/** The end of a mute or ban, where it has one. @param {number} [until] */
export const endOf = (until) => (until && until < FOREVER ? until : undefined);

/** @param {Moderation} moderation @param {PersonRow} row @param {() => void} [done] @returns {Item[]} */
export function personActions(moderation, row, done = () => {}) {
  const { id, nickname } = row;
  /** @param {Promise<unknown>} asked */
  const after = (asked) => asked.then(done);
  /** @param {Promise<unknown>} asked @param {string} key */
  const tell = (asked, key) =>
    after(asked).then(
      () => toast(t(key, { x: nickname })),
      (error) => toast(failure(error), "circle-alert"),
    );
  /** @param {"kick" | "mute" | "ban"} what */
  const ask = (what) => askToRestrict(what, nickname, (terms) => after(moderation[what](id, terms)));

  const mute = { sign: "mic-off", name: t("o.mute"), onPick: () => ask("mute") };
  const unmute = {
    sign: "volume-2",
    name: t("o.unmute"),
    onPick: () => tell(moderation.unmute(id), "t.unmuted"),
  };
  const kick = { sign: "user-x", name: t("o.kick"), isDanger: true, onPick: () => ask("kick") };
  const ban = { sign: "ban", name: t("o.ban"), isDanger: true, onPick: () => ask("ban") };
  const unban = {
    sign: "circle-check",
    name: t("o.unban"),
    onPick: () => tell(moderation.unban(id), "t.unbanned"),
  };
  return [
    holds(row.muted_until) ? unmute : mute,
    ...(row.online ? [kick] : []),
    holds(row.banned_until) ? unban : ban,
  ];
}
