// @ts-check
// The files of a message: a small picture where there is one, name and size; a press opens the file.

import { html, nothing } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { bytes } from "./format.js";
import { kindOfFile, lookOf } from "./kind.js";

/** @typedef {import("./wire.js").Attachment} Attachment */

/** @param {Attachment[]} [files] */
export function attachmentList(files = []) {
  if (files.length === 0) return nothing;
  return html`<ul class="attached">${files.map((file) => html`<li>${attached(file)}</li>`)}</ul>`;
}

/** @param {Attachment} file */
function attached({ id, name, media_type, size, url, thumbnail }) {
  const picture = thumbnail
    ? html`<img src=${`/media/${id}/thumbnail`} alt="" width="44" height="44" loading="lazy" decoding="async" />`
    : icon(lookOf(kindOfFile(media_type))[0]);
  return html`<a class="attached__file" href=${url} target="_blank" rel="noopener noreferrer" title=${name}>
    <span class="attached__sign">${picture}</span>
    <span class="attached__words"><bdi class="truncated">${name}</bdi><small class="quiet numeric">${bytes(size)}</small></span>
  </a>`;
}
