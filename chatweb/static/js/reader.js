// @ts-check
/** Notes what was read: in sight for half a second, in a page that is looked at. */

const SEEN_AFTER = 500; // ms

export class Reader {
  #app;
  #scroll;
  #isReadable;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("./app.js").App} app
   * @param {import("./scroll_keeper.js").ScrollKeeper} scroll
   * @param {() => boolean} isReadable is the log on the screen? */
  constructor(app, scroll, isReadable) {
    this.#app = app;
    this.#scroll = scroll;
    this.#isReadable = isReadable;
    document.addEventListener("visibilitychange", () => this.look());
  }

  look() {
    const { room } = this.#app.conversation;
    if (this.#timer || !room || document.hidden || !this.#isReadable()) return;
    const seen = this.#scroll.lastSeen;
    if (seen > room.read_seq) this.#timer = setTimeout(() => this.#note(room.id, seen), SEEN_AFTER);
  }

  /** @param {number} room @param {number} seen half a second ago */
  #note(room, seen) {
    this.#timer = undefined;
    const isStillHere = this.#app.conversation.room?.id === room && !document.hidden && this.#isReadable();
    if (isStillHere) this.#app.chat.hasRead(room, Math.min(seen, this.#scroll.lastSeen));
    this.look();
  }
}
