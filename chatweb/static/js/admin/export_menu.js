// @ts-check
// The log as a file: what is filtered and nothing else, in one of three forms.

import { html, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { moveWithArrows } from "../roving.js";
import { toast } from "../toast.js";
import { t } from "../wording.js";
import { exportAddress, isNarrowed } from "./filters.js";
import { openPopover } from "./popover.js";

/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {{ filters: Filters, count: number | undefined }} Shown what the log shows, and how many that is where it is known */

/** @type {[string, string, string][]} form, sign, wording */
const FORMS = [
  ["csv", "sheet", "l.csv"],
  ["jsonl", "braces", "l.jsonl"],
  ["txt", "file-text", "l.txt"],
];

export class ExportMenu {
  #element;
  #shown;

  /** @param {HTMLElement} element @param {() => Shown} shown */
  constructor(element, shown) {
    this.#element = element;
    this.#shown = shown;
    this.draw();
  }

  draw() {
    const open = (/** @type {MouseEvent} */ event) =>
      this.#open(/** @type {HTMLElement} */ (event.currentTarget));
    render(
      html`<button type="button" class="button button--primary" aria-haspopup="dialog" aria-expanded="false" aria-label=${t("l.export")} @click=${open}>
        ${icon("download", "18")}<span>${t("l.export")}</span>${icon("chevron-down", "16")}
      </button>`,
      this.#element,
    );
  }

  /** @param {HTMLElement} opener */
  #open(opener) {
    const { filters, count } = this.#shown();
    const words = scopeWords(filters, count);
    openPopover(opener, t("l.export"), (close) => {
      const started = () => {
        setTimeout(close); // the link is followed first
        toast(t("export.run"), "download");
      };
      return html`<div class="picker" @keydown=${moveWithArrows}>
        <h2 class="picker__title" id="export-scope">${words}</h2>
        ${FORMS.map(
          ([form, sign, key], at) => html`<a
            class="menu__item"
            data-item
            download
            aria-describedby="export-scope"
            ?autofocus=${at === 0}
            href=${exportAddress(form, filters)}
            @click=${started}
          >${icon(sign)}<span>${t(key)}</span></a>`,
        )}
      </div>`;
    });
  }
}

/** @param {Filters} filters @param {number | undefined} count */
function scopeWords(filters, count) {
  if (!isNarrowed(filters)) return t("l.scope.every");
  return count === undefined ? t("l.scope.all") : t("l.scope", { n: count });
}
