// @ts-check
/** What one does with a message: its menu, and the keys that do the same. */
import { toast } from "./toast.js";
import { detailOf } from "./wire.js";
import { t } from "./wording.js";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const FINE = matchMedia("(pointer: fine)");

/** @typedef {import("./wire.js").Message} Message */

export class MessageActs {
  #app;

  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.#app = app;
  }

  /** @param {Message} message */
  reply(message) {
    if (message.deleted_at) return;
    this.#app.chat.begun.answer(this.#app.conversation.key, message);
    this.#app.focusComposer();
  }

  /** @param {Message} message */
  edit(message) {
    if (!this.#isOwn(message)) return;
    this.#app.chat.begun.edit(this.#app.conversation.key, message);
    this.#app.focusComposer();
  }

  /** @param {Message} message */
  async copy(message) {
    if (!message.body) return;
    const { copy } = await import("./clipboard.js");
    if (await copy(message.body)) toast(t("t.copied.text"));
  }

  /** @param {Message} message */
  async forward(message) {
    (await import("./forward_dialog.js")).openForwardDialog(this.#app, message);
  }

  /** @param {Message} message */
  async delete(message) {
    if (!this.#isOwn(message)) return;
    (await import("./delete_dialog.js")).openDeleteDialog(this.#app, message);
  }

  /** @param {Message} message */
  async info(message) {
    (await import("./receipts_dialog.js")).openReceiptsDialog(this.#app, message);
  }

  /** Puts an emoji under a message, or takes one's own away. @param {Message} message @param {string} emoji */
  async react(message, emoji) {
    const { me, corrections } = this.#app.chat;
    const isOn = message.reactions?.some((one) => one.emoji === emoji && one.people.includes(me.id));
    try {
      await corrections.react(message, emoji, !isOn);
    } catch (error) {
      toast(detailOf(error) || t("fail.server"), "circle-alert");
    }
  }

  /** @param {Message} message @param {HTMLElement} opener */
  async choose(message, opener) {
    if (message.deleted_at || message.kind === "event") return;
    const { openEmojiPicker } = await import("./emoji_picker.js");
    await openEmojiPicker(opener, (emoji) => this.react(message, emoji), { isOnce: true });
  }

  /** @param {Message} message */
  async reactions(message) {
    (await import("./reactions_dialog.js")).openReactionsDialog(this.#app, message);
  }

  /** What a key does while a message has the focus.
   * @param {Message} message @param {string} key @param {HTMLElement} article @returns {boolean} */
  pressed(message, key, article) {
    const acts = {
      "+": () => this.choose(message, article),
      r: () => this.reply(message),
      e: () => this.edit(message),
      c: () => this.copy(message),
      Delete: () => this.delete(message),
    };
    const act = acts[/** @type {keyof typeof acts} */ (key.length === 1 ? key.toLowerCase() : key)];
    act?.();
    return Boolean(act);
  }

  /** @param {Message} message @param {HTMLElement} opener */
  async open(message, opener) {
    if (message.deleted_at || message.kind === "event") return;
    const { openMenu } = await import("./menu.js");
    const article = opener.closest("article");
    openMenu(opener, t("m.more"), this.#items(message), {
      subject: article?.querySelector(".message__bubble, .broadcast__text"),
      quick: [
        ...QUICK.map((emoji) => ({
          emoji,
          name: t("react.with", { x: emoji }),
          onPick: () => this.react(message, emoji),
        })),
        { emoji: "", name: t("m.react"), onPick: () => this.choose(message, opener) },
      ],
    });
  }

  /** @param {Message} message @returns {import("./menu.js").Item[]} */
  #items(message) {
    const isOwn = this.#isOwn(message);
    const key = (/** @type {string} */ name) => (FINE.matches ? name : undefined);
    return [
      { sign: "reply", name: t("m.reply"), key: key("R"), onPick: () => this.reply(message) },
      ...(this.#isAnothers(message)
        ? [
            {
              sign: "message-square",
              name: t("m.private"),
              onPick: () => this.#app.talkTo(message.sender.id),
            },
          ]
        : []),
      ...(message.body
        ? [{ sign: "copy", name: t("m.copy"), key: key("C"), onPick: () => this.copy(message) }]
        : []),
      { sign: "forward", name: t("m.forward"), onPick: () => this.forward(message) },
      ...(isOwn && message.body
        ? [{ sign: "pencil", name: t("m.edit"), key: key("E"), onPick: () => this.edit(message) }]
        : []),
      ...(message.reactions
        ? [{ sign: "smile", name: t("react.all"), onPick: () => this.reactions(message) }]
        : []),
      ...(isOwn ? [{ sign: "info", name: t("m.info"), onPick: () => this.info(message) }] : []),
      ...(isOwn
        ? [{ sign: "trash-2", name: t("m.delete"), isDanger: true, onPick: () => this.delete(message) }]
        : []),
    ];
  }

  /** Of somebody else, and not in the talk with them. @param {Message} message */
  #isAnothers({ sender }) {
    const { chat, conversation } = this.#app;
    return sender.id !== chat.me.id && conversation.person === undefined;
  }

  /** @param {Message} message */
  #isOwn({ sender, deleted_at, kind }) {
    return sender.id === this.#app.chat.me.id && !deleted_at && !kind;
  }
}

/** The newest own message that can be edited. @param {Message[]} messages @param {number} me */
export const lastOwn = (messages, me) =>
  messages.findLast(({ sender, body, deleted_at, kind }) => sender.id === me && body && !deleted_at && !kind);
