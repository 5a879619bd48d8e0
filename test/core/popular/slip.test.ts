import { expect, it } from "vitest";
import { slipOf } from "../../../server/src/core/popular/slip.ts";

it.each([
  ["axois", "axios"],
  ["crossenv", "cross-env"],
  ["babelcli", "@babel/cli"],
  // One letter less than what is compared otherwise.
  ["axio", "axios"],
  // Digits that are read as letters.
  ["axi0s", "axios"],
  ["l0dash", "lodash"],
  ["1odash", "lodash"],
  ["10dash", "lodash"],
  // What stands behind a mistaken scope may be short.
  ["@bable/core", "@babel/core"],
  ["@tpyes/node", "@types/node"],
  ["@type/node", "@types/node"],
  ["@babei/core", "@babel/core"],
])("%s is a slip of %s", (name, meant) => {
  expect(slipOf(name)).toBe(meant);
});

it.each([
  "konva",
  "koa",
  "preact",
  "@types/expres",
  "md5",
  "sha1",
  "es6",
  "uuid5",
  "web3",
  "@acme/core",
  "@acme/node",
  "core",
  "node1",
  "0",
  "@a/b",
  "@/x",
  "a".repeat(65),
  "",
])("%j is none", (name) => {
  expect(slipOf(name)).toBeNull();
});
