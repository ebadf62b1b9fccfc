// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findEmoji, readEmoji, recentEmoji, toned } from "../../chatweb/static/js/emoji_list.js";

/** @param {string} language */
const load = (language) =>
  readEmoji(JSON.parse(readFileSync(`chatweb/static/vendor/emoji.${language}.json`, "utf8")));

test("both languages have the same emoji in the same order, each with a name", () => {
  const [id, en] = [load("id"), load("en")].map((groups) =>
    groups.map((group) => group.map(({ emoji }) => emoji)),
  );
  assert.deepEqual(id, en);
  assert.equal(id.length, 6);
  assert.ok(id.flat().length > 1_800);
  assert.equal(new Set(id.flat()).size, id.flat().length);
  assert.ok(
    load("id")
      .flat()
      .every(({ name }) => name.length > 0),
  );
});

test("an emoji is found by its name and by words that begin with what is typed", () => {
  const found = (/** @type {string} */ language, /** @type {string} */ query) =>
    findEmoji(load(language), query).map(({ emoji }) => emoji);
  assert.equal(found("en", "trumpet")[0], "🎺");
  assert.equal(found("id", "trompet")[0], "🎺");
  assert.ok(found("id", "trumpet").includes("🎺"));
  assert.ok(found("id", "hati mer").includes("❤️"));
  assert.ok(found("en", "thumbs up").includes("👍"));
  assert.deepEqual(found("en", "umbs"), []);
  assert.deepEqual(found("en", "xyzzy"), []);
  assert.ok(found("en", "a").length <= 80);
});

test("a skin tone stands where Unicode wants it", () => {
  assert.equal(toned("👍", ""), "👍");
  assert.equal(toned("👍", "\u{1f3fd}"), "👍🏽");
  assert.equal(toned("☝️", "\u{1f3fd}"), "☝🏽");
  assert.equal(toned("👩‍💻", "\u{1f3fd}"), "👩🏽‍💻");
});

test("without a storage there are emoji to begin with", () => {
  assert.ok(recentEmoji().length >= 8);
});
