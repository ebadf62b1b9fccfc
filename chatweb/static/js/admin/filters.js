// @ts-check
// What of the log is asked for; the page's address holds it, so that it can be kept, sent and gone back to.

import { isOfKind } from "./kind.js";

/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {Partial<Record<"q" | "scope" | "kind" | "person" | "room" | "since" | "until" | "cursor", string>>} Filters */

const LATE = 80; // letters after which a hit might not be seen in a line
const BEFORE = 20; // letters that are shown before it

/** @type {(keyof Filters)[]} */
const NAMES = ["q", "scope", "kind", "person", "room", "since", "until", "cursor"];

/** @param {string} search of an address @returns {Filters} */
export function filtersOf(search) {
  const params = new URLSearchParams(search);
  return Object.fromEntries(NAMES.filter((name) => params.get(name)).map((name) => [name, params.get(name)]));
}

/** @param {Filters} filters @returns {string} for an address */
export function searchOf(filters) {
  const params = new URLSearchParams();
  for (const name of NAMES) if (filters[name]) params.set(name, filters[name]);
  return params.size === 0 ? "" : `?${params}`;
}

/** Other filters begin at the newest page again. @param {Filters} filters @param {Filters} change */
export function changed(filters, change) {
  return { ...filters, cursor: undefined, ...change };
}

/** The same without what narrows by person, room, kind or day. @param {Filters} filters @param {keyof Filters} name */
export function without(filters, name) {
  return changed(filters, { [name]: undefined });
}

/** All that is filtered, not the page of it that is shown. @param {string} form @param {Filters} filters */
export function exportAddress(form, filters) {
  const rest = searchOf({ ...filters, cursor: undefined }).slice(1);
  return `/admin/api/messages/export?format=${form}${rest ? `&${rest}` : ""}`;
}

/** Whether something narrows the log. @param {Filters} filters */
export function isNarrowed(filters) {
  return searchOf({ ...filters, cursor: undefined }) !== "";
}

/**
 * Whether something that was just said belongs on the page.
 *
 * @param {Filters} filters @param {Entry} entry @param {string} [person] the nickname of whom is asked for
 */
export function fits(filters, entry, person) {
  if (filters.cursor || !isWithin(filters, entry.sent_at)) return false;
  if (filters.scope && filters.scope !== entry.scope) return false;
  if (filters.kind && !isOfKind(entry, filters.kind)) return false;
  if (filters.person && !isOf(Number(filters.person), entry, person)) return false;
  if (filters.room && Number(filters.room) !== entry.room) return false;
  const texts = [entry.body ?? "", ...(entry.attachments ?? []).map((file) => file.name)];
  return texts.some((text) => text.toLocaleLowerCase().includes((filters.q ?? "").toLocaleLowerCase()));
}

/** @param {Filters} filters @param {number} at */
function isWithin({ since, until }, at) {
  return at >= Number(since ?? 0) && at < Number(until ?? Number.POSITIVE_INFINITY);
}

/** By whom it is, or in a talk of two with them. @param {number} id @param {Entry} entry @param {string} [nickname] */
function isOf(id, entry, nickname) {
  return id === entry.sender.id || (entry.room_kind === "direct" && entry.to === nickname);
}

/**
 * The text in pieces, each with whether it is what is asked for.
 *
 * @param {string} text @param {string} [q] @returns {{ text: string, isHit: boolean }[]}
 */
export function hits(text, q = "") {
  if (q === "") return [{ text, isHit: false }];
  const pattern = new RegExp(`(${q.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "giu");
  return text
    .split(pattern)
    .map((piece, at) => ({ text: piece, isHit: at % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}

/** The text from shortly before what is asked for, where that comes late. @param {string} text @param {string} [q] */
export function excerpt(text, q = "") {
  const at = q === "" ? -1 : text.toLocaleLowerCase().indexOf(q.toLocaleLowerCase());
  if (at < LATE) return text;
  const start = text.lastIndexOf(" ", at - BEFORE);
  return `…${text.slice(start < 0 ? at - BEFORE : start + 1)}`;
}
