import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../../chatweb/static/js/backoff.js";
import { Comings } from "../../chatweb/static/js/comings.js";
import { conversations, filtered, personKey } from "../../chatweb/static/js/conversations.js";
import { Receipts } from "../../chatweb/static/js/receipts.js";
import { Rooms } from "../../chatweb/static/js/rooms.js";
import { message } from "./make.js";

const ME = 1;

/** The lobby as `join` tells it. */
function lobby(more = {}) {
  const rooms = new Rooms();
  rooms.join([{ id: 1, kind: "lobby", seq: 5, revision: 5, read_seq: 5, members: 9, ...more }]);
  return rooms;
}

test("others' new messages count as unread until they are read", () => {
  const rooms = lobby();
  rooms.take(message({ seq: 6 }), ME);
  rooms.take(message({ seq: 7, sender: ME }), ME);
  rooms.take(message({ seq: 8 }), ME);
  assert.equal(rooms.lobby.unread, 2);

  rooms.read(1, 6, 1);
  assert.equal(rooms.lobby.unread, 1);
  rooms.read(1, 8, 0);
  assert.equal(rooms.lobby.unread, 0);
});

test("what join has counted is not counted again by what was missed", () => {
  const rooms = lobby({ seq: 8, unread: 3 });

  for (const seq of [6, 7, 8]) rooms.take(message({ seq }), ME);

  assert.equal(rooms.lobby.unread, 3);
});

test("a changed message is no new one", () => {
  const rooms = lobby();
  rooms.take(message({ seq: 6 }), ME);

  rooms.take(message({ seq: 6, revision: 7, body: "disunting" }), ME);

  assert.equal(rooms.lobby.unread, 1);
  assert.equal(rooms.lobby.last.body, "disunting");
});

test("the first message between two counts, although its room was told of with it", () => {
  const rooms = lobby();
  rooms.change({ id: 2, kind: "direct", people: [ME, 7], seq: 1, revision: 1, members: 2 });

  rooms.take({ ...message({ seq: 1, sender: 7 }), room: 2 }, ME);

  assert.equal(rooms.directWith(7).unread, 1);
});

test("room_changed says nothing of one's own reading", () => {
  const rooms = lobby({ unread: 4, read_seq: 1 });

  rooms.change({ id: 1, kind: "lobby", seq: 5, revision: 5, members: 10 });

  assert.equal(rooms.lobby.unread, 4);
  assert.equal(rooms.lobby.members, 10);
});

test("the lobby stands first, then what was last spoken in, and a talk that is being begun", () => {
  const rooms = lobby();
  const direct = (id, other, at) => ({
    id,
    kind: "direct",
    people: [ME, other],
    last: { ...message({ seq: 1, at }), room: id },
  });
  for (const room of [direct(2, 7, 100), direct(3, 8, 300)]) rooms.change({ ...room, seq: 1, revision: 1 });
  rooms.get(2).last = direct(2, 7, 100).last;
  rooms.get(3).last = direct(3, 8, 300).last;

  const list = conversations(
    rooms.all,
    ME,
    new Map([
      [personKey(9), 200],
      [personKey(8), 200],
    ]),
  );

  assert.deepEqual(
    list.map((one) => one.key),
    ["room 1", "person 8", "person 9", "person 7"],
  );
  assert.deepEqual(
    filtered(list, "rooms").map((one) => one.key),
    ["room 1"],
  );
  assert.equal(filtered(list, "private").length, 3);
});

test("ticks tell what the slowest of the others has", () => {
  const receipts = new Receipts();
  const said = { room: 1, seq: 4 };
  assert.equal(receipts.of(said, ME, 2), "sent");

  receipts.take({ room: 1, person: 2, read: 5 });
  assert.equal(receipts.of(said, ME, 2), "sent");
  receipts.take({ room: 1, person: 3, received: 4 });
  assert.equal(receipts.of(said, ME, 2), "received");
  receipts.take({ room: 1, person: 3, read: 4 });
  assert.equal(receipts.of(said, ME, 2), "read");
  receipts.take({ room: 1, person: 3, received: 2 });
  assert.equal(receipts.of(said, ME, 2), "read");
});

test("one's own reading on another device ticks nothing", () => {
  const receipts = new Receipts();

  receipts.take({ room: 1, person: ME, read: 4 });

  assert.equal(receipts.of({ room: 1, seq: 4 }, ME, 1), "sent");
});

test("who comes back between two messages has not left", () => {
  const comings = new Comings();
  comings.add({ joined: ["Budi"], left: [] }, 4, 0);
  comings.add({ joined: [], left: ["Citra"] }, 4, 1);
  comings.add({ joined: ["Citra"], left: [] }, 4, 2);
  comings.add({ joined: [], left: ["Budi"] }, 5, 3);

  assert.deepEqual(
    comings.lines.map(({ joined, left }) => [joined, left]),
    [
      [["Budi", "Citra"], []],
      [[], ["Budi"]],
    ],
  );
});

test("attempts are 1, 2, 4, 8, 15 and 30 seconds apart, each spread by a quarter", () => {
  const middle = [0, 1, 2, 3, 4, 5, 6, 60].map((failures) => backoff(failures, () => 0.5));

  assert.deepEqual(middle, [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000]);
  assert.equal(
    backoff(0, () => 0),
    750,
  );
  assert.equal(
    backoff(0, () => 1),
    1_250,
  );
});

test("a room that one comes into is read up to there; a talk of two has just begun", () => {
  const rooms = lobby();
  rooms.change({ id: 2, kind: "open", name: "Kelas", seq: 40, revision: 44, members: 3 });
  rooms.change({ id: 3, kind: "direct", people: [ME, 2], seq: 1, revision: 1, members: 2 });
  rooms.take(message({ seq: 41, room: 2 }), ME);
  rooms.take(message({ seq: 1, room: 3 }), ME);

  assert.equal(rooms.get(2).read_seq, 40);
  assert.equal(rooms.get(2).unread, 1);
  assert.equal(rooms.get(3).unread, 1);
});

test("a topic that was taken away is gone, and one's own reading stays", () => {
  const rooms = lobby();
  rooms.change({ id: 2, kind: "open", name: "Kelas", topic: "PR", seq: 4, revision: 4, members: 3 });
  rooms.take(message({ seq: 5, room: 2 }), ME);

  rooms.change({ id: 2, kind: "open", name: "Kelas XII", seq: 6, revision: 6, members: 3 });

  const { name, topic, unread, read_seq, seq } = rooms.get(2);
  assert.deepEqual(
    { name, topic, unread, read_seq, seq },
    { name: "Kelas XII", topic: undefined, unread: 1, read_seq: 4, seq: 5 },
  );
});
