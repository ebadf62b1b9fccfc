import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../chatweb/static/js/drafts.js";
import { Marker } from "../../chatweb/static/js/marker.js";
import { Typing, Typist } from "../../chatweb/static/js/typing.js";
import { settled } from "./make.js";

/** A server that notes what it is asked, and when. */
function server(context, { fails = 0 } = {}) {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const asked = [];
  let failures = fails;
  const ask = async (event, payload) => {
    asked.push([event, payload]);
    if (failures > 0) {
      failures -= 1;
      throw new Error("no answer");
    }
  };
  const passes = async (ms) => {
    for (let passed = 0; passed < ms; passed += 100) {
      context.mock.timers.tick(100);
      await settled();
    }
  };
  return { asked, ask, passes };
}

test("marks are told at most once a second, each with the furthest that is known", async (context) => {
  const { asked, ask, passes } = server(context);
  const marker = new Marker(ask);

  marker.received(1, 4);
  marker.read(1, 3);
  marker.received(1, 5);
  marker.received(2, 9);
  await passes(300);
  assert.deepEqual(asked, [["mark", { room: 1, received: 5, read: 3 }]]);
  await passes(1_000);

  assert.deepEqual(asked.slice(1), [["mark", { room: 2, received: 9 }]]);
});

test("what was told is not told again on the same line, and is on the next", async (context) => {
  const { asked, ask, passes } = server(context);
  const marker = new Marker(ask);
  marker.read(1, 5);
  await passes(2_000);
  marker.read(1, 5);
  marker.read(1, 4);
  await passes(2_000);
  assert.equal(asked.length, 1);

  marker.restart();
  marker.read(1, 5);
  await passes(2_000);

  assert.equal(asked.length, 2);
});

test("a mark that was not answered is told once more, with what came meanwhile", async (context) => {
  const { asked, ask, passes } = server(context, { fails: 1 });
  const marker = new Marker(ask);
  marker.read(1, 5);
  await passes(200);
  marker.read(1, 7);

  await passes(5_000);

  assert.deepEqual(asked, [
    ["mark", { room: 1, read: 5 }],
    ["mark", { room: 1, read: 7 }],
  ]);
});

test("typing is told every three seconds at most, and its end once", async (context) => {
  const { asked, ask, passes } = server(context);
  context.mock.timers.setTime(1_000_000);
  const typist = new Typist(ask);
  for (let key = 0; key < 40; key += 1) {
    typist.types(1);
    await passes(100);
  }
  await passes(6_000);

  assert.deepEqual(
    asked.map(([, { typing }]) => typing),
    [true, true, false],
  );
});

test("a message needs no word that its typing has ended", async (context) => {
  const { asked, ask, passes } = server(context);
  context.mock.timers.setTime(1_000_000);
  const typist = new Typist(ask);
  typist.types(1);

  typist.sent();
  await passes(6_000);

  assert.equal(asked.length, 1);
});

test("somebody else's typing runs out after six seconds", async (context) => {
  const { passes } = server(context);
  const typing = new Typing(() => {});
  typing.take({ room: 1, person: 2, typing: true });
  assert.deepEqual(typing.in(1), [2]);

  await passes(6_100);

  assert.deepEqual(typing.in(1), []);
});

/** A storage as the browser has it: its keys are its properties. */
function storage() {
  const kept = {};
  const methods = {
    getItem: (key) => kept[key],
    setItem: (key, value) => {
      kept[key] = value;
    },
    removeItem: (key) => delete kept[key],
  };
  return Object.setPrototypeOf(kept, methods);
}

test("drafts belong to a person, and leaving takes only theirs", () => {
  const kept = storage();
  const draftsOf = (owner) => {
    const drafts = new Drafts(kept);
    drafts.load(owner);
    return drafts;
  };
  const ani = draftsOf(1);
  ani.keep("room 1", "halo");
  ani.flush();
  const budi = draftsOf(2);
  budi.keep("room 1", "hai");
  budi.flush();
  assert.equal(draftsOf(1).of("room 1"), "halo");

  ani.forgetAll();

  assert.equal(draftsOf(1).of("room 1"), "");
  assert.equal(draftsOf(2).of("room 1"), "hai");
});

test("an emptied draft is none", () => {
  const kept = storage();
  const drafts = new Drafts(kept);
  drafts.load(1);
  drafts.keep("person 2", "halo");
  drafts.flush();

  drafts.keep("person 2", "  ");
  drafts.flush();

  assert.deepEqual(drafts.conversations, []);
  assert.deepEqual(Object.keys(kept), []);
});
