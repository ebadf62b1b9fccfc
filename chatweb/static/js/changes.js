// @ts-check
/** What can be watched: `changed()` calls every watcher. Down by call, up by event. */
export class Changes {
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /** @param {() => void} watcher */
  onChange(watcher) {
    this.#watchers.add(watcher);
  }

  changed() {
    for (const watcher of this.#watchers) watcher();
  }
}
