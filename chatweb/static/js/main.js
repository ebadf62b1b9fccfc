// @ts-check
/** Start reading here: makes the chat, the page round it and its parts, and joins them. */
import { render } from "../vendor/lit.js";
import { App } from "./app.js";
import { banner, Strip } from "./banner.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { conversationOf } from "./conversations.js";
import { bringMenu } from "./me.js";
import { MessageList } from "./message_list.js";
import { peoplePanel } from "./people_panel.js";
import { rail } from "./rail.js";
import { roomHeader } from "./room_header.js";
import { followViewport } from "./viewport.js";
import { t } from "./wording.js";

const AGAIN = 3_000; // ms after which what is missing is asked for again
const IDLE = 2_000; // ms after which the first load is over

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const chat = new Chat();
const app = new App(chat);
const list = new MessageList(app, part("log"));
const composer = new Composer(app, /** @type {HTMLFormElement} */ (part("composer")), list);
const strip = new Strip(app);
/** @type {import("./gate.js").GatePage | undefined} */
let gate;

chat.name = document.title;
chat.gatekeeper.onOut = () => location.assign("/");

function draw() {
  const page = part("chat");
  page.dataset.pane = app.pane === "room" ? "room" : "list";
  page.classList.toggle("chat--with-side", app.isPanelShown || app.search !== null);
  page.classList.toggle("chat--search", app.search !== null);
  page.inert = chat.gatekeeper.gate !== null;
  if (page.inert) for (const open of document.querySelectorAll("dialog")) open.close(); // it would lie over the gate
  part("rail").setAttribute("role", app.isCompact ? "main" : "navigation");
  part("rail").setAttribute("aria-label", t("nav.chats"));
  const side = part("people");
  side.setAttribute("aria-label", t(app.search ? "s.everywhere" : "nav.people"));
  side.hidden = !app.isPanelShown && !app.search;
  render(rail(app), part("rail"));
  render(roomHeader(app), part("header"));
  render(banner(app), part("banner"));
  render(strip.template(), part("strip"));
  if (gate) render(gate.template(), gate.element);
  if (!side.hidden) render(app.search ? app.search.template() : peoplePanel(app), side);
  list.render();
  composer.render();
  document.title = titleOf();
}

function titleOf() {
  if (chat.gatekeeper.gate)
    return `${t({ stopped: "g.stop", kicked: "g.kick", banned: "g.ban" }[chat.gatekeeper.gate.kind])} · ${chat.name}`;
  return app.unread ? `(${app.unread}) ${chat.name}` : chat.name;
}

/** Where it was said, whatever is open. @param {import("./wire.js").Message} message */
app.showMessage = async (message) => {
  const room = chat.rooms.get(message.room);
  if (!room) return offerRooms();
  app.open(conversationOf(room, chat.me.id).key);
  await chat.history.open(room.id);
  draw();
  await list.show(message);
};

/** It was said in an open room that one is not in: there it can be joined. */
async function offerRooms() {
  (await import("./browse_dialog.js")).openBrowseDialog(app);
}

app.onChange(draw);
document.addEventListener("theme", () => app.changed());
followViewport();
draw();
chat.start();

async function furnish() {
  try {
    gate = (await import("./later.js")).furnish(app, part);
  } catch (error) {
    console.warn("the line broke before all of the page was here", error);
    setTimeout(furnish, AGAIN);
    return;
  }
  app.changed();
  // Without the server it is asked for again when it is needed.
  setTimeout(() => bringMenu().catch(() => {}), IDLE);
}
if (document.readyState === "complete") furnish();
else addEventListener("load", furnish);
