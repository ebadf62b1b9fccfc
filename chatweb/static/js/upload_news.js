// @ts-check
/** Says to a screen reader how files go on: when one starts, at its half, when it is there or has failed. */
import { t } from "./wording.js";

/** @typedef {import("./upload.js").Upload} Upload */

export class UploadNews {
  #uploads;
  #region;
  /** @type {WeakMap<Upload, string>} what was said last */
  #said = new WeakMap();

  /** @param {import("./uploads.js").Uploads} uploads @param {HTMLElement} region role=status */
  constructor(uploads, region) {
    this.#uploads = uploads;
    this.#region = region;
    uploads.onChange(() => this.#look());
  }

  #look() {
    for (const upload of this.#uploads.all) {
      const words = wordsOf(upload);
      if (!words || this.#said.get(upload) === words) continue;
      this.#said.set(upload, words);
      this.#region.textContent = words;
    }
  }
}

/** @param {Upload} upload */
function wordsOf({ picked, state, percent }) {
  const x = picked.name;
  if (state === "waiting") return "";
  if (state === "done") return t("u.done", { x });
  if (state === "failed") return `${x}: ${t("u.failed")}`;
  return percent < 50 ? t("u.sending", { x }) : `${t("u.sending", { x })}: 50%`;
}
