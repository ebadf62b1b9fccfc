// @ts-check
/** One's own menu: language, theme, PIN, another device, leaving. On a phone it is a page. */
import { html } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { icon } from "./icon.js";
import { moveWithArrows } from "./roving.js";
import { language, otherLanguage, speak, t } from "./wording.js";

const LANGUAGES = { id: "Bahasa Indonesia", en: "English" };

/** @typedef {import("./app.js").App} App */

/** @param {App} app @returns {import("./menu.js").Item[]} */
function items(app) {
  const isDark = document.theme.current() === "dark";
  return [
    {
      sign: "languages",
      name: t("nav.lang"),
      value: LANGUAGES[language()],
      onPick: () => speak(otherLanguage()),
    },
    {
      sign: isDark ? "sun" : "moon",
      name: t(isDark ? "nav.themelight" : "nav.theme"),
      onPick: () => document.theme.toggle(),
    },
    { sign: "pencil", name: t("me.name"), onPick: () => changeName(app) },
    { sign: "camera", name: t("join.photo"), onPick: () => changePhoto(app) },
    { sign: "key-round", name: t("me.pin"), onPick: askForPin },
    { sign: "smartphone", name: t("me.adddevice"), onPick: addDevice },
    { sign: "monitor", name: t("me.devices"), onPick: showDevices },
    { sign: "log-out", name: t("me.leave"), isDanger: true, onPick: () => leave(app) },
  ];
}

// Rarely opened, and of no use without the server: fetched when asked for.
const askForPin = async () => (await import("./pin_dialog.js")).openPinDialog();
const addDevice = async () => (await import("./device_dialog.js")).openDeviceDialog();
const showDevices = async () => (await import("./devices_dialog.js")).openDevicesDialog();
/** The menu works without the server: it is brought as soon as there is time. */
export const bringMenu = () => import("./menu.js");
const changeName = async (/** @type {App} */ app) => (await import("./name_dialog.js")).openNameDialog(app);
const changePhoto = async (/** @type {App} */ app) =>
  (await import("./photo_dialog.js")).openPhotoDialog(app);
const leave = async (/** @type {App} */ app) => (await import("./leave_dialog.js")).openLeaveDialog(app);

/** @param {App} app @param {Event} event */
export async function openMeMenu(app, event) {
  const opener = /** @type {HTMLElement} */ (event.currentTarget);
  const { openMenu } = await bringMenu();
  openMenu(opener, t("nav.settings"), items(app));
}

/** @param {App} app */
export function mePage(app) {
  const { me, connection } = app.chat;
  const isHere = connection.state === "open";
  return html`<div class="rail__scroll me">
    <div class="me__head">
      ${avatar({ ...me, online: isHere }, { size: 88, dot: true })}
      <h2 class="me__name"><bdi>${me.nickname}</bdi></h2>
      <p class="quiet">${t(isHere ? "p.online" : "p.offline")}</p>
    </div>
    <ul class="me__items" @keydown=${moveWithArrows}>${items(app).map(
      (
        item,
      ) => html`<li><button type="button" class="menu__item ${item.isDanger ? "menu__item--danger" : ""}" data-item
        @click=${item.onPick}>${icon(item.sign)}<span>${item.name}</span><span class="menu__value">${item.value}</span></button></li>`,
    )}</ul>
  </div>`;
}
