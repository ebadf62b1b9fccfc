// @ts-check
// What the panel and the server say to each other, as types; nothing runs here.

/**
 * @typedef {{ state: "running" | "stopped", reason?: string, since: number, name?: string, epoch?: string }} Service
 *
 * @typedef {object} Status
 * @property {Service} service
 * @property {number} online
 * @property {number} peak
 * @property {number} people
 * @property {number} messages
 * @property {number} messages_today
 * @property {number} storage bytes
 * @property {number} disk_free bytes
 * @property {"uploads" | "messages"} [storage_low] what has stopped, as the disk has too little left
 * @property {number} [ballast] bytes that can be given back to the disk
 * @property {number} uptime seconds
 * @property {string} version
 * @property {string} join_url
 * @property {string[]} addresses
 * @property {number} [lobby] the lobby's room
 * @property {{ id: number, nickname: string }} [admin] the person that administrators write as
 * @property {Entry} [pinned] the announcement on top of everybody's page
 *
 * @typedef {object} PersonRow somebody of the online list
 * @property {number} id
 * @property {string} nickname
 * @property {boolean} [online]
 * @property {number} [since]
 * @property {string} [address]
 * @property {string} [system]
 * @property {string} [browser]
 * @property {number} [last_seen_at]
 * @property {number} [muted_until]
 * @property {number} [banned_until]
 * @property {string} [reason] why muted or banned
 *
 * @typedef {{ joined?: PersonRow[], left?: number[], changed?: PersonRow[], online?: number }} PeopleChange
 *
 * @typedef {object} Attachment
 * @property {number} id
 * @property {string} name
 * @property {string} media_type
 * @property {number} size bytes
 * @property {string} url
 * @property {boolean} [thumbnail]
 *
 * @typedef {{ name: string, people?: number[], value?: string }} RoomEvent what happened in a room
 *
 * @typedef {object} Entry a message as the administrator's log has it
 * @property {number} id
 * @property {number} room
 * @property {"lobby" | "open" | "private" | "direct"} room_kind
 * @property {"public" | "private" | "broadcast"} scope
 * @property {string} [to]
 * @property {number} seq
 * @property {number} revision
 * @property {string} [kind] absent: a text
 * @property {{ id: number, nickname: string }} sender
 * @property {string} [body]
 * @property {Attachment[]} [attachments]
 * @property {RoomEvent} [event]
 * @property {number} sent_at
 * @property {number} [edited_at]
 * @property {number} [deleted_at]
 * @property {{ body: string, until: number }[]} [versions] what it said before it was edited
 * @property {number} [until]
 *
 * @typedef {object} Activity
 * @property {number} id
 * @property {number} at
 * @property {string} kind
 * @property {number} [person]
 * @property {string} [nickname]
 * @property {string} [address]
 * @property {any} [detail]
 *
 * @typedef {{ code: string, detail: string, field?: string, retry_after?: number }} Problem
 */

export {};
