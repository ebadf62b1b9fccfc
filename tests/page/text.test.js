import assert from "node:assert/strict";
import { test } from "node:test";
import { graphemes, hue, initials } from "../../chatweb/static/js/person.js";
import { isJumbo } from "../../chatweb/static/js/text.js";

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
