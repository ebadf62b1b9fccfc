// @ts-check
/** Opening a room: its name, its topic, whether everybody may come, whom one brings along. */
import { html } from "../vendor/lit.js";
import { roomKey } from "./conversations.js";
import { dialog } from "./dialog.js";
import { fieldProblem } from "./field.js";
import { PeoplePicker } from "./people_picker.js";
import { roomFields } from "./room_fields.js";
import { detailOf, Refusal } from "./wire.js";
import { t } from "./wording.js";

/** Where a refusal belongs. @param {unknown} error @returns {"name" | "topic" | "other"} */
function placeOf(error) {
  const name = error instanceof Refusal ? error.field : "";
  return name === "name" || name === "topic" ? name : "other";
}

/** @param {import("./app.js").App} app */
export function openNewRoomDialog(app) {
  const wish = { name: "", topic: "", isPrivate: false };
  const problems = { name: "", topic: "", other: "" };
  let isBusy = false;
  let redraw = () => {};
  const picker = new PeoplePicker(
    app,
    () => false,
    () => redraw(),
  );
  dialog({
    title: t("nav.newroom"),
    content: (again) => {
      redraw = again;
      return html`
        ${roomFields(wish, problems, again)}
        <div class="field field--row">
          <span class="grows"><span class="field__label" id="private-label">${t("room.private")}</span>
            <span class="field__hint" id="private-hint">${t("room.private.p")}</span></span>
          <button type="button" role="switch" class="switch" aria-checked=${wish.isPrivate} aria-labelledby="private-label" aria-describedby="private-hint"
            @click=${() => {
              wish.isPrivate = !wish.isPrivate;
              again();
            }}></button>
        </div>
        ${picker.template(t("room.guests"))}
        ${fieldProblem("room-problem", problems.other)}`;
    },
    actions: (close) => html`
      <button type="button" class="button" @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--primary" aria-disabled=${isBusy}>${t("room.new.go")}</button>`,
    onSubmit: async (close, again) => {
      if (isBusy) return;
      problems.name = wish.name.trim() ? "" : t("room.name.empty");
      problems.topic = problems.other = "";
      isBusy = !problems.name;
      again();
      if (!isBusy) return;
      try {
        const room = await app.chat.doors.create({ ...wish, people: [...picker.chosen] });
        close();
        app.open(roomKey(room.id));
      } catch (error) {
        problems[placeOf(error)] = detailOf(error) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
