import assert from "node:assert/strict";
import { test } from "node:test";
import { Revisions } from "../../chatweb/static/js/revisions.js";
import { message } from "./make.js";

const numbers = (list) => list.map((one) => one.revision);

test("changes in order are applied at once", () => {
  const room = new Revisions(4);

  assert.deepEqual(numbers(room.take(message({ seq: 5 }))), [5]);
  assert.equal(room.cursor, 5);
});

test("what comes too early waits for what is missing", () => {
  const room = new Revisions(0);

  assert.deepEqual(numbers(room.take(message({ seq: 3 }))), []);
  assert.deepEqual(numbers(room.take(message({ seq: 2 }))), []);
  assert.ok(room.hasHole);
  assert.deepEqual(numbers(room.take(message({ seq: 1 }))), [1, 2, 3]);
  assert.ok(!room.hasHole);
});

test("a fill lets go what was held behind it, and forgets what it has brought", () => {
  const room = new Revisions(0);
  room.take(message({ seq: 3 }));
  room.take(message({ seq: 6 }));

  assert.deepEqual(numbers(room.filled(5)), [6]);
  assert.equal(room.cursor, 6);
});

test("the ack and the event of one message are both handed on", () => {
  const room = new Revisions(0);
  room.take(message({ seq: 1 }));

  assert.deepEqual(numbers(room.take(message({ seq: 1 }))), [1]);
});
