// @ts-check
// Until when an announcement may stay pinned.

const HOUR = 3_600_000; // ms
const STEP = 300_000; // ms; times on the clock's five minutes read better

/** From a quarter of an hour to a week, soonest first; among them the end of the day. @param {number} now */
export function endings(now) {
  const midnight = new Date(now).setHours(23, 59, 0, 0);
  const spans = [HOUR / 4, HOUR, 4 * HOUR, 24 * HOUR, 7 * 24 * HOUR];
  const times = spans.map((span) => Math.ceil((now + span) / STEP) * STEP);
  return [...new Set([...times, ...(midnight > now + HOUR / 4 ? [midnight] : [])])].sort((a, b) => a - b);
}
