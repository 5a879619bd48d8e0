import { expect, it } from "vitest";
import { callOf, commandsCalled } from "../../../server/src/core/facts/called-commands.ts";
import { releaseFactsFrom } from "../../../server/src/core/facts/release.ts";

const FORM = { name: "aa", detail: "full", manifestsWhole: true, absentFlagMeansNone: true } as const;

function calledIn(scripts: Readonly<Record<string, string>>) {
  return commandsCalled(releaseFactsFrom("1.0.0", { _id: "aa@1.0.0", scripts }, FORM));
}

it.each([
  "tool",
  "tool --flag x",
  "node a.js && tool",
  "node a.js||tool",
  "node a.js; tool",
  "node a.js & tool",
  "node a.js\ntool",
  "(tool)",
  "A=$(tool) node a.js",
  "node `tool`",
  "A=1 tool",
  'A="b c" tool',
  "tool.cmd",
  "npx tool",
  "npx --yes tool@1",
  "npm exec -- tool",
  "yarn tool",
  "pnpm exec tool",
  "cross-env A=1 tool",
  "env -i tool",
  "timeout 10 tool",
  "sh -c 'tool x'",
  'sh -c "a && tool"',
  'concurrently "node a.js" "tool x"',
  'unheard-of "tool x"',
  "if [ -d x ]; then tool; fi",
  "! tool",
  "node node_modules/.bin/tool",
  "node_modules\\.bin\\tool",
  "./node_modules/.bin/tool",
])("the command tool is called by %j", (install) => {
  expect(calledIn({ install }).get("tool")).toBe("install");
});

it.each([
  "node tool",
  "node tool.js",
  "./tool",
  "node a.js tool",
  "other --tool",
  "other tool",
  "TOOL=tool other",
  "toolbox",
])("the command tool is not called by %j", (install) => {
  expect(calledIn({ install }).has("tool")).toBe(false);
});

it("is called by a script that an install script runs by name, and is not that script", () => {
  expect(calledIn({ postinstall: "npm run setup", setup: "tool" }).get("tool")).toBe("postinstall");
  expect(calledIn({ postinstall: "npm run tool", tool: "node a.js" }).has("tool")).toBe(false);
  expect(calledIn({ prepare: "tool", test: "tool" }).size).toBe(0);
});

it("is of a package by its names, else by the package's own", () => {
  const called = calledIn({ preinstall: "tool", install: "tool && other", postinstall: "npx @acme/pack" });
  expect(callOf(called, "x", { bin: new Set(["a", "tool"]) })).toEqual({ command: "tool", script: "preinstall" });
  expect(callOf(called, "x", { bin: new Set(["other"]) })).toEqual({ command: "other", script: "install" });
  expect(callOf(called, "@acme/pack", { bin: new Set(["p"]) })).toEqual({
    command: "@acme/pack",
    script: "postinstall",
  });
  expect(callOf(called, "@acme/tool", { bin: null })).toEqual({ command: "tool", script: "preinstall" });
  expect(callOf(called, "tool", { bin: new Set() })).toBeNull();
  expect(callOf(called, "x", { bin: new Set(["a"]) })).toBeNull();
});
