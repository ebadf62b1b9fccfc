import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../chatweb/static/js/outbox.js";
import { Refusal } from "../../chatweb/static/js/wire.js";
import { settled } from "./make.js";

/** A storage in memory that says what it keeps. */
function memory(kept = new Map()) {
  return {
    kept,
    all: async () => [...kept.values()].map((entry) => ({ ...entry })),
    put: async (_store, entry) => void kept.set(entry.key, { ...entry }),
    delete: async (_store, key) => void kept.delete(key),
  };
}

/** An outbox before a server whose answers are given one by one; the last answer stays. */
async function outboxBefore(...answers) {
  const server = { asked: [], settled: [], time: 0, pauses: [] };
  const storage = memory();
  const outbox = new Outbox({
    storage,
    ask: async (_event, payload) => {
      server.asked.push(payload);
      server.time += 8_000;
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return { ok: true, message: { client_id: payload.client_id } };
    },
    onKept: (message) => {
      server.settled.push(message.client_id);
      outbox.settle(message.client_id);
    },
    pause: async (ms) => void server.pauses.push(ms),
    clock: () => server.time,
  });
  await outbox.load(1);
  return { outbox, server, storage };
}

const write = (outbox, key, conversation = "room 1") =>
  outbox.add({ key, conversation, to: { room: 1 }, body: `pesan ${key}`, at: Number(key) });

const silence = () => new Refusal({ code: "no_answer" });

test("a message is written down before it is sent, and struck out once it is kept", async () => {
  const { outbox, server, storage } = await outboxBefore("yes");
  await write(outbox, "1");
  assert.deepEqual([...storage.kept.keys()], ["1"]);
  assert.deepEqual(server.asked, []);

  outbox.open();
  await settled();

  assert.deepEqual(
    server.asked.map((one) => one.client_id),
    ["1"],
  );
  assert.equal(storage.kept.size, 0);
  assert.equal(outbox.waiting, 0);
});

test("what was not sent survives a reload and goes out once", async () => {
  const { outbox, storage } = await outboxBefore("yes");
  await write(outbox, "1");
  const asked = [];
  const next = new Outbox({
    storage: memory(storage.kept),
    ask: async (_event, payload) => {
      asked.push(payload.client_id);
      return { ok: true, message: { client_id: payload.client_id } };
    },
    onKept: (message) => next.settle(message.client_id),
  });

  await next.load(1);
  next.open();
  await settled();
  next.close();
  next.open();
  await settled();

  assert.deepEqual(asked, ["1"]);
});

test("another person's unsent messages stay where they are", async () => {
  const { outbox, storage } = await outboxBefore("yes");
  await write(outbox, "1");
  const next = new Outbox({ storage: memory(storage.kept), ask: assert.fail, onKept: assert.fail });

  await next.load(2);
  next.open();
  await settled();

  assert.deepEqual(next.of("room 1"), []);
});

test("a conversation's messages go out in the order written", async () => {
  const { outbox, server } = await outboxBefore(silence(), "yes");
  outbox.open();
  await Promise.all([write(outbox, "1"), write(outbox, "2"), write(outbox, "3")]);
  await settled();

  assert.deepEqual(server.settled, ["1", "2", "3"]);
});

test("silence for 20 seconds of connected trying is a failure, and the next message has its turn", async () => {
  const { outbox, server } = await outboxBefore(silence(), silence(), silence(), "yes");
  outbox.open();
  await write(outbox, "1");
  await write(outbox, "2");
  await settled();

  assert.deepEqual(
    outbox.of("room 1").map(({ key, state }) => [key, state]),
    [["1", "failed"]],
  );
  assert.deepEqual(server.settled, ["2"]);
});

test("trying again keeps the client_id", async () => {
  const { outbox, server } = await outboxBefore(
    new Refusal({ code: "forbidden", detail: "Tidak boleh." }),
    "yes",
  );
  outbox.open();
  await write(outbox, "1");
  await settled();
  assert.deepEqual(
    outbox.of("room 1").map(({ state, problem }) => [state, problem]),
    [["failed", "Tidak boleh."]],
  );

  outbox.retry("1");
  await settled();

  assert.deepEqual(
    server.asked.map((one) => one.client_id),
    ["1", "1"],
  );
  assert.deepEqual(outbox.of("room 1"), []);
});

test("a busy server is given the time that it asks for", async () => {
  const { outbox, server } = await outboxBefore(new Refusal({ code: "rate_limited", retry_after: 3 }), "yes");
  outbox.open();
  await write(outbox, "1");
  await settled();

  assert.deepEqual(server.pauses, [3_000]);
  assert.deepEqual(server.settled, ["1"]);
});

test("a cut line leaves a message waiting, not failed", async () => {
  const { outbox } = await outboxBefore(new Refusal({ code: "disconnected" }));
  outbox.open();
  await write(outbox, "1");
  outbox.close();
  await settled();

  assert.deepEqual(
    outbox.of("room 1").map(({ state }) => state),
    ["queued"],
  );
  assert.equal(outbox.waiting, 1);
});

test("a message whose files are still to come holds up no other, and takes them along", async () => {
  const { outbox, server } = await outboxBefore("yes");
  outbox.open();
  await outbox.add({ key: "1", conversation: "room 1", to: { room: 1 }, body: "", at: 1, reply_to: 9 }, true);
  await write(outbox, "2");
  await settled();
  assert.deepEqual(server.settled, ["2"]);

  await outbox.complete("1", [{ id: 7 }, { id: 8 }]);
  await settled();

  assert.deepEqual(server.asked[1], { client_id: "1", to: { room: 1 }, attachments: [7, 8], reply_to: 9 });
});

test("words whose files were lost with the page are given back, and nothing is sent", async () => {
  const { outbox, storage } = await outboxBefore("yes");
  await outbox.add({ key: "1", conversation: "room 1", to: { room: 1 }, body: "kata", at: 1 }, true);
  const lost = [];
  const next = new Outbox({
    storage: memory(storage.kept),
    ask: assert.fail,
    onKept: assert.fail,
    onLost: (entry) => lost.push(entry.body),
  });

  await next.load(1);
  next.open();
  await settled();

  assert.deepEqual(lost, ["kata"]);
  assert.deepEqual(next.of("room 1"), []);
});
