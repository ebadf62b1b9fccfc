// @ts-check
/** The log of the conversation that is open: draws it, keeps its place, notes what was read. */
import { guard, html, nothing, render, repeat } from "../vendor/lit.js";
import { Announcer } from "./announcer.js";
import { now } from "./clock.js";
import { onHold } from "./hold.js";
import { useKeys } from "./log_keys.js";
import { lookOf } from "./log_look.js";
import { edge, empty, failed, skeleton } from "./log_states.js";
import { messageRow } from "./message.js";
import { MessageActs } from "./message_acts.js";
import { daysOf } from "./message_rows.js";
import { gist } from "./quote.js";
import { Reader } from "./reader.js";
import { ScrollKeeper } from "./scroll_keeper.js";
import { drawing } from "./text.js";
import { dayName } from "./time.js";
import { language } from "./wording.js";

const FLASH = 1_600; // ms
const JUMP_PAGES = 30; // of history that a jump to an original may load
const JUMP_PAGE = 100; // messages

/** @typedef {import("./message_rows.js").Divider} Divider */
/** @typedef {import("./message_log.js").MessageLog} MessageLog */

export class MessageList {
  #app;
  #log;
  #inner;
  #scroll;
  #announcer;
  #key = "";
  /** @type {Divider | null} */
  #divider = null;
  #isPlaced = false;
  /** the newest seq that was drawn */
  #newest = 0;
  /** how many came while the reader was further up */
  fresh = 0;
  #wasOpen = true;
  #offersJump = false;
  #reader;
  #acts;

  /** @param {import("./app.js").App} app @param {HTMLElement} log */
  constructor(app, log) {
    this.#app = app;
    this.#log = log;
    this.#inner = /** @type {HTMLElement} */ (log.firstElementChild);
    this.#scroll = new ScrollKeeper(log, this.#inner, () => this.#scrolled());
    this.#announcer = new Announcer(/** @type {HTMLElement} */ (document.getElementById("announcer")));
    this.#acts = new MessageActs(app);
    useKeys(log, {
      onLeave: () => app.focusComposer(),
      onKey: (article, key) =>
        this.#withMessage(article, (message) => this.#acts.pressed(message, key, article)),
    });
    onHold(this.#inner, (target) =>
      this.#withMessage(target, (message, article) => {
        this.#acts.open(message, article);
        return true;
      }),
    );
    this.#reader = new Reader(app, this.#scroll, () => this.#isShown);
  }

  get isFarUp() {
    return this.#isPlaced && this.#scroll.isFarUp;
  }

  /** To the newest message, and the keyboard with it. */
  jump() {
    this.#scroll.toEnd();
    this.fresh = 0;
    this.#last?.focus({ preventScroll: true });
    this.#app.changed();
  }

  toEnd() {
    this.#scroll.toEnd();
  }

  render() {
    const { chat, conversation } = this.#app;
    if (!this.#app.isRoomShown) {
      this.#key = "";
      return;
    }
    if (conversation.key !== this.#key) this.#turnTo(conversation.key);
    const room = conversation.room;
    const log = room && chat.history.of(room.id);
    if (room && log?.state === "fresh") chat.history.open(room.id);
    if (room && this.#scroll.isAtEnd) chat.history.lighten(room.id);
    this.#noteNews(log);
    this.#log.setAttribute("aria-label", this.#app.titleOf(conversation));
    this.#log.setAttribute("aria-busy", String(log?.state === "loading" || log?.older === "loading"));
    render(this.#template(log), this.#inner);
    this.#settle(log);
    this.#rove();
    this.#reader.look();
  }

  /** @param {string} key */
  #turnTo(key) {
    this.#key = key;
    this.#isPlaced = false;
    this.#newest = 0;
    this.fresh = 0;
    this.#divider = null;
    this.#scroll.isAtEnd = true;
    const { room } = this.#app.conversation;
    if (room && room.unread > 0) this.#divider = { after: room.read_seq, count: room.unread, isAway: false };
    if (room) this.#learnReceipts();
  }

  async #learnReceipts() {
    const { chat, conversation } = this.#app;
    if (!conversation.room) return;
    await chat.history.open(conversation.room.id);
    await chat.history.learnReceipts(conversation.room.id);
  }

  /** What came since the last drawing: said aloud, counted, or set apart after an absence.
   * @param {MessageLog} [log] */
  #noteNews(log) {
    const isOpen = this.#app.chat.connection.state === "open";
    const newest = log?.newest?.seq ?? 0;
    if (this.#isPlaced && log && newest > this.#newest) {
      const news = log.messages.filter(
        ({ seq, sender }) => seq > this.#newest && sender.id !== this.#app.chat.me.id,
      );
      if (!this.#wasOpen && news.length && !this.#divider)
        this.#divider = { after: this.#newest, count: news.length, isAway: true };
      if (!this.#scroll.isAtEnd) this.fresh += news.length;
      for (const message of news.filter(({ kind }) => kind !== "event"))
        this.#announcer.say(`${message.sender.nickname}: ${gist(message)}`);
      if (log.newest?.sender.id === this.#app.chat.me.id) this.#scroll.isAtEnd = true;
    }
    if (isOpen && !this.#wasOpen) this.#learnReceipts();
    this.#newest = newest;
    this.#wasOpen = isOpen;
  }

  /** @param {MessageLog} [log] */
  #template(log) {
    const { chat, conversation } = this.#app;
    const days = daysOf({
      messages: log?.messages ?? [],
      entries: chat.outbox.of(conversation.key),
      comings: conversation.isLobby && log?.state === "ready" ? chat.presence.comings.lines : [],
      hasOlder: Boolean(log?.hasOlder),
      divider: this.#divider,
      me: chat.me.id,
    });
    if (log?.state === "failed") return failed(() => this.#open());
    if (log && log.state !== "ready" && days.length === 0) return skeleton();
    if (days.length === 0) return empty();
    return html`${log?.state === "ready" ? edge(log, () => this.#loadOlder()) : nothing}${repeat(
      days,
      (day) => day.key,
      (day) => html`<section class="day">
        <div class="day__name"><span>${dayName(day.at, now())}</span></div>
        ${repeat(
          day.rows,
          (row) => row.key,
          (row) => this.#row(row),
        )}
      </section>`,
    )}`;
  }

  /** @param {import("./message_rows.js").Row} row */
  #row(row) {
    const look = this.#look;
    if (row.kind !== "message") return messageRow(row, look);
    const { message, isFirst, isLast, isOwn } = row;
    const delivery = isOwn ? look.deliveryOf(message) : "";
    const original = message.reply_to && look.originalOf(message.reply_to);
    const photo = look.photoOf(message.sender.id);
    return guard(
      [message, isFirst, isLast, delivery, look.isDirect, original, photo, language(), drawing.markup],
      () => messageRow(row, look),
    );
  }

  get #look() {
    return lookOf(this.#app, this.#acts, (message) => this.show(message));
  }

  /** Finds the message of an element in the log. @param {Element} target
   * @param {(message: import("./wire.js").Message, article: HTMLElement) => boolean} act */
  #withMessage(target, act) {
    const { room } = this.#app.conversation;
    const article = /** @type {HTMLElement | null} */ (target.closest("article[data-seq]"));
    if (!article || !room) return false;
    const message = this.#app.chat.history
      .of(room.id)
      .messages.find(({ seq }) => seq === Number(article.dataset.seq));
    return message ? act(message, article) : false;
  }

  /** Goes to a message of this room, loading what lies between, and shows which it is.
   * @param {import("./wire.js").Message} message */
  async show(message) {
    const { history } = this.#app.chat;
    const log = history.of(message.room);
    this.#scroll.leaveEnd();
    for (let page = 0; page < JUMP_PAGES && (log.oldest?.seq ?? 0) > message.seq && log.hasOlder; page += 1)
      await history.older(message.room, JUMP_PAGE);
    this.render();
    const article = this.#inner.querySelector(`article[data-seq="${message.seq}"]`);
    if (!(article instanceof HTMLElement)) return;
    this.#scroll.toUpperPart(article);
    article.focus({ preventScroll: true });
    article.classList.add("message--flash");
    setTimeout(() => article.classList.remove("message--flash"), FLASH);
  }

  #open() {
    const { room } = this.#app.conversation;
    if (room) this.#app.chat.history.open(room.id);
  }

  #loadOlder() {
    const { room } = this.#app.conversation;
    if (room) this.#app.chat.history.older(room.id);
  }

  /** @param {MessageLog} [log] */
  #settle(log) {
    if (this.#isPlaced || (log && log.state !== "ready")) {
      this.#scroll.settle();
      return;
    }
    this.#isPlaced = true;
    const divider = this.#inner.querySelector("#divider");
    this.#scroll.toEnd();
    if (divider) this.#scroll.toUpperPart(divider);
  }

  #scrolled() {
    const { room } = this.#app.conversation;
    const wasFarUp = this.#offersJump;
    if (this.#scroll.isAtEnd) this.fresh = 0;
    this.#offersJump = this.isFarUp || this.fresh > 0;
    if (
      this.#isPlaced &&
      this.#scroll.isNearStart &&
      room &&
      this.#app.chat.history.of(room.id).older === "idle"
    )
      this.#loadOlder();
    this.#reader.look();
    if (this.#offersJump !== wasFarUp) this.#app.changed();
  }

  get #isShown() {
    return this.#isPlaced && this.#log.offsetParent !== null && !this.#app.chat.gatekeeper.gate;
  }

  /** One Tab stop: the message in focus, else the newest. */
  #rove() {
    const focused = this.#inner.querySelector("article:focus");
    for (const article of this.#inner.querySelectorAll("article[tabindex='0']"))
      article.setAttribute("tabindex", "-1");
    (focused ?? this.#last)?.setAttribute("tabindex", "0");
  }

  /** @returns {HTMLElement | undefined} */
  get #last() {
    return [...this.#inner.querySelectorAll("article")].at(-1);
  }
}
