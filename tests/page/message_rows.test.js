import assert from "node:assert/strict";
import { test } from "node:test";
import { daysOf } from "../../chatweb/static/js/message_rows.js";
import { message } from "./make.js";

const NOON = Date.UTC(2026, 10, 24, 5); // 12.00 in Jakarta
const MINUTE = 60_000;

const draw = ({ messages = [], entries = [], comings = [], hasOlder = false, divider = null, me = 1 }) =>
  daysOf({ messages, entries, comings, hasOlder, divider, me });

const kinds = (days) => days.flatMap((day) => day.rows.map((row) => row.kind));
const groups = (days) => days.flatMap((day) => day.rows.map((row) => [row.isFirst, row.isLast]));

test("what one person says within five minutes is one group", () => {
  const days = draw({
    messages: [
      message({ seq: 1, at: NOON }),
      message({ seq: 2, at: NOON + 4 * MINUTE }),
      message({ seq: 3, at: NOON + 10 * MINUTE }),
      message({ seq: 4, at: NOON + 11 * MINUTE, sender: 3 }),
    ],
  });

  assert.deepEqual(groups(days), [
    [true, false],
    [false, true],
    [true, true],
    [true, true],
  ]);
});

test("each local day has a section of its own", () => {
  const lateYesterday = Date.UTC(2026, 10, 23, 16, 59); // 23.59 in Jakarta
  const days = draw({
    messages: [message({ seq: 1, at: lateYesterday }), message({ seq: 2, at: lateYesterday + 2 * MINUTE })],
  });

  assert.deepEqual(
    days.map((day) => day.key),
    ["2026-11-23", "2026-11-24"],
  );
  assert.deepEqual(groups(days), [
    [true, true],
    [true, true],
  ]);
});

test("the divider stands before the first message of another that was not read", () => {
  const days = draw({
    messages: [
      message({ seq: 1, at: NOON }),
      message({ seq: 2, at: NOON, sender: 1 }),
      message({ seq: 3, at: NOON }),
    ],
    divider: { after: 1, count: 1, isAway: false },
  });

  assert.deepEqual(kinds(days), ["message", "message", "divider", "message"]);
});

test("comings stand where they happened", () => {
  const coming = (id, after) => ({ id, after, at: NOON, joined: ["Budi"], left: [] });
  const days = draw({
    messages: [message({ seq: 1, at: NOON }), message({ seq: 2, at: NOON })],
    comings: [coming(1, 0), coming(2, 1), coming(3, 2)],
  });

  assert.deepEqual(kinds(days), ["coming", "message", "coming", "message", "coming"]);
});

test("comings before the page that is here are left out", () => {
  const days = draw({
    messages: [message({ seq: 50, at: NOON })],
    comings: [{ id: 1, after: 3, at: NOON, joined: ["Budi"], left: [] }],
    hasOlder: true,
  });

  assert.deepEqual(kinds(days), ["message"]);
});

test("a message that has arrived takes the place of its pending line, under the same key", () => {
  const entry = {
    key: "abc",
    owner: 1,
    conversation: "room 1",
    to: { room: 1 },
    body: "hai",
    at: NOON,
    state: "sent",
  };
  const before = draw({ entries: [entry] });
  const after = draw({
    entries: [entry],
    messages: [message({ seq: 1, sender: 1, at: NOON, client_id: "abc" })],
  });

  assert.deepEqual(kinds(before), ["pending"]);
  assert.deepEqual(kinds(after), ["message"]);
  assert.equal(before[0].rows[0].key, after[0].rows[0].key);
});

test("a fact of the room stands alone and parts what one person says", () => {
  const days = draw({
    messages: [
      message({ seq: 1, at: NOON }),
      message({
        seq: 2,
        at: NOON,
        kind: "event",
        body: undefined,
        event: { name: "renamed", value: "Kelas" },
      }),
      message({ seq: 3, at: NOON }),
    ],
  });

  assert.deepEqual(kinds(days), ["message", "event", "message"]);
  assert.deepEqual(
    [days[0].rows[0], days[0].rows[2]].map((row) => [row.isFirst, row.isLast]),
    [
      [true, true],
      [true, true],
    ],
  );
});
