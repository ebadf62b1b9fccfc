// @ts-check
// Of what kind a message is: by what it is, or by the first of its files.

/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {"text" | "image" | "file" | "voice" | "video" | "event"} Kind */

/** @type {Record<string, [string, string]>} icon and wording of a kind */
const LOOKS = {
  text: ["message-square", "kd.text"],
  image: ["image", "kd.img"],
  file: ["file-text", "kd.file"],
  voice: ["mic", "kd.voice"],
  video: ["video", "kd.video"],
  event: ["info", "kd.sys"],
  broadcast: ["megaphone", "kd.bc"],
};

/** @type {Record<string, Kind>} */
const FAMILIES = { image: "image", audio: "voice", video: "video" };

/** What the log can be narrowed to. @type {Kind[]} */
export const KINDS = ["text", "image", "file", "voice", "video", "event"];

/** @param {string} kind */
export const lookOf = (kind) => LOOKS[kind] ?? LOOKS.text;

/** @param {string} mediaType @returns {Kind} */
export const kindOfFile = (mediaType) => FAMILIES[mediaType.split("/")[0]] ?? "file";

/** The kind that a line of the log shows. @param {Entry} entry @returns {string} */
export function kindOf(entry) {
  if (entry.kind === "event") return "event";
  const first = entry.attachments?.[0];
  if (first) return kindOfFile(first.media_type);
  return entry.scope === "broadcast" ? "broadcast" : "text";
}

/** As the server tells kinds apart when it is asked for one. @param {Entry} entry @param {string} kind */
export function isOfKind(entry, kind) {
  if (kind === "event" || entry.kind === "event") return kind === entry.kind;
  const files = entry.attachments ?? [];
  if (kind === "text") return files.length === 0;
  return files.some((file) => kindOfFile(file.media_type) === kind);
}
