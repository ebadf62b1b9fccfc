// @ts-check
/** The tray of files that go with the next message, and the ways into it: the menu, dropping, pasting. */
import { html, nothing } from "../vendor/lit.js";
import { fileName, fileTile } from "./attachment_view.js";
import { MOST_FILES } from "./begun.js";
import { sizeText } from "./file_facts.js";
import { icon } from "./icon.js";
import { Picked } from "./picked.js";
import { t } from "./wording.js";

const TOUCH = matchMedia("(pointer: coarse)");

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function tray(app) {
  const { files, problems } = app.chat.begun.of(app.conversation.key);
  if (files.length + problems.length === 0) return nothing;
  return html`
    ${
      problems.length
        ? html`<div class="tray__problems" role="alert">${problems.map((words) => html`<p>${icon("circle-alert", "18")}<span>${words}</span></p>`)}</div>`
        : nothing
    }
    ${files.length ? html`<ul class="tray">${files.map((picked) => item(app, picked))}</ul>` : nothing}`;
}

/** @param {App} app @param {Picked} picked */
function item(app, picked) {
  const remove = t("at.remove", { x: picked.name });
  return html`<li class="tray__item">
    ${picked.isPicture ? html`<img src=${picked.address} alt="">` : fileTile(picked)}
    <div class="grows">${fileName(picked.name)}<div class="file__size">${sizeText(picked.size)}</div></div>
    <button type="button" class="tray__remove" aria-label=${remove} title=${remove}
      @click=${() => {
        app.chat.begun.remove(app.conversation.key, picked);
        app.focusComposer();
      }}>${icon("x", "14")}</button></li>`;
}

/** Files for the next message of the conversation that is open. @param {App} app @param {File[]} files */
export async function take(app, files) {
  const { chat, conversation } = app;
  const { largestFile } = chat;
  const n = sizeText(largestFile);
  const picked = files.map((file) => new Picked(file));
  await Promise.all(picked.filter(({ size }) => size <= largestFile).map((one) => one.measure()));
  chat.begun.put(conversation.key, picked, {
    limit: largestFile,
    tooLarge: ({ name }) => t("u.toobig.x", { x: name, n }),
    tooMany: () => t("u.toomany", { n: MOST_FILES }),
  });
  app.focusComposer();
}

/** The menu of what can be attached. @param {App} app @param {Event} event */
export async function attach(app, event) {
  const opener = /** @type {HTMLElement} */ (event.currentTarget);
  const { openMenu } = await import("./menu.js");
  const camera = {
    sign: "camera",
    name: t("at.camera"),
    onPick: () => pick(app, { accept: "image/*", capture: "environment" }),
  };
  openMenu(
    opener,
    t("at.title"),
    [
      { sign: "image", name: t("at.photo"), onPick: () => pick(app, { accept: "image/*,video/*" }) },
      ...(TOUCH.matches ? [camera] : []),
      { sign: "file", name: t("at.file"), onPick: () => pick(app, {}) },
      { sign: "music", name: t("at.audio"), onPick: () => pick(app, { accept: "audio/*" }) },
    ],
    { isGrid: true },
  );
}

/** The browser's own way to choose files. @param {App} app @param {{accept?: string, capture?: string}} how */
function pick(app, { accept = "", capture = "" }) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = !capture;
  input.accept = accept;
  input.hidden = true;
  if (capture) input.setAttribute("capture", capture);
  const done = () => input.remove();
  input.addEventListener("cancel", done);
  input.addEventListener("change", () => {
    take(app, [...(input.files ?? [])]);
    done();
  });
  document.body.append(input); // Safari forgets one that is nowhere
  input.click();
}
