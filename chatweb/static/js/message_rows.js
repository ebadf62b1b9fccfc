// @ts-check
/** The rows of a log: messages grouped by day and by who speaks, with what stands between them. Pure: the list draws it. */
import { dayOf } from "./time.js";

const TOGETHER = 300_000; // ms between two messages of one group

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {import("./outbox.js").Entry} Entry */
/** @typedef {import("./comings.js").Coming} Coming */
/** @typedef {{after: number, count: number, isAway: boolean}} Divider */

/** @typedef {{kind: "message", key: string, at: number, sender: number, message: Message, isOwn: boolean, isFirst: boolean, isLast: boolean}} MessageRow */
/** @typedef {{kind: "pending", key: string, at: number, sender: number, entry: Entry, isOwn: true, isFirst: boolean, isLast: boolean}} PendingRow */
/** @typedef {{kind: "broadcast", key: string, at: number, message: Message}} BroadcastRow */
/** @typedef {{kind: "event", key: string, at: number, message: Message}} EventRow */
/** @typedef {{kind: "coming", key: string, at: number, coming: Coming}} ComingRow */
/** @typedef {{kind: "divider", key: string, at: number, divider: Divider}} DividerRow */
/** @typedef {MessageRow | PendingRow | BroadcastRow | EventRow | ComingRow | DividerRow} Row */
/** @typedef {{key: string, at: number, rows: Row[]}} Day */

/** @param {object} parts
 * @param {Message[]} parts.messages by seq
 * @param {Entry[]} parts.entries on their way
 * @param {Coming[]} parts.comings
 * @param {boolean} parts.hasOlder is there history before these?
 * @param {Divider | null} parts.divider
 * @param {number} parts.me
 * @returns {Day[]} */
export function daysOf({ messages, entries, comings, hasOlder, divider, me }) {
  const shown = hasOlder ? comings.filter((coming) => coming.after >= messages[0].seq) : comings;
  const rows = [...messageRows(messages, shown, divider, me), ...pendingRows(messages, entries, me)];
  grouped(rows);
  return byDay(rows);
}

/** @param {Message[]} messages @param {Coming[]} comings @param {Divider | null} divider @param {number} me */
function messageRows(messages, comings, divider, me) {
  /** @type {Row[]} */
  const rows = [];
  const waiting = [...comings];
  let isDivided = !divider;
  for (const message of messages) {
    while (waiting.length > 0 && waiting[0].after < message.seq) rows.push(comingRow(waiting.shift()));
    if (divider && !isDivided && message.seq > divider.after && message.sender.id !== me) {
      rows.push({ kind: "divider", key: "divider", at: message.sent_at, divider });
      isDivided = true;
    }
    rows.push(messageRow(message, me));
  }
  return [...rows, ...waiting.map(comingRow)];
}

/** @param {Message} message @param {number} me @returns {Row} */
function messageRow(message, me) {
  const key = message.client_id ?? `message ${message.id}`;
  if (message.kind === "broadcast" && !message.deleted_at)
    return { kind: "broadcast", key, at: message.sent_at, message };
  if (message.kind === "event") return { kind: "event", key, at: message.sent_at, message };
  const sender = message.sender.id;
  return {
    kind: "message",
    key,
    at: message.sent_at,
    sender,
    message,
    isOwn: sender === me,
    isFirst: true,
    isLast: true,
  };
}

/** @param {any} coming @returns {ComingRow} */
const comingRow = (coming) => ({ kind: "coming", key: `coming ${coming.id}`, at: coming.at, coming });

/** @param {Message[]} messages @param {Entry[]} entries @param {number} me @returns {Row[]} */
function pendingRows(messages, entries, me) {
  const settled = new Set(messages.slice(-100).map((message) => message.client_id));
  return entries
    .filter((entry) => !settled.has(entry.key))
    .map((entry) => ({
      kind: "pending",
      key: entry.key,
      at: entry.at,
      sender: me,
      entry,
      isOwn: true,
      isFirst: true,
      isLast: true,
    }));
}

/** Marks the first and the last of what one person says in a row. @param {Row[]} rows */
function grouped(rows) {
  for (let index = 1; index < rows.length; index += 1) {
    const [before, row] = [rows[index - 1], rows[index]];
    if (!("sender" in before && "sender" in row)) continue;
    const isTogether =
      before.sender === row.sender && row.at - before.at < TOGETHER && dayOf(before.at) === dayOf(row.at);
    before.isLast = !isTogether;
    row.isFirst = !isTogether;
  }
}

/** @param {Row[]} rows @returns {Day[]} */
function byDay(rows) {
  /** @type {Day[]} */
  const days = [];
  for (const row of rows) {
    const key = dayOf(row.at);
    if (days.at(-1)?.key !== key) days.push({ key, at: row.at, rows: [] });
    days[days.length - 1].rows.push(row);
  }
  return days;
}
