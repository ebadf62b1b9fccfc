import assert from "node:assert/strict";
import { test } from "node:test";
import { Uploads } from "../../chatweb/static/js/uploads.js";
import { later, settled } from "./make.js";

/** Uploads that go as the test says: `ends.get(name)` settles one. */
function begin() {
  const done = [];
  const ends = new Map();
  const started = [];
  const released = [];
  const make = (picked) => ({
    picked,
    state: "waiting",
    attachment: null,
    isCut: false,
    start() {
      started.push(picked.name);
      this.state = "running";
      const end = later();
      ends.set(picked.name, (how = {}) => {
        Object.assign(this, { state: "done", attachment: { id: picked.name } }, how);
        end.resolve();
        return settled();
      });
      return end.promise;
    },
    cancel() {
      this.state = "failed";
    },
    rewind() {
      if (this.state === "failed") this.state = "waiting";
    },
  });
  const uploads = new Uploads({
    onDone: (key, attachments) => done.push([key, attachments.map(({ id }) => id)]),
    make,
  });
  const picked = (name) => ({ name, release: () => released.push(name) });
  return { uploads, done, ends, started, released, picked };
}

test("a message goes out when its last file is there, with all in the order chosen", async () => {
  const { uploads, done, ends, picked } = begin();
  uploads.add("m", [picked("a"), picked("b")]);

  await ends.get("b")();
  assert.deepEqual(done, []);
  await ends.get("a")();

  assert.deepEqual(done, [["m", ["a", "b"]]]);
});

test("two files are on their way at once, the others wait", async () => {
  const { uploads, ends, started, picked } = begin();
  uploads.add("m", [picked("a"), picked("b"), picked("c")]);
  assert.deepEqual(started, ["a", "b"]);

  await ends.get("a")();

  assert.deepEqual(started, ["a", "b", "c"]);
});

test("a failed file holds its message back until it is tried again", async () => {
  const { uploads, done, ends, picked } = begin();
  uploads.add("m", [picked("a")]);
  await ends.get("a")({ state: "failed", attachment: null });
  assert.deepEqual(done, []);

  uploads.retry(uploads.of("m")[0]);
  await ends.get("a")();

  assert.deepEqual(done, [["m", ["a"]]]);
});

test("the last file that is taken out takes the message with it", async () => {
  const { uploads, done, released, picked } = begin();
  uploads.add("m", [picked("a")]);

  assert.equal(uploads.cancel("m", uploads.of("m")[0]), false);
  await settled();

  assert.deepEqual(done, []);
  assert.deepEqual(released, ["a"]);
  assert.equal(uploads.isRunning, false);
});

test("a message goes out with the files that are left", async () => {
  const { uploads, done, ends, picked } = begin();
  uploads.add("m", [picked("a"), picked("b")]);
  await ends.get("a")();

  assert.equal(uploads.cancel("m", uploads.of("m")[1]), true);

  assert.deepEqual(done, [["m", ["a"]]]);
});

test("what the line has cut goes on when it is back; what was refused does not", async () => {
  const { uploads, ends, started, picked } = begin();
  uploads.add("m", [picked("a"), picked("b")]);
  await ends.get("a")({ state: "failed", attachment: null, isCut: true });
  await ends.get("b")({ state: "failed", attachment: null });

  uploads.resume();

  assert.deepEqual(started, ["a", "b", "a"]);
});
