// Walks through contract.json with npm's socket.io-client; contract.py does the same with python-socketio's, and tells
// the language of the steps. The world (url, transports, upgrade, travels, names, headers) comes as JSON on stdin.

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { io } from "socket.io-client";

const STEPS = JSON.parse(readFileSync(new URL("contract.json", import.meta.url), "utf8"));
const WAIT = 20_000; // ms for something that must happen
const SETTLE = "mark"; // asked without a payload: refused always, and answered after all that was told before

const world = JSON.parse(readFileSync(0, "utf8"));

class Stranger {
  #name;
  #socket = null;
  #heard = [];
  #waiting = [];
  #ended = false;

  constructor(name) {
    this.#name = name;
  }

  async connect(token = world.names[`${this.#name}.token`]) {
    this.#ended = false;
    this.#socket = io(world.url, {
      auth: { token },
      extraHeaders: { Authorization: `Bearer ${token}` },
      transports: world.transports,
      upgrade: world.travels === "websocket",
      reconnection: false,
      forceNew: true,
    });
    this.#socket.onAny((event, payload) => this.#note(event, payload));
    this.#socket.on("disconnect", () => {
      this.#ended = true;
      this.#wake();
    });
    await within(
      new Promise((resolve, reject) => {
        this.#socket.on("connect", resolve);
        this.#socket.on("connect_error", reject);
      }),
    );
    const engine = this.#socket.io.engine;
    if (engine.transport.name !== world.travels) {
      await within(new Promise((resolve) => engine.once("upgrade", resolve)));
    }
    check(engine.transport.name === world.travels, `it travels by ${engine.transport.name}`);
  }

  async refused(token) {
    try {
      await this.connect(token);
    } catch (error) {
      this.hangUp();
      check(error.data !== undefined, `the refusal carried nothing: ${error.message}`);
      return error.data;
    }
    throw new Error("it was let in");
  }

  ask(event, ...payload) {
    return this.#socket.timeout(WAIT).emitWithAck(event, ...payload);
  }

  // The next event of a name, or the next one that is wanted; it and those before it are taken.
  async hear(event, wanted = () => true) {
    await this.#until(() => this.#heard.some((one) => one.event === event && wanted(one.payload)));
    const found = this.#heard.findIndex((one) => one.event === event && wanted(one.payload));
    const { payload } = this.#heard[found];
    this.#heard = this.#heard.filter((one, at) => at > found || one.event !== event);
    return payload;
  }

  left(event) {
    return this.#heard.filter((one) => one.event === event);
  }

  async ends() {
    await this.#until(() => this.#ended);
    this.hangUp();
  }

  hangUp() {
    this.#socket?.disconnect();
    this.#socket = null;
  }

  #note(event, payload) {
    this.#heard.push({ event, payload });
    this.#wake();
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  }

  async #until(holds) {
    const late = Date.now() + WAIT;
    while (!holds()) {
      check(Date.now() < late, `did not come; there are ${JSON.stringify(this.#heard)}`);
      await within(new Promise((resolve) => this.#waiting.push(resolve)));
    }
  }
}

async function takeStep(step, people, known) {
  if (step.says) {
    return;
  }
  if (step.calls) {
    await call(step, known);
    return;
  }
  const person = people[step.who];
  if (step.connects) {
    await person.connect();
  } else if (step.is_refused) {
    match(await person.refused(step.token), step.is_refused, known);
  } else if (step.asks) {
    match(await person.ask(step.asks, fill(step.with, known)), step.answer, known);
  } else if (step.hears) {
    match(await person.hear(step.hears), step.like, known);
  } else if (step.comes_to_hear) {
    const wanted = (payload) => differs(payload, step.like, new Map(known)) === null;
    match(await person.hear(step.comes_to_hear, wanted), step.like, known);
  } else if (step.heard_all) {
    if (step.settles ?? true) {
      check((await person.ask(SETTLE)).ok === false, "what was asked to settle was not refused");
    }
    const left = person.left(step.heard_all);
    check(left.length === 0, `also heard: ${JSON.stringify(left)}`);
  } else if (step.is_ended) {
    await person.ends();
  } else if (step.hangs_up) {
    person.hangUp();
  } else {
    throw new Error("nobody knows this step");
  }
}

async function call(step, known) {
  const path = step.path
    .split("/")
    .map((part) => fill(part, known))
    .join("/");
  const headers = { ...world.headers[step.as], ...(step.with ? { "Content-Type": "application/json" } : {}) };
  const body = step.with ? JSON.stringify(fill(step.with, known)) : undefined;
  const answer = await fetch(world.url + path, { method: step.calls, headers, body });
  const text = await answer.text();
  check(answer.status === step.status, `${answer.status}: ${text}`);
  if (step.answer) {
    match(JSON.parse(text), step.answer, known);
  }
}

function match(value, expected, known) {
  const difference = differs(value, expected, known);
  check(difference === null, `${difference}, in ${JSON.stringify(value)}`);
}

function fill(value, known) {
  if (Array.isArray(value)) {
    return value.map((one) => fill(one, known));
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [fill(key, known), fill(one, known)]),
    );
  }
  return isName(value) ? known.get(value.slice(1)) : value;
}

function differs(value, expected, known, at = "it") {
  if (isName(expected)) {
    return nameDiffers(value, expected.slice(1), known, at);
  }
  if (isObject(expected)) {
    return objectDiffers(value, expected, known, at);
  }
  if (Array.isArray(expected)) {
    return listDiffers(value, expected, known, at);
  }
  return value === expected ? null : `${at} is not ${JSON.stringify(expected)}`;
}

function nameDiffers(value, name, known, at) {
  if (name === "*") {
    return null;
  }
  if (!known.has(name)) {
    known.set(name, value);
  }
  return isDeepStrictEqual(known.get(name), value) ? null : `${at} is not ${known.get(name)}`;
}

function objectDiffers(value, expected, known, at) {
  if ("$some" in expected) {
    return differsForAll(value, expected.$some, known, at);
  }
  if (!isObject(value)) {
    return `${at} is no object`;
  }
  return first(Object.entries(expected), ([key, one]) =>
    memberDiffers(value, fill(key, known), one, known, at),
  );
}

function listDiffers(value, expected, known, at) {
  if (!Array.isArray(value) || value.length !== expected.length) {
    return `${at} is not a list of ${expected.length}`;
  }
  return first([...value.entries()], ([index, one]) =>
    differs(one, expected[index], known, `${at}[${index}]`),
  );
}

function memberDiffers(value, key, expected, known, at) {
  const there = Object.hasOwn(value, key);
  if (expected === null) {
    return there ? `${at}.${key} should not be there` : null;
  }
  return there ? differs(value[key], expected, known, `${at}.${key}`) : `${at}.${key} is missing`;
}

function differsForAll(values, expected, known, at) {
  for (const value of Array.isArray(values) ? values : []) {
    const learnt = new Map(known);
    if (differs(value, expected, learnt) === null) {
      for (const [name, one] of learnt) {
        known.set(name, one);
      }
      return null;
    }
  }
  return `${at} has none that is ${JSON.stringify(expected)}`;
}

function first(items, find) {
  for (const item of items) {
    const found = find(item);
    if (found !== null) {
      return found;
    }
  }
  return null;
}

function isName(value) {
  return typeof value === "string" && value.startsWith("$");
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function check(holds, sentence) {
  if (!holds) {
    throw new Error(sentence);
  }
}

function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not come in ${WAIT} ms`)), WAIT);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const people = { ani: new Stranger("ani"), budi: new Stranger("budi"), cici: new Stranger("cici") };
const known = new Map(Object.entries(world.names));
for (const [number, step] of STEPS.entries()) {
  try {
    await takeStep(step, people, known);
  } catch (error) {
    process.stderr.write(`step ${number}: ${JSON.stringify(step)}: ${error.message}\n`);
    process.exit(1);
  }
}
for (const person of Object.values(people)) {
  person.hangUp();
}
process.stdout.write(`${STEPS.length} steps\n`);
process.exit(0);
