// @ts-check
/** The emoji under a message, with how many put them there; a press adds one's own or takes it away. */
import { html, nothing } from "../vendor/lit.js";
import { number, t } from "./wording.js";

const MOST = 6; // kinds in sight

/** @param {import("./wire.js").Message} message @param {import("./message.js").Look} look */
export function reactionsView(message, look) {
  const { reactions = [] } = message;
  if (reactions.length === 0) return nothing;
  const rest = reactions.length - MOST;
  return html`<div class="reactions">${reactions.slice(0, MOST).map((one) => chip(message, one, look))}${
    rest > 0
      ? html`<button type="button" class="reaction" @click=${() => look.onReactions(message)}
          aria-label=${t("react.all")}>+${rest}</button>`
      : nothing
  }</div>`;
}

/** @param {import("./wire.js").Message} message @param {{emoji: string, people: number[]}} reaction
 * @param {import("./message.js").Look} look */
function chip(message, { emoji, people }, { me, nameOf, onReact }) {
  const isOwn = people.includes(me);
  const label = t(isOwn ? "react.own" : "react.name", { x: emoji, n: people.length });
  return html`<button type="button" class="reaction" aria-pressed=${isOwn} aria-label=${label}
    title=${people.map(nameOf).join(", ")} @click=${() => onReact(message, emoji)}><span>${emoji}</span> ${number(people.length)}</button>`;
}
