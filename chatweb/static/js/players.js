// @ts-check
/** One sound at a time: what begins to play silences the others. */
export function playOne() {
  document.addEventListener(
    "play",
    ({ target }) => {
      for (const player of document.querySelectorAll("audio, video"))
        if (player !== target) /** @type {HTMLMediaElement} */ (player).pause();
    },
    { capture: true }, // it does not bubble
  );
}
