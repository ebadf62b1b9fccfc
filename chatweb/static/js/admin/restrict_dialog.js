// @ts-check
// Asked before somebody is removed, muted or banned: the reason that they will see, and for how long.

import { html, nothing } from "../../vendor/lit.js";
import { dialog } from "../dialog.js";
import { fieldError } from "../field.js";
import { toast } from "../toast.js";
import { t } from "../wording.js";
import { failure } from "./failure.js";

/** @typedef {import("./moderation.js").Terms} Terms */
/** @typedef {{ title: string, text: string, go: string, done: string, hasEnd: boolean, span: number }} Words keys of the wording; span: what is offered first */

const REASON_LENGTH = 200; // characters
const HALF_HOUR = 1_800_000; // ms
const DAY = 86_400_000; // ms

/** @type {[number, string][]} ms, and their wording; 0: until it is lifted */
const SPANS = [
  [HALF_HOUR, "a.dur.30"],
  [DAY, "a.dur.day"],
  [0, "a.dur.forever"],
];

/** @type {Record<"kick" | "mute" | "ban", Words>} */
const WORDS = {
  kick: { title: "d.kick", text: "d.kick.back", go: "d.kick.go", done: "t.kicked", hasEnd: false, span: 0 },
  mute: { title: "d.mute", text: "d.mute.p", go: "o.mute", done: "t.muted", hasEnd: true, span: HALF_HOUR },
  ban: {
    title: "a.confirm.ban",
    text: "a.confirm.ban.p",
    go: "o.ban",
    done: "t.banned",
    hasEnd: true,
    span: DAY,
  },
};

/** @param {"kick" | "mute" | "ban"} what @param {string} nickname @param {(terms: Terms) => Promise<unknown>} act */
export function askToRestrict(what, nickname, act) {
  const words = WORDS[what];
  let reason = "";
  let span = words.span;
  let problem = "";
  let isBusy = false;

  const typed = (/** @type {InputEvent} */ event) => {
    reason = /** @type {HTMLInputElement} */ (event.target).value;
  };

  /** @param {() => void} close @param {() => void} again */
  async function go(close, again) {
    if (isBusy) return;
    isBusy = true;
    again();
    try {
      await act({
        ...(reason.trim() && { reason: reason.trim() }),
        ...(span && { until: Date.now() + span }),
      });
      close();
      toast(t(words.done, { x: nickname }));
    } catch (error) {
      problem = failure(error);
    }
    isBusy = false;
    again();
  }

  /** @param {() => void} again */
  const spans = (again) => html`<fieldset class="field choice">
    <legend class="field__label">${t("d.dur")}</legend>
    <div class="choice__row">${SPANS.map(
      ([length, key]) => html`<label class="chip choice__one">
        <input type="radio" name="span" value=${length} .checked=${length === span} @change=${() => {
          span = length;
          again();
        }} />${t(key)}
      </label>`,
    )}</div>
  </fieldset>`;

  dialog({
    title: t(words.title, { x: nickname }),
    content: (again) => html`
      <p class="dialog__text">${t(words.text)}</p>
      ${words.hasEnd ? spans(again) : nothing}
      <div class="field">
        <label class="field__label" for="restrict-reason">${t("d.kick.reason")}</label>
        <span class="input"><input id="restrict-reason" maxlength=${REASON_LENGTH} dir="auto" autocomplete="off" @input=${typed} /></span>
        ${problem ? fieldError("restrict-problem", problem) : nothing}
      </div>
    `,
    actions: (close) => html`
      <button type="button" class="button" autofocus @click=${close}>${t("d.cancel")}</button>
      <button class="button ${what === "mute" ? "button--primary" : "button--danger"}" aria-disabled=${isBusy ? "true" : "false"}>${t(words.go)}</button>
    `,
    onSubmit: go,
  });
}
