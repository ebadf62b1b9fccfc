// @ts-check
/** The bar above a conversation: whom one talks with, and who of them is here. */
import { html, nothing } from "../vendor/lit.js";
import { face } from "./conversation_list.js";
import { icon } from "./icon.js";
import { presence } from "./people_panel.js";
import { pieces, t } from "./wording.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function roomHeader(app) {
  const { conversation } = app;
  const title = app.titleOf(conversation);
  const isDirect = conversation.person !== undefined;
  return html`
    ${
      app.isCompact
        ? html`<button type="button" class="icon-button" aria-label=${t("nav.back")} title=${t("nav.back")}
            @click=${() => app.place.back()}>${icon("chevron-left")}</button>`
        : nothing
    }
    ${face(app, conversation)}
    <div class="grows">
      <h1 class="bar__title truncated" title=${title}><bdi>${title}</bdi></h1>
      <div class="bar__subtitle truncated">${subtitle(app)}</div>
    </div>
    ${conversation.room ? searchButton(app, conversation.room) : nothing}
    ${conversation.room && !isDirect && !conversation.isLobby ? infoButton(app, conversation.room.id) : nothing}
    ${
      isDirect
        ? nothing
        : html`<button type="button" class="icon-button" id="people-toggle" aria-label=${t("room.people")} title=${t("room.people")}
            aria-pressed=${app.isCompact ? nothing : app.isPanelShown} @click=${() => app.togglePeople()}>${icon("users-round")}</button>`
    }`;
}

/** @param {App} app @param {import("./rooms.js").KnownRoom} room */
const searchButton = (app, room) => html`
  <button type="button" class="icon-button" aria-label=${t("room.search")} title=${t("room.search")} aria-pressed=${app.search !== null}
    @click=${() => (app.search ? app.closeSearch() : app.openSearch(room))}>${icon("search")}</button>`;

/** @param {App} app @param {number} room */
const infoButton = (app, room) => html`
  <button type="button" class="icon-button" id="room-info" aria-haspopup="dialog" aria-label=${t("room.info")} title=${t("room.info")}
    @click=${async () => (await import("./room_dialog.js")).openRoomDialog(app, room)}>${icon("info")}</button>`;

/** @param {App} app */
function subtitle(app) {
  const { chat, conversation } = app;
  const isDirect = conversation.person !== undefined;
  const writing = typists(app);
  if (writing.length && (isDirect || app.isCompact))
    return html`${dots()} ${isDirect ? t("p.typing") : typingLine(app, writing)}`;
  if (conversation.person !== undefined) return presence(chat.people.get(conversation.person));
  if (!conversation.room) return "";
  if (!conversation.isLobby) {
    const { topic, members } = conversation.room;
    const count = t("room.members", { n: members });
    return topic ? html`<bdi title=${topic}>${topic}</bdi> · ${count}` : count;
  }
  // Who came in just now is counted among the online before among the members.
  const members = Math.max(conversation.room.members, chat.people.count);
  return t("room.count", { n: members, m: chat.people.count });
}

/** @param {App} app */
const typists = (app) =>
  app.chat.typing.in(app.conversation.room?.id).filter((person) => person !== app.chat.me.id);

const dots = () => html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>`;

/** "Bagas is typing…", two names, then a number. @param {App} app @param {number[]} people */
function typingLine(app, people) {
  const [one, two] = people.map((person) => html`<bdi>${app.chat.people.name(person)}</bdi>`);
  if (people.length === 1) return pieces("log.typing1", { x: one });
  if (people.length === 2) return pieces("log.typing2", { x: one, y: two });
  return t("log.typing3", { n: people.length });
}

/** The pill above the composer; on a phone the header says it. @param {App} app */
export function typingPill(app) {
  const people = typists(app);
  if (people.length === 0 || app.isCompact) return nothing;
  return html`<div class="typing" aria-live="off"><span>${dots()}<span class="truncated">${typingLine(app, people)}</span></span></div>`;
}
