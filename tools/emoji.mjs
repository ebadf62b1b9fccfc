// Makes the emoji picker's data, a file a language: node tools/emoji.mjs FOLDER, where FOLDER holds the npm packages
// emojibase-data (order, groups, skin tones), cldr-annotations-modern and cldr-annotations-derived-modern (names and
// keywords). They weigh 170 MB, so they are no dependency of the project: `npm pack` them when Unicode has news.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

const VENDOR = new URL("../chatweb/static/vendor/", import.meta.url);
const LANGUAGES = ["id", "en"];
const GROUPS = [[0, 1], [3], [4], [5, 6], [7], [8, 9]]; // of emojibase, as the picker's tabs gather them
const NEWEST = 15; // version of emoji: the newest that every phone draws and the server knows (chat/confusables.json)
const TONE = "\u{1f3fb}"; // light skin
const SIGN = "\u{fe0f}"; // "as an emoji, not as text"

const folder = process.argv[2];
const read = async (path) => JSON.parse(await readFile(`${folder}/${path}`, "utf8"));
const bare = (text) => text.replaceAll(SIGN, "");
const toned = (emoji, tone) => {
  const [first, ...rest] = bare(emoji);
  return [first, tone, ...rest].join("");
};

/** As Unicode recommends it: the sign stands only where the character alone would be text. */
const recommended = ({ emoji, type }) => (type === 1 && [...emoji].length === 2 ? bare(emoji) : emoji);

async function annotations(language) {
  const found = await Promise.all([
    read(`cldr-annotations-modern/annotations/${language}/annotations.json`),
    read(`cldr-annotations-derived-modern/annotationsDerived/${language}/annotations.json`),
  ]);
  return { ...found[0].annotations.annotations, ...found[1].annotationsDerived.annotations };
}

function entry(one, known, fallback) {
  const said = known[one.emoji] ?? known[bare(one.emoji)] ?? fallback[one.emoji] ?? fallback[bare(one.emoji)];
  const name = said?.tts?.[0] ?? one.label;
  const english = fallback[one.emoji]?.tts?.[0] ?? one.label; // who knows it by that name finds it too
  const words = new Set((said?.default ?? one.tags ?? []).flatMap((word) => word.toLowerCase().split(/\s+/)));
  for (const word of english.toLowerCase().split(/\s+/)) words.add(word);
  for (const word of name.toLowerCase().split(/\s+/)) words.delete(word);
  const hasTones = one.skins?.some(({ emoji }) => bare(emoji) === toned(one.emoji, TONE));
  return [recommended(one), name, [...words].join(" "), ...(hasTones ? [1] : [])];
}

const all = (await read("emojibase-data/en/data.json")).filter(
  ({ group, version }) => group !== undefined && version <= NEWEST,
);
const english = await annotations("en");
const packages = ["emojibase-data", "cldr-annotations-modern", "cldr-annotations-derived-modern"];
const about = await Promise.all(packages.map((name) => read(`${name}/package.json`)));
const manifest = JSON.parse(await readFile(new URL("manifest.json", VENDOR), "utf8"));
for (const language of LANGUAGES) {
  const known = await annotations(language);
  const groups = GROUPS.map((those) =>
    all.filter(({ group }) => those.includes(group)).map((one) => entry(one, known, english)),
  );
  const text = `${JSON.stringify(groups)}\n`;
  const file = `vendor/emoji.${language}.json`;
  await writeFile(new URL(`emoji.${language}.json`, VENDOR), text);
  const made = {
    file,
    name: packages.join(", "),
    version: about.map(({ version }) => version).join(", "),
    licence: about.map(({ license }) => license).join(", "),
    homepage: "https://cldr.unicode.org",
    sha256: createHash("sha256").update(text).digest("hex"),
  };
  const at = manifest.findIndex((other) => other.file === file);
  manifest.splice(at < 0 ? manifest.length : at, at < 0 ? 0 : 1, made);
}
await writeFile(new URL("manifest.json", VENDOR), `${JSON.stringify(manifest, null, 2)}\n`);
