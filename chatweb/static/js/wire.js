// @ts-check
/** The wire: every event that this page asks or hears, and the shapes that travel. docs/protocol.md is the text of it. */

/** What the page asks; each is answered by an ack. */
export const ASKED = Object.freeze([
  "join",
  "leave",
  "post_message",
  "edit_message",
  "delete_message",
  "react",
  "create_room",
  "join_room",
  "leave_room",
  "invite",
  "change_room",
  "mark",
  "type",
]);

/** What the server tells. */
export const TOLD = Object.freeze([
  "message_posted",
  "message_changed",
  "people_changed",
  "room_changed",
  "marked",
  "person_typed",
  "service_changed",
  "broadcast_unpinned",
  "session_ended",
]);

/**
 * @typedef {{id: number, nickname: string, role?: "admin", avatar?: number, online?: boolean, last_seen_at?: number}} Person
 *
 * @typedef {object} Attachment
 * @property {number} id
 * @property {string} name
 * @property {string} media_type
 * @property {number} size
 * @property {number} [width]
 * @property {number} [height]
 * @property {boolean} [thumbnail]
 * @property {string} url
 *
 * @typedef {{name: "renamed" | "topic" | "invited" | "left", people?: number[], value?: string}} RoomEvent
 *
 * @typedef {object} Message
 * @property {number} id
 * @property {number} room
 * @property {number} seq
 * @property {number} revision
 * @property {"broadcast" | "event"} [kind]
 * @property {{id: number, nickname: string}} sender
 * @property {string} [body]
 * @property {Attachment[]} [attachments]
 * @property {number} [reply_to] a message's id
 * @property {{emoji: string, people: number[]}[]} [reactions]
 * @property {RoomEvent} [event]
 * @property {string} [client_id]
 * @property {number} sent_at
 * @property {number} [edited_at]
 * @property {number} [deleted_at]
 *
 * @typedef {object} Room
 * @property {number} id
 * @property {"lobby" | "open" | "private" | "direct"} kind
 * @property {string} [name]
 * @property {string} [topic]
 * @property {number[]} [people]
 * @property {number} [seq]
 * @property {number} [revision]
 * @property {number} [members]
 * @property {Message} [last]
 * @property {number} [read_seq]
 * @property {number} [unread]
 * @property {"read_only" | "archived"} [state]
 *
 * @typedef {object} Service
 * @property {"running" | "stopped"} state
 * @property {string} [reason]
 * @property {string} [name]
 * @property {string} [epoch]
 * @property {number} [now]
 * @property {Record<string, number>} [limits]
 *
 * @typedef {{messages?: Message[], more?: boolean, reset?: boolean}} Missed
 *
 * @typedef {object} Joined the ack of `join`
 * @property {Person} me
 * @property {Service} service
 * @property {number} [online]
 * @property {Person[]} [people]
 * @property {Room[]} [rooms]
 * @property {Record<string, Missed>} [changes]
 * @property {Message} [pinned]
 *
 * @typedef {{person: number, received_at?: number, read_at?: number}} Receipt
 *
 * @typedef {{room: number} | {person: number}} Destination
 * @typedef {{joined?: Person[], left?: number[], changed?: Person[], online?: number}} PeopleChanged
 * @typedef {Room | {id: number, gone: true}} RoomChanged
 * @typedef {{room: number, person: number, received?: number, read?: number, at: number}} Marked
 * @typedef {{room: number, person: number, typing?: boolean}} PersonTyped
 * @typedef {{state: "running" | "stopped", reason?: string}} ServiceChanged
 * @typedef {"left" | "kicked" | "banned" | "service_stopped" | "restarting" | "revoked" | "flooding" | "slow_consumer"} EndReason
 * @typedef {{reason: EndReason, detail?: string}} SessionEnded
 *
 * @typedef {{code: string, detail?: string, field?: string, retry_after?: number, suggestion?: string, reason?: string}} Problem
 */

/** A refusal by the server, or its silence: code "no_answer" (it may or may not have happened) or "disconnected". */
export class Refusal extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail ?? problem.code);
    this.name = "Refusal";
    this.code = problem.code;
    this.detail = problem.detail ?? "";
    this.field = problem.field;
    /** seconds */
    this.retryAfter = problem.retry_after;
    this.suggestion = problem.suggestion;
    this.reason = problem.reason;
  }
}

/** @param {unknown} error */
export const codeOf = (error) => (error instanceof Refusal ? error.code : "");

/** What the server says of a refusal, in the reader's language; empty where it said nothing. @param {unknown} error */
export const detailOf = (error) => (error instanceof Refusal ? error.detail : "");
