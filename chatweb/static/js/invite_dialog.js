// @ts-check
/** Bringing people into a room. */
import { html } from "../vendor/lit.js";
import { dialog } from "./dialog.js";
import { fieldProblem } from "./field.js";
import { PeoplePicker } from "./people_picker.js";
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

/** @param {import("./app.js").App} app @param {number} id @param {import("./wire.js").Person[]} people who is in it already */
export function openInviteDialog(app, id, people) {
  const inside = new Set(people.map((person) => person.id));
  let problem = "";
  let isBusy = false;
  let redraw = () => {};
  const picker = new PeoplePicker(
    app,
    (person) => inside.has(person.id),
    () => redraw(),
  );
  dialog({
    title: t("room.invite"),
    content: (again) => {
      redraw = again;
      return html`${picker.template(app.chat.rooms.get(id)?.name ?? "")}${fieldProblem("invite-problem", problem)}`;
    },
    actions: (close) => html`
      <button type="button" class="button" @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--primary" aria-disabled=${isBusy}>${t("room.invite")}</button>`,
    onSubmit: async (close, again) => {
      if (isBusy) return;
      problem = picker.chosen.size ? "" : t("room.invite.none");
      isBusy = !problem;
      again();
      if (problem) return;
      try {
        await app.chat.doors.invite(id, [...picker.chosen]);
        close();
        toast(t("t.invited", { n: picker.chosen.size }));
      } catch (error) {
        problem = detailOf(error) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
