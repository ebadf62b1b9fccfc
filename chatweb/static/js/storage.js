// @ts-check
/** What must survive a reload: unsent messages, in IndexedDB. Where a browser refuses that (some private
 * windows), the page works without; a reload then forgets. */

const NAME = "chatweb";
const VERSION = 1;

/** @typedef {"outbox"} StoreName */

export class Keeping {
  /** @type {Promise<IDBDatabase | null>} */
  #database = open();

  /** @param {StoreName} store @returns {Promise<any[]>} */
  async all(store) {
    return (await this.#run(store, "readonly", (kept) => kept.getAll())) ?? [];
  }

  /** @param {StoreName} store @param {object} value carries its own `key` */
  put(store, value) {
    return this.#run(store, "readwrite", (kept) => kept.put(value));
  }

  /** @param {StoreName} store @param {string} key */
  delete(store, key) {
    return this.#run(store, "readwrite", (kept) => kept.delete(key));
  }

  /** @param {StoreName} store
   * @param {IDBTransactionMode} mode
   * @param {(kept: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>} */
  async #run(store, mode, ask) {
    const database = await this.#database;
    if (!database) return undefined;
    try {
      return await settled(ask(database.transaction(store, mode).objectStore(store)));
    } catch (error) {
      console.warn("storage refused", error);
      return undefined;
    }
  }
}

/** @returns {Promise<IDBDatabase | null>} */
async function open() {
  try {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("outbox", { keyPath: "key" });
    };
    return await settled(request);
  } catch {
    return null;
  }
}

/** What is small and must be put down at once; none where a browser refuses. @returns {Storage | undefined} */
export function smallStorage() {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
