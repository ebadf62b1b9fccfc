// @ts-check
// What narrows the log, each with its chip: sign and word, what it says when it is set, and what there is to choose.

import { t } from "../wording.js";
import { spanWords } from "./days.js";
import { KINDS, lookOf } from "./kind.js";

/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./names.js").Names} Names */
/** @typedef {import("./picker.js").Choice} Choice */

/**
 * @typedef {object} FilterKind
 * @property {string} key wording of its name
 * @property {string} sign
 * @property {string} [find] wording of the search field within its choices
 * @property {Filters} none the change that takes it off
 * @property {(filters: Filters) => boolean} isSet
 * @property {(filters: Filters) => string} value
 * @property {(value: string) => Filters} change
 * @property {(filters: Filters, names: Names) => string} words
 * @property {(names: Names, text: string) => Choice[] | Promise<Choice[]>} [choices] absent: days
 */

const SHOWN = 100; // people to choose from at once; the rest by a part of the name

/** @type {Record<string, [string, string]>} sign and wording */
const SCOPES = {
  public: ["users-round", "l.scope.public"],
  private: ["lock", "l.scope.private"],
  broadcast: ["megaphone", "kd.bc"],
};

/** @param {Choice[]} choices @param {string} [text] */
const withAll = (choices, text = "") =>
  text === "" ? [{ value: "", name: t("l.any") }, ...choices] : choices;

/** @param {keyof Filters} name @param {Omit<FilterKind, "none" | "isSet" | "value" | "change">} kind @returns {FilterKind} */
const of = (name, kind) => ({
  ...kind,
  none: { [name]: undefined },
  isSet: (filters) => Boolean(filters[name]),
  value: (filters) => filters[name] ?? "",
  change: (value) => ({ [name]: value || undefined }),
});

export const FILTERS = [
  of("person", {
    key: "l.person",
    sign: "user-round",
    find: "p.find",
    words: ({ person }, names) => names.person(Number(person)),
    choices: async (names, text) =>
      withAll(
        (await names.people(text))
          .slice(0, SHOWN)
          .map((row) => ({ value: String(row.id), name: row.nickname, person: row })),
        text,
      ),
  }),
  of("room", {
    key: "l.room",
    sign: "hash",
    find: "l.find.room",
    words: ({ room }, names) => names.room(Number(room)),
    choices: async (names, text) =>
      withAll(
        (await names.rooms(text)).map(({ id, name, kind }) => ({
          value: String(id),
          name,
          sign: kind === "private" ? "lock" : "hash",
        })),
        text,
      ),
  }),
  of("scope", {
    key: "l.reach",
    sign: "eye",
    words: ({ scope }) => t(SCOPES[scope ?? ""]?.[1] ?? "l.any"),
    choices: () =>
      withAll(Object.entries(SCOPES).map(([value, [sign, key]]) => ({ value, name: t(key), sign }))),
  }),
  of("kind", {
    key: "l.kind",
    sign: "file",
    words: ({ kind }) => t(lookOf(kind ?? "")[1]),
    choices: () =>
      withAll(KINDS.map((value) => ({ value, name: t(lookOf(value)[1]), sign: lookOf(value)[0] }))),
  }),
  /** @type {FilterKind} */ ({
    key: "l.date",
    sign: "calendar",
    none: { since: undefined, until: undefined },
    isSet: ({ since, until }) => Boolean(since || until),
    value: () => "",
    change: () => ({}),
    words: (filters) => spanWords(filters, Date.now()),
  }),
];
