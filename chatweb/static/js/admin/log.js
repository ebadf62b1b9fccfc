// @ts-check
// The message log page: makes the parts and joins them.

import { onLanguage, t } from "../wording.js";
import { ExportMenu } from "./export_menu.js";
import { Live } from "./live.js";
import { LogDetails } from "./log_details.js";
import { LogFilters } from "./log_filters.js";
import { LogTable } from "./log_table.js";
import { Moderation } from "./moderation.js";
import { Names } from "./names.js";
import { ServicePill } from "./service_pill.js";
import { Shell } from "./shell.js";

const shell = new Shell();
const live = new Live(shell.csrfToken);
const names = new Names(shell.api);
const table = new LogTable(part("entries"), shell.api, names);
const filters = new LogFilters(part("filters"), (wanted) => table.show(wanted), names);
const sheet = /** @type {HTMLDialogElement} */ (part("details"));
const details = new LogDetails(sheet, shell.api, new Moderation(shell.api), (wanted) => table.show(wanted));
const files = new ExportMenu(part("export"), () => table);
const pill = new ServicePill(part("service"), shell.api);

table.addEventListener("turned", () => filters.show(table.filters));
table.addEventListener("signed_out", () => shell.signedOut());
table.addEventListener("opened", (event) => {
  details.show(detail(event));
  table.mark(detail(event).id);
});
details.addEventListener("closed", (event) => {
  table.mark(0);
  table.focus(detail(event));
});
live.addEventListener("message_posted", (event) => table.add(detail(event)));
live.addEventListener("message_changed", (event) => {
  take(detail(event));
  if (detail(event).deleted_at) renew(detail(event).id);
});
live.addEventListener("service_changed", (event) => pill.show(detail(event).state));
live.addEventListener("refused", (event) => detail(event) === "unauthenticated" && shell.signedOut());
live.addEventListener("connected", () => {
  shell.showLine("connected", retry);
  table.reload();
});
live.addEventListener("away", () => shell.showLine("away", retry));
onLanguage(() => {
  for (const shown of [table, filters, details, files, pill]) shown.draw();
  document.title = t("a.log");
});

table.open();
live.open();

function retry() {
  live.retry();
  table.reload();
}

/** @param {import("./wire.js").Entry} entry in its newest form */
function take(entry) {
  table.change(entry);
  details.change(entry);
}

/** What its sender took back is told without its words, but the log has them. @param {number} id */
async function renew(id) {
  const { messages } = await shell.api
    .get("messages", { cursor: id + 1, limit: 1 })
    .catch(() => ({ messages: [] }));
  if (messages[0]?.id === id) take(messages[0]);
}

/** @param {string} name @returns {HTMLElement} */
function part(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-${name}]`));
}

/** @param {Event} event @returns {any} */
function detail(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
