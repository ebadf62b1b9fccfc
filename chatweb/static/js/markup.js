// @ts-check
/**
 * Light markup: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, fences of three backticks, `> quotes`, lists and links.
 * One pass over the text, whatever it is, and no look behind: what was searched for in vain is not searched for again.
 * Everything stays text; markup_view.js draws it.
 */

/** @typedef {"bold" | "italic" | "struck"} Style */
/** @typedef {{text: string, styles?: Style[], isCode?: boolean, href?: string}} Span */
/** @typedef {{kind: "text" | "quote" | "code" | "list", spans: Span[], items?: Span[][], start?: number}} Block */

const FENCE = "```";
/** @type {Record<string, Style>} */
const STYLES = { "*": "bold", _: "italic", "~": "struck" };
const ITEM = /^(?:[-*•]|(\d{1,3})[.)]) (?=\S)/;
const QUOTE = /^> ?/;
const LETTER = /[\p{L}\p{N}]/u;
const SPACE = /\s/;
const ADDRESS = /(?:https?:\/\/|www\.|mailto:)\S+/iy;
const SAFE = ["http:", "https:", "mailto:"];
const CLOSING = ")]}>\"'”’.,;:!?…*_~`";

/** @param {string} text @returns {Block[]} */
export function blocksOf(text) {
  const lines = text.split("\n");
  /** @type {Block[]} */
  const blocks = [];
  let isUnfenced = false;
  for (let at = 0; at < lines.length; ) {
    /** @type {number} */
    const end = isUnfenced ? 0 : fenceEnd(lines, at);
    isUnfenced ||= end < 0; // one that is not closed leaves none after it that is
    if (end > 0) {
      const code = lines.slice(at, end).join("\n").slice(FENCE.length, -FENCE.length);
      blocks.push({ kind: "code", spans: [{ text: code.replace(/^\n/, "").replace(/\n$/, "") }] });
      at = end;
      continue;
    }
    const kind = kindOf(lines[at]);
    let next = at + 1;
    while (next < lines.length && kindOf(lines[next]) === kind && !lines[next].startsWith(FENCE)) next++;
    blocks.push(blockOf(kind, lines.slice(at, next)));
    at = next;
  }
  return blocks;
}

/** Where the fence that begins in a line has ended, 0 where none begins, -1 where it never ends. @param {string[]} lines @param {number} at */
function fenceEnd(lines, at) {
  if (!lines[at].startsWith(FENCE)) return 0;
  for (let end = at; end < lines.length; end++) {
    const least = end === at ? 2 * FENCE.length + 1 : 0; // on one line it holds something
    if (lines[end].length >= least && lines[end].endsWith(FENCE)) return end + 1;
  }
  return -1;
}

/** @param {string} line */
function kindOf(line) {
  if (line.startsWith(">")) return "quote";
  const item = line.match(ITEM);
  return item ? (item[1] ? "numbers" : "points") : "text";
}

/** @param {"quote" | "numbers" | "points" | "text"} kind @param {string[]} lines @returns {Block} */
function blockOf(kind, lines) {
  if (kind === "text") return { kind, spans: spansOf(lines.join("\n")) };
  if (kind === "quote")
    return { kind, spans: spansOf(lines.map((line) => line.replace(QUOTE, "")).join("\n")) };
  const start = kind === "numbers" ? Number.parseInt(lines[0], 10) : undefined;
  return { kind: "list", spans: [], start, items: lines.map((line) => spansOf(line.replace(ITEM, ""))) };
}

/** The pieces of a text without blocks. @param {string} text @returns {Span[]} */
export function spansOf(text) {
  const { turns, whole } = marksIn(text);
  /** @type {Span[]} */
  const spans = [];
  /** @type {Style[]} */
  let styles = [];
  let from = 0;
  /** @param {number} to @param {Partial<Span>} [more] */
  const cut = (to, more) => {
    if (to > from || more)
      spans.push({ text: text.slice(from, to), ...(styles.length ? { styles } : {}), ...more });
  };
  for (let at = 0; at < text.length; at++) {
    const piece = whole.get(at);
    const style = turns.get(at);
    if (piece) {
      cut(at);
      spans.push({ ...piece.span, ...(styles.length ? { styles } : {}) });
      at = piece.end - 1;
      from = piece.end;
    } else if (style) {
      cut(at);
      styles = styles.includes(style) ? styles.filter((one) => one !== style) : [...styles, style];
      from = at + 1;
    }
  }
  cut(text.length);
  return spans;
}

/**
 * Where styles turn on and off, and the pieces that are one whole: links and code.
 * @param {string} text
 */
function marksIn(text) {
  /** @type {Map<number, Style>} */
  const turns = new Map();
  const whole = wholesIn(text);
  /** @type {{sign: string, at: number}[]} */
  let open = []; // three at most: a sign opens once
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\n") open = [];
    if (STYLES[sign]) turn(text, at, open, turns);
    at = (whole.get(at)?.end ?? at + 1) - 1;
  }
  return { turns, whole };
}

/** A sign that ends what it began, begins something, or is just a sign.
 * @param {string} text @param {number} at @param {{sign: string, at: number}[]} open @param {Map<number, Style>} turns */
function turn(text, at, open, turns) {
  const sign = text[at];
  const before = text[at - 1] ?? " ";
  const after = text[at + 1] ?? " ";
  const opened = open.findIndex((one) => one.sign === sign);
  if (opened < 0) {
    if (!SPACE.test(after) && !LETTER.test(before)) open.push({ sign, at });
  } else if (at > open[opened].at + 1 && !SPACE.test(before) && !LETTER.test(after)) {
    turns.set(open[opened].at, STYLES[sign]).set(at, STYLES[sign]);
    open.length = opened;
  }
}

/** Links and code, by where they begin. @param {string} text */
function wholesIn(text) {
  /** @type {Map<number, {end: number, span: Span}>} */
  const whole = new Map();
  let wordEnd = 0;
  for (let at = 0; at < text.length; at++) {
    const word = at < wordEnd ? "" : addressAt(text, at);
    if (word) wordEnd = at + word.length; // no second one inside it, also when it is none
    const piece = text[at] === "`" ? codeAt(text, at) : word && linkIn(word, at);
    if (!piece) continue;
    whole.set(at, piece);
    at = piece.end - 1;
  }
  return whole;
}

/** @param {string} text @param {number} at */
function codeAt(text, at) {
  const end = text.indexOf("`", at + 1); // never far: the next one is looked for from there
  if (end <= at + 1) return null;
  const code = text.slice(at + 1, end);
  return code.includes("\n") ? null : { end: end + 1, span: { text: code, isCode: true } };
}

/** What begins like an address, to its last character. @param {string} text @param {number} at */
function addressAt(text, at) {
  if (!"hHwWmM".includes(text[at]) || LETTER.test(text[at - 1] ?? " ")) return "";
  ADDRESS.lastIndex = at;
  return ADDRESS.exec(text)?.[0] ?? "";
}

/** The address without the brackets and points behind it. @param {string} word @param {number} at */
function linkIn(word, at) {
  let length = word.length;
  while (CLOSING.includes(word[length - 1])) length--;
  // A closing bracket belongs to an address that has opened one: …/Jakarta_(kota)
  if (word[length] === ")" && word.slice(0, length).includes("(")) length++;
  const href = safeAddress(word.slice(0, length));
  return href ? { end: at + length, span: { text: word.slice(0, length), href } } : null;
}

/** @param {string} text */
function safeAddress(text) {
  try {
    const url = new URL(/^www\./i.test(text) ? `http://${text}` : text);
    return SAFE.includes(url.protocol) && (url.host || url.pathname.includes("@")) ? url.href : null;
  } catch {
    return null;
  }
}
