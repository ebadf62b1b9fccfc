// @ts-check
/** The left column: the chat's name and state, the list in the middle, oneself below; on a phone the whole screen, with
 * tabs. */
import { html, nothing } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { badge, conversationList, roomItems } from "./conversation_list.js";
import { icon, logo } from "./icon.js";
import { mePage, openMeMenu } from "./me.js";
import { peopleList } from "./people_panel.js";
import { t } from "./wording.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function rail(app) {
  return html`${head(app)}${app.isCompact && app.pane !== "list" ? nothing : searchButton(app)}<div class="rail__body">${body(app)}</div>${app.isCompact ? tabs(app) : me(app)}`;
}

/** @param {App} app */
function body(app) {
  if (app.isCompact && app.pane === "people")
    return html`<div class="rail__scroll rail__scroll--people">${peopleList(app)}</div>`;
  if (app.isCompact && app.pane === "me") return mePage(app);
  return html`${conversationList(app)}${app.isCompact ? newTalk(app) : nothing}`;
}

/** @param {App} app */
const newTalk = (app) => html`
  <button type="button" class="rail__new icon-button icon-button--solid" aria-haspopup="menu"
    aria-label=${t("nav.newdm")} title=${t("nav.newdm")} @click=${(/** @type {Event} */ event) => begin(app, event)}>${icon("square-pen", "24")}</button>`;

/** What can be begun: a talk, a room, coming into one. @param {App} app @param {Event} event */
async function begin(app, event) {
  const opener = /** @type {HTMLElement} */ (event.currentTarget);
  const { openMenu } = await import("./menu.js");
  const talk = { sign: "user-round", name: t("nav.newdm"), onPick: () => app.place.go("#/people") };
  openMenu(opener, t("nav.newdm"), [talk, ...roomItems(app)]);
}

/** @param {App} app */
function head(app) {
  return html`<div class="rail__head">
    ${logo()}
    <div class="grows">
      ${
        app.isCompact
          ? html`<h1 class="rail__name truncated" title=${app.chat.name}>${app.chat.name}</h1>`
          : html`<div class="rail__name truncated" title=${app.chat.name}>${app.chat.name}</div>`
      }
      ${connection(app)}
    </div>
    ${
      app.isCompact
        ? nothing
        : html`<button type="button" class="icon-button" aria-label=${t("nav.newdm")} title=${t("nav.newdm")}
            @click=${() => findPeople(app)}>${icon("square-pen")}</button>`
    }
  </div>`;
}

/** It looks like a field and opens one. @param {App} app */
const searchButton = (app) => html`
  <button type="button" class="rail__search" aria-keyshortcuts="Control+K" @click=${() => app.openSearch()}>
    ${icon("search", "18")}<span class="truncated">${t("s.everywhere")}</span><kbd aria-hidden="true">Ctrl K</kbd></button>`;

/** @param {App} app */
function findPeople(app) {
  app.findPeople();
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("find-people")?.focus()));
}

/** @param {App} app */
function connection(app) {
  const { state } = app.chat.connection;
  const isOpen = state === "open";
  const otherwise = state === "offline" ? t("p.offline") : t("conn.connecting");
  const words = isOpen ? `${t("conn.ok")} · ${location.hostname}` : otherwise;
  return html`<div class="rail__connection" role="status">
    ${isOpen ? html`<span class="pulse"></span>` : nothing}
    <span class="truncated">${words}</span>
  </div>`;
}

/** @param {App} app */
function me(app) {
  const { me: person, connection: line } = app.chat;
  const isDark = document.theme.current() === "dark";
  return html`<div class="rail__me">
    ${avatar({ ...person, online: line.state === "open" }, { size: 36, dot: true })}
    <div class="grows">
      <div class="conversation__name truncated" title=${person.nickname}><bdi>${person.nickname}</bdi></div>
      <div class="rail__connection">${line.state === "open" ? t("p.online") : t("p.offline")}</div>
    </div>
    <button type="button" class="icon-button" aria-label=${t(isDark ? "nav.themelight" : "nav.theme")}
      title=${t(isDark ? "nav.themelight" : "nav.theme")} @click=${() => document.theme.toggle()}>${icon(isDark ? "sun" : "moon")}</button>
    <button type="button" class="icon-button" id="me-menu" aria-haspopup="menu" aria-label=${t("nav.settings")} title=${t("nav.settings")}
      @click=${(/** @type {MouseEvent} */ event) => openMeMenu(app, event)}>${icon("settings")}</button>
  </div>`;
}

/** @param {App} app */
function tabs(app) {
  /** @type {[string, string, string, string][]} */
  const all = [
    ["list", "#/", "message-square", "nav.chats"],
    ["people", "#/people", "users-round", "nav.people"],
    ["me", "#/me", "user-round", "nav.me"],
  ];
  const { unread } = app;
  return html`<div class="tabs" role="navigation" aria-label=${t("nav.menu")}>${all.map(
    ([
      pane,
      address,
      sign,
      name,
    ]) => html`<a href=${address} aria-current=${app.pane === pane ? "page" : nothing}
        @click=${(/** @type {MouseEvent} */ event) => turnTo(app, event, address)}>
      <span class="tabs__sign">${icon(sign)}${
        pane === "list" && unread
          ? html`<i class="badge" aria-label=${t("log.unread", { n: unread })}>${badge(unread)}</i>`
          : nothing
      }</span>${t(name)}</a>`,
  )}</div>`;
}

/** @param {App} app @param {MouseEvent} event @param {string} address */
function turnTo(app, event, address) {
  event.preventDefault();
  app.query = "";
  app.place.replace(address);
}
