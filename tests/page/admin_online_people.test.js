import assert from "node:assert/strict";
import { test } from "node:test";
import { OnlinePeople } from "../../chatweb/static/js/admin/online_people.js";

const ani = { id: 2, nickname: "Ani", since: 20, address: "192.168.1.2" };
const budi = { id: 3, nickname: "Budi", since: 10, address: "192.168.1.3" };
const names = (people, text) => people.matching(text).map((row) => row.nickname);

test("who came first is on top, who comes now at the end", () => {
  const people = new OnlinePeople();

  people.replace([ani, budi]);
  people.apply({ joined: [{ id: 4, nickname: "Citra", since: 5 }] });

  assert.deepEqual(names(people), ["Budi", "Ani", "Citra"]);
});

test("who leaves is gone, who changes stays in place", () => {
  const people = new OnlinePeople();
  people.replace([ani, budi]);

  people.apply({ left: [3], changed: [{ id: 2, nickname: "Anita" }] });

  assert.deepEqual(names(people), ["Anita"]);
  assert.equal(people.get(2)?.address, "192.168.1.2");
});

test("a change of somebody who is not here adds nobody", () => {
  const people = new OnlinePeople();

  people.apply({ changed: [ani] });

  assert.equal(people.count, 0);
});

test("what is said again after a list that knew it already changes nothing", () => {
  const people = new OnlinePeople();
  people.replace([ani]);

  for (const change of [{ joined: [budi] }, { joined: [ani] }, { left: [3] }]) people.apply(change);

  assert.deepEqual(names(people), ["Ani"]);
});

test("people are found by name and by address", () => {
  const people = new OnlinePeople();
  people.replace([ani, budi]);

  assert.deepEqual(names(people, " bU"), ["Budi"]);
  assert.deepEqual(names(people, "1.2"), ["Ani"]);
  assert.deepEqual(names(people, "nobody"), []);
});

test("who may write again is no longer muted", () => {
  const people = new OnlinePeople();
  people.replace([{ ...ani, muted_until: 99, reason: "loud" }]);

  people.apply({ changed: [ani] });

  assert.equal(people.get(2)?.muted_until, undefined);
  assert.equal(people.get(2)?.reason, undefined);
});
