// @ts-check
/** Rooms that are open to everybody: found by name, entered by a press. */
import { html, repeat } from "../vendor/lit.js";
import { tile } from "./avatar.js";
import { roomKey } from "./conversations.js";
import { dialog } from "./dialog.js";
import { icon } from "./icon.js";
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

const PAUSE = 250; // ms after the last key

/** @typedef {import("./wire.js").Room} Room */

/** @param {import("./app.js").App} app */
export function openBrowseDialog(app) {
  /** @type {Room[] | null} */
  let rooms = null;
  let query = "";
  let problem = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let redraw = () => {};
  const load = async () => {
    const asked = query;
    try {
      const found = await app.chat.doors.browse(asked.trim());
      if (asked !== query) return;
      rooms = found.filter(({ kind }) => kind === "open" || kind === "private");
      problem = "";
    } catch (error) {
      problem = detailOf(error) || t("fail.server");
    }
    redraw();
  };
  const close = dialog({
    title: t("room.browse"),
    content: (again) => {
      redraw = again;
      return html`
        <div class="field"><label class="input">${icon("search", "18")}<input type="search" autocomplete="off" autofocus
          aria-label=${t("room.find")} placeholder=${t("room.find")} @input=${(
            /** @type {InputEvent} */ event,
          ) => {
            query = /** @type {HTMLInputElement} */ (event.target).value;
            clearTimeout(timer);
            timer = setTimeout(load, PAUSE);
          }}></label></div>
        ${problem ? html`<p class="dialog__text">${problem}</p>` : list(app, rooms, query, () => close())}`;
    },
    actions: (done) => html`
      <button type="button" class="button button--ghost dialog__aside" @click=${async () => {
        done();
        (await import("./new_room_dialog.js")).openNewRoomDialog(app);
      }}>${icon("plus", "18")}${t("nav.newroom")}</button>
      <button type="button" class="button" @click=${done}>${t("s.close")}</button>`,
  });
  load();
}

/** @param {import("./app.js").App} app @param {Room[] | null} rooms @param {string} query @param {() => void} close */
function list(app, rooms, query, close) {
  if (!rooms) return html`<span class="skeleton dialog__skeleton" aria-hidden="true"></span>`;
  if (rooms.length === 0)
    return html`<div class="empty"><b>${t(query ? "s.none" : "room.none")}</b>${query ? "" : html`<p>${t("room.none.p")}</p>`}</div>`;
  return html`<ul class="dialog__list">${repeat(
    rooms,
    ({ id }) => id,
    (room) => row(app, room, close),
  )}</ul>`;
}

/** @param {import("./app.js").App} app @param {Room} room @param {() => void} close */
function row(app, room, close) {
  const { id, name = "", topic, members = 0, kind } = room;
  const isIn = Boolean(app.chat.rooms.get(id));
  return html`<li class="person">
    ${tile(kind === "private" ? "lock" : "hash", 40)}
    <span class="grows"><span class="person__name truncated" title=${name}><bdi>${name}</bdi></span>
      <span class="person__status truncated" title=${topic ?? ""}>${t("room.members", { n: members })}${topic ? html` · <bdi>${topic}</bdi>` : ""}</span></span>
    <button type="button" class="button button--small ${isIn ? "" : "button--primary"}"
      aria-label=${t(isIn ? "room.visit.x" : "room.enter.x", { x: name })}
      @click=${() => enter(app, id, isIn, close)}>${t(isIn ? "room.visit" : "room.enter")}</button></li>`;
}

/** @param {import("./app.js").App} app @param {number} id @param {boolean} isIn @param {() => void} close */
async function enter(app, id, isIn, close) {
  try {
    if (!isIn) await app.chat.doors.enter(id);
    close();
    app.open(roomKey(id));
  } catch (error) {
    toast(detailOf(error) || t("fail.server"), "circle-alert");
  }
}
