// @ts-check
/** Files on their way, in the bubble of their message: how far, how fast, stop, once more. */
import { html, nothing } from "../vendor/lit.js";
import { fileCard, picturesView } from "./attachment_view.js";
import { partText, sizeText } from "./file_facts.js";
import { icon } from "./icon.js";
import { t } from "./wording.js";

/** @typedef {import("./upload.js").Upload} Upload */
/** @typedef {{onCancel: (upload: Upload) => void, onRetry: (upload: Upload) => void, isOnline: boolean}} Acts */

/** @param {Upload[]} uploads @param {Acts} acts */
export function uploadsView(uploads, acts) {
  const pictures = uploads.filter(({ picked }) => picked.isPicture && picked.width);
  const others = uploads.filter((upload) => !pictures.includes(upload));
  return html`${picturesView(
    pictures.map((upload) => ({
      address: upload.picked.address,
      name: upload.picked.name,
      width: upload.picked.width,
      height: upload.picked.height,
      over: pictureProgress(upload, acts),
    })),
  )}${others.map((upload) => fileCard(upload.picked, actions(upload, acts), html`${bar(upload)}<div class="file__size">${words(upload, acts)}</div>`))}`;
}

/** @param {Upload} upload @param {Acts} acts */
const pictureProgress = (upload, acts) => html`
  <div class="picture__progress">${bar(upload)}<span class="picture__words">${words(upload, acts)}</span>${actions(upload, acts)}</div>`;

/** @param {Upload} upload */
const bar = ({ picked, percent, state }) =>
  html`<progress class="progress" max="100" .value=${state === "waiting" ? 0 : percent} aria-label=${t("u.sending", { x: picked.name })}></progress>`;

/** @param {Upload} upload @param {Acts} acts */
function words(upload, { isOnline }) {
  const { state, picked, problem, isCut } = upload;
  if (state === "waiting") return `${t("u.waiting")} · ${sizeText(picked.size)}`;
  if (state === "failed")
    return html`<b class="file__failed">${isCut && !isOnline ? t("u.resumewhen") : problem || t("u.failed")}</b>`;
  if (upload.percent === 100) return t("u.check");
  const speed = upload.speed ? ` · ${t("u.speed", { x: sizeText(upload.speed) })}` : "";
  const part = t("u.progress", partText(upload.sent, picked.size));
  // There is room for one of the two; the other is told to who points at it.
  const left = leftText(upload.left);
  return html`<span title="${part}${speed}${left}">${part}${left || speed}</span>`;
}

/** @param {number} [seconds] */
function leftText(seconds) {
  if (!seconds) return "";
  return ` · ${seconds < 100 ? t("u.left", { n: seconds }) : t("u.minutes", { n: Math.round(seconds / 60) })}`;
}

/** @param {Upload} upload @param {Acts} acts */
function actions(upload, { onCancel, onRetry }) {
  const { picked, state } = upload;
  const retry = t("u.retry.x", { x: picked.name });
  const cancel = t("u.cancel.x", { x: picked.name });
  return html`${
    state === "failed"
      ? html`<button type="button" class="icon-button" aria-label=${retry} title=${retry} @click=${() => onRetry(upload)}>${icon("rotate-cw")}</button>`
      : nothing
  }<button type="button" class="icon-button" aria-label=${cancel} title=${cancel} @click=${() => onCancel(upload)}>${icon("x")}</button>`;
}
