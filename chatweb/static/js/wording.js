// @ts-check
/** What the page says, in Bahasa Indonesia or English. The texts come from the server's catalogs. */

const LOCALES = { id: "id-ID", en: "en-GB" };
const YEAR = 31_536_000; // seconds that the choice of a language is remembered

/** @typedef {"id" | "en"} Language */
/** @typedef {Record<string, string | number>} Params */

/** @type {Record<string, string>} */
let texts = {};
/** @type {Set<() => void>} */
const listeners = new Set();

/** @type {Language} */
let spoken = document.documentElement.lang === "en" ? "en" : "id";

/** The language that the page speaks. */
export const language = () => spoken;

/** The text for `key`, its {placeholders} filled; a number is written as the language writes it.
 * @param {string} key
 * @param {Params} [params] */
export function t(key, params = {}) {
  return textOf(key, params).replace(/\{(\w+)\}/g, (whole, name) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value) : value;
  });
}

/** The pieces of a text round its placeholders, for templates that put elements (a <bdi>, say) in their places.
 * @template T
 * @param {string} key
 * @param {Record<string, T>} params
 * @returns {(string | T)[]} */
export function pieces(key, params) {
  return textOf(key, params)
    .split(/(\{\w+\})/)
    .map((piece) => params[piece.slice(1, -1)] ?? piece);
}

/** English has another text for one of something: "log.unread.one".
 * @param {string} key @param {Record<string, unknown>} params */
const textOf = (key, params) => (params.n === 1 && texts[`${key}.one`]) || texts[key] || key;

/** @param {number} value */
export const number = (value) => new Intl.NumberFormat(locale()).format(value);

export const locale = () => LOCALES[spoken];

/** The other of the two languages. @returns {Language} */
export const otherLanguage = () => (spoken === "id" ? "en" : "id");

/** Switches the page's language, at once and for later visits. @param {Language} wanted */
export async function speak(wanted) {
  texts = await load(wanted);
  spoken = wanted;
  document.documentElement.lang = wanted;
  // biome-ignore lint/suspicious/noDocumentCookie: the CookieStore is missing on plain HTTP
  document.cookie = `locale=${wanted}; path=/; max-age=${YEAR}; samesite=lax`;
  for (const listener of listeners) listener();
}

/** Calls `listener` after every switch. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** Says anew what a template of the server said: elements carry `data-t`, `data-t-label`, `data-t-placeholder`.
 * @param {ParentNode} root */
export function reword(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t]")))
    element.textContent = t(element.dataset.t ?? "");
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t-label]"))) {
    element.setAttribute("aria-label", t(element.dataset.tLabel ?? ""));
    element.title = t(element.dataset.tLabel ?? "");
  }
  for (const element of /** @type {NodeListOf<HTMLInputElement>} */ (
    root.querySelectorAll("[data-t-placeholder]")
  ))
    element.placeholder = t(element.dataset.tPlaceholder ?? "");
}

/** @param {Language} wanted @returns {Promise<Record<string, string>>} */
async function load(wanted) {
  const words = location.pathname.startsWith("/admin") ? `${wanted}/panel` : wanted;
  const answer = await fetch(new URL(`../strings/${words}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`no wording for ${wanted}: ${answer.status}`);
  return answer.json();
}

texts = await load(spoken);
