// @ts-check
// What the dashboard knows, kept true by asking once and listening after; the cards draw from it.

import { codeOf } from "../wire.js";
import { Activities } from "./activities.js";
import { Entries } from "./entries.js";
import { Moderation } from "./moderation.js";
import { OnlinePeople } from "./online_people.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./live.js").Live} Live */
/** @typedef {import("./wire.js").Status} Status */
/** @typedef {import("./wire.js").PeopleChange} PeopleChange */
/** @typedef {import("./wire.js").Entry} Entry */
/** @typedef {{ room: number } | { person: number }} Target */
/** @typedef {"status" | "people" | "entries" | "activities"} Part */

const STATUS_PAUSE = 30_000; // ms; storage and the like move slowly, the rest comes live
const FIRST_ROOM = 1; // the lobby is made before any other room
const PAGE = 100; // entries asked for at the start

/**
 * Tells `status`, `people`, `entries`, `activities` and `line` when they change, `signed_out` when the session is over.
 */
export class Panel extends EventTarget {
  #api;
  #live;
  /** @type {Set<PeopleChange[]>} what came while the list was asked for, once for each question */
  #late = new Set();

  /** @type {Status | null} */
  status = null;
  people = new OnlinePeople();
  entries = new Entries();
  activities = new Activities();
  /** @type {Set<Part>} */
  loaded = new Set();
  /** @type {Set<Part>} */
  failed = new Set();
  /** @type {"connecting" | "connected" | "away"} */
  line = "connecting";

  /** @param {Api} api @param {Live} live */
  constructor(api, live) {
    super();
    this.#api = api;
    this.#live = live;
    this.moderation = new Moderation(api);
    this.#listen();
  }

  /** The room that everybody is in. */
  get lobby() {
    return (
      this.status?.lobby ?? this.entries.list.find((entry) => entry.room_kind === "lobby")?.room ?? FIRST_ROOM
    );
  }

  open() {
    this.#live.open();
    setInterval(() => this.#refreshStatus(), STATUS_PAUSE);
    document.addEventListener("visibilitychange", () => this.#refreshStatus());
  }

  retry() {
    this.#live.retry();
    this.refresh();
  }

  refresh() {
    this.#load("status", async () => this.#setStatus(await this.#api.get("status")));
    this.#load("people", () => this.#loadPeople());
    this.#load("entries", async () =>
      this.entries.renew((await this.#api.get("messages", { limit: PAGE })).messages),
    );
    this.#load("activities", async () => {
      const { activity, cursor } = await this.#api.get("activity", { limit: PAGE });
      this.activities.renew(activity, Boolean(cursor));
    });
  }

  /** @param {"running" | "stopped"} state @param {string} [reason] */
  async setService(state, reason) {
    const { service } = await this.#do(this.#api.put("service", { state, ...(reason && { reason }) }));
    this.#serviceChanged(service);
  }

  /** Give what was kept for this moment back to a disk that is full. */
  async releaseBallast() {
    await this.#do(this.#api.delete("ballast"));
    this.#setStatus(await this.#api.get("status"));
  }

  /** @param {{ body: string, until?: number, client_id: string }} broadcast */
  async broadcast(broadcast) {
    const { message } = await this.#do(this.#api.post("broadcasts", broadcast));
    if (this.status) this.#setStatus({ ...this.status, pinned: { ...message, until: broadcast.until } });
    return message;
  }

  /** @param {number} id */
  async unpin(id) {
    await this.#do(this.#api.delete(`broadcasts/${id}`));
    this.#unpinned(id);
  }

  /** @param {Target} to @param {string} body @param {string} clientId */
  async write(to, body, clientId) {
    await this.#do(this.#api.post("messages", { to, body, client_id: clientId }));
  }

  /** The activities before those that are known. */
  async loadOlder() {
    const { activity, cursor } = await this.#do(
      this.#api.get("activity", { cursor: this.activities.oldest, limit: PAGE }),
    );
    this.activities.append(activity, Boolean(cursor));
    this.#tell("activities");
  }

  #listen() {
    const live = this.#live;
    live.addEventListener("connected", () => this.#setLine("connected"));
    live.addEventListener("away", () => this.#setLine("away"));
    live.addEventListener("refused", (event) => this.#refused(detail(event)));
    live.addEventListener("service_changed", (event) => this.#serviceChanged(detail(event)));
    live.addEventListener("people_changed", (event) => this.#peopleChanged(detail(event)));
    live.addEventListener("message_posted", (event) => this.#posted(detail(event)));
    live.addEventListener("message_changed", (event) => this.#changed(detail(event)));
    live.addEventListener("broadcast_unpinned", (event) => this.#unpinned(detail(event).id));
    live.addEventListener("activity", (event) => {
      this.activities.put([detail(event)]);
      this.#tell("activities");
    });
  }

  /** @param {"connected" | "away"} line */
  #setLine(line) {
    const first = this.line === "connecting";
    this.line = line;
    this.#tell("line");
    if (line === "connected" || first) this.refresh();
  }

  /** @param {string} code */
  #refused(code) {
    if (code === "unauthenticated") this.#tell("signed_out");
  }

  /** @param {import("./wire.js").Service} service */
  #serviceChanged(service) {
    if (this.status)
      this.#setStatus({ ...this.status, service: { ...this.status.service, reason: undefined, ...service } });
  }

  /** @param {number} id */
  #unpinned(id) {
    if (this.status?.pinned?.id === id) this.#setStatus({ ...this.status, pinned: undefined });
  }

  /** @param {PeopleChange} change */
  #peopleChanged(change) {
    for (const late of this.#late) late.push(change);
    this.people.apply(change);
    this.#tell("people");
    if (!this.status) return;
    const online = change.online ?? this.people.count;
    this.#setStatus({ ...this.status, online, peak: Math.max(this.status.peak, online) });
  }

  /** @param {Entry} entry */
  #posted(entry) {
    this.entries.put([entry]);
    this.#tell("entries");
    if (!this.status) return;
    const { messages, messages_today } = this.status;
    this.#setStatus({ ...this.status, messages: messages + 1, messages_today: messages_today + 1 });
  }

  /** @param {Entry} entry */
  #changed(entry) {
    this.entries.change(entry);
    this.#tell("entries");
  }

  async #loadPeople() {
    /** @type {PeopleChange[]} */
    const late = [];
    this.#late.add(late);
    try {
      const { people } = await this.#api.get("people", { online: 1 });
      this.people.replace(people);
      for (const change of late) this.people.apply(change);
    } finally {
      this.#late.delete(late);
    }
  }

  #refreshStatus() {
    if (document.visibilityState !== "visible" || this.line === "away") return;
    this.#load("status", async () => this.#setStatus(await this.#api.get("status")));
  }

  /** @param {Part} part @param {() => Promise<void>} ask */
  async #load(part, ask) {
    try {
      await this.#do(ask());
      this.loaded.add(part);
      this.failed.delete(part);
    } catch {
      this.failed.add(part);
    }
    this.#tell(part);
  }

  /** @template T @param {Promise<T>} asked */
  async #do(asked) {
    try {
      return await asked;
    } catch (error) {
      if (codeOf(error) === "unauthenticated") this.#tell("signed_out");
      throw error;
    }
  }

  /** @param {Status} status */
  #setStatus(status) {
    this.status = status;
    this.#tell("status");
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

/** @param {Event} event @returns {any} */
function detail(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
