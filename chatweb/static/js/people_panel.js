// @ts-check
/** Who is here, and who was: beside the conversation, as a drawer, or as a tab on a phone. */
import { html, live, nothing, repeat } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { now } from "./clock.js";
import { personKey } from "./conversations.js";
import { request } from "./http.js";
import { icon } from "./icon.js";
import { byName } from "./person.js";
import { addressOf } from "./place.js";
import { moveWithArrows } from "./roving.js";
import { listTime } from "./time.js";
import { t } from "./wording.js";

const PAUSE = 250; // ms after the last key before the server is asked
const AGAIN = 5_000; // ms after a failure

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./wire.js").Person} Person */

/** Others who are known to the server, found by name. */
let asked = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {App} app */
export const peoplePanel = (app) => html`
  <header class="bar side__bar">
    <h2 class="bar__title grows">${t("nav.people")}</h2>
    <button type="button" class="icon-button" aria-label=${t("s.close")} title=${t("s.close")}
      @click=${() => app.togglePeople()}>${icon("x")}</button>
  </header>
  <div class="side__body">${peopleList(app)}</div>`;

/** @param {App} app */
export function peopleList(app) {
  if (!app.query) meetOthers(app);
  const { people, me } = app.chat;
  const online = matching(people.online, app.query);
  const offline = matching(people.offline, app.query).filter(
    (person) => person.id !== me.id && (app.query || person.role !== "admin"),
  );
  return html`
    <div class="side__find"><label class="input input--small">${icon("search", "18")}
      <input id="find-people" type="search" autocomplete="off" aria-label=${t("p.find")} placeholder=${t("p.find")}
        .value=${live(app.query)} @input=${(/** @type {InputEvent} */ event) => find(app, event)}></label></div>
    ${writeToAdmin(app)}
    <div @keydown=${moveWithArrows}>
      ${group(app, t("p.online"), online, app.query ? online.length : Math.max(people.count, online.length))}
      ${online.every(({ id }) => id === me.id) && !app.query ? alone() : nothing}
      ${offline.length ? group(app, t("p.offline"), offline, offline.length) : nothing}
    </div>
    ${app.query && online.length + offline.length === 0 ? html`<div class="empty"><b>${t("s.none")}</b></div>` : nothing}`;
}

const alone = () =>
  html`<div class="empty"><b>${t("log.people.none")}</b><p>${t("log.people.none.p", { x: location.host })}</p></div>`;

/** @param {Person[]} people @param {string} query */
function matching(people, query) {
  const wanted = query.trim().toLocaleLowerCase();
  return people.filter((person) => person.nickname.toLocaleLowerCase().includes(wanted));
}

/** @param {App} app */
function writeToAdmin(app) {
  const { admin } = app.chat.people;
  if (!admin || admin.id === app.chat.me.id || app.query) return nothing;
  return html`<a class="person side__admin" href=${addressOf(personKey(admin.id))} @click=${talk(app, admin)}>
    <span class="avatar avatar--36 avatar--tile">${icon("mail")}</span>
    <span class="person__name grows">${t("p.writeadmin")}</span>${icon("chevron-right", "18")}</a>`;
}

/** @param {App} app @param {string} title @param {Person[]} people @param {number} count */
function group(app, title, people, count) {
  return html`<div class="side__group" role="heading" aria-level=${app.isCompact ? 2 : 3}><span>${title}</span><span class="numeric">${count}</span></div>
    <ul>${repeat(
      people,
      (person) => person.id,
      (person, index) => row(app, person, index === 0),
    )}</ul>`;
}

/** @param {App} app @param {Person} person @param {boolean} isStop */
function row(app, person, isStop) {
  const inside = html`${avatar(person, { size: 36, dot: true })}
    <span class="grows"><span class="person__name truncated" title=${person.nickname}><bdi>${person.nickname}</bdi></span>
      ${status(app, person)}</span>
    ${person.role === "admin" ? html`<span class="tag tag--accent">${t("p.admin")}</span>` : nothing}`;
  const look = `person ${person.online ? "" : "person--offline"}`;
  if (person.id === app.chat.me.id) return html`<li><div class="${look} person--me">${inside}</div></li>`;
  return html`<li><a class=${look} href=${addressOf(personKey(person.id))} data-item tabindex=${isStop ? 0 : -1}
    @click=${talk(app, person)}>${inside}</a></li>`;
}

/** @param {App} app @param {Person} person */
function status(app, person) {
  const { chat, conversation } = app;
  if (person.id === chat.me.id) return html`<span class="person__status">${t("you")}</span>`;
  if (chat.typing.in(conversation.room?.id).includes(person.id))
    return html`<span class="person__status person__status--live">${t("p.typing")}</span>`;
  return html`<span class="person__status">${presence(person)}</span>`;
}

/** @param {Person} [person] */
export function presence(person) {
  if (!person) return "";
  if (person.online) return t("p.online");
  return person.last_seen_at ? t("p.last", { x: listTime(person.last_seen_at, now()) }) : t("p.offline");
}

/** @param {App} app @param {Person} person */
const talk = (app, person) => (/** @type {MouseEvent} */ event) => {
  event.preventDefault();
  app.query = "";
  app.talkTo(person.id);
};

/** @param {App} app @param {InputEvent} event */
function find(app, event) {
  app.query = /** @type {HTMLInputElement} */ (event.target).value;
  clearTimeout(timer);
  timer = setTimeout(() => meetOthers(app), PAUSE);
  app.changed();
}

/** Those who are not online are asked for when the list is first looked at, and by name.
 * @param {App} app */
async function meetOthers(app) {
  const wanted = `${app.chat.epoch} ${app.query.trim()}`;
  if (wanted === asked || !app.chat.isJoined) return;
  asked = wanted;
  try {
    const { people } = await request("GET", `/api/people?q=${encodeURIComponent(app.query.trim())}`);
    app.chat.people.meet(people.sort(byName));
    app.changed();
  } catch (error) {
    setTimeout(() => {
      asked = "";
    }, AGAIN);
    console.warn("people could not be fetched", error);
  }
}
