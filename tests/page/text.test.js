import assert from "node:assert/strict";
import { test } from "node:test";
import { graphemes, hue, initials } from "../../chatweb/static/js/person.js";
import { isJumbo, piecesOf } from "../../chatweb/static/js/text.js";

const links = (text) =>
  piecesOf(text)
    .filter((piece) => piece.href)
    .map((piece) => piece.href);

test("an address becomes a link without the points and brackets round it", () => {
  assert.deepEqual(links("Lihat (http://192.168.1.5/jadwal), ya."), ["http://192.168.1.5/jadwal"]);
  assert.deepEqual(links("www.contoh.test!"), ["http://www.contoh.test/"]);
  assert.deepEqual(links("http://a.test/Jakarta_(kota)"), ["http://a.test/Jakarta_(kota)"]);
});

test("only http and https become links", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://", "//a.test"])
    assert.deepEqual(links(text), [], text);
});

test("the pieces of a text are the text", () => {
  for (const text of [
    "",
    "a  b\n http://a.test \n",
    "<b>hai</b> http://a.test/<script>",
    "((((http://a.test))))",
  ])
    assert.equal(
      piecesOf(text)
        .map((piece) => piece.text)
        .join(""),
      text,
    );
});

test("4,000 hostile characters take no time", () => {
  const hostile = ["(".repeat(4_000), "http://".repeat(600), ")".repeat(4_000), "a.".repeat(2_000)];
  const began = performance.now();

  for (const text of hostile) piecesOf(text);

  assert.ok(performance.now() - began < 200);
});

test("one to three emoji are shown large, and nothing else", () => {
  for (const text of ["😍", "👨‍👩‍👧‍👦", "🇮🇩 👍🏽", "❤️"]) assert.ok(isJumbo(text), text);
  for (const text of ["", "ok", "1", "😍 ya", "😀😀😀😀"]) assert.ok(!isJumbo(text), text);
});

test("initials are the first letters of the first and the last word", () => {
  const names = {
    "Andi Saputra": "AS",
    tio: "T",
    "ليلى حسن": "لح",
    "Budi (TU) 2": "B2",
    "😀": "😀",
    "👨‍👩‍👧 Rani": "👨‍👩‍👧R",
  };

  for (const [name, letters] of Object.entries(names)) assert.equal(initials(name), letters);
});

test("a person's colour follows from the id and is one of eight", () => {
  const hues = Array.from({ length: 100 }, (_, id) => hue(id));

  assert.deepEqual(new Set(hues), new Set([1, 2, 3, 4, 5, 6, 7, 8]));
});

test("a family is one letter", () => {
  assert.equal(graphemes("👨‍👩‍👧‍👦é").length, 2);
});
