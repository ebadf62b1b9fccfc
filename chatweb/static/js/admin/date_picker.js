// @ts-check
// Chooses the days that the log shows, by a name that most mean or by two dates.

import { html, nothing } from "../../vendor/lit.js";
import { fieldError } from "../field.js";
import { t } from "../wording.js";
import { daysOf, lastDays, spanOf, thisMonth } from "./days.js";
import { openPopover } from "./popover.js";

/** @typedef {import("./days.js").Days} Days */
/** @typedef {import("./days.js").Span} Span */

/** @type {[string, (now: number) => Days][]} wording, and what it means */
const NAMED = [
  ["day.today", (now) => lastDays(1, now)],
  ["l.date.7", (now) => lastDays(7, now)],
  ["l.date.month", thisMonth],
  ["l.any", () => ({ from: "", to: "" })],
];

/** @param {HTMLElement} opener @param {Span} span @param {(span: Span) => void} onPick */
export function openDatePicker(opener, span, onPick) {
  const days = daysOf(span);
  let problem = "";

  openPopover(opener, t("l.date"), (close, again) => {
    const pick = (/** @type {Days} */ chosen) => {
      close();
      onPick(spanOf(chosen));
    };
    const submit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      if (days.from && days.to && days.to < days.from) {
        problem = t("l.date.wrong");
        again();
      } else pick(days);
    };
    return html`<form class="dates" novalidate @submit=${submit}>
      <h2 class="picker__title">${t("l.date")}</h2>
      <div class="dates__named">${NAMED.map(([key, meant]) => named(t(key), () => pick(meant(Date.now()))))}</div>
      <div class="dates__fields">${dateField("l.since", days, "from")}${dateField("l.until", days, "to")}</div>
      ${problem ? fieldError("dates-problem", problem) : nothing}
      <button class="button button--primary button--block">${t("l.apply")}</button>
    </form>`;
  });
}

/** @param {string} name @param {() => void} onPick */
const named = (name, onPick) => html`<button type="button" class="chip" @click=${onPick}>${name}</button>`;

/** @param {string} key @param {Days} days @param {"from" | "to"} end */
function dateField(key, days, end) {
  const changed = (/** @type {Event} */ event) => {
    days[end] = /** @type {HTMLInputElement} */ (event.target).value;
  };
  return html`<label class="field">
    <span class="field__label">${t(key)}</span>
    <span class="input input--small"><input type="date" min="2020-01-01" max="2099-12-31" .value=${days[end]} @change=${changed} /></span>
  </label>`;
}
