// @ts-check
/** Times and days as people say them, in their own time zone. */
import { locale, t } from "./wording.js";

const DAY = 86_400_000; // ms

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {number} at @param {Intl.DateTimeFormatOptions} options */
function format(at, options) {
  const key = locale() + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  formats.set(key, known);
  return known.format(at);
}

/** "08.41" or "08:41". @param {number} at */
export const clockTime = (at) => format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** "17.04.12", for a line that is looked at twice. @param {number} at */
export const clockSeconds = (at) =>
  format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** The whole of it, for a tooltip. @param {number} at */
export const fullTime = (at) => format(at, { dateStyle: "full", timeStyle: "short" });

/** The local calendar day, as a key. @param {number} at */
export function dayOf(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** Whole calendar days between two moments; noon keeps daylight saving out of it.
 * @param {number} at @param {number} now */
function daysAgo(at, now) {
  return Math.round((new Date(now).setHours(12, 0, 0, 0) - new Date(at).setHours(12, 0, 0, 0)) / DAY);
}

/** The day's name for a separator: today, yesterday, a weekday for a week, a date, a date with its year.
 * @param {number} at @param {number} now */
export function dayName(at, now) {
  const days = daysAgo(at, now);
  if (days === 0) return t("day.today");
  if (days === 1) return t("day.yesterday");
  if (days > 1 && days < 7) return format(at, { weekday: "long" });
  return date(at, now);
}

/** The time of a line in the list: the clock today, then the day. @param {number} at @param {number} now */
export function listTime(at, now) {
  const days = daysAgo(at, now);
  if (days <= 0) return clockTime(at);
  if (days === 1) return t("day.yesterday");
  if (days < 7) return format(at, { weekday: "short" });
  return date(at, now);
}

/** "20 Nov", with the year where it is another. @param {number} at @param {number} now */
function date(at, now) {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) });
}
