import assert from "node:assert/strict";
import { test } from "node:test";
import { daysOf, lastDays, spanOf, spanWords, thisMonth } from "../../chatweb/static/js/admin/days.js";

const at = (...parts) => new Date(...parts).getTime();
const NOW = at(2026, 10, 24, 15, 30);

test("days last from their first moment to the first of the next, in the browser's zone", () => {
  const { since, until } = spanOf({ from: "2026-11-01", to: "2026-11-20" });

  assert.equal(Number(since), at(2026, 10, 1));
  assert.equal(Number(until), at(2026, 10, 21));
});

test("what the address holds comes back as the days that were chosen", () => {
  for (const days of [
    { from: "2026-11-01", to: "2026-11-20" },
    { from: "", to: "2026-12-31" },
    { from: "2026-02-28", to: "" },
    { from: "", to: "" },
  ])
    assert.deepEqual(daysOf(spanOf(days)), days);
});

test("days by name end today", () => {
  assert.deepEqual(lastDays(1, NOW), { from: "2026-11-24", to: "2026-11-24" });
  assert.deepEqual(lastDays(7, NOW), { from: "2026-11-18", to: "2026-11-24" });
  assert.deepEqual(thisMonth(NOW), { from: "2026-11-01", to: "2026-11-24" });
});

test("a span is said in few words, an open end as open, a moment with its time", () => {
  const words = (from, to) => spanWords(spanOf({ from, to }), NOW);

  assert.match(words("2026-11-01", "2026-11-20"), /^1\D{1,3}20 Nov$/);
  assert.equal(words("2026-11-24", "2026-11-24"), "24 Nov");
  assert.match(words("2025-12-31", "2026-01-01"), /2025.*2026/);
  assert.equal(words("2026-11-01", ""), "1 Nov – …");
  assert.equal(words("", "2026-11-20"), "… – 20 Nov");
  assert.equal(spanWords({ until: String(NOW) }, NOW), "… – 24 Nov 15:30");
});
