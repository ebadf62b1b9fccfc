// @ts-check
/** One's profile photo: choosing, looking at it, removing. */
import { html, nothing } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { dialog } from "./dialog.js";
import { fieldProblem } from "./field.js";
import { icon } from "./icon.js";
import { dropPhoto, photoProblem, squareOf, wearPhoto } from "./photo.js";
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

/** @param {import("./app.js").App} app */
export function openPhotoDialog(app) {
  /** @type {File | null} */
  let photo = null;
  let address = "";
  let problem = "";
  let isBusy = false;
  const show = (/** @type {File | null} */ file) => {
    if (address) URL.revokeObjectURL(address);
    photo = file;
    address = file ? URL.createObjectURL(file) : "";
  };
  /** @param {() => void} close @param {() => void} again @param {() => Promise<import("./wire.js").Person>} act @param {string} words */
  const save = async (close, again, act, words) => {
    if (isBusy) return;
    isBusy = true;
    again();
    try {
      app.chat.isMe(await act());
      show(null);
      close();
      toast(words);
    } catch (error) {
      problem = detailOf(error) || t("fail.server");
      isBusy = false;
      again();
    }
  };
  dialog({
    title: t("join.photo"),
    content: (again) => html`
      <p class="dialog__text">${t("me.photo.p")}</p>
      <div class="photo">
        ${address ? html`<span class="avatar avatar--88"><img class="avatar__photo" src=${address} alt=""></span>` : avatar(app.chat.me, { size: 88 })}
        <label class="button button--line photo__pick">${icon("image", "18")}${t("join.photo.pick")}
          <input class="visually-hidden" id="photo-file" type="file" accept="image/png,image/jpeg,image/webp,image/gif" autofocus
            @change=${async (/** @type {Event} */ event) => {
              const [file] = /** @type {HTMLInputElement} */ (event.target).files ?? [];
              const words = file ? photoProblem(file) : "";
              problem = words && t(words);
              show(file && !problem ? await squareOf(file) : null);
              again();
            }}></label>
      </div>
      ${fieldProblem("photo-problem", problem)}`,
    actions: (close, again) => html`
      ${
        app.chat.me.avatar && !photo
          ? html`<button type="button" class="button button--danger-line dialog__aside" aria-disabled=${isBusy}
              @click=${() => save(close, again, dropPhoto, t("t.photo.gone"))}>${t("join.photo.remove")}</button>`
          : nothing
      }
      <button type="button" class="button" @click=${close}>${t("d.cancel")}</button>
      <button type="submit" class="button button--primary" aria-disabled=${isBusy || !photo}>${t("room.save")}</button>`,
    onSubmit: (close, again) => {
      const file = photo;
      if (file) save(close, again, () => wearPhoto(file), t("t.photo"));
    },
  });
}
