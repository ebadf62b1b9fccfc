// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { marked } from "../../chatweb/static/js/found_words.js";

/** @param {string} text @param {string} query */
const shown = (text, query) =>
  marked(text, query)
    .map(({ text: piece, isFound }) => (isFound ? `[${piece}]` : piece))
    .join("");

test("words are marked wherever they stand, without regard to case and accents", () => {
  assert.equal(shown("Total anggaran, ANGGARAN.", "anggaran"), "Total [anggaran], [ANGGARAN].");
  assert.equal(shown("Café di Bandung", "cafe band"), "[Café] di [Band]ung");
  assert.equal(shown("ﬁle ini", "fil"), "[ﬁl]e ini");
  assert.equal(shown("👍 oke", "oke"), "👍 [oke]");
});

test("nothing is marked where nothing is looked for, and nothing of the text is lost", () => {
  assert.equal(shown("halo <b>", ""), "halo <b>");
  assert.equal(shown("", "x"), "");
  assert.equal(
    marked("a".repeat(500), "aa")
      .map(({ text }) => text)
      .join(""),
    "a".repeat(500),
  );
});
