// @ts-check
// What of the log is asked for; the page's address holds it, so that it can be kept, sent and gone back to.

/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {Partial<Record<"q" | "scope" | "kind" | "person" | "room" | "since" | "until" | "cursor", string>>} Filters */

/** @type {(keyof Filters)[]} */
const NAMES = ["q", "scope", "kind", "person", "room", "since", "until", "cursor"];

/** @param {string} search of an address @returns {Filters} */
export function filtersOf(search) {
  const params = new URLSearchParams(search);
  return Object.fromEntries(NAMES.filter((name) => params.get(name)).map((name) => [name, params.get(name)]));
}

/** @param {Filters} filters @returns {string} for an address */
export function searchOf(filters) {
  const params = new URLSearchParams();
  for (const name of NAMES) if (filters[name]) params.set(name, filters[name]);
  return params.size === 0 ? "" : `?${params}`;
}

/** Other filters begin at the newest page again. @param {Filters} filters @param {Filters} change */
export function changed(filters, change) {
  return { ...filters, cursor: undefined, ...change };
}

/** The same without what narrows by person, room, kind or day. @param {Filters} filters @param {keyof Filters} name */
export function without(filters, name) {
  return changed(filters, { [name]: undefined });
}

/** Whether something that was just said belongs on the page. @param {Filters} filters @param {Entry} entry */
export function fits(filters, entry) {
  if (filters.cursor || filters.until) return false;
  if (filters.scope && filters.scope !== entry.scope) return false;
  if (filters.kind && filters.kind !== (entry.kind ?? "text")) return false;
  if (filters.person && Number(filters.person) !== entry.sender.id) return false;
  if (filters.room && Number(filters.room) !== entry.room) return false;
  return words(filters.q).every((word) => (entry.body ?? "").toLocaleLowerCase().includes(word));
}

/** @param {string} [q] */
export function words(q = "") {
  return q.toLocaleLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * The text in pieces, each with whether it is one of the words asked for.
 *
 * @param {string} text @param {string} [q] @returns {{ text: string, isHit: boolean }[]}
 */
export function hits(text, q) {
  const wanted = words(q);
  if (wanted.length === 0) return [{ text, isHit: false }];
  const pattern = new RegExp(
    `(${wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`,
    "giu",
  );
  return text
    .split(pattern)
    .map((piece, at) => ({ text: piece, isHit: at % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
