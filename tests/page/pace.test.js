import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../chatweb/static/js/pace.js";

test("no time is named in the first three seconds", () => {
  const pace = new Pace();
  pace.start(0);
  pace.note(1_000, 1_000);

  assert.equal(pace.left(9_000, 2_900), undefined);
  assert.equal(pace.left(9_000, 3_000), 9);
});

test("one slow stretch does not throw the figure about", () => {
  const pace = new Pace();
  pace.start(0);
  for (let second = 1; second <= 5; second += 1) pace.note(second * 1_000, second * 1_000);
  pace.note(5_000, 6_000);

  assert.equal(pace.speed, 700);
});

test("what stands still has no end to name", () => {
  const pace = new Pace();
  pace.start(0);

  assert.equal(pace.left(1_000, 10_000), undefined);
});
