import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changed,
  excerpt,
  exportAddress,
  filtersOf,
  fits,
  hits,
  isNarrowed,
  searchOf,
} from "../../chatweb/static/js/admin/filters.js";

const entry = {
  id: 7,
  room: 3,
  scope: "private",
  sender: { id: 2, nickname: "Ani" },
  body: "The Budget (draft)",
  sent_at: 1000,
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

test("a page of the log alone narrows nothing", () => {
  assert.ok(!isNarrowed({ cursor: "12" }));
  assert.ok(isNarrowed({ kind: "file" }));
});

test("a new message fits filters that it meets, all of them", () => {
  assert.ok(fits({}, entry));
  assert.ok(fits({ q: "budget (DRAFT", scope: "private", person: "2", room: "3", kind: "text" }, entry));
  for (const other of [
    { q: "draft budget" },
    { scope: "public" },
    { person: "9" },
    { room: "9" },
    { kind: "image" },
    { since: "1001" },
    { until: "1000" },
  ]) {
    assert.ok(!fits(other, entry), JSON.stringify(other));
  }
});

test("a message fits days that it lies within", () => {
  assert.ok(fits({ since: "1000", until: "1001" }, entry));
});

test("what is said to somebody in a talk of two is theirs as well", () => {
  const direct = { ...entry, room_kind: "direct", to: "Budi" };

  assert.ok(fits({ person: "9" }, direct, "Budi"));
  assert.ok(!fits({ person: "9" }, { ...direct, room_kind: "private" }, "Budi"));
});

test("a file's name is searched like the text", () => {
  assert.ok(
    fits({ q: "PLAN" }, { ...entry, attachments: [{ name: "Plan.pdf", media_type: "application/pdf" }] }),
  );
});

test("kinds are told apart by the files as the server does", () => {
  const of = (...types) => ({ ...entry, attachments: types.map((media_type) => ({ media_type })) });

  for (const [type, kind] of [
    ["image/png", "image"],
    ["audio/mpeg", "voice"],
    ["video/mp4", "video"],
    ["application/pdf", "file"],
  ]) {
    assert.ok(fits({ kind }, of(type)), type);
    assert.ok(!fits({ kind: "text" }, of(type)), type);
  }
  assert.ok(fits({ kind: "file" }, of("image/png", "application/pdf")));
  assert.ok(fits({ kind: "event" }, { ...entry, kind: "event" }));
  assert.ok(!fits({ kind: "text" }, { ...entry, kind: "event" }));
});

test("an older page takes nothing new", () => {
  assert.ok(!fits({ cursor: "12" }, entry));
});

test("hits are found in any case and nothing of the text is lost", () => {
  const pieces = hits(entry.body, "budget (");

  assert.deepEqual(
    pieces.filter((piece) => piece.isHit).map((piece) => piece.text),
    ["Budget ("],
  );
  assert.equal(pieces.map((piece) => piece.text).join(""), entry.body);
});

test("without words to find there is one piece", () => {
  assert.deepEqual(hits("text"), [{ text: "text", isHit: false }]);
});

test("a hit that comes late is brought near, a whole word before it", () => {
  const text = `${"word ".repeat(40)}budget and more`;

  assert.match(excerpt(text, "BUDGET"), /^…(word ){4,6}budget and more$/);
  assert.equal(excerpt("A budget", "budget"), "A budget");
  assert.equal(excerpt(text), text);
  assert.match(excerpt(`${"x".repeat(200)}budget`, "budget"), /^…x{20}budget$/);
});

test("the export asks for all that is filtered, whatever page is shown", () => {
  const address = exportAddress("csv", { q: "a&b", scope: "private", cursor: "12" });

  assert.equal(address, "/admin/api/messages/export?format=csv&q=a%26b&scope=private");
});
