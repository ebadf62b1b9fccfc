// @ts-check
/** Where the words of a search stand in a text; accents and case don't count. */

const ACCENTS = /\p{M}/gu;

/** @param {string} text */
const fold = (text) => text.normalize("NFKD").replace(ACCENTS, "").toLowerCase();

/** A text in pieces, those that were found apart from the others.
 * @param {string} text @param {string} query @returns {{text: string, isFound: boolean}[]} */
export function marked(text, query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const letters = [...text];
  const folded = letters.map(fold);
  const isFound = letters.map(() => false);
  // Where each letter stands in the folded text, which may be longer or shorter.
  const starts = [];
  let length = 0;
  for (const letter of folded) {
    starts.push(length);
    length += letter.length;
  }
  const whole = folded.join("");
  for (const word of words)
    for (let at = whole.indexOf(word); at >= 0; at = whole.indexOf(word, at + word.length))
      for (let letter = 0; letter < letters.length; letter += 1)
        if (starts[letter] >= at && starts[letter] < at + word.length) isFound[letter] = true;
  return pieces(letters, isFound);
}

/** @param {string[]} letters @param {boolean[]} isFound */
function pieces(letters, isFound) {
  /** @type {{text: string, isFound: boolean}[]} */
  const all = [];
  for (const [at, letter] of letters.entries()) {
    const last = all.at(-1);
    if (last && last.isFound === isFound[at]) last.text += letter;
    else all.push({ text: letter, isFound: isFound[at] });
  }
  return all;
}
