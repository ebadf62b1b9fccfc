// @ts-check
/** Emoji with their names and keywords in the reader's language, and those that were used of late on this device. */
import { smallStorage } from "./storage.js";

const RECENT = "emoji";
const FIRST = ["👍", "🙏", "😂", "❤️", "😍", "🎉", "🔥", "✅"];
const MOST_RECENT = 16;
const MOST_FOUND = 80;
const SIGN = "\u{fe0f}"; // "as an emoji, not as text"

/** The order of the groups in the data. */
export const GROUPS = ["smileys", "nature", "food", "activity", "objects", "symbols"];

/** @typedef {{emoji: string, name: string, words: string, hasTones: boolean}} Emoji */
/** @typedef {[string, string, string, 1?]} Entry emoji, name, keywords, and whether it has skin tones */

/** @param {Entry[][]} data @returns {Emoji[][]} */
export const readEmoji = (data) =>
  data.map((group) =>
    group.map(([emoji, name, keywords, tones]) => ({
      emoji,
      name,
      words: ` ${name} ${keywords}`.toLowerCase(),
      hasTones: Boolean(tones),
    })),
  );

/** Those in whose names or keywords each word of `query` begins a word; better names first.
 * @param {Emoji[][]} groups @param {string} query */
export function findEmoji(groups, query) {
  const wanted = query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .map((word) => ` ${word}`);
  const found = groups.flat().filter(({ words }) => wanted.every((word) => words.includes(word)));
  const sought = query.trim().toLowerCase();
  /** @param {Emoji} emoji 2 for the name itself, 1 for its beginning */
  const fit = ({ name }) =>
    Number(name.toLowerCase() === sought) + Number(name.toLowerCase().startsWith(sought));
  return found.sort((a, b) => fit(b) - fit(a)).slice(0, MOST_FOUND);
}

/** @param {string} emoji @param {string} tone one of Unicode's five modifiers, or none */
export function toned(emoji, tone) {
  if (!tone) return emoji;
  const [first, ...rest] = emoji.replaceAll(SIGN, "");
  return [first, tone, ...rest].join("");
}

/** @returns {string[]} */
export function recentEmoji() {
  try {
    const kept = JSON.parse(smallStorage()?.getItem(RECENT) ?? "[]");
    return [...new Set([...kept, ...FIRST])].slice(0, MOST_RECENT);
  } catch {
    return FIRST;
  }
}

/** @param {string} emoji */
export function noteEmoji(emoji) {
  const all = [emoji, ...recentEmoji().filter((one) => one !== emoji)];
  try {
    smallStorage()?.setItem(RECENT, JSON.stringify(all.slice(0, MOST_RECENT)));
  } catch {
    // a full or refused storage costs the memory of what was used, nothing else
  }
}
