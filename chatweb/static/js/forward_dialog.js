// @ts-check
/** Sending a message on: its words and its files, to conversations that one chooses. No file travels twice. */
import { html, live, nothing } from "../vendor/lit.js";
import { avatar, tile } from "./avatar.js";
import { dialog } from "./dialog.js";
import { fieldProblem } from "./field.js";
import { icon } from "./icon.js";
import { gist } from "./quote.js";
import { toast } from "./toast.js";
import { t } from "./wording.js";

const MOST = 5; // conversations at once

/** @typedef {import("./conversations.js").Conversation} Conversation */

/** @param {import("./app.js").App} app @param {import("./wire.js").Message} message */
export function openForwardDialog(app, message) {
  /** @type {Set<string>} keys */
  const chosen = new Set();
  let query = "";
  let problem = "";
  const find = (/** @type {InputEvent} */ event, /** @type {() => void} */ again) => {
    query = /** @type {HTMLInputElement} */ (event.target).value;
    again();
  };
  const turn = (/** @type {string} */ key, /** @type {() => void} */ again) => {
    if (!chosen.delete(key)) chosen.add(key);
    problem = "";
    again();
  };
  dialog({
    title: t("m.forward"),
    content: (again) => html`
      <p class="dialog__quote" dir="auto">${gist(message)}</p>
      <fieldset class="picker">
        <legend class="field__label">${t("forward.to")}${
          chosen.size ? html` <span class="tag tag--accent">${chosen.size}</span>` : nothing
        }</legend>
        <label class="input input--small">${icon("search", "18")}<input type="search" autocomplete="off" aria-label=${t("forward.find")}
          placeholder=${t("forward.find")} @input=${(/** @type {InputEvent} */ event) => find(event, again)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && event.preventDefault()}></label>
        <ul class="picker__people">${found(app, query).map((one) => row(app, one, chosen, () => turn(one.key, again)))}</ul>
      </fieldset>${fieldProblem("forward-problem", problem)}`,
    actions: (close) => html`
      <button type="button" class="button" @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--primary">${t("m.forward")}</button>`,
    onSubmit: (close, again) => {
      problem = wrong(chosen.size);
      again();
      if (problem) return;
      for (const key of chosen) send(app, key, message);
      close();
      toast(t("t.forwarded", { n: chosen.size }));
    },
  });
}

/** @param {number} count */
const wrong = (count) =>
  count === 0 ? t("forward.none") : count > MOST ? t("forward.many", { n: MOST }) : "";

/** @param {import("./app.js").App} app @param {string} key @param {import("./wire.js").Message} message */
const send = ({ chat }, key, { body = "", attachments }) => chat.sending.post(key, { body, attachments });

/** The own conversations, then those online with whom there is none yet. @param {import("./app.js").App} app @param {string} query
 * @returns {Conversation[]} */
function found(app, query) {
  const { people, me } = app.chat;
  const known = app.conversations;
  const keys = new Set(known.map(({ key }) => key));
  const others = people.online
    .filter(({ id, role }) => id !== me.id && role !== "admin")
    .map(({ id }) => app.chat.conversation(`person ${id}`))
    .filter((one) => one !== undefined)
    .filter(({ key }) => !keys.has(key));
  const wanted = query.trim().toLocaleLowerCase();
  return [...known, ...others].filter((one) => app.titleOf(one).toLocaleLowerCase().includes(wanted));
}

/** @param {import("./app.js").App} app @param {Conversation} conversation @param {Set<string>} chosen @param {() => void} onTurn */
function row(app, conversation, chosen, onTurn) {
  const { key, person, room } = conversation;
  const title = app.titleOf(conversation);
  const sign = conversation.isLobby ? "users-round" : room?.kind === "private" ? "lock" : "hash";
  const face =
    person === undefined
      ? tile(sign, 36)
      : avatar({ id: person, nickname: title, avatar: app.chat.people.get(person)?.avatar }, { size: 36 });
  return html`<li><label class="person">${face}
    <span class="grows person__name truncated" title=${title}><bdi>${title}</bdi></span>
    <input type="checkbox" class="checkbox" .checked=${live(chosen.has(key))} @change=${onTurn}></label></li>`;
}
