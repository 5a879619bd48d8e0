import { expect, it } from "vitest";
import { isNewerThanOwn, isPublishedAs, type OwnName } from "../../../server/src/core/facts/own-name.ts";
import type { PackageFacts, ReleaseFacts } from "../../../server/src/core/facts/package.ts";

const NOW = Date.parse("2026-06-01");

function facts(versions: Readonly<Record<string, string>>): PackageFacts {
  const names = Object.keys(versions);
  return {
    name: "acme-utils",
    detail: "full",
    fetchedAt: NOW,
    modified: null,
    distTags: new Map(),
    // Nothing but their names is looked at.
    releases: new Map(names.map((version) => [version, { version } as ReleaseFacts])),
    times: new Map(names.map((version) => [version, Date.parse(versions[version] ?? "")])),
    unpublishedAt: null,
    securityHolder: false,
  };
}

function own(version: string | null, isPrivate = false): OwnName {
  return { folder: "packages/web", version, isPrivate, way: "fits", range: "^1.0.0", lockfile: "pnpm-lock.yaml" };
}

const OLD = facts({ "1.0.0": "2023-01-01", "1.9.0": "2023-02-01" });
const YOUNG = facts({ "1.0.0": "2026-05-20", "1.9.0": "2026-05-21" });

it.each<[string, OwnName, PackageFacts | null, boolean, boolean | null]>([
  ["that has its version", own("1.0.0"), OLD, true, true],
  ["that has its version, and is young", own("1.0.0"), YOUNG, true, true],
  ["that has its version, though it is not to be published", own("1.0.0", true), OLD, true, false],
  ["that has only newer ones beside older ones", own("1.2.0"), OLD, true, false],
  ["that has nothing above it yet", own("2.0.0"), OLD, true, true],
  ["that has nothing above it yet, and is young", own("2.0.0"), YOUNG, true, false],
  ["that has nothing above it yet, is young, and behind a login", own("2.0.0"), YOUNG, false, true],
  ["that has only newer ones, behind a login", own("1.2.0"), YOUNG, false, false],
  ["where no version is stated", own(null), OLD, true, true],
  ["where no version is stated, and it is young", own(null), YOUNG, true, false],
  ["where the version is set when it is published", own("0.0.0-development"), OLD, true, true],
  ["where the version is no semver", own("next"), OLD, true, false],
  ["that is not known", own("1.0.0"), null, true, null],
  ["that is not known, though it is not to be published", own("1.0.0", true), null, true, false],
])("whether it is the project's own: one %s", (_title, name, registry, isPublic, expected) => {
  expect(isPublishedAs(name, registry, isPublic, NOW)).toBe(expected);
});

it("tells newer releases from others, and takes what has no order for newer", () => {
  const newer = (version: string | null): readonly string[] =>
    ["1.0.0", "1.2.0-beta", "1.2.0", "1.2.1", "odd"].filter((release) => isNewerThanOwn(own(version), release));
  expect(newer("1.2.0")).toEqual(["1.2.1", "odd"]);
  expect(newer(null)).toHaveLength(5);
});
