// @ts-check
/** The chat as this page knows it: makes the parts, joins them to the line, and has the verbs. The views look at it and
 * call it; it knows no view. */
import { Broadcast } from "./broadcast.js";
import { CatchUp } from "./catch_up.js";
import { Changes } from "./changes.js";
import { now, setClock } from "./clock.js";
import { Comings } from "./comings.js";
import { Connection } from "./connection.js";
import { conversationOf, destination, otherOf } from "./conversations.js";
import { Drafts } from "./drafts.js";
import { History } from "./history.js";
import { request } from "./http.js";
import { Marker } from "./marker.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { Receipts } from "./receipts.js";
import { Rooms } from "./rooms.js";
import { Storage } from "./storage.js";
import { Typing, Typist } from "./typing.js";
import { uuid } from "./uuid.js";

const JOINING = 15_000; // ms
const FRESH_AFTER = 3; // joins that failed in a row before what is kept is dropped
const RECEIPT_ROOM = 30; // members up to which the server tells receipts

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {{kind: "stopped" | "kicked" | "banned", detail?: string, retryAfter?: number}} Gate */

export class Chat extends Changes {
  /** @type {import("./wire.js").Person} */
  me = { id: 0, nickname: "" };
  name = "";
  epoch = "";
  /** has `join` been answered once? */
  isJoined = false;
  /** @type {Gate | null} */
  gate = null;
  /** how many unsent messages went out with the last reconnection; null while there is nothing to tell */
  sentOnReturn = 0;

  people = new People();
  rooms = new Rooms();
  receipts = new Receipts();
  comings = new Comings();
  broadcast = new Broadcast();
  connection = new Connection();
  #storage = new Storage();
  drafts = new Drafts(this.#storage);
  typing = new Typing(() => this.changed());
  /** @type {(event: string, payload: object, patience?: number) => Promise<any>} */
  #ask = (event, payload, patience) => this.connection.ask(event, payload, patience);
  typist = new Typist(this.#ask);
  marker = new Marker(this.#ask);
  outbox = new Outbox({
    storage: this.#storage,
    ask: this.#ask,
    onKept: (message) => this.#arrived(message),
  });
  history = new History({ receipts: this.receipts, onChange: () => this.changed() });
  #catchUp = new CatchUp({
    apply: (message) => this.#apply(message),
    fetchChanges: (room, after) => request("GET", `/api/rooms/${room}/changes?after=${after}`),
    reset: (room) => this.history.reset(room),
  });
  #failedJoins = 0;
  /** leaves the page for the join page; `main` gives it */
  onOut = () => {};

  start() {
    const { connection } = this;
    connection.onOpen = () => this.#join();
    connection.onRefused = (refusal) => this.#refused(refusal);
    connection.onCheck = (patience) =>
      this.#ask("type", { room: this.rooms.lobby?.id ?? 0, typing: false }, patience);
    connection.onChange(() => this.#connectionChanged());
    connection.on("message_posted", (message) => this.#arrived(message));
    connection.on("message_changed", (message) => this.#arrived(message));
    connection.on("people_changed", (change) => this.#peopleChanged(change));
    connection.on("room_changed", (change) => this.#roomChanged(change));
    connection.on("marked", (mark) => this.#marked(mark));
    connection.on("person_typed", (sign) => this.typing.take(sign));
    connection.on("service_changed", (change) => this.#serviceChanged(change));
    connection.on("session_ended", (end) => this.#ended(end));
    this.outbox.onChange(() => this.changed());
    connection.start();
  }

  /** Writes to a conversation. @param {string} key @param {string} body */
  post(key, body) {
    this.typist.sent();
    return this.outbox.add({ key: uuid(), conversation: key, to: destination(key), body, at: now() });
  }

  /** The conversation of a key, whether its room exists or not. @param {string} key */
  conversation(key) {
    const room = this.roomOf(key);
    if (room) return conversationOf(room, this.me.id);
    const to = destination(key);
    return "person" in to
      ? { key, person: to.person, isLobby: false, unread: 0, at: 0, room: undefined }
      : undefined;
  }

  /** @param {string} key */
  roomOf(key) {
    const to = destination(key);
    return "room" in to ? this.rooms.get(to.room) : this.rooms.directWith(to.person);
  }

  /** This person has seen everything of a room up to `seq`. @param {number} room @param {number} seq */
  hasRead(room, seq) {
    const known = this.rooms.get(room);
    if (!known || seq <= known.read_seq) return;
    this.marker.read(room, seq);
    this.#read(room, seq);
  }

  /** Comes back after having been sent away. */
  comeBack() {
    this.gate = null;
    this.connection.begin();
    this.changed();
  }

  /** Leaves for good on this device: a shared PC keeps nothing of this person. */
  async leave() {
    await request("DELETE", "/api/session");
    this.connection.end();
    await Promise.all([this.drafts.forgetAll(), this.outbox.forgetAll()]);
    this.onOut();
  }

  async #join() {
    this.#catchUp.hold();
    const isFresh = this.#failedJoins >= FRESH_AFTER;
    const cursors = isFresh ? {} : this.#catchUp.cursors(this.history.loadedRooms);
    try {
      const ack = await this.#ask("join", Object.keys(cursors).length ? { cursors } : {}, JOINING);
      if (isFresh) this.history.clear();
      await this.#joined(ack, cursors);
      this.#failedJoins = 0;
    } catch (error) {
      this.#failedJoins += 1;
      this.#catchUp.release();
      throw error;
    }
  }

  /** @param {import("./wire.js").Joined} ack @param {Record<string, number>} cursors */
  async #joined(ack, cursors) {
    const { me, service, online = 0, people = [], rooms = [], changes = {}, pinned } = ack;
    if (service.now) setClock(service.now);
    const isOther =
      Boolean(this.epoch && service.epoch !== this.epoch) || (this.me.id && this.me.id !== me.id);
    if (isOther) this.#dropAll();
    this.me = me;
    this.name = service.name ?? this.name;
    this.epoch = service.epoch ?? "";
    await Promise.all([this.drafts.load(me.id), this.outbox.load(me.id)]);
    this.people.join(people, online);
    this.typing.clear();
    this.rooms.join(rooms);
    this.broadcast.join(pinned);
    this.#catchUp.join(rooms, changes, isOther ? {} : cursors);
    this.marker.restart();
    for (const room of this.rooms.all) this.#received(room.id, room.seq);
    this.history.resume(this.rooms.all);
    this.gate = null;
    this.isJoined = true;
    this.#meetOthers();
    this.changed();
  }

  #connectionChanged() {
    if (this.connection.state === "open") {
      this.sentOnReturn = this.outbox.waiting;
      this.outbox.open();
    } else {
      this.outbox.close();
    }
    this.changed();
  }

  /** @param {Message} message */
  #arrived(message) {
    if (!this.rooms.get(message.room)) this.#findRoom(message.room);
    this.#catchUp.take(message);
    this.changed();
  }

  /** A message in its newest form, in its turn. @param {Message} message */
  #apply(message) {
    const { id } = this.me;
    this.rooms.take(message, id);
    this.history.take(message);
    this.broadcast.take(message);
    this.typing.take({ room: message.room, person: message.sender.id });
    if (message.sender.id === id) this.outbox.settle(message.client_id);
    else this.#received(message.room, message.seq);
  }

  /** @param {number} id @param {number} seq */
  #received(id, seq) {
    const room = this.rooms.get(id);
    if (room && seq > 0 && room.members <= RECEIPT_ROOM) this.marker.received(id, seq);
  }

  /** @param {number} id @param {number} seq */
  #read(id, seq) {
    this.rooms.read(id, seq, this.history.unreadAfter(id, seq, this.me.id));
    this.changed();
  }

  /** @param {import("./wire.js").PeopleChanged} change */
  #peopleChanged(change) {
    const others = (change.joined ?? []).filter(
      ({ id }) => id !== this.me.id && !this.people.get(id)?.online,
    );
    const left = (change.left ?? []).filter((id) => id !== this.me.id && this.people.get(id)?.online);
    const names = {
      joined: others.map((person) => person.nickname),
      left: left.map((id) => this.people.name(id)),
    };
    this.comings.add(names, this.rooms.lobby?.seq ?? 0, now());
    this.people.change(change, now());
    const me = change.changed?.find(({ id }) => id === this.me.id);
    if (me) this.me = { ...this.me, ...me };
    this.changed();
  }

  /** @param {import("./wire.js").RoomChanged} change */
  #roomChanged(change) {
    this.rooms.change(change);
    if ("gone" in change) this.history.forget(change.id);
    else this.#catchUp.begin(change.id);
    this.#meetOthers();
    this.changed();
  }

  /** @param {import("./wire.js").Marked} mark */
  #marked(mark) {
    if (mark.person === this.me.id && mark.read) this.#read(mark.room, mark.read);
    this.receipts.take(mark);
    this.changed();
  }

  /** @param {import("./wire.js").ServiceChanged} change */
  #serviceChanged({ state, reason }) {
    if (state === "stopped") this.#close({ kind: "stopped", detail: reason });
    else if (this.gate?.kind === "stopped") this.comeBack();
  }

  /** @param {import("./wire.js").SessionEnded} end */
  #ended({ reason, detail }) {
    if (reason === "left" || reason === "revoked") this.#out();
    else if (reason === "service_stopped") this.#close(this.gate ?? { kind: "stopped" });
    else if (reason === "kicked" || reason === "banned") this.#close({ kind: reason, detail });
  }

  /** The server does not let this page in. @param {import("./wire.js").Refusal} refusal */
  #refused({ code, detail, retryAfter, reason }) {
    if (code === "unauthenticated") this.#out();
    else if (code === "service_stopped") this.#close({ kind: "stopped", detail: reason, retryAfter });
    else if (code === "banned") this.#close({ kind: "banned", detail });
    return !["unauthenticated", "service_stopped", "banned"].includes(code);
  }

  /** @param {Gate} gate */
  #close(gate) {
    this.gate = gate;
    this.connection.end();
    this.changed();
  }

  #out() {
    this.drafts.flush();
    this.connection.end();
    this.onOut();
  }

  /** A restored backup, or another person in this browser: all that is kept is of another world, but the outbox. */
  #dropAll() {
    this.people.clear();
    this.rooms.clear();
    this.receipts.clear();
    this.comings.clear();
    this.history.clear();
    this.#catchUp.forget();
  }

  /** A room that nobody has told of yet: the ack of its first message was faster. @param {number} id */
  async #findRoom(id) {
    try {
      const { room } = await request("GET", `/api/rooms/${id}`);
      if (!this.rooms.get(id)) this.#roomChanged(room);
    } catch (error) {
      console.warn(`room ${id} is not known`, error);
    }
  }

  /** Learns the names of those one talks with in private, where they are not known. */
  async #meetOthers() {
    const others = this.rooms.all.map((room) => otherOf(room, this.me.id));
    const strangers = others.filter((id) => id !== undefined && !this.people.get(id)).slice(0, 100);
    if (strangers.length === 0) return;
    try {
      const { people } = await request("GET", `/api/people?ids=${strangers.join(",")}`);
      this.people.meet(people);
      this.changed();
    } catch (error) {
      console.warn("names are missing", error);
    }
  }
}
