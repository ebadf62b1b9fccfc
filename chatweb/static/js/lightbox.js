// @ts-check
/** A picture on the whole screen, and those before and after it in the conversation. Always black. */
import { html, nothing, render } from "../vendor/lit.js";
import { kindOf } from "./file_facts.js";
import { icon } from "./icon.js";
import { clockTime } from "./time.js";
import { t } from "./wording.js";

const SWIPE = 60; // px

/** @typedef {import("./wire.js").Attachment} Attachment */
/** @typedef {import("./wire.js").Message} Message */
/** @typedef {{attachment: Attachment, message?: Message}} View */

/** @param {Message[]} messages the conversation's @param {Attachment} attachment the one to begin with
 * @param {Element} opener */
export function openLightbox(messages, attachment, opener) {
  const views = viewsOf(messages);
  let at = views.findIndex((view) => view.attachment.id === attachment.id);
  if (at < 0) at = views.push({ attachment }) - 1;
  const element = document.createElement("dialog");
  element.className = "lightbox";
  element.setAttribute("aria-label", t("prev.photo"));
  const go = (/** @type {number} */ step) => {
    at = Math.min(views.length - 1, Math.max(0, at + step));
    draw();
  };
  const draw = () =>
    render(
      template(views, at, go, () => element.close()),
      element,
    );
  element.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") go(-1);
    else if (event.key === "ArrowRight") go(1);
  });
  useSwipes(element, go, () => element.close());
  element.addEventListener("close", () => {
    element.remove();
    if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
  });
  draw();
  document.body.append(element);
  element.showModal();
  /** @type {HTMLElement | null} */ (element.querySelector("[data-close]"))?.focus();
}

/** @param {Message[]} messages @returns {View[]} */
const viewsOf = (messages) =>
  messages.flatMap((message) =>
    (message.deleted_at ? [] : (message.attachments ?? []))
      .filter((attachment) => kindOf(attachment) === "image")
      .map((attachment) => ({ attachment, message })),
  );

/** @param {View[]} views @param {number} at @param {(step: number) => void} go @param {() => void} close */
function template(views, at, go, close) {
  const { attachment, message } = views[at];
  const { url, name } = attachment;
  return html`
    <header class="lightbox__top">
      <button type="button" class="icon-button" data-close aria-label=${t("lb.close")} title=${t("lb.close")} @click=${close}>${icon("x")}</button>
      <div class="grows lightbox__who">
        <b class="truncated"><bdi>${message?.sender.nickname ?? name}</bdi></b>
        <span class="numeric" role="status">${message ? `${clockTime(message.sent_at)} · ` : ""}${t("lb.pos", { n: at + 1, m: views.length })}</span>
      </div>
      <a class="icon-button" href="${url}?download" download=${name} aria-label=${t("u.download", { x: name })} title=${t("u.download", { x: name })}>${icon("download")}</a>
    </header>
    <div class="lightbox__stage" @click=${(/** @type {Event} */ event) => event.target === event.currentTarget && close()}>
      <img src=${url} alt=${message?.body || name} draggable="false">
      ${at > 0 ? step("prev", "chevron-left", "lb.prev", () => go(-1)) : nothing}
      ${at < views.length - 1 ? step("next", "chevron-right", "lb.next", () => go(1)) : nothing}
    </div>
    ${message?.body ? html`<p class="lightbox__words" dir="auto">${message.body}</p>` : nothing}`;
}

/** @param {string} side @param {string} sign @param {string} name @param {() => void} act */
const step = (side, sign, name, act) => html`
  <button type="button" class="icon-button lightbox__step lightbox__step--${side}" aria-label=${t(name)} title=${t(name)} @click=${act}>${icon(sign, "24")}</button>`;

/** A finger to the side goes on, downwards closes. @param {HTMLElement} element
 * @param {(step: number) => void} go @param {() => void} close */
function useSwipes(element, go, close) {
  /** @type {Touch | null} */
  let from = null;
  element.addEventListener("touchstart", ({ touches }) => {
    from = touches.length === 1 ? touches[0] : null;
  });
  element.addEventListener("touchend", ({ changedTouches: [to] }) => {
    if (!from || (visualViewport?.scale ?? 1) > 1.01) return;
    const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
    if (y > SWIPE * 1.5 && Math.abs(y) > Math.abs(x)) close();
    else if (Math.abs(x) > SWIPE) go(x < 0 ? 1 : -1);
    from = null;
  });
}
