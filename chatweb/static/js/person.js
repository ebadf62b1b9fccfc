// @ts-check
/** What a person looks like in the page. */

const HUES = 8;
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/** The colour of a person without a photo: the same on every screen, since it follows from the id.
 * @param {number} id */
export const hue = (id) => 1 + (id % HUES);

/** The first letters of the first and the last word: "Andi Saputra" is AS, "Tio" is T.
 * @param {string} nickname */
export function initials(nickname) {
  const words = nickname.split(/[\s\-_.]+/).filter((word) => /[\p{L}\p{N}\p{S}]/u.test(word));
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words.slice(0, 1);
  return ends.map((word) => graphemes(word)[0].toLocaleUpperCase()).join("") || graphemes(nickname)[0] || "?";
}

/** A text's letters as people see them: an emoji of five code points is one. @param {string} text */
export function graphemes(text) {
  if (!segmenter) return [...text];
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** @param {{nickname: string}} one @param {{nickname: string}} other */
export const byName = (one, other) =>
  one.nickname.localeCompare(other.nickname, undefined, { sensitivity: "base", numeric: true });
