import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, spansOf } from "../../chatweb/static/js/markup.js";

const LENGTH = 4_000;
const SLOWEST = 5; // ms for a body of the greatest length

/** A short form: bold as *…*, italic as _…_ and so on, but only where it was understood so. */
const short = (text) =>
  spansOf(text)
    .map(({ text: said, styles = [], isCode, href }) => {
      const names = [...styles, ...(isCode ? ["code"] : []), ...(href ? ["link"] : [])];
      return names.length ? `<${names.join("+")}:${said}>` : said;
    })
    .join("");

const links = (text) =>
  blocksOf(text)
    .flatMap((block) => block.items?.flat() ?? block.spans)
    .filter((span) => span.href)
    .map((span) => span.href);

const kinds = (text) => blocksOf(text).map((block) => block.kind);

test("stars, underscores, tildes and backticks dress the words between them", () => {
  assert.equal(short("a *b c* d"), "a <bold:b c> d");
  assert.equal(short("_x_ ~y~ `z`"), "<italic:x> <struck:y> <code:z>");
  assert.equal(short("*tebal _dan miring_*"), "<bold:tebal ><bold+italic:dan miring>");
  assert.equal(short("(*a*), _b_!"), "(<bold:a>), <italic:b>!");
  assert.equal(short("`*a*`"), "<code:*a*>");
});

test("what is no markup stays as it was written", () => {
  for (const text of [
    "2 * 3 * 4",
    "nama_file_panjang",
    "a*b*c",
    "* a *",
    "*a\nb*",
    "**",
    "``",
    "~ ~",
    "`a",
    "*a",
    "<b>hai</b>",
    "",
  ])
    assert.equal(short(text), text, text);
});

test("signs that cross each other lose nothing of the text", () => {
  assert.equal(short("*a _b* c_"), "<bold:a _b> c_");
  assert.equal(short("*a *b*"), "<bold:a *b>");
});

test("an address becomes a link without the points and brackets round it", () => {
  assert.deepEqual(links("Lihat (http://192.168.1.5/jadwal), ya."), ["http://192.168.1.5/jadwal"]);
  assert.deepEqual(links("www.contoh.test!"), ["http://www.contoh.test/"]);
  assert.deepEqual(links("http://a.test/Jakarta_(kota)"), ["http://a.test/Jakarta_(kota)"]);
  assert.deepEqual(links("((((http://a.test))))"), ["http://a.test/"]);
  assert.deepEqual(links("mailto:guru@sekolah.test"), ["mailto:guru@sekolah.test"]);
  assert.equal(short("*http://a.test/b_c_d*"), "<bold+link:http://a.test/b_c_d>");
});

test("only http, https and mailto become links", () => {
  const others = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
    "http://",
    "//a.test",
  ];
  for (const text of [...others, "mailto:", "mailto:x", "xhttp://a.test", "http:\u200b//a.test"])
    assert.deepEqual(links(text), [], text);
});

test("lines make quotes, lists and fences", () => {
  assert.deepEqual(kinds("halo\n> satu\n> dua\nya"), ["text", "quote", "text"]);
  assert.deepEqual(blocksOf("- a\n- *b*"), [
    {
      kind: "list",
      spans: [],
      start: undefined,
      items: [[{ text: "a" }], [{ text: "b", styles: ["bold"] }]],
    },
  ]);
  assert.equal(blocksOf("3. tiga\n4. empat")[0].start, 3);
  assert.deepEqual(blocksOf("```\n*a*\n\n> b\n```\nc"), [
    { kind: "code", spans: [{ text: "*a*\n\n> b" }] },
    { kind: "text", spans: [{ text: "c" }] },
  ]);
  assert.deepEqual(kinds("```a```"), ["code"]);
  assert.deepEqual(kinds("```\nnever closed"), ["text"]);
  assert.deepEqual(kinds("-a\n2.5 kg\n--- x"), ["text"]);
});

test("text without markup is one piece, as it was written", () => {
  const text = "a  b\n\n <script>alert(1)</script> & \u202e\n";

  assert.deepEqual(blocksOf(text), [{ kind: "text", spans: [{ text }] }]);
});

const fill = (piece) => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);

const HOSTILE = [
  ..."*_~`>()[-.h\n 1\t\"'",
  "*a ",
  " *a",
  "*_~",
  "*a_b~c`",
  "*a*",
  "_a_ ",
  "`a",
  "``",
  "```",
  "```\n",
  "`\n",
  "> ",
  ">\n",
  "> *a\n",
  "- ",
  "- a\n",
  "1. a\n",
  "999. ",
  "http://",
  "http://)",
  "http://%",
  "https://a.b/(",
  "(http://a",
  "www.",
  "www.a.b ",
  "mailto:",
  "mailto:a@b ",
  "h",
  "hw",
  "http:http:",
  "\u0301",
  "\ud83d\udc22",
  "\ud83d",
  "a\u200d",
  "\u202e*",
  "*\n_\n",
  "~*_`*~_",
  "* *",
  "a* *b",
  "&lt;",
  "<a>",
];

test("4,000 characters are read in 5 ms whatever they are", () => {
  const texts = HOSTILE.flatMap((piece) => [
    fill(piece),
    `${fill(piece).slice(1)}x`,
    `x${fill(piece).slice(1)}`,
  ]);
  for (const text of texts) blocksOf(text); // warm
  const slow = texts
    .map((text) => ({
      text: JSON.stringify(text.slice(0, 12)),
      took: Math.min(...Array.from({ length: 5 }, () => timed(text))),
    }))
    .filter(({ took }) => took > SLOWEST);

  assert.deepEqual(slow, []);
});

function timed(text) {
  const began = performance.now();
  blocksOf(text);
  return performance.now() - began;
}

test("nothing of a hostile text is lost but the signs that were understood", () => {
  const bare = (text) => text.replace(/[*_~`>\-\s\d.)•]/g, "");
  for (const text of HOSTILE.map(fill)) {
    const said = blocksOf(text)
      .flatMap((block) => block.items?.flat() ?? block.spans)
      .map((span) => span.text)
      .join("");
    assert.equal(bare(said), bare(text), JSON.stringify(text.slice(0, 12)));
  }
});
