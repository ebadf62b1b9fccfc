import assert from "node:assert/strict";
import { test } from "node:test";
import { Activities } from "../../chatweb/static/js/admin/activities.js";
import { endings } from "../../chatweb/static/js/admin/endings.js";
import { Once } from "../../chatweb/static/js/admin/once.js";

const MINUTE = 60_000; // ms
const ids = (activities) => activities.shown.map((one) => one.id);

test("activities stand newest first, each once", () => {
  const activities = new Activities();

  activities.put([
    { id: 1, at: 10 },
    { id: 2, at: 20 },
  ]);
  activities.put([
    { id: 2, at: 20 },
    { id: 3, at: 30 },
  ]);

  assert.deepEqual(ids(activities), [3, 2, 1]);
});

test("while held the feed stands still and counts what waits", () => {
  const activities = new Activities();
  activities.put([{ id: 1, at: 10 }]);

  activities.hold();
  activities.put([{ id: 2, at: 20 }]);

  assert.deepEqual(ids(activities), [1]);
  assert.equal(activities.waiting, 1);
  activities.release();
  assert.deepEqual(ids(activities), [2, 1]);
  assert.equal(activities.waiting, 0);
});

test("the times on offer lie ahead, in order, each once", () => {
  for (const hour of [0, 9, 15, 22, 23]) {
    const now = new Date(2026, 10, 24, hour, 57).getTime();

    const times = endings(now);

    assert.ok(times[0] >= now + 2 * MINUTE, "at least two minutes ahead");
    assert.deepEqual(
      times,
      [...new Set(times)].sort((one, other) => one - other),
    );
  }
});

test("the same words sent again are the same message, other words and settled ones are not", () => {
  const once = new Once();

  const first = once.idFor("hello");

  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(once.idFor("hello"), first);
  assert.notEqual(once.idFor("other"), first);
  const other = once.idFor("other");
  once.settle();
  assert.notEqual(once.idFor("other"), other);
});

test("older ones follow those that are shown, also while the feed stands still", () => {
  const activities = new Activities();
  activities.renew([{ id: 9, at: 90 }], true);
  activities.hold();

  assert.ok(activities.hasOlder);
  assert.equal(activities.oldest, 9);
  activities.append([{ id: 8, at: 80 }], false);

  assert.deepEqual(ids(activities), [9, 8]);
  assert.ok(!activities.hasOlder);
  activities.release();
  assert.deepEqual(ids(activities), [9, 8]);
});

test("pages of older ones are kept when something new happens", () => {
  const activities = new Activities();
  const page = (from) => Array.from({ length: 100 }, (_, at) => ({ id: from - at, at: from - at }));
  for (const from of [900, 800, 700]) activities.append(page(from), true);

  activities.put([{ id: 901, at: 901 }]);

  assert.equal(activities.shown.length, 301);
});

test("what happens while the newest page is on its way is not lost", () => {
  const activities = new Activities();
  activities.put([{ id: 3, at: 30 }]);

  activities.renew([{ id: 2, at: 20 }], false);

  assert.deepEqual(ids(activities), [3, 2]);
  assert.ok(!activities.hasOlder);
});
