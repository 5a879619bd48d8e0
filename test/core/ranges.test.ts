import { describe, expect, it, vi } from "vitest";
import { parseSpecifier } from "../../server/src/core/documents/specifier.ts";
import type { PackageFacts } from "../../server/src/core/facts/package.ts";
import type { Specifier } from "../../server/src/core/model.ts";
import { fits, takesPrereleases, versionTaken } from "../../server/src/core/ranges.ts";
import { packumentOf } from "./world/packages.ts";
import { readWorld } from "./world/schema.ts";
import type { WorldInput } from "./world/schema.ts";

function facts(
  releases: NonNullable<WorldInput["packages"]>[string],
  tags: Readonly<Record<string, string>> = {},
): PackageFacts {
  const fact = packumentOf(readWorld({ packages: { alpha: releases }, about: { alpha: { tags } } }), "alpha", {
    detail: "full",
    url: "https://registry.npmjs.org/",
    fetchedAt: 0,
  });
  if (!fact.known) throw new Error(fact.reason);
  return fact.value.facts;
}

function registrySpecifier(raw: string): Extract<Specifier, { source: "registry" }> {
  const specifier = parseSpecifier("alpha", raw);
  if (specifier.source !== "registry") throw new Error(`${raw} is not of a registry`);
  return specifier;
}

const taken = (raw: string, of: PackageFacts) => versionTaken(registrySpecifier(raw), of);
const AT = "2026-01-01";
const GONE = { at: AT, deprecated: "do not use" };

it("goes through the versions of a package once, however many ranges it is asked by", () => {
  const of = facts({ "1.0.0": AT, "1.1.0": AT });
  const values = vi.spyOn(of.releases, "values");
  expect(["^1.0.0", "1.0.0", "*"].map((raw) => taken(raw, of))).toEqual(["1.1.0", "1.0.0", "1.1.0"]);
  expect(values).toHaveBeenCalledTimes(1);
});

// Each as https://github.com/npm/npm-pick-manifest#algorithm has it.
describe("the version that npm takes", () => {
  const plain = facts(
    { "1.0.0": AT, "1.1.0": AT, "1.2.0-rc.1": AT, "2.0.0": AT, "3.0.0-beta.1": AT },
    { next: "3.0.0-beta.1" },
  );

  it.each([
    ["^1.0.0", "1.1.0"],
    ["~1.0.0", "1.0.0"],
    ["1.x", "1.1.0"],
    [">=1", "2.0.0"],
    ["*", "2.0.0"],
    ["", "2.0.0"],
    ["1.0.0", "1.0.0"],
    ["=1.0.0", "1.0.0"],
    ["^1.2.0-rc.1", "1.2.0-rc.1"],
    ["<2", "1.1.0"],
    ["^1.0.0 || ^3.0.0-beta.0", "3.0.0-beta.1"],
    ["latest", "2.0.0"],
    ["next", "3.0.0-beta.1"],
    ["npm:alpha@^1.0.0", "1.1.0"],
  ])("for %j is %s", (raw, version) => {
    expect(taken(raw, plain)).toBe(version);
  });

  it.each(["^4.0.0", "1.0.1", "^1.3.0", "no-such-tag"])("for %j is none", (raw) => {
    expect(taken(raw, plain)).toBeNull();
  });

  it("is the one tagged latest where that fits, not a higher one", () => {
    const behind = facts({ "1.0.0": AT, "1.1.0": AT, "1.2.0": AT }, { latest: "1.1.0" });
    expect(["*", "^1.0.0", "1.x", "^1.2.0"].map((raw) => taken(raw, behind))).toEqual([
      "1.1.0",
      "1.1.0",
      "1.1.0",
      "1.2.0",
    ]);
  });

  it("is a deprecated one only where there is no other", () => {
    expect(taken("^1.0.0", facts({ "1.0.0": AT, "1.1.0": GONE }, { latest: "1.0.0" }))).toBe("1.0.0");
    expect(taken("^1.1.0", facts({ "1.0.0": AT, "1.1.0": GONE }, { latest: "1.0.0" }))).toBe("1.1.0");
  });

  it("is none of a package without versions, and none that was removed", () => {
    expect(taken("*", facts({ "1.0.0": { at: AT, removed: true } }))).toBeNull();
    expect(taken("^1.0.0", facts({ "1.0.0": AT, "1.0.1": { at: AT, removed: true } }))).toBe("1.0.0");
  });

  it("is found whatever versions and tags are called", () => {
    const odd = {
      ...plain,
      distTags: new Map([
        ["__proto__", "1.0.0"],
        ["constructor", "1.1.0"],
        ["latest", "2.0.0"],
      ]),
    };
    expect(taken("*", odd)).toBe("2.0.0");
    expect(taken("constructor", odd)).toBe("1.1.0");
  });
});

describe("a locked version fits", () => {
  it.each([
    ["^1.0.0", "1.5.0", true],
    ["^1.0.0", "2.0.0", false],
    ["^1.0.0", "1.5.0-rc.1", false],
    ["^1.5.0-rc.0", "1.5.0-rc.1", true],
    ["*", "0.0.1", true],
    ["next", "9.9.9", true],
    ["latest", "0.0.1-rc.1", true],
    ["v1.0.0", "1.0.0", true],
    [">=1.0.0 <2", "1.9.9", true],
    ["1 || 2", "2.3.4", true],
  ])("%s: %s is %s", (raw, version, expected) => {
    expect(fits(registrySpecifier(raw), version)).toBe(expected);
  });
});

describe("a range takes prereleases", () => {
  it.each([
    ["^2.0.0-rc.1", true],
    [">=1.0.0-0", true],
    ["1.0.0-beta", true],
    ["~1.0.0-beta || ^2", true],
    [">1.0.0-rc.1 <2", true],
    ["^1.0.0", false],
    ["~1.2", false],
    ["1.x", false],
    ["*", false],
    ["", false],
    ["<2.0.0-0", false],
    ["latest", false],
    ["not a range", false],
  ])("%j: %s", (range, expected) => {
    expect(takesPrereleases(range)).toBe(expected);
  });
});
