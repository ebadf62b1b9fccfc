// @ts-check
/** The list of conversations. One is the same before and after its room exists: a talk between two is named after the
 * other person, every other room after itself. */

/** @typedef {import("./rooms.js").KnownRoom} KnownRoom */
/** @typedef {"all" | "unread" | "rooms" | "private"} Filter */

/**
 * @typedef {object} Conversation
 * @property {string} key "room 3" or "person 7"
 * @property {KnownRoom} [room] absent until the first message between two
 * @property {number} [person] the other one, between two
 * @property {boolean} isLobby
 * @property {number} unread
 * @property {number} at ms, when something was last said
 */

/** @param {number} id */
export const roomKey = (id) => `room ${id}`;
/** @param {number} id */
export const personKey = (id) => `person ${id}`;

/** Where a message to this conversation goes. @param {string} key @returns {import("./wire.js").Destination} */
export function destination(key) {
  const [kind, id] = key.split(" ");
  return kind === "person" ? { person: Number(id) } : { room: Number(id) };
}

/** The other person of a room of two. @param {{kind: string, people?: number[]}} room @param {number} me */
export const otherOf = (room, me) =>
  room.kind === "direct" ? (room.people?.find((id) => id !== me) ?? me) : undefined;

/** @param {KnownRoom} room @param {number} me @returns {Conversation} */
export function conversationOf(room, me) {
  const person = otherOf(room, me);
  return {
    key: person === undefined ? roomKey(room.id) : personKey(person),
    room,
    person,
    isLobby: room.kind === "lobby",
    unread: room.unread,
    at: room.last?.sent_at ?? 0,
  };
}

/** The conversation of a key, whether its room exists or not. @param {string} key
 * @param {import("./rooms.js").Rooms} rooms @param {number} me @returns {Conversation | undefined} */
export function conversationAt(key, rooms, me) {
  const to = destination(key);
  const room = "room" in to ? rooms.get(to.room) : rooms.directWith(to.person);
  if (room) return conversationOf(room, me);
  if ("person" in to) return { key, person: to.person, isLobby: false, unread: 0, at: 0 };
  return undefined;
}

/** The lobby first, then by the last word; talks without a room yet stand where they are being begun.
 * @param {KnownRoom[]} rooms @param {number} me @param {Map<string, number>} begun keys and times
 * @returns {Conversation[]} */
export function conversations(rooms, me, begun) {
  const list = rooms.map((room) => conversationOf(room, me));
  const known = new Set(list.map((conversation) => conversation.key));
  for (const [key, at] of begun) {
    const to = destination(key);
    if (!known.has(key) && "person" in to)
      list.push({ key, person: to.person, isLobby: false, unread: 0, at });
  }
  return list.sort((one, other) => Number(other.isLobby) - Number(one.isLobby) || other.at - one.at);
}

/** @param {Conversation[]} list @param {Filter} filter */
export function filtered(list, filter) {
  if (filter === "unread") return list.filter((conversation) => conversation.unread > 0);
  if (filter === "rooms") return list.filter((conversation) => conversation.person === undefined);
  if (filter === "private") return list.filter((conversation) => conversation.person !== undefined);
  return list;
}
