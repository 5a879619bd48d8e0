import picomatch from "picomatch/posix";
import { describe, expect, it } from "vitest";
import { boundedGlob } from "../../server/src/core/util/glob.ts";
import { pnpmExempts } from "../setup/pnpm-exempts.ts";

describe("a glob", () => {
  it.each([
    ["packages/*", "packages/a", true],
    ["packages/*", "packages/a/b", false],
    ["packages/**", "packages/a/b", true],
    ["apps/*/packages/*", "apps/x/packages/y", true],
    ["packages/{a,b}", "packages/b", true],
    ["**/*-own", "a/b/is-own", true],
    ["@own/*", "@own/x", true],
    ["*-plugin-*", "eslint-plugin-x", true],
  ])("%s of %s: %s", (glob, text, expected) => {
    expect(boundedGlob(glob)?.(text)).toBe(expected);
  });

  it.each([
    "",
    "*a*a*a*b",
    "*a*a*a*a*a*a*a*a*b",
    "**/a/**/a/**/a/**/a/**/a/**/b",
    "+(a|aa)+b",
    "!(a*)*!(a*)b",
    "{a,{a,{a,{a,{a,b}}}}}",
    `${"a".repeat(300)}*`,
    "\0packages/*",
  ])("%j could take for ever, or is none, so it is not taken", (glob) => {
    expect(boundedGlob(glob)).toBeNull();
  });
});

// Each as picomatch has it.
describe("a glob with several **", () => {
  it.each([
    ["**/a/**", ["a", "a/b", "x/a", "x/y/a/b/c"], ["b", "xa/b", ".x/a"]],
    ["**/a/**/b", ["a/b", "a/x/y/b", "x/a/a/b"], ["b/a", "a", "b", "a/.x/b"]],
    ["**/*/**", ["a/b"], ["a"]],
    ["**/**", ["a", "a/b"], ["", ".a"]],
    ["./a/**/**/b", ["a/b", "a/x/b"], ["x/a/b"]],
    ["**/a*/**/*.js", ["ab/x.js", "x/a/y/z.js"], ["ab", "b/x.js", "x.js"]],
    ["!**/a/**", ["b", "b/c"], ["a", "x/a/b", ""]],
    ["**/{a,b}/**", ["x/a/y", "b"], ["c", "x/c/y"]],
    ["{a/**,b/**}", ["a/x", "b/y/z"], ["c/x"]],
    ["{**/a/**,**/b/**}", ["x/a/y", "x/y/b/z"], ["c", "x/c"]],
  ])("%s", (glob, matched, unmatched) => {
    const matches = boundedGlob(glob);
    expect(matched.filter((text) => matches?.(text) !== true)).toEqual([]);
    expect(unmatched.filter((text) => matches?.(text) !== false)).toEqual([]);
    const own = picomatch(glob);
    expect([...matched, ...unmatched].filter((text) => own(text) !== matches?.(text))).toEqual([]);
  });

  it("in braces, as shells expand them", () => {
    expect(boundedGlob("{a/**,b/**}")?.("a")).toBe(true);
  });

  it("and dots", () => {
    expect(boundedGlob("**/a/**", { dot: true })?.(".x/a/.y")).toBe(true);
  });
});

it("no glob matches a path with a longer name than a file can have", () => {
  expect(boundedGlob("*/*")?.(`a/${"b".repeat(255)}`)).toBe(true);
  expect(boundedGlob("*/*")?.(`a/${"b".repeat(256)}`)).toBe(false);
});

describe("a pattern of pnpm's", () => {
  it.each([
    ["a", "a", "1.0.0", true],
    ["a", "ab", "1.0.0", false],
    ["*", "@own/x", "1.0.0", true],
    ["@own/*", "@own/x", "1.0.0", true],
    ["@own/*", "@other/x", "1.0.0", false],
    ["*-own", "is-own", "1.0.0", true],
    ["a*b*c", "axxbyyc", "1.0.0", true],
    ["a*b*c", "axxcyyb", "1.0.0", false],
    ["ab*bc", "abc", "1.0.0", false],
    ["a*a", "a", "1.0.0", false],
    ["a.c", "abc", "1.0.0", false],
    ["!a", "b", "1.0.0", true],
    ["!a", "a", "1.0.0", false],
    ["@own/x@1.0.0 || 1.0.1", "@own/x", "1.0.1", true],
    ["@own/x@1.0.0 || 1.0.1", "@own/x", "1.0.2", false],
    ["*a*a*a*a*a*a*a*a*a*a*b", "a".repeat(214), "1.0.0", false],
  ])("%s, %s@%s: %s", (pattern, name, version, expected) => {
    expect(pnpmExempts([pattern])(name, version)).toBe(expected);
  });
});
