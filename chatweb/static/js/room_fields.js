// @ts-check
/** A room's name and topic, as fields. */
import { html } from "../vendor/lit.js";
import { fieldError, fieldProblem } from "./field.js";
import { t } from "./wording.js";

const NAME = 60; // characters
const TOPIC = 200;

/** @param {{name: string, topic: string}} wish what is typed goes here
 * @param {{name: string, topic: string}} problems @param {() => void} again */
export const roomFields = (wish, problems, again) => html`
  <div class="field">
    <label class="field__label" for="room-name">${t("room.name")}</label>
    <div class="input"><input id="room-name" autocomplete="off" autofocus maxlength=${NAME} dir="auto" .value=${wish.name}
      aria-invalid=${Boolean(problems.name)} aria-describedby="room-name-note"
      @input=${(/** @type {InputEvent} */ event) => typed(event, wish, "name", problems, again)}></div>
    ${fieldProblem("room-name-note", problems.name)}
  </div>
  <div class="field">
    <label class="field__label" for="room-topic">${t("room.topic")}</label>
    <div class="input"><input id="room-topic" autocomplete="off" maxlength=${TOPIC} dir="auto" .value=${wish.topic}
      aria-invalid=${Boolean(problems.topic)} aria-describedby="room-topic-note"
      @input=${(/** @type {InputEvent} */ event) => typed(event, wish, "topic", problems, again)}></div>
    ${problems.topic ? fieldError("room-topic-note", problems.topic) : html`<span class="field__hint" id="room-topic-note">${t("room.topic.hint")}</span>`}
  </div>`;

/** @param {InputEvent} event @param {{name: string, topic: string}} wish @param {"name" | "topic"} what
 * @param {{name: string, topic: string}} problems @param {() => void} again */
function typed(event, wish, what, problems, again) {
  wish[what] = /** @type {HTMLInputElement} */ (event.target).value;
  if (!problems[what]) return;
  problems[what] = "";
  again();
}
