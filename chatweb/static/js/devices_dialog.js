// @ts-check
/** The devices that one is in with, and signing one of them out: the phone that was lost, the PC of yesterday's lab. */
import { html, nothing } from "../vendor/lit.js";
import { now } from "./clock.js";
import { dialog } from "./dialog.js";
import { fieldError } from "./field.js";
import { request } from "./http.js";
import { icon } from "./icon.js";
import { fullTime, listTime } from "./time.js";
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

const PHONES = new Set(["Android", "iPhone", "iPad"]);

/** @typedef {{id: number, created_at: number, address?: string, system?: string, browser?: string, current?: boolean}} Device */

export function openDevicesDialog() {
  /** @type {Device[] | null} */
  let devices = null;
  let problem = "";
  let again = () => {};
  const load = async () => {
    try {
      devices = (await request("GET", "/api/session/devices")).devices;
    } catch (error) {
      problem = detailOf(error) || t("fail.server");
    }
    again();
  };
  const signOut = async (/** @type {Device} */ device) => {
    try {
      await request("DELETE", `/api/session/devices/${device.id}`);
      toast(t("t.signedout", { x: nameOf(device) }));
    } catch (error) {
      problem = detailOf(error) || t("fail.server");
    }
    await load();
  };
  dialog({
    title: t("me.devices"),
    content: (draw) => {
      again = draw;
      return html`${problem ? fieldError("devices-problem", problem) : nothing}
        ${
          devices
            ? html`<ul class="dialog__list">${devices.map((device) => row(device, signOut))}</ul>`
            : html`<span class="skeleton dialog__skeleton" aria-hidden="true"></span>`
        }`;
    },
    actions: (close) =>
      html`<button type="button" class="button" autofocus @click=${close}>${t("s.close")}</button>`,
  });
  load();
}

/** @param {Device} device */
const nameOf = ({ system, browser }) =>
  [browser, system].filter(Boolean).join(" · ") || t("me.devices.unknown");

/** @param {Device} device @param {(device: Device) => void} onSignOut */
function row(device, onSignOut) {
  const { created_at, address, system = "", current } = device;
  const since = t("me.devices.since", { x: listTime(created_at, now()) });
  return html`<li class="person">
    <span class="avatar avatar--tile avatar--36" aria-hidden="true">${icon(PHONES.has(system) ? "smartphone" : "monitor")}</span>
    <span class="grows"><span class="person__name truncated">${nameOf(device)}</span>
      <span class="person__status" title=${fullTime(created_at)}>${current ? html`<b>${t("me.devices.this")}</b> · ` : nothing}${since}${
        address ? ` · ${address}` : nothing
      }</span></span>
    ${
      current
        ? nothing
        : html`<button type="button" class="icon-button" aria-label=${t("me.devices.out", { x: nameOf(device) })} title=${t("me.devices.out", { x: nameOf(device) })}
            @click=${() => onSignOut(device)}>${icon("log-out")}</button>`
    }</li>`;
}
