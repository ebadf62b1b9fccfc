// @ts-check
/** A fact of a room, as a line between its messages. */
import { html } from "../vendor/lit.js";
import { clockTime, fullTime } from "./time.js";
import { pieces } from "./wording.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {(id: number) => string} NameOf */

/** @param {Message} message @param {NameOf} nameOf */
export function eventWords({ event, sender }, nameOf) {
  const { name = "left", people = [], value = "" } = event ?? {};
  const key = name === "topic" && !value ? "event.untopic" : `event.${name}`;
  const others = people.map((id, index) => html`${index ? ", " : ""}<bdi>${nameOf(id)}</bdi>`);
  return pieces(key, {
    x: html`<bdi>${sender.nickname}</bdi>`,
    y: name === "invited" ? others : html`<bdi>${value}</bdi>`,
  });
}

/** @param {Message} message @param {NameOf} nameOf */
export const eventLine = (message, nameOf) => html`
  <p class="coming" data-seq=${message.seq}>${eventWords(message, nameOf)}
    <time class="coming__time" title=${fullTime(message.sent_at)}>${clockTime(message.sent_at)}</time></p>`;
