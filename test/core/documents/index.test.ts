import { expect, it } from "vitest";
import { documentKind } from "../../../server/src/core/documents/index.ts";
import { read } from "./help.ts";

it.each([
  ["package.json", "package-json"],
  ["package-lock.json", "package-lock"],
  ["npm-shrinkwrap.json", "npm-shrinkwrap"],
  [".package-lock.json", null],
  ["Package.json", null],
  ["tsconfig.json", null],
  ["constructor", null],
  ["", null],
])("a file named %j is %j", (name, kind) => {
  expect(documentKind(name)).toBe(kind);
});

it("reads a shrinkwrap as the lockfile that it is", () => {
  const text = '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}';
  expect(read(text, undefined, "npm-shrinkwrap").packages.map(({ name }) => name)).toEqual(["a"]);
});
