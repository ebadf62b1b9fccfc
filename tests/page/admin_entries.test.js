import assert from "node:assert/strict";
import { test } from "node:test";
import { isForAdmin } from "../../chatweb/static/js/admin/addressee.js";
import { Entries } from "../../chatweb/static/js/admin/entries.js";

const entry = (id, more = {}) => ({ id, sent_at: id, revision: 1, body: `m${id}`, ...more });
const bodies = (entries) => entries.list.map((one) => one.body);

test("an answer and live events that overlap leave each message once, oldest first", () => {
  const entries = new Entries();

  entries.put([entry(3)]);
  entries.put([entry(3), entry(2), entry(1)]);

  assert.deepEqual(bodies(entries), ["m1", "m2", "m3"]);
});

test("an older form does not overwrite a newer one", () => {
  const entries = new Entries();

  entries.put([entry(1, { revision: 2, body: "edited" })]);
  entries.put([entry(1)]);

  assert.deepEqual(bodies(entries), ["edited"]);
});

test("a change of a message that is not shown is no news", () => {
  const entries = new Entries();

  entries.change(entry(1));

  assert.deepEqual(bodies(entries), []);
});

test("only the newest are kept", () => {
  const entries = new Entries();

  entries.put(Array.from({ length: 250 }, (_, at) => entry(at + 1)));

  assert.equal(entries.list.length, 200);
  assert.equal(entries.newest?.id, 250);
});

test("what somebody writes to the administrator is for the administrator, answers and others' talks are not", () => {
  const admin = { id: 1, nickname: "Admin" };
  const direct = { room_kind: "direct", sender: { id: 2, nickname: "Ani" }, to: "Admin" };

  assert.ok(isForAdmin(direct, admin));
  assert.ok(!isForAdmin({ ...direct, sender: admin, to: "Ani" }, admin));
  assert.ok(!isForAdmin({ ...direct, to: "Budi" }, admin));
  assert.ok(!isForAdmin({ ...direct, room_kind: "lobby", to: "" }, admin));
});

test("after a long absence nothing is shown as if it followed the newest page", () => {
  const entries = new Entries();
  entries.put([entry(1), entry(2)]);

  entries.renew([entry(9), entry(8)]);

  assert.deepEqual(bodies(entries), ["m8", "m9"]);
});

test("after a short absence the newest page joins what is known", () => {
  const entries = new Entries();
  entries.put([entry(1), entry(2)]);

  entries.renew([entry(3), entry(2)]);

  assert.deepEqual(bodies(entries), ["m1", "m2", "m3"]);
});

test("what is told while the newest page is on its way is not lost", () => {
  const entries = new Entries();
  entries.put([entry(3)]);

  entries.renew([entry(2), entry(1)]);

  assert.deepEqual(bodies(entries), ["m1", "m2", "m3"]);
});
