// Makes what the page takes from npm: one self-contained ES module a library, the icon sprite, and a manifest that says
// what they are. The results are committed; `npm run vendor:check` makes them again and compares, so that nobody has to
// trust a minified file.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const STATIC = new URL("../chatweb/static/", import.meta.url);
const MODULES = new URL("../node_modules/", import.meta.url);

// Only what is used: all of this is sent before the first word can be read.
const LIBRARIES = [
  {
    file: "vendor/lit.js",
    from: "lit",
    exports: `export { html, noChange, nothing, render } from "lit/html.js";
export { guard } from "lit/directives/guard.js";
export { live } from "lit/directives/live.js";
export { repeat } from "lit/directives/repeat.js";`,
  },
  {
    file: "vendor/socket.io.js",
    from: "socket.io-client",
    exports: `export { io } from "socket.io-client";`,
    types: `export { io, type Socket } from "socket.io-client";`,
  },
];

// Lucide names of what is shown somewhere, in the order of the alphabet; the sprite's ids are "i-" and the name.
const ICONS = `arrow-down arrow-left ban braces calendar camera check check-check chevron-down chevron-left
  chevron-right circle-alert circle-check circle-stop clock compass copy door-open download
  ellipsis ellipsis-vertical eye eye-off file file-archive file-spreadsheet file-text file-video
  forward hash history image image-off info key-round languages layout-dashboard list-filter loader-circle
  lock log-in log-out mail maximize megaphone menu message-square mic mic-off monitor moon music
  paperclip pause pencil pin pin-off play plus power printer refresh-cw reply rotate-cw
  scroll-text search send-horizontal settings sheet shield-check smartphone smile smile-plus square-pen sun trash-2
  upload user-plus user-round user-x users-round video volume-2 wifi wifi-off x`.split(/\s+/);

const isChecking = process.argv.includes("--check");
const differing = [];
const manifest = [];

async function keep(file, text) {
  const address = new URL(file, STATIC);
  if (isChecking) {
    const kept = await readFile(address, "utf8").catch(() => "");
    if (kept !== text) differing.push(file);
  } else {
    await writeFile(address, text);
  }
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const about = async (name) => JSON.parse(await readFile(new URL(`${name}/package.json`, MODULES), "utf8"));

async function note(file, name, text) {
  const { version, license, homepage } = await about(name);
  manifest.push({ file, name, version, licence: license, homepage, sha256: sha256(text) });
}

async function makeLibrary({ file, from, exports, types = exports }) {
  const made = await build({
    stdin: { contents: exports, resolveDir: new URL("..", import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2021",
    conditions: ["production"],
    legalComments: "eof",
    write: false,
  });
  const text = made.outputFiles[0].text;
  await keep(file, text);
  // Types for `tsc --checkJs` come from the package, not from the minified file.
  await keep(file.replace(/\.js$/, ".d.ts"), `${types}\n`);
  await keep(`vendor/LICENSE-${from}.txt`, await readFile(new URL(`${from}/LICENSE`, MODULES), "utf8"));
  await note(file, from, text);
}

async function symbol(name) {
  const svg = await readFile(new URL(`lucide-static/icons/${name}.svg`, MODULES), "utf8");
  const shape = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${shape.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function makeSprite(file) {
  const symbols = await Promise.all(ICONS.map(symbol));
  const origin = "<!-- Icons of Lucide, ISC licence (parts of Feather, MIT): vendor/LICENSE-lucide.txt -->";
  const text = `<svg xmlns="http://www.w3.org/2000/svg">\n${origin}\n${symbols.join("\n")}\n</svg>\n`;
  await keep(file, text);
  await keep("vendor/LICENSE-lucide.txt", await readFile(new URL("lucide-static/LICENSE", MODULES), "utf8"));
  await note(file, "lucide-static", text);
}

/** What tools/emoji.mjs has made stays in the manifest, and is what it says there. */
async function noteEmoji() {
  const noted = JSON.parse(await readFile(new URL("vendor/manifest.json", STATIC), "utf8"));
  for (const one of noted.filter(({ file }) => file.startsWith("vendor/emoji."))) {
    if (sha256(await readFile(new URL(one.file, STATIC), "utf8")) !== one.sha256) differing.push(one.file);
    manifest.push(one);
  }
}

for (const library of LIBRARIES) await makeLibrary(library);
await makeSprite("icons.svg");
await noteEmoji();
await keep("vendor/manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);

if (differing.length > 0) {
  console.error(`Not what npm's packages make: ${differing.join(", ")}. Run: npm run vendor`);
  process.exitCode = 1;
}
