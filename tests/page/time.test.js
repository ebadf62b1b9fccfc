import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTime, dayName, listTime } from "../../chatweb/static/js/time.js";
import { number, pieces, speak, t } from "../../chatweb/static/js/wording.js";

const NOW = Date.UTC(2026, 10, 24, 2, 8); // Tuesday, 09.08 in Jakarta
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test("times and days read as people say them, in both languages", async () => {
  await speak("id");
  assert.equal(clockTime(NOW), "09.08");
  assert.equal(dayName(NOW - 10 * HOUR, NOW), "Kemarin");
  assert.equal(listTime(NOW - 2 * DAY, NOW), "Min");
  await speak("en");
  assert.equal(clockTime(NOW), "09:08");
  assert.equal(dayName(NOW, NOW), "Today");
  assert.equal(dayName(NOW - 3 * DAY, NOW), "Saturday");
  assert.equal(listTime(NOW - 20 * DAY, NOW), "4 Nov");
  assert.equal(listTime(NOW - 400 * DAY, NOW), "20 Oct 2025");
});

test("a device whose clock lags shows no message of tomorrow", () => {
  assert.equal(listTime(NOW + 20 * HOUR, NOW), clockTime(NOW + 20 * HOUR));
});

test("one of something has words of its own", async () => {
  await speak("en");

  assert.equal(t("log.unread", { n: 1 }), "1 new message");
  assert.equal(t("log.unread", { n: 2 }), "2 new messages");
});

test("numbers are written as the language writes them", async () => {
  await speak("id");
  assert.equal(number(12_450), "12.450");
  assert.equal(t("log.unread", { n: 1_000 }), "1.000 pesan baru");
  await speak("en");
  assert.equal(number(12_450), "12,450");
});

test("a name in a text stays a piece of its own", async () => {
  await speak("en");

  assert.deepEqual(pieces("log.joined", { x: "<b>Budi" }).filter(Boolean), ["<b>Budi", " joined"]);
});

test("a text without words shows its key, and never breaks the page", () => {
  assert.equal(t("no.such.key"), "no.such.key");
});
