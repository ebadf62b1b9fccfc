// @ts-check
/** What the page needs only after it can be read: light markup, gates, shortcuts, dropped files, news of uploads. Loaded after the
 * first load, so that a phone on a weak line shows the talk sooner. */
import { DropZone } from "./drop_zone.js";
import { GatePage } from "./gate.js";
import { markup } from "./markup_view.js";
import { playOne } from "./players.js";
import { useShortcuts } from "./shortcuts.js";
import { drawing } from "./text.js";
import { UploadNews } from "./upload_news.js";

/** @param {import("./app.js").App} app @param {(id: string) => HTMLElement} part @returns {GatePage} */
export function furnish(app, part) {
  new DropZone(app, part("room"), part("log"), part("drop"));
  new UploadNews(app.chat.sending.uploads, part("announcer"));
  useShortcuts(app);
  drawing.markup = markup;
  playOne();
  return new GatePage(app, part("gate"));
}
