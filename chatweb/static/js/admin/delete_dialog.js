// @ts-check
// Asked before a message is taken away for everybody.

import { html, nothing } from "../../vendor/lit.js";
import { dialog } from "../dialog.js";
import { fieldError } from "../field.js";
import { toast } from "../toast.js";
import { t } from "../wording.js";
import { failure } from "./failure.js";

/** @param {() => Promise<unknown>} act */
export function askToDelete(act) {
  let problem = "";
  let isBusy = false;

  /** @param {() => void} close @param {() => void} again */
  async function go(close, again) {
    if (isBusy) return;
    isBusy = true;
    again();
    try {
      await act();
      close();
      toast(t("t.deleted"));
    } catch (error) {
      problem = failure(error);
    }
    isBusy = false;
    again();
  }

  dialog({
    title: t("d.delete"),
    content: () => html`
      <p class="dialog__text">${t("d.delete.p")}</p>
      ${problem ? fieldError("delete-problem", problem) : nothing}
    `,
    actions: (close) => html`
      <button type="button" class="button" autofocus @click=${close}>${t("d.cancel")}</button>
      <button class="button button--danger" aria-disabled=${isBusy ? "true" : "false"}>${t("m.delete")}</button>
    `,
    onSubmit: go,
  });
}
