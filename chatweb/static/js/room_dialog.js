// @ts-check
/** A room from inside: what it is about, who is in it; bringing others, renaming, leaving. */
import { html, nothing, repeat } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { dialog } from "./dialog.js";
import { icon } from "./icon.js";
import { presence } from "./people_panel.js";
import { byName } from "./person.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./wire.js").Person} Person */

/** @param {App} app @param {number} id @param {Person[]} people */
const invite = async (app, id, people) =>
  (await import("./invite_dialog.js")).openInviteDialog(app, id, people);
/** @param {App} app @param {number} id */
const rename = async (app, id) => (await import("./rename_dialog.js")).openRenameDialog(app, id);
/** @param {App} app @param {number} id */
const leave = async (app, id) => (await import("./leave_room_dialog.js")).openLeaveRoomDialog(app, id);

/** @param {App} app @param {number} id */
export function openRoomDialog(app, id) {
  const room = app.chat.rooms.get(id);
  if (!room) return;
  /** @type {Person[] | null} */
  let people = null;
  let problem = "";
  let redraw = () => {};
  const load = async () => {
    try {
      people = await app.chat.doors.people(id);
      app.chat.people.meet(people);
    } catch (error) {
      problem = detailOf(error) || t("fail.server");
    }
    redraw();
  };
  const close = dialog({
    title: room.name ?? "",
    content: (again) => {
      redraw = again;
      return html`
        <p class="dialog__text">${icon(room.kind === "private" ? "lock" : "hash", "16")}
          ${t(room.kind === "private" ? "room.closed" : "room.open")}${room.topic ? html` · <bdi>${room.topic}</bdi>` : nothing}</p>
        <div class="room__acts">
          <button type="button" class="button" @click=${() => next(() => invite(app, id, people ?? []))}>${icon("user-plus", "18")}${t("room.invite")}</button>
          <button type="button" class="button" @click=${() => next(() => rename(app, id))}>${icon("pencil", "18")}${t("room.edit")}</button>
        </div>
        ${problem ? html`<p class="dialog__text">${problem}</p>` : members(app, people, () => close())}`;
    },
    actions: (done) => html`
      <button type="button" class="button button--danger-line dialog__aside" @click=${() => next(() => leave(app, id))}>
        ${icon("door-open", "18")}${t("room.leave")}</button>
      <button type="button" class="button" autofocus @click=${done}>${t("s.close")}</button>`,
  });
  /** @param {() => void} open */
  const next = (open) => {
    close();
    open();
  };
  load();
}

/** @param {App} app @param {Person[] | null} people @param {() => void} close */
function members(app, people, close) {
  if (!people) return html`<span class="skeleton dialog__skeleton" aria-hidden="true"></span>`;
  const { chat } = app;
  const known = people.map((person) => chat.people.get(person.id) ?? person).sort(byName);
  return html`<h3 class="side__group"><span>${t("room.members", { n: known.length })}</span></h3>
    <ul class="dialog__list">${repeat(
      known,
      ({ id }) => id,
      (person) => html`<li>${member(app, person, close)}</li>`,
    )}</ul>`;
}

/** @param {App} app @param {Person} person @param {() => void} close */
function member(app, person, close) {
  const isMe = person.id === app.chat.me.id;
  const inside = html`${avatar(person, { size: 36, dot: true })}
    <span class="grows"><span class="person__name truncated" title=${person.nickname}><bdi>${person.nickname}</bdi></span>
      <span class="person__status">${isMe ? t("you") : presence(person)}</span></span>`;
  if (isMe) return html`<div class="person">${inside}</div>`;
  return html`<button type="button" class="person" @click=${() => {
    close();
    app.talkTo(person.id);
  }}>${inside}${icon("message-square", "18")}</button>`;
}
