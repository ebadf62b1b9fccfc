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

/** Those one talks with in private. @param {import("./rooms.js").KnownRoom[]} rooms @param {number} me */
export const othersOf = (rooms, me) => rooms.flatMap((room) => otherOf(room, me) ?? []);

/** Who speaks or is spoken of in messages. @param {import("./wire.js").Message[]} messages */
export const namedIn = (messages) =>
  messages.flatMap(({ sender, event }) => [sender.id, ...(event?.people ?? [])]);

/** Learns the names and faces of people. @param {number[]} ids @param {import("./people.js").People} people */
export async function meet(ids, people) {
  const strangers = [...new Set(ids)].filter((id) => !people.get(id)).slice(0, MOST);
  if (strangers.length === 0) return;
  try {
    people.meet((await request("GET", `/api/people?ids=${strangers.join(",")}`)).people);
  } catch (error) {
    console.warn("names are missing", error);
  }
}
