// @ts-check
/** The server's time. Nobody else's clock is right: this one learns the difference at every join. */

let ahead = 0; // ms that the server's clock is ahead of this device's

export const now = () => Date.now() + ahead;

/** @param {number} serverTime ms since the epoch, as the server just said */
export function setClock(serverTime) {
  ahead = serverTime - Date.now();
}
