// @ts-check
/** How long to wait before the next attempt: 1, 2, 4, 8, 15, then 30 seconds, each spread by a quarter, so that a
 * classroom does not come back in one wave. */

const STEPS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000]; // ms
const SPREAD = 0.25;

/** @param {number} failures attempts that have failed in a row, from 0
 * @param {() => number} [random] */
export function backoff(failures, random = Math.random) {
  const step = STEPS[Math.min(failures, STEPS.length - 1)];
  return Math.round(step * (1 - SPREAD + 2 * SPREAD * random()));
}
