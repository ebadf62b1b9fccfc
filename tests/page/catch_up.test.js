import assert from "node:assert/strict";
import { test } from "node:test";
import { CatchUp } from "../../chatweb/static/js/catch_up.js";
import { MessageLog } from "../../chatweb/static/js/message_log.js";
import { later, message, messages, settled } from "./make.js";

/** A page that looks at room 1, and the server's `changes` behind it. */
function page({ pages = [], pause = async () => {} } = {}) {
  const log = new MessageLog();
  const asked = [];
  const resets = [];
  const catchUp = new CatchUp({
    apply: (one) => log.apply(one),
    fetchChanges: async (_room, after) => {
      asked.push(after);
      const next = pages.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    reset: (room) => {
      resets.push(room);
      log.clear();
    },
    pause,
  });
  return { log, asked, resets, catchUp };
}

const room = (revision) => ({ id: 1, kind: "lobby", revision });

test("an old page and the missed changes are a fresh page", async () => {
  const { log, catchUp } = page();
  catchUp.join([room(3)], {}, {});
  log.addPage(messages(1, 3), false);
  const changed = message({ seq: 2, revision: 5, body: "disunting", edited_at: 9 });
  const missed = [message({ seq: 4, revision: 4 }), changed];

  const cursors = catchUp.cursors([1]);
  catchUp.join([room(5)], { 1: { messages: missed } }, cursors);

  const fresh = new MessageLog();
  fresh.addPage([message({ seq: 1 }), changed, message({ seq: 3 }), message({ seq: 4 })], false);
  assert.deepEqual(cursors, { 1: 3 });
  assert.deepEqual(log.messages, fresh.messages);
});

test("live messages that come during a fill are applied after it, in order", async () => {
  const filling = later();
  const { log, asked, catchUp } = page({ pages: [filling.promise] });
  catchUp.join([room(1)], {}, {});
  log.addPage([message({ seq: 1 })], false);

  catchUp.join([room(4)], { 1: { messages: [message({ seq: 2 })], more: true } }, { 1: 1 });
  catchUp.take(message({ seq: 5 }));
  assert.deepEqual(
    log.messages.map((one) => one.seq),
    [1, 2],
  );
  filling.resolve({ messages: messages(3, 4), revision: 4 });
  await settled();

  assert.deepEqual(asked, [2]);
  assert.deepEqual(
    log.messages.map((one) => one.seq),
    [1, 2, 3, 4, 5],
  );
});

test("a hole is given time to close by itself", async () => {
  const patience = later();
  const { asked, log, catchUp } = page({ pause: () => patience.promise });
  catchUp.join([room(1)], {}, {});
  log.addPage([message({ seq: 1 })], false);

  catchUp.take(message({ seq: 3 }));
  catchUp.take(message({ seq: 2 }));
  patience.resolve();
  await settled();

  assert.deepEqual(asked, []);
  assert.deepEqual(
    log.messages.map((one) => one.seq),
    [1, 2, 3],
  );
});

test("a hole that stays is filled", async () => {
  const { asked, log, catchUp } = page({ pages: [{ messages: messages(2, 3), revision: 3 }] });
  catchUp.join([room(1)], {}, {});
  log.addPage([message({ seq: 1 })], false);

  catchUp.take(message({ seq: 3 }));
  await settled();

  assert.deepEqual(asked, [1]);
  assert.deepEqual(
    log.messages.map((one) => one.seq),
    [1, 2, 3],
  );
});

test("a room that has moved on too far begins anew", () => {
  const { resets, catchUp } = page();
  catchUp.join([room(1)], {}, {});

  catchUp.join([room(9_000)], { 1: { reset: true } }, { 1: 1 });

  assert.deepEqual(resets, [1]);
  assert.deepEqual(catchUp.cursors([1]), { 1: 9_000 });
});

test("after three failed fills the room begins anew", async (context) => {
  context.mock.method(console, "warn", () => {});
  const { resets, catchUp } = page({ pages: [new Error("1"), new Error("2"), new Error("3")] });
  catchUp.join([room(1)], {}, {});

  catchUp.take(message({ seq: 3 }));
  await settled();

  assert.deepEqual(resets, [1]);
});

test("a room that one comes into late is not fetched from its beginning", async () => {
  const { asked, catchUp } = page();
  catchUp.begin(1, 500);

  catchUp.take(message({ seq: 501 }));
  await settled();

  assert.deepEqual(asked, []);
  assert.deepEqual(catchUp.cursors([1]), { 1: 501 });
});
