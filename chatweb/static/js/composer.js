// @ts-check
/** Where one writes. What is begun is kept for each conversation; Enter sends on a desktop, the button everywhere. */
import { html, nothing, render } from "../vendor/lit.js";
import { badge } from "./conversation_list.js";
import { icon } from "./icon.js";
import { typingPill } from "./room_header.js";
import { t } from "./wording.js";

const MOST = 4_000; // characters of a message
const COUNTED_FROM = 0.9; // of them
const TOUCH = matchMedia("(pointer: coarse)");

/** @typedef {import("./app.js").App} App */

export class Composer {
  #app;
  #form;
  #list;
  #key = "";

  /** @param {App} app @param {HTMLFormElement} form @param {import("./message_list.js").MessageList} list */
  constructor(app, form, list) {
    this.#app = app;
    this.#form = form;
    this.#list = list;
    app.focusComposer = () => this.#field?.focus();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    addEventListener("pagehide", () => app.chat.drafts.flush());
    // A phone may end a hidden page without another word.
    document.addEventListener("visibilitychange", () => document.hidden && app.chat.drafts.flush());
  }

  render() {
    render(this.#template(), this.#form);
    const { key } = this.#app.conversation;
    const field = this.#field;
    if (!field) return;
    const draft = this.#app.chat.drafts.of(key);
    // Another conversation, or drafts that have just been read from the device.
    const turned = this.#app.isRoomShown ? key : "";
    if (this.#key !== turned || (draft && !field.value && document.activeElement !== field)) {
      this.#key = turned;
      field.value = draft;
      this.#fit();
      this.#check();
    }
  }

  /** @returns {HTMLTextAreaElement | null} */
  get #field() {
    return this.#form.querySelector("textarea");
  }

  #template() {
    const { conversation, chat } = this.#app;
    const label = conversation.isLobby ? t("c.ph") : t("c.ph.to", { x: this.#app.titleOf(conversation) });
    const length = this.#length;
    return html`
      ${typingPill(this.#app)}${this.#jump()}
      ${
        length > MOST * COUNTED_FROM
          ? html`<p class="composer__count ${length > MOST ? "composer__count--over" : ""}" role="status">${
              length > MOST ? t("c.toolong", { n: MOST }) : `${length} / ${MOST}`
            }</p>`
          : nothing
      }
      <div class="composer__row">
        <div class="composer__field"><textarea rows="1" dir="auto" aria-label=${label} placeholder=${label}
          enterkeyhint=${TOUCH.matches ? "enter" : "send"} ?disabled=${!chat.isJoined}
          @input=${() => this.#typed()} @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}
          @blur=${() => chat.typist.stops()}></textarea></div>
        <button type="submit" class="icon-button icon-button--solid" aria-label=${t("c.send")} title=${t("c.send")}
          aria-disabled=${!this.#maySend} @pointerdown=${keepFocus}>${icon("send-horizontal")}</button>
      </div>`;
  }

  #jump() {
    const { fresh, isFarUp } = this.#list;
    if (!isFarUp && !fresh) return nothing;
    return html`<button type="button" class="jump" aria-label=${fresh ? `${t("log.jump")}, ${t("log.unread", { n: fresh })}` : t("log.jump")}
      title=${t("log.jump")} @click=${() => this.#list.jump()}>${icon("chevron-down")}${
        fresh ? html`<span class="badge">${badge(fresh)}</span>` : nothing
      }</button>`;
  }

  get #length() {
    return [...(this.#field?.value.trim() ?? "")].length;
  }

  get #maySend() {
    return this.#length > 0 && this.#length <= MOST;
  }

  #typed() {
    const { chat, conversation } = this.#app;
    const text = this.#field?.value ?? "";
    chat.drafts.keep(conversation.key, text);
    if (!text.trim()) chat.typist.stops();
    else if (conversation.room) chat.typist.types(conversation.room.id);
    this.#fit();
    this.#check();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || TOUCH.matches) return;
    event.preventDefault();
    this.#send();
  }

  async #send() {
    const field = this.#field;
    if (!field || !this.#maySend) return;
    const { chat, conversation } = this.#app;
    const body = field.value.trim();
    field.value = "";
    chat.drafts.keep(conversation.key, "");
    chat.drafts.flush();
    this.#fit();
    this.#list.toEnd();
    field.focus();
    await chat.post(conversation.key, body);
  }

  /** As high as the text, up to six lines. */
  #fit() {
    const field = this.#field;
    if (!field) return;
    field.style.height = "";
    if (field.scrollHeight > field.clientHeight) field.style.height = `${field.scrollHeight}px`;
  }

  #check() {
    render(this.#template(), this.#form);
  }
}

/** The button must not take the keyboard away from the field. @param {PointerEvent} event */
const keepFocus = (event) => event.preventDefault();
