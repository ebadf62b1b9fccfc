// @ts-check
/** Rooms and people that were named before they were told of. */
import { otherOf } from "./conversations.js";
import { request } from "./http.js";

const MOST = 100; // ids in one question

/** A room whose first message's ack was faster than the room. @param {number} id
 * @returns {Promise<import("./wire.js").Room | undefined>} */
export async function fetchRoom(id) {
  try {
    return (await request("GET", `/api/rooms/${id}`)).room;
  } catch (error) {
    console.warn(`room ${id} is not known`, error);
    return undefined;
  }
}

/** Learns the names of those one talks with in private.
 * @param {import("./rooms.js").KnownRoom[]} rooms
 * @param {import("./people.js").People} people
 * @param {number} me */
export async function meetOthers(rooms, people, me) {
  const others = rooms.map((room) => otherOf(room, me));
  const strangers = others.filter((id) => id !== undefined && !people.get(id)).slice(0, MOST);
  if (strangers.length === 0) return;
  try {
    people.meet((await request("GET", `/api/people?ids=${strangers.join(",")}`)).people);
  } catch (error) {
    console.warn("names are missing", error);
  }
}
