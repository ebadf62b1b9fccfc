// @ts-check
/** Where one writes. What is begun is kept for each conversation; Enter sends on a desktop, the button everywhere. */
import { html, nothing, render } from "../vendor/lit.js";
import { attach, take, tray } from "./composer_files.js";
import { contextBar, mutedPill } from "./composer_parts.js";
import { badge } from "./conversation_list.js";
import { icon } from "./icon.js";
import { lastOwn } from "./message_acts.js";
import { typingPill } from "./room_header.js";
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

const MOST = 4_000; // characters of a message
const COUNTED_FROM = 0.9; // of them
const TOUCH = matchMedia("(pointer: coarse)");

/** @typedef {import("./app.js").App} App */

export class Composer {
  #app;
  #form;
  #list;
  /** the conversation whose draft is in the field; with the message's id while one is edited */
  #shown = "";
  #isSaving = false;

  /** @param {App} app @param {HTMLFormElement} form @param {import("./message_list.js").MessageList} list */
  constructor(app, form, list) {
    this.#app = app;
    this.#form = form;
    this.#list = list;
    app.focusComposer = () => {
      this.render();
      this.#field?.focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#hasContext) return;
      event.preventDefault();
      this.#dropContext();
    });
    form.addEventListener("paste", (event) => this.#pasted(event));
    addEventListener("pagehide", () => app.chat.drafts.flush());
    // A phone may end a hidden page without another word.
    document.addEventListener("visibilitychange", () => document.hidden && app.chat.drafts.flush());
  }

  render() {
    render(this.#template(), this.#form);
    const { key } = this.#app.conversation;
    const field = this.#field;
    if (!field) return;
    const { edited } = this.#begun;
    const turned = this.#app.isRoomShown ? `${key} ${edited?.id ?? ""}` : "";
    if (this.#shown !== turned) {
      this.#shown = turned;
      this.#fill(field, edited ? (edited.body ?? "") : this.#app.chat.drafts.of(key));
    } else if (!edited && turned && field.value !== this.#app.chat.drafts.of(key)) {
      // Read from the device just now, or given back by a message that could not go.
      this.#fill(field, this.#app.chat.drafts.of(key));
    }
  }

  /** @param {HTMLTextAreaElement} field @param {string} text */
  #fill(field, text) {
    field.value = text;
    this.#fit();
    render(this.#template(), this.#form);
  }

  get #begun() {
    return this.#app.chat.begun.of(this.#app.conversation.key);
  }

  get #hasContext() {
    const { reply, edited } = this.#begun;
    return Boolean(reply || edited);
  }

  /** @returns {HTMLTextAreaElement | null} */
  get #field() {
    return this.#form.querySelector("textarea");
  }

  #template() {
    const { chat } = this.#app;
    const { mute } = chat.sending;
    const { edited } = this.#begun;
    const jump = html`${typingPill(this.#app)}${this.#jump()}`;
    if (mute.isOn) return html`${jump}<div class="composer__row">${mutedPill(mute)}</div>`;
    return html`
      ${jump}
      ${contextBar(this.#app, this.#begun, () => this.#dropContext())}
      ${edited ? nothing : tray(this.#app)}
      ${this.#count()}
      <div class="composer__row">
        ${
          edited
            ? nothing
            : html`<button type="button" class="icon-button" id="attach" aria-haspopup="menu" aria-label=${t("c.attach")} title=${t("c.attach")}
                ?disabled=${!chat.isJoined} @click=${(/** @type {Event} */ event) => attach(this.#app, event)}>${icon("plus")}</button>`
        }
        <div class="composer__field"><textarea rows="1" dir="auto" aria-label=${this.#label} placeholder=${this.#label}
          enterkeyhint=${TOUCH.matches ? "enter" : "send"} ?disabled=${!chat.isJoined}
          @input=${() => this.#typed()} @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}
          @blur=${() => chat.typist.stops()}></textarea>${
            TOUCH.matches
              ? nothing
              : html`<button type="button" class="icon-button" aria-haspopup="dialog" aria-label=${t("c.emoji")} title=${t("c.emoji")}
                  ?disabled=${!chat.isJoined} @click=${(/** @type {Event} */ event) => this.#chooseEmoji(event)}>${icon("smile")}</button>`
          }</div>
        ${this.#button(edited ? "c.save" : "c.send", edited ? "check" : "send-horizontal")}
      </div>`;
  }

  /** @param {string} name @param {string} sign */
  #button(name, sign) {
    return html`<button type="submit" class="icon-button icon-button--solid" aria-label=${t(name)} title=${t(name)}
      aria-disabled=${!this.#maySend} @pointerdown=${keepFocus}>${icon(sign)}</button>`;
  }

  get #label() {
    const { conversation } = this.#app;
    if (this.#begun.files.length) return t("c.caption");
    return conversation.isLobby ? t("c.ph") : t("c.ph.to", { x: this.#app.titleOf(conversation) });
  }

  #count() {
    const length = this.#length;
    if (length <= MOST * COUNTED_FROM) return nothing;
    return html`<p class="composer__count ${length > MOST ? "composer__count--over" : ""}" role="status">${
      length > MOST ? t("c.toolong", { n: MOST }) : `${length} / ${MOST}`
    }</p>`;
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
    const { files, edited } = this.#begun;
    return this.#length <= MOST && (this.#length > 0 || (files.length > 0 && !edited)) && !this.#isSaving;
  }

  #typed() {
    const { chat, conversation } = this.#app;
    const text = this.#field?.value ?? "";
    this.#fit();
    if (!this.#begun.edited) {
      chat.drafts.keep(conversation.key, text);
      if (!text.trim()) chat.typist.stops();
      else if (conversation.room) chat.typist.types(conversation.room.id);
    }
    render(this.#template(), this.#form);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "ArrowUp" && !this.#field?.value && !this.#begun.edited) {
      if (this.#editLast()) event.preventDefault();
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || TOUCH.matches) return;
    event.preventDefault();
    this.#send();
  }

  /** @param {Event} event */
  async #chooseEmoji(event) {
    const opener = /** @type {HTMLElement} */ (event.currentTarget);
    const { openEmojiPicker } = await import("./emoji_picker.js");
    await openEmojiPicker(opener, (emoji) => {
      this.#field?.setRangeText(emoji, this.#field.selectionStart, this.#field.selectionEnd, "end");
      this.#typed();
    });
  }

  #editLast() {
    const { chat, conversation } = this.#app;
    if (!conversation.room || this.#begun.files.length) return false;
    const message = lastOwn(chat.history.of(conversation.room.id).messages, chat.me.id);
    if (message) chat.begun.edit(conversation.key, message);
    return Boolean(message);
  }

  async #send() {
    const field = this.#field;
    if (!field || !this.#maySend) return;
    const { chat, conversation } = this.#app;
    const body = field.value.trim();
    const { edited } = this.#begun;
    field.focus();
    if (edited) {
      await this.#save(edited, body);
      return;
    }
    chat.drafts.keep(conversation.key, "");
    chat.drafts.flush();
    this.#fill(field, "");
    this.#list.toEnd();
    await chat.post(conversation.key, body);
  }

  /** @param {import("./wire.js").Message} message @param {string} body */
  async #save(message, body) {
    const { chat, conversation } = this.#app;
    if (body === message.body) {
      this.#dropContext();
      return;
    }
    this.#isSaving = true;
    this.render();
    try {
      await chat.corrections.edit(message, body);
      chat.begun.edit(conversation.key, undefined);
    } catch (error) {
      toast(detailOf(error) || t("fail.server"), "circle-alert");
    }
    this.#isSaving = false;
    this.render();
  }

  #dropContext() {
    const { begun } = this.#app.chat;
    const { key } = this.#app.conversation;
    if (this.#begun.edited) begun.edit(key, undefined);
    else begun.answer(key, undefined);
    this.render();
    this.#field?.focus();
  }

  /** A picture from the clipboard goes into the tray; a text that has a picture of itself stays a text.
   * @param {ClipboardEvent} event */
  #pasted(event) {
    const { clipboardData } = event;
    if (!clipboardData?.files.length || clipboardData.types.includes("text/plain")) return;
    const files = [...clipboardData.files];
    event.preventDefault();
    take(this.#app, files);
  }

  /** As high as the text, up to six lines. */
  #fit() {
    const field = this.#field;
    if (!field) return;
    field.style.height = "";
    if (field.scrollHeight > field.clientHeight) field.style.height = `${field.scrollHeight}px`;
  }
}

/** The button must not take the keyboard away from the field. @param {PointerEvent} event */
const keepFocus = (event) => event.preventDefault();
