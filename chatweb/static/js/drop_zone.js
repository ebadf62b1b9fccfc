// @ts-check
/** Files dragged over a conversation: says where they will land, and takes them. */
import { html, nothing, render } from "../vendor/lit.js";
import { take } from "./composer_files.js";
import { sizeText } from "./file_facts.js";
import { icon } from "./icon.js";
import { t } from "./wording.js";

export class DropZone {
  #app;
  #room;
  #layer;
  #log;
  /** how many elements the pointer is in: leaving one for its child leaves nothing */
  #depth = 0;

  /** @param {import("./app.js").App} app @param {HTMLElement} room @param {HTMLElement} log @param {HTMLElement} layer */
  constructor(app, room, log, layer) {
    this.#app = app;
    this.#room = room;
    this.#log = log;
    this.#layer = layer;
    document.addEventListener("dragenter", (event) => this.#entered(event));
    document.addEventListener("dragleave", (event) => this.#left(event));
    document.addEventListener("dragover", (event) => this.#over(event));
    document.addEventListener("drop", (event) => this.#dropped(event));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#show(false));
  }

  /** @param {DragEvent} event */
  #entered(event) {
    if (!hasFiles(event)) return;
    this.#depth += 1;
    event.preventDefault();
    if (this.#mayTake) this.#show(true);
  }

  /** @param {DragEvent} event */
  #left(event) {
    if (!hasFiles(event)) return;
    this.#depth -= 1;
    if (this.#depth <= 0) this.#show(false);
  }

  /** A file let go beside the conversation must not replace the page. @param {DragEvent} event */
  #over(event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const isHere = this.#mayTake && this.#room.contains(/** @type {Node} */ (event.target));
    if (event.dataTransfer) event.dataTransfer.dropEffect = isHere ? "copy" : "none";
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#show(false);
    const files = filesOf(event.dataTransfer);
    if (files.length && this.#mayTake && this.#room.contains(/** @type {Node} */ (event.target)))
      take(this.#app, files);
  }

  get #mayTake() {
    const { chat, isRoomShown } = this.#app;
    return chat.isJoined && isRoomShown && !chat.gatekeeper.gate && !chat.sending.mute.isOn;
  }

  /** @param {boolean} isShown */
  #show(isShown) {
    if (!isShown) this.#depth = 0;
    this.#layer.hidden = !isShown;
    const { offsetTop, offsetHeight } = this.#log;
    this.#layer.style.top = `${offsetTop}px`;
    this.#layer.style.height = `${offsetHeight}px`;
    const { chat, conversation } = this.#app;
    const where = { x: this.#app.titleOf(conversation), n: sizeText(chat.largestFile) };
    render(
      isShown
        ? html`<div class="drop__frame"><div class="drop__card"><span class="disc">${icon("upload", "32")}</span>
            <h2>${t("u.drop")}</h2><p>${t("u.drop.p", where)}</p></div></div>`
        : nothing,
      this.#layer,
    );
  }
}

/** @param {DragEvent} event */
const hasFiles = (event) => Boolean(event.dataTransfer?.types.includes("Files"));

/** Without folders, which are no files to send. @param {DataTransfer | null} transfer */
function filesOf(transfer) {
  if (!transfer) return [];
  const isFolder = (/** @type {DataTransferItem} */ item) => item.webkitGetAsEntry?.()?.isDirectory;
  const items = [...transfer.items].filter((item) => item.kind === "file" && !isFolder(item));
  if (transfer.items.length === 0) return [...transfer.files];
  return items.flatMap((item) => item.getAsFile() ?? []);
}
