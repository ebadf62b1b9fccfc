// @ts-check
/** What became of an own message: whom it has reached, and who has read it, each with the time. */
import { html, nothing } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { now } from "./clock.js";
import { dialog } from "./dialog.js";
import { byName } from "./person.js";
import { gist } from "./quote.js";
import { clockTime, fullTime, listTime } from "./time.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

const MOST = 30; // members up to which the server keeps times

/** @param {import("./app.js").App} app @param {import("./wire.js").Message} message */
export function openReceiptsDialog(app, message) {
  /** @type {import("./wire.js").Receipt[] | null} */
  let receipts = null;
  let problem = "";
  let redraw = () => {};
  const load = async () => {
    try {
      receipts = await app.chat.corrections.receipts(message);
      await app.chat.meet(receipts.map(({ person }) => person));
    } catch (error) {
      problem = detailOf(error) || t("fail.server");
    }
    redraw();
  };
  dialog({
    title: t("m.info"),
    content: (again) => {
      redraw = again;
      return html`
        <p class="dialog__quote" dir="auto">${gist(message)}</p>
        <p class="dialog__text">${t("m.info.sent", { x: moment(message.sent_at) })}${
          message.edited_at ? html`<br>${t("m.info.edited", { x: moment(message.edited_at) })}` : nothing
        }</p>
        ${problem ? html`<p class="dialog__text">${problem}</p>` : list(app, message, receipts)}`;
    },
    actions: (close) =>
      html`<button type="button" class="button" autofocus @click=${close}>${t("s.close")}</button>`,
  });
  load();
}

/** @param {import("./app.js").App} app @param {import("./wire.js").Message} message
 * @param {import("./wire.js").Receipt[] | null} receipts */
function list(app, message, receipts) {
  if (!receipts) return html`<span class="skeleton dialog__skeleton" aria-hidden="true"></span>`;
  const members = app.chat.rooms.get(message.room)?.members ?? 0;
  if (receipts.length === 0)
    return html`<p class="dialog__text quiet">${t(members > MOST ? "m.info.none" : "m.info.waiting")}</p>`;
  const people = receipts
    .map((receipt) => ({ ...receipt, nickname: app.chat.people.name(receipt.person), id: receipt.person }))
    .sort(byName);
  return html`<ul class="dialog__list">${people.map(
    ({ id, nickname, received_at, read_at }) => html`<li class="person">
      ${avatar({ id, nickname, avatar: app.chat.people.get(id)?.avatar }, { size: 36 })}
      <span class="grows"><span class="person__name truncated" title=${nickname}><bdi>${nickname}</bdi></span>
        <span class="person__status">${states(received_at, read_at)}</span></span></li>`,
  )}</ul>`;
}

/** @param {number} [received] @param {number} [read] */
function states(received, read) {
  const lines = [
    ...(read ? [html`<time title=${fullTime(read)}>${t("msg.read", { x: moment(read) })}</time>`] : []),
    ...(received
      ? [html`<time title=${fullTime(received)}>${t("msg.received", { x: moment(received) })}</time>`]
      : []),
  ];
  if (lines.length === 0) return t("m.info.waiting");
  return lines.map((line, index) => html`${index ? " · " : ""}${line}`);
}

/** @param {number} at */
function moment(at) {
  const day = listTime(at, now());
  return day === clockTime(at) ? day : `${day} ${clockTime(at)}`;
}
