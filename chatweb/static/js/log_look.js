// @ts-check
/** What the log's rows know of the room and may ask of the page. */

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./wire.js").Message} Message */

/** @param {App} app @param {import("./message_acts.js").MessageActs} acts @param {(message: Message) => void} onJump
 * @returns {import("./message.js").Look} */
export function lookOf(app, acts, onJump) {
  const { chat, conversation } = app;
  const { sending, people, outbox } = chat;
  const others = conversation.room ? othersIn(conversation.room) : 1;
  return {
    me: chat.me.id,
    isDirect: conversation.person !== undefined,
    deliveryOf: (message) => chat.receipts.of(message, chat.me.id, others),
    isAdmin: (id) => people.get(id)?.role === "admin",
    nameOf: (id) => (id === chat.me.id ? chat.me.nickname : people.name(id)),
    photoOf: (id) => people.get(id)?.avatar,
    originalOf: (id) => originalOf(app, id),
    uploadsOf: (key) => sending.uploads.of(key),
    isOnline: chat.connection.state === "open",
    onRetry: (key) => outbox.retry(key),
    onDrop: (key) => outbox.settle(key),
    onJump,
    onReply: (message) => acts.reply(message),
    onReact: (message, emoji) => acts.react(message, emoji),
    onChoose: (message, opener) => acts.choose(message, opener),
    onReactions: (message) => acts.reactions(message),
    onMenu: (message, opener) => acts.open(message, opener),
    onView: (attachment, opener) => view(app, attachment, opener),
    onCancelUpload: (key, upload) => sending.cancel(key, upload),
    onRetryUpload: (upload) => sending.uploads.retry(upload),
  };
}

/** From the log, where it is there in its newest form; else from the server. @param {App} app @param {number} [id] */
export function originalOf({ chat, conversation }, id) {
  if (!id || !conversation.room) return undefined;
  return (
    chat.history.of(conversation.room.id).messages.find((message) => message.id === id) ??
    chat.originals.get(id)
  );
}

/** @param {App} app @param {import("./wire.js").Attachment} attachment @param {Element} opener */
async function view({ chat, conversation }, attachment, opener) {
  const messages = conversation.room ? chat.history.of(conversation.room.id).messages : [];
  (await import("./lightbox.js")).openLightbox(messages, attachment, opener);
}

/** How many others are in a room. @param {import("./rooms.js").KnownRoom} room */
const othersIn = (room) => (room.kind === "direct" ? 1 : room.members - 1);
