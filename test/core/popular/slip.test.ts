import { describe, expect, it } from "vitest";
import { npmHighImpact } from "npm-high-impact";
import { slipOf, type Slip } from "../../../server/src/core/popular/slip.ts";

describe("a typo in the whole name", () => {
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
    // Packages and scopes of any rank; scopes of three letters before the same name.
    ["@acitons/artifact", "@actions/artifact"],
    ["@mul/material", "@mui/material"],
    ["@muii/material", "@mui/material"],
  ])("%s → %s", (name, meant) => {
    expect(slipOf(name)).toEqual({ kind: "typo", meant });
  });
});

describe("a typo in a scope, whatever stands behind it", () => {
  it.each([
    ["swapped", "@bable/anything", "@babel"],
    ["swapped", "@tpyes/anything", "@types"],
    ["left out inside", "@anglar/anything", "@angular"],
    ["put in inside", "@babyel/anything", "@babel"],
    ["doubled", "@babell/anything", "@babel"],
    ["left out at an end, of seven letters", "@angula/anything", "@angular"],
    ["put in at an end, of seven letters", "@angulars/anything", "@angular"],
    ["mistaken, of seven letters", "@angulax/anything", "@angular"],
    ["a separator left out", "@typescripteslint/anything", "@typescript-eslint"],
    ["a separator changed", "@typescript_eslint/anything", "@typescript-eslint"],
    ["a digit for a letter", "@babe1/anything", "@babel"],
    ["digits for letters", "@r0l1up/anything", "@rollup"],
  ])("%s: %s", (_slip, name, scope) => {
    expect(slipOf(name)).toEqual({ kind: "scope typo", meant: `${scope}/anything`, scope });
  });

  it.each([
    ["@babels/anything", "at an end, of five letters"],
    ["@babex/anything", "mistaken, of five letters"],
    ["@muii/anything", "of three letters"],
    ["@bale/anything", "two slips"],
  ])("%s is none: %s", (name) => {
    expect(slipOf(name)).toBeNull();
  });

  it("is none for any scope that has a widely used package", () => {
    const scopes = new Set(npmHighImpact.flatMap((name) => /^@[^/]+/.exec(name)?.[0] ?? []));
    expect(scopes.size).toBeGreaterThan(900);
    const slips = [...scopes].map((scope) => slipOf(`${scope}/nobody-has-heard-of-it`));
    expect(slips.filter((slip) => slip !== null)).toEqual([]);
  });
});

describe("a part that is added or left out", () => {
  const added = (meant: string, part: string): Slip => ({ kind: "part added", meant, part });
  const leftOut = (meant: string, part: string, typo = false): Slip => ({ kind: "part left out", meant, part, typo });

  it.each<[string, Slip]>([
    ["@lodash/lodash", added("lodash", "@lodash/")],
    ["@react/react", added("react", "@react/")],
    ["@axios/axios", added("axios", "@axios/")],
    ["lodash.js", added("lodash", ".js")],
    ["lodashjs", added("lodash", "js")],
    ["express-js", added("express", "-js")],
    ["chart", leftOut("chart.js", ".js")],
    ["bignumber", leftOut("bignumber.js", ".js")],
    ["claude-code", leftOut("@anthropic-ai/claude-code", "@anthropic-ai/")],
    ["claud-code", leftOut("@anthropic-ai/claude-code", "@anthropic-ai/", true)],
    ["cloude-code", leftOut("@anthropic-ai/claude-code", "@anthropic-ai/", true)],
    ["gemini-cli", leftOut("@google/gemini-cli", "@google/")],
    ["unused-imports", leftOut("eslint-plugin-unused-imports", "eslint-plugin-")],
    ["transform-for-of", leftOut("@babel/plugin-transform-for-of", "@babel/plugin-")],
  ])("%s", (name, slip) => {
    expect(slipOf(name)).toEqual(slip);
  });

  it.each([
    ["@axios/react", "another package's name behind the scope"],
    ["@babel/babel", "a scope with widely used packages"],
    ["@acme/acme", "nothing of that name is widely used"],
    ["hooks", "one word"],
    ["shared-utils-of-acme", "nothing of that name is widely used"],
    ["ethers.js", "js behind what is not one of the first 1,000"],
    ["run-script", "words that many use"],
    ["credential-provider-imds", "behind two scopes"],
    ["@acme/lodash.js", "another scope"],
    ["@acme/claude-code", "another scope"],
  ])("%s is none: %s", (name) => {
    expect(slipOf(name)).toBeNull();
  });
});

it.each([
  "konva",
  "koa",
  "preact",
  "@types/expres",
  "@smithy/signature-v4a",
  "@types/chart",
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
  "js",
  ".js",
  "@a/b",
  "@/x",
  "@babel/",
  "@bable/",
  "@bable",
  "a".repeat(65),
  `@bable/${"a".repeat(58)}`,
  "",
])("%j is none", (name) => {
  expect(slipOf(name)).toBeNull();
});

it("is none for any widely used name", () => {
  expect(npmHighImpact.length).toBeGreaterThan(17_000);
  expect(npmHighImpact.filter((name) => slipOf(name) !== null)).toEqual([]);
});

it("takes a bounded time for the longest of names", () => {
  const names = [`@${"a".repeat(30)}/${"b".repeat(32)}`, "10".repeat(32), "a-".repeat(32)];
  const start = performance.now();
  for (const name of names) for (let round = 0; round < 5; round++) slipOf(name);
  expect(performance.now() - start).toBeLessThan(2_000);
});
