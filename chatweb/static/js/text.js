// @ts-check
/** A message's text in pieces: plain, or a link. One pass, whatever the text is; everything stays text. */
import { graphemes } from "./person.js";

const WORD = /\S+/g;
const LINK = /^(?:https?:\/\/|www\.)[^\s]+$/i;
const OPENING = /^[([{<"'“‘]+/;
const CLOSING = /[)\]}>"'”’.,;:!?…]+$/;
const MOST_JUMBO = 3;

/** @typedef {{text: string, href?: string}} Piece */

/** @param {string} text @returns {Piece[]} */
export function piecesOf(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const link = linkIn(word);
    if (!link) continue;
    const start = index + link.at;
    if (start > end) pieces.push({ text: text.slice(end, start) });
    pieces.push({ text: link.text, href: link.href });
    end = start + link.text.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** The address in a word, without the brackets and points round it. @param {string} word */
function linkIn(word) {
  const at = word.match(OPENING)?.[0].length ?? 0;
  let text = word.slice(at);
  const closing = text.match(CLOSING)?.[0] ?? "";
  text = text.slice(0, text.length - closing.length);
  // A closing bracket belongs to an address that has opened one: …/Jakarta_(kota)
  if (closing.startsWith(")") && text.includes("(")) text += ")";
  if (!LINK.test(text)) return null;
  const href = safeAddress(text);
  return href && { at, text, href };
}

/** @param {string} text */
function safeAddress(text) {
  try {
    const url = new URL(/^www\./i.test(text) ? `http://${text}` : text);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** One to three emoji and nothing else are shown large. @param {string} text */
export function isJumbo(text) {
  if (text.length > 40) return false;
  const letters = graphemes(text.replace(/\s/g, ""));
  return letters.length > 0 && letters.length <= MOST_JUMBO && letters.every(isEmoji);
}

/** @param {string} letter */
const isEmoji = (letter) => /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}/u.test(letter);
