// @ts-check
/** The conversations: two groups on a wide screen; on a phone one list by time, with chips. */
import { html, nothing, repeat } from "../vendor/lit.js";
import { avatar, tile } from "./avatar.js";
import { now } from "./clock.js";
import { filtered } from "./conversations.js";
import { eventWords } from "./event_line.js";
import { icon } from "./icon.js";
import { tick } from "./message.js";
import { addressOf } from "./place.js";
import { gist, gistSign } from "./quote.js";
import { moveWithArrows } from "./roving.js";
import { fullTime, listTime } from "./time.js";
import { pieces, t } from "./wording.js";

const MOST_BADGE = 99;
const SIGNS = { lobby: "users-round", open: "hash", private: "lock", direct: "user-round" };

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./conversations.js").Conversation} Conversation */

/** @type {{filter: import("./conversations.js").Filter, name: string}[]} */
const CHIPS = [
  { filter: "all", name: "filter.all" },
  { filter: "unread", name: "filter.unread" },
  { filter: "rooms", name: "nav.rooms" },
  { filter: "private", name: "nav.private" },
];

/** @param {App} app */
export function conversationList(app) {
  if (!app.chat.isJoined) return skeleton();
  return html`<div class="rail__scroll" @keydown=${moveWithArrows}>${app.isCompact ? byTime(app) : inGroups(app)}</div>`;
}

/** @param {App} app */
function byTime(app) {
  const list = filtered(app.conversations, app.filter);
  return html`
    <div class="rail__chips" role="group" aria-label=${t("nav.filter")}>
      ${CHIPS.map(
        ({ filter, name }) => html`<button type="button" class="chip" aria-pressed=${app.filter === filter}
          @click=${() => {
            app.filter = filter;
            app.changed();
          }}>${t(name)}</button>`,
      )}
    </div>
    ${list.length ? rows(app, list) : nothingHere(app.filter)}`;
}

/** @param {App} app */
function inGroups(app) {
  const rooms = filtered(app.conversations, "rooms");
  const talks = filtered(app.conversations, "private");
  return html`
    <div class="rail__section"><h2 class="grows">${t("nav.rooms")}</h2>
      <button type="button" class="icon-button icon-button--small" id="add-room" aria-haspopup="menu" aria-label=${t("room.add")} title=${t("room.add")}
        @click=${(/** @type {Event} */ event) => addRoom(app, event)}>${icon("plus")}</button></div>
    ${rows(app, rooms)}
    <div class="rail__section"><h2>${t("nav.private")}</h2></div>
    ${talks.length ? rows(app, talks) : html`<p class="rail__none">${t("dm.none")}. ${t("dm.none.p")}</p>`}`;
}

/** @param {App} app @returns {import("./menu.js").Item[]} */
export const roomItems = (app) => [
  {
    sign: "plus",
    name: t("nav.newroom"),
    onPick: async () => (await import("./new_room_dialog.js")).openNewRoomDialog(app),
  },
  {
    sign: "compass",
    name: t("room.browse"),
    onPick: async () => (await import("./browse_dialog.js")).openBrowseDialog(app),
  },
];

/** @param {App} app @param {Event} event */
async function addRoom(app, event) {
  const opener = /** @type {HTMLElement} */ (event.currentTarget);
  const { openMenu } = await import("./menu.js");
  openMenu(opener, t("room.add"), roomItems(app));
}

/** @param {import("./conversations.js").Filter} filter */
const nothingHere = (filter) =>
  filter === "private"
    ? html`<div class="empty"><b>${t("dm.none")}</b><p>${t("dm.none.p")}</p></div>`
    : html`<div class="empty"><b>${t("list.none")}</b></div>`;

/** @param {App} app @param {Conversation[]} list */
const rows = (app, list) =>
  html`<ul>${repeat(
    list,
    (conversation) => conversation.key,
    (conversation) => row(app, conversation),
  )}</ul>`;

/** @param {App} app @param {Conversation} conversation */
function row(app, conversation) {
  const { key, unread, room } = conversation;
  const isCurrent = key === app.conversation.key && !app.isCompact;
  const isStop = isCurrent || (app.isCompact && conversation.isLobby);
  const title = app.titleOf(conversation);
  return html`<li><a class="conversation ${unread ? "conversation--unread" : ""}" href=${addressOf(key)} data-item
      aria-current=${isCurrent ? "true" : nothing} tabindex=${isStop ? 0 : -1}
      @click=${(/** @type {MouseEvent} */ event) => follow(app, event, key)}>
    ${face(app, conversation)}
    <span class="conversation__lines">
      <span class="conversation__line"><span class="conversation__name truncated" title=${title}><bdi>${title}</bdi></span>
        ${room?.last ? html`<time class="conversation__time" title=${fullTime(room.last.sent_at)}>${listTime(room.last.sent_at, now())}</time>` : nothing}</span>
      <span class="conversation__line">${preview(app, conversation)}
        ${unread ? html`<span class="conversation__extra"><span class="badge" aria-hidden="true">${badge(unread)}</span><span class="visually-hidden">${t("log.unread", { n: unread })}</span></span>` : nothing}</span>
    </span></a></li>`;
}

/** @param {number} unread */
export const badge = (unread) => (unread > MOST_BADGE ? `${MOST_BADGE}+` : String(unread));

/** @param {App} app @param {MouseEvent} event @param {string} key */
function follow(app, event, key) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  app.open(key);
}

/** @param {App} app @param {Conversation} conversation */
export function face(app, { person, room }, size = 40) {
  if (person === undefined) return tile(SIGNS[room?.kind ?? "lobby"], size);
  const known = app.chat.people.get(person) ?? { id: person, nickname: app.chat.people.name(person) };
  return avatar(known, { size, dot: true });
}

/** The second line: who writes, else what one has begun, else the last word.
 * @param {App} app @param {Conversation} conversation */
function preview(app, conversation) {
  const { chat } = app;
  const { room, key } = conversation;
  const draft = key === app.conversation.key ? "" : chat.drafts.of(key).trim();
  if (chat.typing.in(room?.id).length && !conversation.isLobby)
    return html`<span class="conversation__preview conversation__preview--live truncated">${t("p.typing")}</span>`;
  if (draft)
    return html`<span class="conversation__preview truncated"><b class="conversation__draft">${t("prev.draft")}</b>
      <span class="truncated"><bdi>${draft}</bdi></span></span>`;
  const entry = chat.outbox.of(key).at(-1);
  if (entry)
    return html`<span class="conversation__preview truncated">${tick(entry.state === "failed" ? "failed" : "pending")}
      <span class="truncated">${pieces("prev.you", { x: html`<bdi>${entry.body || gistOf(app, entry)}</bdi>` })}</span></span>`;
  return html`<span class="conversation__preview truncated">${room?.last ? lastWord(app, conversation, room.last) : t("log.empty")}</span>`;
}

/** What goes out without words. @param {App} app @param {import("./outbox.js").Entry} entry */
function gistOf(app, { key, attachments = [] }) {
  const files = app.chat.sending.uploads.of(key).map(({ picked }) => picked.name);
  return attachments.length ? gist({ attachments }) : (files[0] ?? "");
}

/** @param {App} app @param {Conversation} conversation @param {import("./wire.js").Message} last */
function lastWord(app, conversation, last) {
  const { me, receipts } = app.chat;
  const text = gist(last);
  if (last.kind === "event")
    return html`<span class="truncated">${eventWords(last, (id) => (id === me.id ? me.nickname : app.chat.people.name(id)))}</span>`;
  if (last.kind === "broadcast")
    return html`${icon("megaphone")}<span class="truncated"><bdi>${text}</bdi></span>`;
  if (last.sender.id === me.id) {
    const others = conversation.person === undefined ? (conversation.room?.members ?? 1) - 1 : 1;
    return html`${tick(receipts.of(last, me.id, others))}<span class="truncated">${pieces("prev.you", { x: html`<bdi>${signed(last)}${text}</bdi>` })}</span>`;
  }
  const who = conversation.person === undefined ? html`<bdi>${last.sender.nickname}</bdi>: ` : nothing;
  return html`<span class="truncated">${who}<bdi>${signed(last)}${text}</bdi></span>`;
}

/** The picture of what has no words. @param {import("./wire.js").Message} message */
function signed(message) {
  const sign = message.deleted_at ? "" : gistSign(message);
  return sign ? html`${icon(sign, "inline")} ` : nothing;
}

const skeleton = () => html`
  <div class="rail__scroll" aria-hidden="true">
    ${[1, 2, 3, 4, 5, 6].map(() => html`<div class="conversation"><span class="skeleton skeleton--face"></span><span class="skeleton skeleton--line"></span></div>`)}
  </div>`;
