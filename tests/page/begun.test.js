import assert from "node:assert/strict";
import { test } from "node:test";
import { Begun } from "../../chatweb/static/js/begun.js";
import { message } from "./make.js";

const RULES = { limit: 100, tooLarge: ({ name }) => `${name} besar`, tooMany: () => "terlalu banyak" };
const picked = (name, size = 1) => ({ name, size, release: () => {} });

test("what is too large is refused by its name, the others are taken", () => {
  const begun = new Begun();
  begun.put("room 1", [picked("a", 101), picked("b", 100)], RULES);

  const { files, problems } = begun.of("room 1");
  assert.deepEqual(
    files.map(({ name }) => name),
    ["b"],
  );
  assert.deepEqual(problems, ["a besar"]);
});

test("ten files go with a message, and the eleventh is refused once", () => {
  const begun = new Begun();
  begun.put(
    "room 1",
    Array.from({ length: 13 }, (_, index) => picked(String(index))),
    RULES,
  );

  assert.equal(begun.of("room 1").files.length, 10);
  assert.deepEqual(begun.of("room 1").problems, ["terlalu banyak"]);
});

test("one answers or edits, never both", () => {
  const begun = new Begun();
  begun.answer("room 1", message({ seq: 1 }));
  begun.edit("room 1", message({ seq: 2 }));
  assert.equal(begun.of("room 1").reply, undefined);

  begun.answer("room 1", message({ seq: 1 }));
  assert.equal(begun.of("room 1").edited, undefined);
});

test("what is taken for sending is gone, and each conversation has its own", () => {
  const begun = new Begun();
  begun.put("room 1", [picked("a")], RULES);
  begun.answer("room 2", message({ seq: 1 }));

  assert.equal(begun.take("room 1").files.length, 1);
  assert.equal(begun.of("room 1").files.length, 0);
  assert.equal(begun.of("room 2").reply.seq, 1);
});
