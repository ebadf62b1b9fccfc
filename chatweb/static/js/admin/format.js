// @ts-check
// Spans and moments as the panel writes them; sizes, clock and calendar are the page's own.

export { sizeText as bytes } from "../file_facts.js";

import { clockTime, dayOf } from "../time.js";
import { locale, t } from "../wording.js";

const DAY = 86_400_000; // ms

/** The time, with its day unless that is today. @param {number} at @param {number} [now] */
export function moment(at, now = Date.now()) {
  const days = [now, now - DAY, now + DAY].map(dayOf);
  if (dayOf(at) === days[0]) return clockTime(at);
  if (dayOf(at) === days[1]) return `${t("day.yesterday")} ${clockTime(at)}`;
  if (dayOf(at) === days[2]) return `${t("a.tomorrow")} ${clockTime(at)}`;
  return `${date(at, now)} ${clockTime(at)}`;
}

/** To the second, for one thing that is looked at. @param {number} at */
export const exactTime = (at) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format(at);

/** The two largest units, so that it is read at a glance. @param {number} span ms */
export function duration(span) {
  const minutes = Math.max(0, Math.floor(span / 60_000));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (minutes === 0) return t("a.dur.now");
  if (days > 0) return t("a.dur.dh", { d: days, h: hours % 24 });
  if (hours > 0) return t("a.dur.hm", { h: hours, m: minutes % 60 });
  return t("a.dur.m", { m: minutes });
}

/** How long to wait still. @param {number} seconds */
export function wait(seconds) {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 90 ? t("a.dur.s", { s: whole }) : t("a.dur.m", { m: Math.ceil(whole / 60) });
}

/** @param {number} at @param {number} now */
function date(at, now) {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const year = sameYear ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year }).format(at);
}
