// @ts-check
/** The page round the chat: which conversation is open, how wide the screen is, and when to draw. */
import { Changes } from "./changes.js";
import { now } from "./clock.js";
import { conversations, personKey, roomKey } from "./conversations.js";
import { addressOf, Place } from "./place.js";
import { onLanguage, t } from "./wording.js";

const COMPACT = "(max-width: 639.98px)";
const WIDE = "(min-width: 1180px)";
const HIDDEN_FRAME = 250; // ms

/** @typedef {import("./conversations.js").Conversation} Conversation */

export class App extends Changes {
  place = new Place();
  /** @type {import("./conversations.js").Filter} */
  filter = "all";
  /** what is looked for among people */
  query = "";
  isPanelOpen = matchMedia(WIDE).matches;
  /** is somebody being looked for to talk with? Between two the panel shows only then */
  #isFinding = false;
  #compact = matchMedia(COMPACT);
  #wide = matchMedia(WIDE);
  #isDue = false;
  /** @type {import("./search_panel.js").SearchPanel | null} where one looks for what was said, while it is open */
  search = null;
  /** shows a message where it was said; the page gives it @type {(message: import("./wire.js").Message) => Promise<void>} */
  showMessage = async () => {};
  /** moves the keyboard to the composer; the composer gives it */
  focusComposer = () => {};

  /** @param {import("./chat.js").Chat} chat */
  constructor(chat) {
    super();
    this.chat = chat;
    chat.onChange(() => this.changed());
    this.place.onChange(() => this.#moved());
    this.#compact.addEventListener("change", () => this.#resized());
    this.#wide.addEventListener("change", () => this.#resized());
    onLanguage(() => this.changed());
  }

  /** One drawing for all that changed in a frame; a hidden page has no frames, and no hurry. */
  changed() {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => {
      if (!this.#isDue) return;
      this.#isDue = false;
      super.changed();
    };
    requestAnimationFrame(draw);
    setTimeout(draw, HIDDEN_FRAME);
  }

  get isCompact() {
    return this.#compact.matches;
  }

  get isWide() {
    return this.#wide.matches;
  }

  /** What the narrow screen shows. @returns {"list" | "people" | "me" | "room"} */
  get pane() {
    return this.place.where.pane;
  }

  get isRoomShown() {
    return !this.isCompact || this.pane === "room";
  }

  /** The open conversation; the lobby while none was chosen. @returns {Conversation} */
  get conversation() {
    const { lobby } = this.chat.rooms;
    const chosen = this.place.key ? this.chat.conversation(this.place.key) : undefined;
    const otherwise = lobby && this.chat.conversation(roomKey(lobby.id));
    return chosen ?? otherwise ?? { key: "", isLobby: true, unread: 0, at: 0 };
  }

  get conversations() {
    const { drafts, outbox, rooms, me } = this.chat;
    const begun = [...outbox.conversations, ...drafts.conversations, this.place.key].filter(Boolean);
    return conversations(rooms.all, me.id, new Map(begun.map((key) => [key, now()])));
  }

  get unread() {
    return this.conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
  }

  /** @param {Conversation} conversation */
  titleOf(conversation) {
    if (conversation.person !== undefined) return this.chat.people.name(conversation.person);
    return conversation.isLobby ? t("room.lobby") : (conversation.room?.name ?? "");
  }

  /** @param {string} key */
  open(key) {
    if (this.place.where.pane !== "room") this.place.go(addressOf(key));
    else if (this.place.where.key !== key && this.isCompact) this.place.go(addressOf(key));
    else this.place.replace(addressOf(key));
    if (!this.isCompact) this.focusComposer();
  }

  /** @param {number} person */
  talkTo(person) {
    if (person === this.chat.me.id) return;
    this.open(personKey(person));
  }

  /** The room that is open is no longer one's own: back to the list, or to the lobby. */
  leaveConversation() {
    const { lobby } = this.chat.rooms;
    this.place.replace(this.isCompact || !lobby ? "#/" : addressOf(roomKey(lobby.id)));
  }

  /** Looks for what was said: in a conversation, or in all of them. @param {import("./rooms.js").KnownRoom} [room] */
  async openSearch(room) {
    const { SearchPanel } = await import("./search_panel.js");
    const search = new SearchPanel(this, room);
    this.search = search;
    this.changed();
    requestAnimationFrame(() => requestAnimationFrame(() => search.focus()));
  }

  closeSearch() {
    this.search = null;
    this.changed();
  }

  get isPanelShown() {
    const isDirect = this.conversation.person !== undefined;
    return !this.isCompact && this.isPanelOpen && (this.#isFinding || !isDirect);
  }

  /** A conversation begins with choosing somebody. */
  findPeople() {
    this.isPanelOpen = true;
    this.#isFinding = true;
    this.changed();
  }

  /** The list of people: beside the conversation, or in its place on a narrow screen. */
  togglePeople() {
    if (this.isCompact) this.place.go("#/people");
    else this.isPanelOpen = !this.isPanelShown;
    this.#isFinding = false;
    this.changed();
  }

  #moved() {
    this.chat.typist.stops();
    this.#isFinding = false;
    if (!this.isWide) this.isPanelOpen = false;
    this.changed();
  }

  #resized() {
    this.isPanelOpen = this.isWide;
    this.changed();
  }
}
