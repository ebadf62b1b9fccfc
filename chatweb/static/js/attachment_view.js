// @ts-check
/** Files in a bubble: pictures as thumbnails, audio and video that play in place, everything else as a card. */
import { html, nothing } from "../vendor/lit.js";
import { kindOf, lookOf, nameParts, sizeText, typeText } from "./file_facts.js";
import { icon } from "./icon.js";
import { t } from "./wording.js";

const WIDEST = 320; // px of a picture in the log
const HIGHEST = 400;
const NARROWEST = 96;

/** @typedef {import("./wire.js").Attachment} Attachment */

/** @param {Attachment[]} attachments
 * @param {{alt: string, onView: (attachment: Attachment, opener: Element) => void}} how */
export function attachmentsView(attachments, { alt, onView }) {
  const pictures = attachments.filter((one) => kindOf(one) === "image");
  const others = attachments.filter((one) => kindOf(one) !== "image");
  return html`${picturesView(
    pictures.map((one) => ({
      ...one,
      address: `/media/${one.id}/thumbnail`,
      name: alt || t("img.open", { x: one.name }),
      onPress: (/** @type {Element} */ opener) => onView(one, opener),
    })),
  )}${others.map(otherView)}`;
}

/** @param {Attachment} attachment */
function otherView(attachment) {
  const kind = kindOf(attachment);
  if (kind === "file") return fileCard(attachment, downloadButton(attachment));
  return html`<div class="player">
    ${fileCard(attachment, downloadButton(attachment))}
    ${
      kind === "audio"
        ? html`<audio class="player__audio" controls preload="none" src=${attachment.url} @error=${spoiled}></audio>`
        : html`<video class="player__video" controls preload="metadata" playsinline src=${attachment.url} @error=${spoiled}></video>`
    }
    <p class="player__bad" hidden>${t(kind === "audio" ? "audio.bad" : "video.bad")}</p>
  </div>`;
}

/** The browser cannot play it: says so in its place. @param {Event} event */
function spoiled(event) {
  const player = /** @type {HTMLElement} */ (event.currentTarget);
  player.hidden = true;
  const words = player.parentElement?.querySelector(".player__bad");
  if (words instanceof HTMLElement) words.hidden = false;
}

/** @typedef {object} Picture
 * @property {string} address
 * @property {string} name
 * @property {number} [width]
 * @property {number} [height]
 * @property {unknown} [over] what lies over it
 * @property {(opener: Element) => void} [onPress] */

/** One picture as it is, several in a grid. @param {Picture[]} pictures */
export function picturesView(pictures) {
  if (pictures.length === 0) return nothing;
  if (pictures.length === 1) return pictureView(pictures[0], boxOf(pictures[0]));
  return html`<div class="pictures">${pictures.map((picture) => pictureView(picture, { width: 156, height: 156 }))}</div>`;
}

/** @param {Picture} picture @param {{width: number, height: number}} box */
function pictureView({ address, name, over, onPress }, { width, height }) {
  const inside = html`<img src=${address} alt=${name} width=${width} height=${height} loading="lazy" decoding="async" @error=${unseen}>
    <span class="picture__bad">${icon("image-off")}<span>${t("img.bad")}</span></span>`;
  if (!onPress) return html`<div class="picture">${inside}${over}</div>`;
  return html`<button type="button" class="picture" title=${name}
    @click=${(/** @type {Event} */ event) => onPress(/** @type {Element} */ (event.currentTarget))}>${inside}</button>`;
}

/** @param {Event} event */
const unseen = (event) =>
  /** @type {HTMLElement} */ (event.currentTarget).parentElement?.classList.add("picture--bad");

/** The box that a picture has before it is there. @param {{width?: number, height?: number}} picture */
export function boxOf({ width = WIDEST, height = (WIDEST * 2) / 3 }) {
  const scale = Math.min(WIDEST / width, HIGHEST / height, 1);
  return {
    width: Math.max(NARROWEST, Math.round(width * scale)),
    height: Math.max(NARROWEST / 2, Math.round(height * scale)),
  };
}

/** @param {{name: string, media_type: string, size: number}} file @param {unknown} [actions] @param {unknown} [below] */
export const fileCard = (file, actions = nothing, below = undefined) => html`
  <div class="file">${fileTile(file)}
    <div class="grows">${fileName(file.name)}${below ?? html`<div class="file__size">${sizeText(file.size)}${typeText(file)}</div>`}</div>
    ${actions}
  </div>`;

/** @param {{name: string, media_type: string}} file */
export function fileTile(file) {
  const { look, sign } = lookOf(file);
  return html`<span class="file__tile file__tile--${look}" aria-hidden="true">${icon(sign)}</span>`;
}

/** The end of a name is always seen. @param {string} name */
export function fileName(name) {
  const [first, last] = nameParts(name);
  return html`<div class="file__name" title=${name}><span>${first}</span><span>${last}</span></div>`;
}

/** @param {Attachment} attachment */
const downloadButton = ({ url, name }) => html`
  <a class="icon-button" href="${url}?download" download=${name} aria-label=${t("u.download", { x: name })}
    title=${t("u.download", { x: name })}>${icon("download")}</a>`;
