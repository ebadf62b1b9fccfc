// What the page's modules expect of a browser, for tests of those that need little of it.
import { readFileSync } from "node:fs";

const STRINGS = new URL("../../chatweb/locales/strings.json", import.meta.url);
const strings = JSON.parse(readFileSync(STRINGS, "utf8"));

process.env.TZ = "Asia/Jakarta";
globalThis.location = { pathname: "/" };
globalThis.document = { documentElement: { lang: "en" }, cookie: "" };

/** Answers as the server answers `…/strings/en.json`. */
globalThis.fetch = async (address) => {
  const [, language] = String(address).match(/\/strings\/(\w+)\.json$/) ?? [];
  const texts = Object.fromEntries(Object.entries(strings).map(([key, text]) => [key, text[language]]));
  return { ok: true, json: async () => texts };
};
