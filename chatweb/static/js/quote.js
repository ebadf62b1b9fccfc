// @ts-check
/** The message that another one answers to, in two lines; a press goes there. */
import { html, nothing } from "../vendor/lit.js";
import { kindOf } from "./file_facts.js";
import { icon } from "./icon.js";
import { hue } from "./person.js";
import { t } from "./wording.js";

/** @typedef {import("./wire.js").Message} Message */

/** What a message says in one line. @param {Pick<Message, "body" | "attachments" | "deleted_at">} message */
export function gist({ body, attachments = [], deleted_at }) {
  if (deleted_at) return t("log.deleted");
  if (body) return body;
  if (attachments.length > 1) return t("prev.files", { n: attachments.length });
  const [one] = attachments;
  if (!one) return "";
  const kind = kindOf(one);
  return kind === "file"
    ? one.name
    : t({ image: "prev.photo", video: "prev.video", audio: "prev.audio" }[kind]);
}

/** The sign before a gist without words of its own. @param {Pick<Message, "body" | "attachments">} message */
export function gistSign({ body, attachments = [] }) {
  if (body || attachments.length === 0) return "";
  return { image: "image", video: "video", audio: "music", file: "file" }[kindOf(attachments[0])];
}

/** @param {Message | "gone" | undefined} original undefined while it is on its way
 * @param {() => void} [onPress] */
export function quoteView(original, onPress) {
  if (original === undefined)
    return html`<div class="quote quote--waiting" aria-hidden="true"><b>…</b><span>…</span></div>`;
  if (original === "gone") return html`<div class="quote"><span><i>${t("m.gone")}</i></span></div>`;
  const { sender } = original;
  const inside = html`<b class="name-hue-${hue(sender.id)}"><bdi>${sender.nickname}</bdi></b>
    <span dir="auto">${words(original)}</span>${thumbnail(original)}`;
  if (!onPress || original.deleted_at) return html`<div class="quote">${inside}</div>`;
  return html`<button type="button" class="quote" aria-label="${t("m.jump", { x: sender.nickname })}: ${gist(original)}" @click=${onPress}>${inside}</button>`;
}

/** @param {Message} message */
function words(message) {
  if (message.deleted_at) return html`<i>${gist(message)}</i>`;
  const sign = gistSign(message);
  return html`${sign ? icon(sign, "14") : nothing}${gist(message)}`;
}

/** @param {Message} message */
function thumbnail({ attachments = [], deleted_at }) {
  const picture = deleted_at ? undefined : attachments.find((one) => kindOf(one) === "image");
  return picture ? html`<img src="/media/${picture.id}/thumbnail" alt="" width="36" height="36">` : nothing;
}
