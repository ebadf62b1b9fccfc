// @ts-check
/** What a text is made of. */
import { graphemes } from "./person.js";

const MOST_JUMBO = 3;

/** What draws a message's text: as it is until later.js has brought light markup, so that a talk can be read sooner. */
export const drawing = {
  /** @type {(body: string) => unknown} */
  markup: (body) => body,
};

/** One to three emoji and nothing else are shown large. @param {string} text */
export function isJumbo(text) {
  if (text.length > 40) return false;
  const letters = graphemes(text.replace(/\s/g, ""));
  return letters.length > 0 && letters.length <= MOST_JUMBO && letters.every(isEmoji);
}

/** @param {string} letter */
const isEmoji = (letter) => /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}/u.test(letter);
