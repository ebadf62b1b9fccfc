// @ts-check
/** Keys that work wherever one is: Ctrl K looks for what was said; Alt and an arrow go to the next conversation, with Shift to the next unread one;
 * Escape closes the drawer. */

/** @param {import("./app.js").App} app */
export function useShortcuts(app) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open], .menu")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      app.openSearch();
    } else if (event.key === "Escape" && app.isPanelShown && !app.isWide) app.togglePeople();
    else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) step(app, event);
  });
}

/** @param {import("./app.js").App} app @param {KeyboardEvent} event */
function step(app, event) {
  const { key } = app.conversation;
  const all = app.conversations;
  const at = all.findIndex((conversation) => conversation.key === key);
  const ahead = event.key === "ArrowDown" ? all.slice(at + 1) : all.slice(0, at).reverse();
  const next = event.shiftKey ? ahead.find((conversation) => conversation.unread > 0) : ahead[0];
  event.preventDefault();
  if (next) app.open(next.key);
}
