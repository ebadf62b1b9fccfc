// @ts-check
/** Another nickname for oneself; what was said stays under the name of its time. */
import { html } from "../vendor/lit.js";
import { dialog } from "./dialog.js";
import { fieldError } from "./field.js";
import { request } from "./http.js";
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

/** @param {import("./app.js").App} app */
export function openNameDialog({ chat }) {
  let nickname = chat.me.nickname;
  let problem = "";
  let isBusy = false;
  dialog({
    title: t("me.name"),
    content: () => html`
      <div class="field">
        <label class="field__label" for="new-name">${t("join.nick")}</label>
        <div class="input"><input id="new-name" autocomplete="nickname" autofocus maxlength="64" .value=${nickname}
          aria-invalid=${Boolean(problem)} aria-describedby="new-name-note"
          @input=${(/** @type {InputEvent} */ event) => {
            nickname = /** @type {HTMLInputElement} */ (event.target).value;
          }}></div>
        ${problem ? fieldError("new-name-note", problem) : html`<span class="field__hint" id="new-name-note">${t("me.name.p")}</span>`}
      </div>`,
    actions: (close) => html`
      <button type="button" class="button" @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--primary" aria-disabled=${isBusy}>${t("c.save")}</button>`,
    onSubmit: async (close, again) => {
      if (isBusy) return;
      problem = nickname.trim() ? "" : t("join.nick.short");
      isBusy = !problem;
      again();
      if (problem) return;
      try {
        chat.isMe((await request("PATCH", "/api/session", { nickname: nickname.trim() })).person);
        close();
        toast(t("t.name"));
      } catch (error) {
        problem = detailOf(error) || t("fail.server");
        isBusy = false;
        again();
      }
    },
  });
}
