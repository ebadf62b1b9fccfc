// @ts-check
/** The chat as this page knows it: makes the parts, joins them to the line, and has the verbs. The views look at it and
 * call it; it knows no view. */
import { Begun } from "./begun.js";
import { Broadcast } from "./broadcast.js";
import { Changes } from "./changes.js";
import { now, setClock } from "./clock.js";
import { Connection } from "./connection.js";
import { conversationAt } from "./conversations.js";
import { Corrections } from "./corrections.js";
import { Doors } from "./doors.js";
import { Drafts } from "./drafts.js";
import { Gatekeeper } from "./gatekeeper.js";
import { History } from "./history.js";
import { request } from "./http.js";
import { Inbox } from "./inbox.js";
import { Joining } from "./joining.js";
import { Marker } from "./marker.js";
import { Originals } from "./originals.js";
import { Presence } from "./presence.js";
import { Receipts } from "./receipts.js";
import { Rooms } from "./rooms.js";
import { Sending } from "./sending.js";
import { Keeping, smallStorage } from "./storage.js";
import { fetchRoom, meet, namedIn, othersOf } from "./strangers.js";
import { Typing, Typist } from "./typing.js";

/** @typedef {import("./wire.js").Message} Message */

export class Chat extends Changes {
  /** @type {import("./wire.js").Person} */
  me = { id: 0, nickname: "" };
  name = "";
  epoch = "";
  /** bytes that one file may have */
  largestFile = 100 * 1024 ** 2;
  /** has `join` been answered once? */
  isJoined = false;
  /** how many unsent messages went out with the last reconnection */
  sentOnReturn = 0;

  presence = new Presence();
  rooms = new Rooms();
  receipts = new Receipts();
  broadcast = new Broadcast();
  connection = new Connection();
  gatekeeper = new Gatekeeper(this.connection, () => this.changed());
  drafts = new Drafts(smallStorage());
  typing = new Typing(() => this.changed());
  /** @type {(event: string, payload: object, patience?: number) => Promise<any>} */
  #ask = (event, payload, patience) => this.connection.ask(event, payload, patience);
  typist = new Typist(this.#ask);
  #marker = new Marker(this.#ask);
  /** replies, edits and files that are begun */
  begun = new Begun();
  sending = new Sending({
    storage: new Keeping(),
    ask: this.#ask,
    drafts: this.drafts,
    onKept: (message) => this.#arrived(message),
    onChange: () => this.changed(),
  });
  originals = new Originals(() => this.changed());
  corrections = new Corrections({ ask: this.#ask, onChanged: (message) => this.#arrived(message) });
  doors = new Doors({ ask: this.#ask, onRoom: (change) => this.#roomChanged(change) });
  history = new History({
    receipts: this.receipts,
    onPage: (messages) => this.meet(namedIn(messages)),
    onChange: () => this.changed(),
  });
  inbox = new Inbox({
    me: () => this.me.id,
    rooms: this.rooms,
    history: this.history,
    originals: this.originals,
    broadcast: this.broadcast,
    typing: this.typing,
    receipts: this.receipts,
    marker: this.#marker,
    outbox: this.outbox,
  });
  #joining = new Joining({
    ask: this.#ask,
    cursors: () => this.inbox.cursors,
    forget: () => this.history.clear(),
    take: (ack, cursors) => this.#joined(ack, cursors),
  });

  start() {
    const { connection } = this;
    /** @param {string} event @param {(payload: any) => void} hear */
    const told = (event, hear) => connection.on(event, this.#joining.after(hear));
    connection.onOpen = () => this.#joining.join();
    connection.onRefused = (refusal) => this.gatekeeper.refused(refusal);
    connection.onCheck = (patience) =>
      this.#ask("type", { room: this.rooms.lobby?.id ?? 0, typing: false }, patience);
    connection.onChange(() => this.#connectionChanged());
    told("message_posted", (message) => this.#arrived(message));
    told("message_changed", (message) => this.#arrived(message));
    told("people_changed", (change) => this.#peopleChanged(change));
    told("room_changed", (change) => this.#roomChanged(change));
    told("marked", (mark) => this.#marked(mark));
    connection.on("person_typed", (sign) => this.typing.take(sign));
    connection.on("service_changed", (change) => this.gatekeeper.serviceChanged(change));
    connection.on("broadcast_unpinned", ({ id }) => this.#unpinned(id));
    connection.on("session_ended", (end) => this.gatekeeper.ended(end));
    this.begun.onChange(() => this.changed());
    connection.start();
  }

  get people() {
    return this.presence.people;
  }

  get outbox() {
    return this.sending.outbox;
  }

  /** Writes to a conversation, with what was begun for it. @param {string} key @param {string} body */
  post(key, body) {
    this.typist.sent();
    const { files, reply } = this.begun.take(key);
    return this.sending.post(key, { body, files, reply });
  }

  /** The conversation of a key, whether its room exists or not. @param {string} key */
  conversation(key) {
    return conversationAt(key, this.rooms, this.me.id);
  }

  /** This person has seen everything of a room up to `seq`. @param {number} room @param {number} seq */
  hasRead(room, seq) {
    this.inbox.hasRead(room, seq);
    this.changed();
  }

  /** Leaves for good on this device: a shared PC keeps nothing of this person. */
  async leave() {
    this.connection.end(); // or the server's good-bye would take the page away before it has forgotten
    try {
      await request("DELETE", "/api/session");
    } catch (error) {
      this.connection.begin();
      throw error;
    }
    this.begun.clear();
    this.drafts.forgetAll();
    await this.sending.forgetAll();
    this.gatekeeper.out();
  }

  /** @param {import("./wire.js").Joined} ack @param {Record<string, number>} cursors */
  async #joined(ack, cursors) {
    const { me, service, online = 0, people = [], pinned } = ack;
    if (service.now) setClock(service.now);
    const isOther =
      Boolean(this.epoch && service.epoch !== this.epoch) || (this.me.id && this.me.id !== me.id);
    if (isOther) this.#dropAll();
    this.me = me;
    this.name = service.name ?? this.name;
    this.epoch = service.epoch ?? "";
    this.largestFile = service.limits?.file ?? this.largestFile;
    this.drafts.load(me.id);
    await this.outbox.load(me.id);
    this.people.join(people, online);
    this.typing.clear();
    this.broadcast.join(pinned);
    this.inbox.join(ack, isOther ? {} : cursors);
    this.gatekeeper.gate = null;
    this.isJoined = true;
    this.#meetOthers();
    this.changed();
  }

  #connectionChanged() {
    if (this.connection.state === "open") {
      this.sentOnReturn = this.outbox.waiting;
      this.sending.open();
    } else {
      this.sending.close();
    }
    this.changed();
  }

  /** @param {Message} message */
  #arrived(message) {
    if (!this.rooms.get(message.room)) this.#findRoom(message.room);
    if (message.event?.people) this.meet(message.event.people);
    this.inbox.take(message);
    this.changed();
  }

  /** @param {import("./wire.js").PeopleChanged} change */
  #peopleChanged(change) {
    const after = this.rooms.lobby?.seq ?? 0;
    this.presence.change(change, { me: this.me.id, after, at: now() });
    const me = change.changed?.find(({ id }) => id === this.me.id);
    if (me) this.isMe(me);
    this.changed();
  }

  /** This person, as they are now. @param {import("./wire.js").Person} person */
  isMe(person) {
    this.me = person;
    this.people.learn([{ ...person, online: true }]);
    this.changed();
  }

  /** @param {import("./wire.js").RoomChanged} change */
  #roomChanged(change) {
    this.rooms.change(change);
    if ("gone" in change) this.inbox.end(change.id);
    else this.inbox.begin(change);
    this.#meetOthers();
    this.changed();
  }

  /** @param {import("./wire.js").Marked} mark */
  #marked(mark) {
    this.inbox.marked(mark);
    this.changed();
  }

  /** @param {number} id */
  #unpinned(id) {
    this.broadcast.unpin(id);
    this.changed();
  }

  /** A restored backup, or another person in this browser: all that is kept is of another world, but the outbox. */
  #dropAll() {
    this.presence.clear();
    this.rooms.clear();
    this.receipts.clear();
    this.history.clear();
    this.inbox.forget();
  }

  /** The ack of a room's first message may be faster than the room. @param {number} id */
  async #findRoom(id) {
    const room = await fetchRoom(id);
    if (room && !this.rooms.get(id)) this.#roomChanged(room);
  }

  async #meetOthers() {
    await this.meet(othersOf(this.rooms.all, this.me.id));
  }

  /** Learns who these are. @param {number[]} ids */
  async meet(ids) {
    await meet(ids, this.people);
    this.changed();
  }
}
