// @ts-check
// The dashboard: makes the parts and joins them.

import { onLanguage, t } from "../wording.js";
import { BroadcastCard } from "./broadcast_card.js";
import { JoinCard } from "./join_card.js";
import { Live } from "./live.js";
import { LiveWindow } from "./live_window.js";
import { OnlineCard } from "./online_card.js";
import { Panel } from "./panel.js";
import { ServiceCard } from "./service_card.js";
import { Shell } from "./shell.js";

const EVERYTHING = ["status", "people", "entries", "activities"];

const shell = new Shell();
const panel = new Panel(shell.api, new Live(shell.csrfToken));

new ServiceCard(card("service"), panel);
new JoinCard(card("join"), panel);
new BroadcastCard(card("broadcast"), panel);
const live = new LiveWindow(card("window"), panel);
new OnlineCard(card("online"), panel, (person) => live.writeTo(person));

panel.addEventListener("line", () => shell.showLine(panel.line, () => panel.retry()));
panel.addEventListener("signed_out", () => shell.signedOut());
live.addEventListener("unread", () => shell.showUnread(t("a.dash"), live.unread));
onLanguage(() => {
  for (const part of EVERYTHING) panel.dispatchEvent(new Event(part));
  shell.showUnread(t("a.dash"), live.unread);
});
panel.open();

/** @param {string} name @returns {HTMLElement} */
function card(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-card=${name}]`));
}
