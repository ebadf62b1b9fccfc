// @ts-check
/** What is said of a file: its kind, its size, its name shortened in the middle. */
import { locale } from "./wording.js";

const UNITS = ["B", "KB", "MB", "GB"];
const TAIL = 5; // characters before the ending that stay in sight

const SIGNS = {
  pdf: "file-text",
  sheet: "file-spreadsheet",
  archive: "file-archive",
  document: "file-text",
  video: "file-video",
  audio: "music",
  image: "image",
  file: "file",
};

/** @type {Record<string, keyof typeof SIGNS>} */
const LOOKS = {
  pdf: "pdf",
  xls: "sheet",
  xlsx: "sheet",
  ods: "sheet",
  csv: "sheet",
  zip: "archive",
  rar: "archive",
  "7z": "archive",
  gz: "archive",
  tar: "archive",
  doc: "document",
  docx: "document",
  odt: "document",
  ppt: "document",
  pptx: "document",
  odp: "document",
  txt: "document",
};

/** @typedef {"image" | "video" | "audio" | "file"} FileKind */
/** @typedef {{name: string, media_type: string, thumbnail?: boolean}} Named */

/** What it can be shown as; a picture without a thumbnail is a file like others. @param {Named} file @returns {FileKind} */
export function kindOf({ media_type, thumbnail }) {
  const family = media_type.split("/")[0];
  if (family === "image") return thumbnail ? "image" : "file";
  return family === "video" || family === "audio" ? family : "file";
}

/** Which colour and picture its tile has. @param {{name: string, media_type: string}} file */
export function lookOf({ name, media_type }) {
  const family = media_type.split("/")[0];
  const look = LOOKS[endingOf(name)] ?? (family in SIGNS ? family : "file");
  return { look, sign: SIGNS[/** @type {keyof typeof SIGNS} */ (look)] };
}

/** "pdf"; empty without one. @param {string} name */
export const endingOf = (name) => name.match(/\.([^.\s]{1,8})$/)?.[1].toLowerCase() ?? "";

/** " · PDF"; nothing without an ending. @param {{name: string}} file */
export function typeText({ name }) {
  const ending = endingOf(name);
  return ending ? ` · ${ending.toUpperCase()}` : "";
}

/** A name in two parts: the first may be cut, the last is always seen. @param {string} name */
export function nameParts(name) {
  const ending = endingOf(name);
  const tail = ending ? ending.length + 1 + TAIL : TAIL;
  const at = Math.max(0, name.length - tail);
  return [name.slice(0, at), name.slice(at)];
}

/** "1,8 MB" or "1.8 MB". @param {number} bytes */
export function sizeText(bytes) {
  const { unit, value } = scaled(bytes);
  return `${amount(value)} ${UNITS[unit]}`;
}

/** Both of "412 / 664 MB" in the larger one's unit. @param {number} done @param {number} all */
export function partText(done, all) {
  const { unit, value } = scaled(all);
  return { a: amount(done / 1024 ** unit), b: `${amount(value)} ${UNITS[unit]}` };
}

/** @param {number} bytes */
function scaled(bytes) {
  const unit = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return { unit, value: bytes / 1024 ** unit };
}

/** @param {number} value */
const amount = (value) =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
