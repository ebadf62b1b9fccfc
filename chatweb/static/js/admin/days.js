// @ts-check
// Days of the browser's zone: what a date field holds, and the moments that the log is asked for.

import { clockTime } from "../time.js";
import { locale } from "../wording.js";

/** @typedef {{ from: string, to: string }} Days as date fields hold them; empty: open */
/** @typedef {{ since?: string, until?: string }} Span as the log's address holds it */

/** "2026-11-24". @param {Date} date */
export function dayField(date) {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${String(date.getFullYear()).padStart(4, "0")}-${month}-${day}`;
}

/** From the first moment of one day to the last of another. @param {Days} days @returns {Span} */
export function spanOf({ from, to }) {
  return {
    since: from ? String(midnight(from, 0)) : undefined,
    until: to ? String(midnight(to, 1)) : undefined,
  };
}

/** The days that a span touches. @param {Span} span @returns {Days} */
export function daysOf({ since, until }) {
  return {
    from: since ? dayField(new Date(Number(since))) : "",
    to: until ? dayField(new Date(Number(until) - 1)) : "",
  };
}

/** The days before this one, this one with them. @param {number} count @param {number} now @returns {Days} */
export function lastDays(count, now) {
  const today = new Date(now);
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - count + 1);
  return { from: dayField(first), to: dayField(today) };
}

/** @param {number} now @returns {Days} */
export function thisMonth(now) {
  const today = new Date(now);
  return { from: dayField(new Date(today.getFullYear(), today.getMonth(), 1)), to: dayField(today) };
}

/** "1–20 Nov", as the language writes it; a moment within a day with its time. @param {Span} span @param {number} now */
export function spanWords({ since, until }, now) {
  const start = since ? new Date(Number(since)) : null;
  const end = until ? new Date(Number(until) - 1) : null;
  const isOfThisYear = [start, end].every(
    (date) => !date || date.getFullYear() === new Date(now).getFullYear(),
  );
  const year = isOfThisYear ? undefined : /** @type {const} */ ("numeric");
  const format = new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year });
  const isWhole = daysOf({ since, until }).to === "" || isMidnight(Number(until));
  if (start && end && isWhole) return format.formatRange(start, end);
  const last = end && `${format.format(end)}${isWhole ? "" : ` ${clockTime(Number(until))}`}`;
  return `${start ? format.format(start) : "…"} – ${last ?? "…"}`;
}

/** @param {string} field @param {number} daysOn */
function midnight(field, daysOn) {
  const [year, month, day] = field.split("-").map(Number);
  return new Date(year, month - 1, day + daysOn).getTime();
}

/** @param {number} at */
function isMidnight(at) {
  return new Date(at).setHours(0, 0, 0, 0) === at;
}
