// @ts-check
// What travels of a script (chatweb/web/scripts.py) is the same program as what stands in the repository.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";

const FOLDER = "chatweb/static/js";
// As in chatweb/web/scripts.py.
const COMMENT = /^[ \t]*(?:\/\/[^\n]*|\/\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*)(?:\n|$(?![\s\S]))/gm;

/** The program without comments, as a compiler prints it. @param {string} script */
const program = (script) =>
  ts.transpileModule(script, {
    compilerOptions: { removeComments: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  }).outputText;

const scripts = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".js"),
);

test("there are scripts, for this to mean anything", () => {
  assert.ok(scripts.length > 60);
  const some = readFileSync(`${FOLDER}/main.js`, "utf8");
  assert.ok(some.replace(COMMENT, "").length < some.length);
});

for (const name of scripts)
  test(`${name} is the same program without its comments`, () => {
    const script = readFileSync(`${FOLDER}/${name}`, "utf8");
    assert.equal(program(script.replace(COMMENT, "")), program(script));
  });
