// @ts-check
/** Taking a message back, after one question. */
import { html, nothing } from "../vendor/lit.js";
import { dialog } from "./dialog.js";
import { fieldError } from "./field.js";
import { gist } from "./quote.js";
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

/** @param {import("./app.js").App} app @param {import("./wire.js").Message} message */
export function openDeleteDialog(app, message) {
  let problem = "";
  let isBusy = false;
  dialog({
    title: t("m.delete.ask"),
    content: () => html`
      <p class="dialog__text">${t("m.delete.p")}</p>
      <p class="dialog__quote" dir="auto">${gist(message)}</p>
      ${problem ? fieldError("delete-problem", problem) : nothing}`,
    actions: (close) => html`
      <button type="button" class="button" autofocus @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--danger" aria-disabled=${isBusy}>${t("m.delete")}</button>`,
    onSubmit: async (close, again) => {
      if (isBusy) return;
      isBusy = true;
      again();
      try {
        await app.chat.corrections.delete(message);
        close();
        toast(t("t.deleted"));
      } catch (error) {
        problem = detailOf(error) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
