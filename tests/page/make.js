// Small makers of what travels on the wire.

/** A message of room 1; what is not said is ordinary. */
export function message({ seq, sender = 2, at = 0, ...more }) {
  const nickname = sender === 1 ? "Ani" : `Orang ${sender}`;
  return {
    id: seq,
    room: 1,
    seq,
    revision: seq,
    sender: { id: sender, nickname },
    body: `pesan ${seq}`,
    sent_at: at,
    ...more,
  };
}

/** Messages from one seq to another. */
export const messages = (from, to, more = {}) =>
  Array.from({ length: to - from + 1 }, (_, index) => message({ seq: from + index, ...more }));

/** A promise and its keys. */
export function later() {
  let resolve, reject;
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything that is due run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
