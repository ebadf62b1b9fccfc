// @ts-check
/** Going out of a room, after one question. */
import { html } from "../vendor/lit.js";
import { dialog } from "./dialog.js";
import { fieldProblem } from "./field.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

/** @param {import("./app.js").App} app @param {number} id */
export function openLeaveRoomDialog(app, id) {
  const { name = "", kind } = app.chat.rooms.get(id) ?? {};
  let problem = "";
  let isBusy = false;
  dialog({
    title: t("room.leave.ask", { x: name }),
    content:
      () => html`<p class="dialog__text">${t(kind === "private" ? "room.leave.private" : "room.leave.open")}</p>
      ${fieldProblem("leave-problem", problem)}`,
    actions: (close) => html`
      <button type="button" class="button" autofocus @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--danger" aria-disabled=${isBusy}>${t("room.leave")}</button>`,
    onSubmit: async (close, again) => {
      if (isBusy) return;
      isBusy = true;
      again();
      try {
        await app.chat.doors.leave(id);
        close();
        app.leaveConversation();
      } catch (error) {
        problem = detailOf(error) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
