// @ts-check
/** Another name or topic for a room. */

import { html } from "../vendor/lit.js";
import { dialog } from "./dialog.js";
import { roomFields } from "./room_fields.js";
import { toast } from "./toast.js";
import { detailOf, Refusal } from "./wire.js";
import { t } from "./wording.js";

/** What differs. @param {{name: string, topic: string}} wish @param {{name: string, topic: string}} now */
const changeOf = (wish, now) => ({
  ...(wish.name.trim() === now.name ? {} : { name: wish.name }),
  ...(wish.topic.trim() === now.topic ? {} : { topic: wish.topic }),
});

/** @param {import("./app.js").App} app @param {number} id */
export function openRenameDialog(app, id) {
  const { name = "", topic = "" } = app.chat.rooms.get(id) ?? {};
  const wish = { name, topic };
  const problems = { name: "", topic: "" };
  let isBusy = false;
  dialog({
    title: t("room.edit"),
    content: (again) => roomFields(wish, problems, again),
    actions: (close) => html`
      <button type="button" class="button" @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--primary" aria-disabled=${isBusy}>${t("room.save")}</button>`,
    onSubmit: async (close, again) => {
      if (isBusy) return;
      problems.name = wish.name.trim() ? "" : t("room.name.empty");
      isBusy = !problems.name;
      again();
      if (problems.name) return;
      try {
        await app.chat.doors.change(id, changeOf(wish, { name, topic }));
        close();
        toast(t("t.room"));
      } catch (error) {
        problems[error instanceof Refusal && error.field === "topic" ? "topic" : "name"] =
          detailOf(error) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
