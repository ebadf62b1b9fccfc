// @ts-check
// The message log page: makes the parts and joins them.

import { onLanguage, t } from "../wording.js";
import { Live } from "./live.js";
import { LogFilters } from "./log_filters.js";
import { LogTable } from "./log_table.js";
import { ServicePill } from "./service_pill.js";
import { Shell } from "./shell.js";

const shell = new Shell();
const live = new Live(shell.csrfToken);
const table = new LogTable(part("entries"), shell.api);
const filters = new LogFilters(
  part("filters"),
  (wanted) => table.show(wanted),
  (person) => table.nameOf(person),
);
const pill = new ServicePill(part("service"), shell.api);

table.addEventListener("turned", () => filters.show(table.filters));
table.addEventListener("signed_out", () => shell.signedOut());
live.addEventListener("message_posted", (event) => table.add(detail(event)));
live.addEventListener("message_changed", (event) => table.change(detail(event)));
live.addEventListener("service_changed", (event) => pill.show(detail(event).state));
live.addEventListener("refused", (event) => detail(event) === "unauthenticated" && shell.signedOut());
live.addEventListener("connected", () => {
  shell.showLine("connected", retry);
  table.reload();
});
live.addEventListener("away", () => shell.showLine("away", retry));
onLanguage(() => {
  table.draw();
  filters.draw();
  pill.draw();
  document.title = t("a.log");
});

table.open();
live.open();

function retry() {
  live.retry();
  table.reload();
}

/** @param {string} name @returns {HTMLElement} */
function part(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-${name}]`));
}

/** @param {Event} event @returns {any} */
function detail(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
