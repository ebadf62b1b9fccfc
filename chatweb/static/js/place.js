// @ts-check
/** Where in the page one is; it stands in the address, so that Back, reload and a link all work. */
import { Changes } from "./changes.js";

/** @typedef {{pane: "list" | "people" | "me"} | {pane: "room", key: string}} Where */

/** @param {string} hash @returns {Where} */
export function parse(hash) {
  const [, pane, id] = hash.match(/^#\/(people|me|room|person)(?:\/(\d+))?$/) ?? [];
  if (pane === "people" || pane === "me") return { pane };
  if (pane && id) return { pane: "room", key: `${pane} ${id}` };
  return { pane: "list" };
}

/** The address of a conversation. @param {string} key */
export const addressOf = (key) => `#/${key.replace(" ", "/")}`;

export class Place extends Changes {
  /** @type {Where} */
  where = parse(location.hash);
  /** the conversation that was looked at last */
  key = this.where.pane === "room" ? this.where.key : "";
  #depth = 0;

  constructor() {
    super();
    // A link for another device, opened where somebody is in already: its secret must not stay in the address.
    if (location.hash.startsWith("#link=")) history.replaceState(null, "", location.pathname);
    addEventListener("popstate", () => this.#moved());
  }

  /** @param {string} address */
  go(address) {
    if (address === location.hash) return;
    this.#depth += 1;
    history.pushState(null, "", address);
    this.#moved();
  }

  /** @param {string} address */
  replace(address) {
    history.replaceState(null, "", address);
    this.#moved();
  }

  /** One step back, or to the list where the page was opened in a conversation. */
  back() {
    if (this.#depth > 0) {
      this.#depth -= 1;
      history.back();
    } else {
      this.replace("#/");
    }
  }

  #moved() {
    this.where = parse(location.hash);
    if (this.where.pane === "room") this.key = this.where.key;
    this.changed();
  }
}
