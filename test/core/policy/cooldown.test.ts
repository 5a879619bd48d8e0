/** What each package manager's own settings make of the age of a release: configuration, package and age on the left, the manager's answer on the right. */
import { describe, expect, it } from "vitest";
import { configKind, readConfig } from "../../../server/src/core/documents/config/index.ts";
import { cooldownOf } from "../../../server/src/core/policy/cooldown/index.ts";
import type { PolicyFile } from "../../../server/src/core/config/layers.ts";
import type { Manager } from "../../../server/src/core/project/manager.ts";

const NOW = Date.parse("2026-06-04T00:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Files = Readonly<Record<string, string>>;

/** Nearest first. A name that begins with `~/` is the person's own file. */
function filesOf(files: Files): readonly PolicyFile[] {
  return Object.entries(files).map(([path, text]) => {
    const kind = configKind(path.replace(/^~\//, ""));
    if (kind === null) throw new Error(`${path} is no policy file`);
    return { kind, env: { AGE: "3" }, model: readConfig(kind, text), ...(path.startsWith("~/") ? { name: path } : {}) };
  });
}

/** "refused" or "taken", and whose rule it is; "none" where the manager has no rule. */
function answer(manager: Manager, files: Files, release: string, age: number, trusted = true): string {
  const cooldown = cooldownOf(manager, filesOf(files), NOW, trusted);
  const at = release.lastIndexOf("@");
  const own = cooldown?.of(release.slice(0, at), release.slice(at + 1)) ?? null;
  return own === null ? "none" : `${age < own.ms ? "refused" : "taken"}: ${own.origin}`;
}

const manager = (kind: Manager["kind"], version: string | null = null): Manager => ({ kind, version });

/** Configuration, release, age in hours, answer. */
type Row = readonly [files: Files, release: string, hours: number, answer: string];

const npmrc = (text: string): Files => ({ ".npmrc": text });
const NPM_AGE = "min-release-age in .npmrc";
const NPM: readonly Row[] = [
  [{}, "a@1.0.0", 1, "none"],
  [npmrc(""), "a@1.0.0", 1, "none"],
  [npmrc("min-release-age=7"), "a@1.0.0", 7 * 24 - 1, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=7"), "a@1.0.0", 7 * 24, `taken: ${NPM_AGE}`],
  [npmrc("min-release-age = 7\n"), "a@1.0.0", 100, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=0.5"), "a@1.0.0", 11, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=0.5"), "a@1.0.0", 13, `taken: ${NPM_AGE}`],
  [npmrc("min-release-age=0"), "a@1.0.0", 0, `taken: ${NPM_AGE}`],
  [npmrc('min-release-age="3"'), "a@1.0.0", 71, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=3 ; days"), "a@1.0.0", 71, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=3\nmin-release-age=1"), "a@1.0.0", 25, `taken: ${NPM_AGE}`],
  [npmrc("min-release-age=7d"), "a@1.0.0", 1, "none"],
  [npmrc("min-release-age=-1"), "a@1.0.0", 0, `taken: ${NPM_AGE}`],
  [npmrc("min-release-age=7\nmin-release-age-exclude=b, a"), "a@1.0.0", 1, "taken: min-release-age-exclude in .npmrc"],
  [
    npmrc("min-release-age=7\nmin-release-age-exclude[]=b,@own/*"),
    "@own/x@1.0.0",
    1,
    "taken: min-release-age-exclude in .npmrc",
  ],
  [npmrc("before=May 30 2026"), "a@1.0.0", 100, "refused: before in .npmrc"],
  [npmrc("min-release-age-exclude[]=a"), "a@1.0.0", 1, "taken: min-release-age-exclude in .npmrc"],
  [npmrc("min-release-age-exclude[]=a"), "b@1.0.0", 1, "none"],
  [npmrc("min-release-age=${AGE}"), "a@1.0.0", 71, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=${NOT_SET}"), "a@1.0.0", 1, "none"],
  [npmrc("min-release-age="), "a@1.0.0", 1, `taken: ${NPM_AGE}`],
  [npmrc("; min-release-age=7"), "a@1.0.0", 1, "none"],
  [npmrc("#min-release-age=7"), "a@1.0.0", 1, "none"],
  [npmrc("minimum-release-age=10080"), "a@1.0.0", 1, "none"],
  [npmrc("[other]\nmin-release-age=7"), "a@1.0.0", 1, "none"],
  [npmrc("before=2026-06-01"), "a@1.0.0", 71, "refused: before in .npmrc"],
  [npmrc("before=2026-06-01"), "a@1.0.0", 73, "taken: before in .npmrc"],
  [npmrc("before=2026-06-01T12:00:00Z\nmin-release-age=30"), "a@1.0.0", 61, "taken: before in .npmrc"],
  [npmrc("before=2027-01-01"), "a@1.0.0", 0, "taken: before in .npmrc"],
  [{ ...npmrc("before=undefined"), "~/.npmrc": "before=2020-01-01" }, "a@1.0.0", 0, "taken: before in .npmrc"],
  [npmrc("before=soon\nmin-release-age=3"), "a@1.0.0", 1, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=7\nmin-release-age-exclude[]=a"), "a@1.0.0", 1, "taken: min-release-age-exclude in .npmrc"],
  [npmrc("min-release-age=7\nmin-release-age-exclude[]=a"), "ab@1.0.0", 1, `refused: ${NPM_AGE}`],
  [
    npmrc("min-release-age=7\nmin-release-age-exclude[]=@own/*"),
    "@own/x@1.0.0",
    1,
    "taken: min-release-age-exclude in .npmrc",
  ],
  [npmrc("min-release-age=7\nmin-release-age-exclude[]=@own/*"), "@other/x@1.0.0", 1, `refused: ${NPM_AGE}`],
  [
    npmrc("min-release-age=7\nmin-release-age-exclude[]=b\nmin-release-age-exclude[]=a"),
    "a@1.0.0",
    1,
    "taken: min-release-age-exclude in .npmrc",
  ],
  [npmrc("min-release-age=7\nmin-release-age-exclude[]=!b"), "a@1.0.0", 1, `refused: ${NPM_AGE}`],
  [npmrc("min-release-age=7\nmin-release-age-exclude[]=a@1.0.0"), "a@1.0.0", 1, `refused: ${NPM_AGE}`],
  [{ "~/.npmrc": "min-release-age=7" }, "a@1.0.0", 100, "refused: min-release-age in ~/.npmrc"],
  [{ ...npmrc("min-release-age=1"), "~/.npmrc": "min-release-age=7" }, "a@1.0.0", 25, `taken: ${NPM_AGE}`],
  [
    { ...npmrc("min-release-age=7d"), "~/.npmrc": "min-release-age=3" },
    "a@1.0.0",
    71,
    "refused: min-release-age in ~/.npmrc",
  ],
  [
    { ...npmrc("min-release-age=7"), "~/.npmrc": "min-release-age-exclude[]=a" },
    "a@1.0.0",
    1,
    "taken: min-release-age-exclude in ~/.npmrc",
  ],
];

const workspace = (text: string): Files => ({ "pnpm-workspace.yaml": text });
const PNPM_AGE = "minimumReleaseAge in pnpm-workspace.yaml";
const PNPM_EXCLUDE = "minimumReleaseAgeExclude in pnpm-workspace.yaml";
const PNPM_10: readonly Row[] = [
  [{}, "a@1.0.0", 1, "none"],
  [workspace("packages: []"), "a@1.0.0", 1, "none"],
  [workspace("minimumReleaseAge: 1440"), "a@1.0.0", 23, `refused: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: 1440"), "a@1.0.0", 24, `taken: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: 3"), "a@1.0.0", 1, `taken: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: 0"), "a@1.0.0", 0, `taken: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: '4320'"), "a@1.0.0", 71, `refused: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: 3d"), "a@1.0.0", 1, "none"],
  [workspace("minimumReleaseAge:"), "a@1.0.0", 1, `taken: ${PNPM_AGE}`],
  [npmrc("minimum-release-age=1440"), "a@1.0.0", 23, "refused: minimum-release-age in .npmrc"],
  [npmrc("min-release-age=7"), "a@1.0.0", 1, "none"],
  [{ ...npmrc("minimum-release-age=1440"), ...workspace("minimumReleaseAge: 60") }, "a@1.0.0", 2, `taken: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude:\n  - a"), "a@1.0.0", 1, `taken: ${PNPM_EXCLUDE}`],
  [workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude:\n  - a"), "b@1.0.0", 1, `refused: ${PNPM_AGE}`],
  [
    workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: ['@own/*']"),
    "@own/x@1.0.0",
    1,
    `taken: ${PNPM_EXCLUDE}`,
  ],
  [
    workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: [a@1.0.0 || 1.0.1]"),
    "a@1.0.1",
    1,
    `taken: ${PNPM_EXCLUDE}`,
  ],
  [
    workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: [a@1.0.0 || 1.0.1]"),
    "a@1.0.2",
    1,
    `refused: ${PNPM_AGE}`,
  ],
  [
    workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: ['*-own']"),
    "is-own@1.0.0",
    1,
    `taken: ${PNPM_EXCLUDE}`,
  ],
  [workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: ['a@^1.0.0']"), "a@1.0.0", 1, `refused: ${PNPM_AGE}`],
  [
    workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: ['a@1.0.0 || ^2']"),
    "a@1.0.0",
    1,
    `refused: ${PNPM_AGE}`,
  ],
  [workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: ['a*@1.0.0']"), "a@1.0.0", 1, `refused: ${PNPM_AGE}`],
  [workspace("minimumReleaseAgeExclude: [a]"), "a@1.0.0", 1, `taken: ${PNPM_EXCLUDE}`],
  [
    workspace("minimumReleaseAge: 1440\nminimumReleaseAgeExclude: ['@own/x@2.0.0']"),
    "@own/x@2.0.0",
    1,
    `taken: ${PNPM_EXCLUDE}`,
  ],
];
const PNPM_11: readonly Row[] = [
  [{}, "a@1.0.0", 23, "refused: pnpm's default"],
  [{}, "a@1.0.0", 24, "taken: pnpm's default"],
  [workspace("packages: []"), "a@1.0.0", 23, "refused: pnpm's default"],
  [workspace("minimumReleaseAge: 0"), "a@1.0.0", 0, `taken: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: 10080"), "a@1.0.0", 167, `refused: ${PNPM_AGE}`],
  [npmrc("minimum-release-age=10080"), "a@1.0.0", 25, "taken: pnpm's default"],
  [workspace("minimumReleaseAgeExclude: [a]"), "a@1.0.0", 1, `taken: ${PNPM_EXCLUDE}`],
  [workspace("minimumReleaseAge: [4320]"), "a@1.0.0", 25, `refused: ${PNPM_AGE}`],
  [workspace("minimumReleaseAge: [4320, 1]"), "a@1.0.0", 23, "refused: pnpm's default"],
];

const yarnrc = (text: string): Files => ({ ".yarnrc.yml": text });
const YARN_AGE = "npmMinimalAgeGate in .yarnrc.yml";
/** A range that is not read: it exempts nothing, and is reported. */
const TOO_LONG = Array.from({ length: 500 }, () => "9.9.9").join("||");
const YARN_APPROVED = "npmPreapprovedPackages in .yarnrc.yml";
const YARN_4_12: readonly Row[] = [
  [{}, "a@1.0.0", 1, "none"],
  [yarnrc("nodeLinker: node-modules"), "a@1.0.0", 1, "none"],
  [yarnrc("npmMinimalAgeGate: 1440"), "a@1.0.0", 23, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 7"), "a@1.0.0", 1, `taken: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 3d"), "a@1.0.0", 71, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 3d"), "a@1.0.0", 72, `taken: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 1.5d"), "a@1.0.0", 35, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: .5d"), "a@1.0.0", 11, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 2w"), "a@1.0.0", 335, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 36h"), "a@1.0.0", 35, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 7200s"), "a@1.0.0", 1, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 7200000ms"), "a@1.0.0", 2, `taken: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: '0'"), "a@1.0.0", 0, `taken: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 3 days"), "a@1.0.0", 1, "none"],
  [yarnrc("npmMinimalAgeGate: '${GATE:-7d}'"), "a@1.0.0", 167, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: '${AGE}d'"), "a@1.0.0", 71, `refused: ${YARN_AGE}`],
  [yarnrc("npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['a@npm:^1.0.0']"), "a@1.2.0", 1, `refused: ${YARN_AGE}`],
  [
    yarnrc("npmScopes:\n  own:\n    npmMinimalAgeGate: 7d"),
    "@own/x@1.0.0",
    100,
    "refused: npmMinimalAgeGate of @own in .yarnrc.yml",
  ],
  [yarnrc("npmScopes:\n  own:\n    npmMinimalAgeGate: 7d"), "a@1.0.0", 1, "none"],
  [yarnrc("npmMinimalAgeGate: 3d\nnpmPreapprovedPackages:\n  - a"), "a@1.0.0", 1, `taken: ${YARN_APPROVED}`],
  [yarnrc("npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['@own/*']"), "@own/x@1.0.0", 1, `taken: ${YARN_APPROVED}`],
  [yarnrc("npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['a@^1.0.0']"), "a@1.2.0", 1, `taken: ${YARN_APPROVED}`],
  [yarnrc("npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['a@^1.0.0']"), "a@2.0.0", 1, `refused: ${YARN_AGE}`],
  [yarnrc(`npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['a@${TOO_LONG}']`), "a@1.2.0", 1, `refused: ${YARN_AGE}`],
  [
    yarnrc("npmMinimalAgeGate: 3d\nnpmScopes:\n  own:\n    npmMinimalAgeGate: 0"),
    "@own/x@1.0.0",
    1,
    "taken: npmMinimalAgeGate of @own in .yarnrc.yml",
  ],
  [
    yarnrc("npmMinimalAgeGate: 1d\nnpmScopes:\n  own:\n    npmMinimalAgeGate: 7d"),
    "@own/x@1.0.0",
    100,
    "refused: npmMinimalAgeGate of @own in .yarnrc.yml",
  ],
  [
    yarnrc("npmMinimalAgeGate: 1d\nnpmScopes:\n  own:\n    npmMinimalAgeGate: 7d"),
    "@other/x@1.0.0",
    100,
    `taken: ${YARN_AGE}`,
  ],
];
const YARN_4_18: readonly Row[] = [
  [{}, "a@1.0.0", 23, "refused: Yarn's default"],
  [{}, "a@1.0.0", 24, "taken: Yarn's default"],
  [yarnrc("npmMinimalAgeGate: 0"), "a@1.0.0", 0, `taken: ${YARN_AGE}`],
  [yarnrc("npmPreapprovedPackages: [a]"), "a@1.0.0", 1, `taken: ${YARN_APPROVED}`],
];

const bunfig = (text: string): Files => ({ "bunfig.toml": text });
const BUN_AGE = "minimumReleaseAge in bunfig.toml";
const BUN: readonly Row[] = [
  [{}, "a@1.0.0", 1, "none"],
  [bunfig('[install]\nregistry = "https://registry.example"'), "a@1.0.0", 1, "none"],
  [bunfig("[install]\nminimumReleaseAge = 259200"), "a@1.0.0", 71, `refused: ${BUN_AGE}`],
  [bunfig("[install]\nminimumReleaseAge = 259200"), "a@1.0.0", 72, `taken: ${BUN_AGE}`],
  [bunfig("[install]\nminimumReleaseAge = 259_200 # three days"), "a@1.0.0", 71, `refused: ${BUN_AGE}`],
  [bunfig("install.minimumReleaseAge = 86400"), "a@1.0.0", 23, `refused: ${BUN_AGE}`],
  [bunfig("[install]\nminimumReleaseAge = 7"), "a@1.0.0", 1, `taken: ${BUN_AGE}`],
  [bunfig('[install]\nminimumReleaseAge = "3d"'), "a@1.0.0", 71, `refused: ${BUN_AGE}`],
  [bunfig('[install]\nminimumReleaseAge = "36 hours"'), "a@1.0.0", 37, `taken: ${BUN_AGE}`],
  [bunfig('[install]\nminimumReleaseAge = "7200"'), "a@1.0.0", 1, `refused: ${BUN_AGE}`],
  [bunfig('[install]\nminimumReleaseAge = "soon"'), "a@1.0.0", 1, "none"],
  [bunfig('[install]\nminimumReleaseAge = "-3d"'), "a@1.0.0", 1, "none"],
  [bunfig("minimumReleaseAge = 259200"), "a@1.0.0", 1, "none"],
  [
    bunfig('[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["a"]'),
    "a@1.0.0",
    1,
    "taken: minimumReleaseAgeExcludes in bunfig.toml",
  ],
  [
    bunfig('[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = ["a"]'),
    "b@1.0.0",
    1,
    `refused: ${BUN_AGE}`,
  ],
  [bunfig("[install\nminimumReleaseAge = 259200"), "a@1.0.0", 1, "none"],
];

const TABLES: readonly (readonly [string, Manager, readonly Row[]])[] = [
  ["npm", manager("npm"), NPM],
  ["pnpm 10", manager("pnpm", "10.34.9"), PNPM_10],
  ["pnpm 11", manager("pnpm", "11.28.10"), PNPM_11],
  ["Yarn 4.12", manager("yarn-berry", "4.12.0"), YARN_4_12],
  ["Yarn 4.18", manager("yarn-berry", "4.18.1"), YARN_4_18],
  ["Bun", manager("bun", "1.4.4"), BUN],
  ["npm 10", manager("npm", "10.8.0"), [[npmrc("min-release-age=7"), "a@1.0.0", 1, "none"]]],
  ["pnpm 9", manager("pnpm", "9.15.9"), [[workspace("minimumReleaseAge: 10080"), "a@1.0.0", 1, "none"]]],
  ["Yarn 4.9", manager("yarn-berry", "4.9.0"), [[yarnrc("npmMinimalAgeGate: 7d"), "a@1.0.0", 1, "none"]]],
  ["Bun 1.2", manager("bun", "1.2.0"), [[bunfig("[install]\nminimumReleaseAge = 604800"), "a@1.0.0", 1, "none"]]],
  [
    "Yarn 1",
    manager("yarn-classic", "1.22.22"),
    [
      [npmrc("min-release-age=7"), "a@1.0.0", 1, "none"],
      [yarnrc("npmMinimalAgeGate: 3d"), "a@1.0.0", 1, "none"],
    ],
  ],
];

describe.each(TABLES)("%s", (_name, which, rows) => {
  it.each(rows)("%j: %s, %d hours old: %s", (files, release, hours, expected) => {
    expect(answer(which, files, release, hours * HOUR)).toBe(expected);
  });
});

it("has at least 80 rows", () => {
  expect(TABLES.reduce((sum, [, , rows]) => sum + rows.length, 0)).toBeGreaterThanOrEqual(80);
});

describe("a workspace that is not trusted", () => {
  it.each([
    [npmrc("min-release-age=0"), 1, "none"],
    [npmrc("min-release-age=7"), 5 * 24, `refused: ${NPM_AGE}`],
    [npmrc("min-release-age=7\nmin-release-age-exclude[]=*"), 5 * 24, `refused: ${NPM_AGE}`],
    [npmrc("before=2026-06-03"), 2, "none"],
    [
      { ...npmrc("min-release-age=4"), "~/.npmrc": "min-release-age=7" },
      5 * 24,
      "refused: min-release-age in ~/.npmrc",
    ],
    [{ ...npmrc("min-release-age=9"), "~/.npmrc": "min-release-age=7" }, 8 * 24, `refused: ${NPM_AGE}`],
    [{ ...npmrc("min-release-age=0"), "~/.npmrc": "min-release-age=1" }, 23, "refused: min-release-age in ~/.npmrc"],
  ])("%j may ask for more caution, and not for less", (files, hours, expected) => {
    expect(answer(manager("npm"), files, "a@1.0.0", hours * HOUR, false)).toBe(expected);
  });
});

it("takes the age from the moment of judgement", () => {
  expect(cooldownOf(manager("npm"), filesOf(npmrc("before=2026-06-01")), NOW + DAY, true)?.base?.ms).toBe(4 * DAY);
});

// Tried with Yarn 4.18.1: it writes `npmMinimalAgeGate: 0` over lockfiles of metadata 8 and 9, and nothing over 10.
it.each([
  ["8", undefined],
  ["9", undefined],
  ["10", DAY],
])("Yarn's default over a lockfile of metadata %s: %s", (formatVersion, ms) => {
  expect(
    cooldownOf(manager("yarn-berry", "4.18.1"), [], NOW, true, [{ format: "yarn-berry", formatVersion }])?.base?.ms,
  ).toBe(ms);
});
