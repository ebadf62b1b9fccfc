import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageLog } from "../../chatweb/static/js/message_log.js";
import { message, messages } from "./make.js";

const seqs = (log) => log.messages.map((one) => one.seq);

function logOf(from, to, hasOlder = true) {
  const log = new MessageLog();
  log.addPage(messages(from, to), hasOlder);
  return log;
}

test("a new message comes last, whatever comes late before it", () => {
  const log = logOf(1, 2);

  log.apply(message({ seq: 4 }));
  log.apply(message({ seq: 3 }));

  assert.deepEqual(seqs(log), [1, 2, 3, 4]);
});

test("an older form of a message does not undo a newer one", () => {
  const log = logOf(1, 1);
  log.apply(message({ seq: 1, revision: 7, body: "baru" }));

  log.apply(message({ seq: 1, revision: 1, body: "lama" }));

  assert.equal(log.newest.body, "baru");
});

test("a page and what came while it was on its way are one stretch", () => {
  const log = new MessageLog();
  log.state = "loading";
  log.apply(message({ seq: 3, revision: 9, body: "disunting" }));
  log.apply(message({ seq: 4 }));

  log.addPage(messages(1, 3), false);

  assert.deepEqual(seqs(log), [1, 2, 3, 4]);
  assert.equal(log.messages[2].body, "disunting");
});

test("a change of a message before the stretch makes no hole", () => {
  const log = logOf(10, 12);

  log.apply(message({ seq: 3, revision: 40 }));

  assert.deepEqual(seqs(log), [10, 11, 12]);
});

test("what is forgotten can be fetched again", () => {
  const log = logOf(1, 10, false);

  log.keepNewest(4);

  assert.deepEqual(seqs(log), [7, 8, 9, 10]);
  assert.ok(log.hasOlder);
});

test("an own message keeps its client_id through a change that does not carry it", () => {
  const log = new MessageLog();
  log.addPage([message({ seq: 1, client_id: "abc" })], false);

  log.apply(message({ seq: 1, revision: 2, body: "disunting" }));

  assert.equal(log.newest.client_id, "abc");
});
