import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, filtersOf, fits, hits, searchOf } from "../../chatweb/static/js/admin/filters.js";

const entry = {
  id: 7,
  room: 3,
  scope: "private",
  sender: { id: 2, nickname: "Ani" },
  body: "The Budget (draft)",
};

test("what the address says comes back as the same address", () => {
  const search = "?q=budget&scope=private&cursor=12";

  assert.equal(searchOf(filtersOf(search)), search);
});

test("an address with foreign and empty names keeps neither", () => {
  assert.deepEqual(filtersOf("?q=&evil=1&scope=public"), { scope: "public" });
});

test("other filters begin at the newest page", () => {
  assert.equal(searchOf(changed({ q: "a", cursor: "12" }, { scope: "public" })), "?q=a&scope=public");
});

test("a new message fits filters that it meets, all of them", () => {
  assert.ok(fits({}, entry));
  assert.ok(fits({ q: "budget DRAFT", scope: "private", person: "2", room: "3", kind: "text" }, entry));
  for (const other of [
    { q: "other" },
    { scope: "public" },
    { person: "9" },
    { room: "9" },
    { kind: "broadcast" },
  ]) {
    assert.ok(!fits(other, entry), JSON.stringify(other));
  }
});

test("an older page takes nothing new", () => {
  assert.ok(!fits({ cursor: "12" }, entry));
  assert.ok(!fits({ until: "1" }, entry));
});

test("hits are found in any case and nothing of the text is lost", () => {
  const pieces = hits(entry.body, "budget (");

  assert.deepEqual(
    pieces.filter((piece) => piece.isHit).map((piece) => piece.text),
    ["Budget", "("],
  );
  assert.equal(pieces.map((piece) => piece.text).join(""), entry.body);
});

test("without words to find there is one piece", () => {
  assert.deepEqual(hits("text", "  "), [{ text: "text", isHit: false }]);
});
