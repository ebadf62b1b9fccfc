import assert from "node:assert/strict";
import { test } from "node:test";
import {
  kindOf,
  lookOf,
  nameParts,
  partText,
  sizeText,
  typeText,
} from "../../chatweb/static/js/file_facts.js";

test("a size is said in the unit that fits, with one digit where it is small", () => {
  assert.deepEqual([0, 512, 1024, 1536, 98_304, 1_887_436, 5 * 1024 ** 3].map(sizeText), [
    "0 B",
    "512 B",
    "1 KB",
    "1.5 KB",
    "96 KB",
    "1.8 MB",
    "5 GB",
  ]);
});

test("a part of a file is said in the unit of the whole", () => {
  assert.deepEqual(partText(412 * 1024 ** 2, 664 * 1024 ** 2), { a: "412", b: "664 MB" });
  assert.deepEqual(partText(100 * 1024, 2 * 1024 ** 2), { a: "0.1", b: "2 MB" });
});

test("a name that is cut keeps its last letters and its ending", () => {
  assert.deepEqual(nameParts("Notulen-Rapat-November.pdf"), ["Notulen-Rapat-Nov", "ember.pdf"]);
  assert.deepEqual(nameParts("a.pdf"), ["", "a.pdf"]);
  assert.deepEqual(nameParts("tanpa akhiran"), ["tanpa ak", "hiran"]);
});

test("a picture without a thumbnail is a file like others", () => {
  assert.equal(kindOf({ name: "a.avif", media_type: "image/avif" }), "file");
  assert.equal(kindOf({ name: "a.png", media_type: "image/png", thumbnail: true }), "image");
  assert.equal(kindOf({ name: "a.mp4", media_type: "video/mp4" }), "video");
  assert.equal(kindOf({ name: "a.mp3", media_type: "audio/mpeg" }), "audio");
});

test("a tile goes by the ending, then by the kind", () => {
  const octets = "application/octet-stream";
  const looks = ["a.pdf", "b.XLSX", "c.zip", "d.docx", "e", "f.constructor"].map(
    (name) => lookOf({ name, media_type: octets }).look,
  );

  assert.deepEqual(looks, ["pdf", "sheet", "archive", "document", "file", "file"]);
  assert.equal(lookOf({ name: "foto", media_type: "image/png" }).look, "image");
});

test("the type is the ending, where there is one", () => {
  assert.equal(typeText({ name: "a.pdf" }), " · PDF");
  assert.equal(typeText({ name: "LICENSE" }), "");
});
