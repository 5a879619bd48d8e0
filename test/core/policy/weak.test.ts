/** What is weak in a project's policy, and the project's file after the fix that is offered for it. */
import { describe, expect, it } from "vitest";
import { configFileName, configKind, readConfig } from "../../../server/src/core/documents/config/index.ts";
import { readManifestConfig } from "../../../server/src/core/documents/config/json.ts";
import { applyEdits } from "../../../server/src/core/edits/text-edit.ts";
import { setSetting } from "../../../server/src/core/fixes/setting/set-setting.ts";
import type { PolicyFile } from "../../../server/src/core/config/layers.ts";
import type { Manager } from "../../../server/src/core/project/manager.ts";
import { weaknessesOf } from "../../../server/src/core/policy/checks/index.ts";

const NOW = Date.parse("2026-06-04T00:00:00Z");

type Files = Readonly<Record<string, string>>;

function filesOf(files: Files): readonly PolicyFile[] {
  return Object.entries(files).map(([path, text]) => {
    if (path === "package.json") return { kind: path.replace(".", "-"), model: readManifestConfig(text) };
    const kind = configKind(path.replace(/^~\//, ""));
    if (kind === null) throw new Error(`${path} is no policy file`);
    return { kind, model: readConfig(kind, text), ...(path.startsWith("~/") ? { name: path } : {}) };
  });
}

const textOf = (files: Files, kind: string): string =>
  files[kind === "package-json" ? "package.json" : configFileName(kind as Parameters<typeof configFileName>[0])] ?? "";

/** Each weakness: the value that it is told at, and the message. */
function told(
  manager: Manager | null,
  files: Files,
  lockfileVersion = manager?.kind === "yarn-berry" ? "10" : "3",
): readonly string[] {
  const lockfiles = manager === null ? [] : [{ format: manager.kind, formatVersion: lockfileVersion }];
  return weaknessesOf({ manager, files: filesOf(files), lockfiles }, NOW).map(({ at, message }) =>
    at === null ? message : `${textOf(files, at.kind).slice(at.span.start, at.span.end)} | ${message}`,
  );
}

/** The file that the first fix changes, as it is afterwards. */
function mended(manager: Manager, files: Files): string {
  const mend = weaknessesOf({ manager, files: filesOf(files), lockfiles: [] }, NOW).find(
    (weakness) => weakness.mend !== null,
  )?.mend;
  if (mend === undefined || mend === null) throw new Error("nothing to mend");
  const text = textOf(files, mend.kind);
  const edits = setSetting(text, mend);
  if (edits === null) return "cannot be written";
  const after = applyEdits(text, edits);
  const left = weaknessesOf(
    { manager, files: filesOf({ ...files, [configFileName(mend.kind)]: after }), lockfiles: [] },
    NOW,
  );
  expect(left.some((weakness) => weakness.mend === mend)).toBe(false);
  return after;
}

const manager = (kind: Manager["kind"], version: string | null = null): Manager => ({ kind, version });
const NONE_NPM =
  "npm has no cooldown here and takes releases of any age. min-release-age=3 in .npmrc makes it wait for 3 days (npm 11.10 and up).";
const NONE_PNPM =
  "pnpm has no cooldown here and takes releases of any age. minimumReleaseAge: 4320 in pnpm-workspace.yaml makes it wait for 3 days (pnpm 10.16 and up).";
const NONE_YARN =
  "Yarn has no cooldown here and takes releases of any age. npmMinimalAgeGate: 3d in .yarnrc.yml makes it wait for 3 days (Yarn 4.10 and up).";
const NONE_BUN =
  "Bun has no cooldown here and takes releases of any age. minimumReleaseAge = 259200 in bunfig.toml makes it wait for 3 days (Bun 1.3 and up).";

describe("none is set", () => {
  it.each<[Manager | null, Files, string, readonly string[]]>([
    [manager("npm"), {}, "3", [NONE_NPM]],
    [manager("npm"), {}, "2", [NONE_NPM]],
    [manager("npm"), {}, "1", []],
    [manager("npm", "11.10.0"), {}, "3", [NONE_NPM]],
    [manager("npm", "11.9.0"), {}, "3", []],
    [manager("npm"), { ".npmrc": "registry=https://registry.example/" }, "3", [NONE_NPM]],
    [manager("npm"), { ".npmrc": "min-release-age=1" }, "3", []],
    [manager("npm"), { ".npmrc": "before=2026-06-01" }, "3", []],
    [manager("npm"), { "~/.npmrc": "min-release-age=7" }, "3", []],
    [manager("pnpm"), {}, "9.0", [NONE_PNPM]],
    [manager("pnpm"), {}, "6.0", []],
    [manager("pnpm", "10.20.0"), {}, "9.0", [NONE_PNPM]],
    [manager("pnpm", "10.15.0"), {}, "9.0", []],
    [manager("pnpm", "11.0.0"), {}, "9.0", []],
    [manager("yarn-berry"), {}, "8", [NONE_YARN]],
    [manager("yarn-berry"), {}, "6", []],
    [manager("yarn-berry", "4.12.0"), {}, "8", [NONE_YARN]],
    [manager("yarn-berry", "4.9.0"), {}, "8", []],
    [manager("yarn-berry", "4.15.0"), {}, "10", []],
    [manager("yarn-berry", "4.15.0"), {}, "8", [NONE_YARN]],
    [manager("yarn-classic", "1.22.22"), {}, "1", []],
    [manager("bun"), {}, "1", [NONE_BUN]],
    [manager("bun", "1.2.0"), {}, "1", []],
    [null, {}, "", []],
  ])("%j %j, lockfile version %s", (which, files, lockfileVersion, expected) => {
    expect(told(which, files, lockfileVersion)).toEqual(expected);
  });
});

describe("one that is mistaken or turned off, where it is written", () => {
  it.each<[Manager, string, string, string]>([
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=7d",
      "7d | min-release-age=7d is not a number of days: npm stops at it.",
    ],
    [manager("npm"), ".npmrc", "min-release-age=-1", "-1 | min-release-age=-1 lets npm install releases of any age."],
    [manager("npm"), ".npmrc", "min-release-age=0", "0 | min-release-age=0 lets npm install releases of any age."],
    [manager("npm"), ".npmrc", "min-release-age=4320", "4320 | min-release-age=4320 is 11 years: npm counts in days."],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\nmin-release-age-exclude[]=*",
      '* | min-release-age-exclude: "*" takes every package without a scope out of the cooldown.',
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\ndangerously-allow-all-scripts=true",
      "true | dangerously-allow-all-scripts lets npm run every install script, approved or not.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\ndangerously-allow-all-scripts=1",
      "1 | dangerously-allow-all-scripts lets npm run every install script, approved or not.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\ndangerously-allow-all-scripts",
      "dangerously-allow-all-scripts | dangerously-allow-all-scripts lets npm run every install script, approved or not.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\ndangerously-allow-all-scripts=yes",
      "yes | dangerously-allow-all-scripts lets npm run every install script, approved or not.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\ndangerously-allow-all-scripts=0",
      "0 | dangerously-allow-all-scripts lets npm run every install script, approved or not.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\ndangerously-allow-all-scripts=TRUE",
      "TRUE | dangerously-allow-all-scripts lets npm run every install script, approved or not.",
    ],
    [
      manager("npm"),
      ".npmrc",
      'min-release-age=3\ndangerously-allow-all-scripts="true"',
      "true | dangerously-allow-all-scripts lets npm run every install script, approved or not.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "before=2027-01-01",
      "2027-01-01 | before=2027-01-01 is still to come: npm installs releases of any age until then.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "before=nonsense\nmin-release-age=3",
      "nonsense | before=nonsense is not a date: npm stops at it.",
    ],
    [manager("npm"), ".npmrc", "before=", " | before= is not a date: npm stops at it."],
    [
      manager("npm"),
      ".npmrc",
      "before=null\nmin-release-age=3",
      "null | before=null lets npm install releases of any age.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "before=undefined",
      "undefined | before=undefined lets npm install releases of any age.",
    ],
    [manager("npm"), ".npmrc", "min-release-age=", " | min-release-age= lets npm install releases of any age."],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=false",
      "false | min-release-age=false lets npm install releases of any age.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=Infinity",
      "Infinity | min-release-age=Infinity is not a number of days: npm stops at it.",
    ],
    [
      manager("pnpm", "10.34.9"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge:",
      " | minimumReleaseAge without a value lets pnpm install releases of any age.",
    ],
    [
      manager("pnpm", "11.28.10"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: null",
      "null | minimumReleaseAge without a value lets pnpm install releases of any age.",
    ],
    [
      manager("pnpm", "11.28.10"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: ''",
      " | minimumReleaseAge without a value lets pnpm install releases of any age.",
    ],
    [
      manager("pnpm", "12.21.0"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: ''",
      " | minimumReleaseAge without a value is not a number of minutes.",
    ],
    [
      manager("pnpm", "11.28.10"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: -5",
      "-5 | minimumReleaseAge: -5 is not a number of minutes.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmMinimalAgeGate:\n  onConflict: reset\n  value: 7",
      "7 | npmMinimalAgeGate: 7 is 7 minutes: without a unit Yarn counts in minutes.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmScopes:\n  onConflict: extend\n  own:\n    npmMinimalAgeGate: 0",
      "0 | npmMinimalAgeGate: 0 of @own lets Yarn install its releases of any age.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmPreapprovedPackages:\n  onConflict: reset\n  value: ['**']",
      '** | npmPreapprovedPackages: "**" takes every package out of the cooldown.',
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=0.01",
      "0.01 | min-release-age=0.01 is 14 minutes: npm counts in days.",
    ],
    [
      manager("npm"),
      ".npmrc",
      "min-release-age=3\nmin-release-age-exclude[]=**",
      '** | min-release-age-exclude: "**" takes every package out of the cooldown.',
    ],
    [
      manager("npm", "10.8.0"),
      ".npmrc",
      "min-release-age=7",
      "7 | npm 10.8.0 ignores min-release-age in .npmrc (supported from 11.10).",
    ],
    [
      manager("pnpm", "9.15.9"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: 10080",
      "10080 | pnpm 9.15.9 ignores minimumReleaseAge in pnpm-workspace.yaml (supported from 10.16).",
    ],
    [
      manager("pnpm", "11.0.0"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: 259200000",
      "259200000 | minimumReleaseAge: 259200000 is 493 years: pnpm counts in minutes.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmScopes:\n  own:\n    npmMinimalAgeGate: 7",
      "7 | npmMinimalAgeGate: 7 of @own is 7 minutes: without a unit Yarn counts in minutes.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmScopes:\n  own:\n    npmMinimalAgeGate: 0",
      "0 | npmMinimalAgeGate: 0 of @own lets Yarn install its releases of any age.",
    ],
    [
      manager("bun", "1.4.4"),
      "bunfig.toml",
      "[install]\nminimumReleaseAge = 259200000",
      "259200000 | minimumReleaseAge = 259200000 is 8 years: without a unit Bun counts in seconds.",
    ],
    [
      manager("pnpm", "10.20.0"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: 3",
      "3 | minimumReleaseAge: 3 is 3 minutes: pnpm counts in minutes.",
    ],
    [
      manager("pnpm", "11.0.0"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: 168 # a week",
      "168 | minimumReleaseAge: 168 is 2 hours: pnpm counts in minutes.",
    ],
    [
      manager("pnpm", "11.0.0"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: 0",
      "0 | minimumReleaseAge: 0 lets pnpm install releases of any age.",
    ],
    [
      manager("pnpm", "10.20.0"),
      "pnpm-workspace.yaml",
      "minimumReleaseAge: 3d",
      "3d | minimumReleaseAge: 3d is not a number of minutes.",
    ],
    [
      manager("pnpm", "10.20.0"),
      ".npmrc",
      "minimum-release-age=3",
      "3 | minimum-release-age=3 is 3 minutes: pnpm counts in minutes.",
    ],
    [
      manager("pnpm", "11.0.0"),
      ".npmrc",
      "minimum-release-age=4320",
      "4320 | pnpm 11 and up does not read minimum-release-age here, but minimumReleaseAge in pnpm-workspace.yaml.",
    ],
    [
      manager("pnpm", "11.0.0"),
      "pnpm-workspace.yaml",
      "minimumReleaseAgeExclude: ['@own/*', '*']",
      '* | minimumReleaseAgeExclude: "*" takes every package out of the cooldown.',
    ],
    [
      manager("pnpm", "11.0.0"),
      "pnpm-workspace.yaml",
      "dangerouslyAllowAllBuilds: true",
      "true | dangerouslyAllowAllBuilds lets pnpm run every install script, approved or not.",
    ],
    [
      manager("pnpm", "11.0.0"),
      "package.json",
      '{ "pnpm": { "dangerouslyAllowAllBuilds": true } }',
      "true | dangerouslyAllowAllBuilds lets pnpm run every install script, approved or not.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmMinimalAgeGate: 7",
      "7 | npmMinimalAgeGate: 7 is 7 minutes: without a unit Yarn counts in minutes.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmMinimalAgeGate: 0",
      "0 | npmMinimalAgeGate: 0 lets Yarn install releases of any age.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmMinimalAgeGate: 0d",
      "0d | npmMinimalAgeGate: 0d lets Yarn install releases of any age.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmMinimalAgeGate: 3 days",
      "3 days | npmMinimalAgeGate: 3 days is not a length of time that Yarn knows.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "enableScripts: true",
      "true | enableScripts: true lets Yarn run every install script that dependenciesMeta does not forbid.",
    ],
    [
      manager("yarn-berry", "4.18.1"),
      ".yarnrc.yml",
      "npmPreapprovedPackages:\n  - '*'",
      '* | npmPreapprovedPackages: "*" takes every package without a scope out of the cooldown.',
    ],
    [
      manager("bun", "1.4.4"),
      "bunfig.toml",
      "[install]\nminimumReleaseAge = 7",
      "7 | minimumReleaseAge = 7 is less than a minute: without a unit Bun counts in seconds.",
    ],
    [
      manager("bun", "1.4.4"),
      "bunfig.toml",
      "[install]\nminimumReleaseAge = 4320",
      "4320 | minimumReleaseAge = 4320 is 72 minutes: without a unit Bun counts in seconds.",
    ],
    [
      manager("bun", "1.4.4"),
      "bunfig.toml",
      "[install]\nminimumReleaseAge = 0",
      "0 | minimumReleaseAge = 0 lets Bun install releases of any age.",
    ],
    [
      manager("bun", "1.4.4"),
      "bunfig.toml",
      '[install]\nminimumReleaseAge = "soon"',
      "soon | minimumReleaseAge = soon is not a length of time: Bun stops at it.",
    ],
  ])("%j, %s %j", (which, file, text, expected) => {
    expect(told(which, { [file]: text })).toEqual([expected]);
  });
});

describe("what is not known is not told of", () => {
  it.each<[Manager, string, string]>([
    [manager("npm"), ".npmrc", "min-release-age=${AGE}"],
    [manager("npm"), ".npmrc", "min-release-age=null\nbefore=2026-01-01"],
    [manager("yarn-berry", "4.18.1"), ".yarnrc.yml", "npmMinimalAgeGate: '${GATE:-7d}'"],
    [manager("pnpm", "10.20.0"), "pnpm-workspace.yaml", "minimumReleaseAge: 4320\n  broken: [\n"],
    [manager("bun", "1.4.4"), "bunfig.toml", "[install\nminimumReleaseAge = 259200"],
  ])("%j, %s %j", (which, file, text) => {
    expect(
      told(which, { [file]: text }).filter(
        (message) => !message.includes("has no cooldown here and takes") || file !== ".npmrc",
      ),
    ).toEqual([]);
  });
});

describe("one that is as it should be", () => {
  it.each<[Manager, string, string]>([
    [manager("npm"), ".npmrc", "min-release-age=7"],
    [manager("npm"), ".npmrc", "min-release-age=0.5"],
    [manager("npm"), ".npmrc", "min-release-age=3\nmin-release-age-exclude[]=@own/*\nignore-scripts=false"],
    [manager("pnpm", "10.20.0"), "pnpm-workspace.yaml", "minimumReleaseAge: 1440\ndangerouslyAllowAllBuilds: false"],
    [manager("yarn-berry", "4.18.1"), ".yarnrc.yml", "npmMinimalAgeGate: 90m"],
    [manager("yarn-berry", "4.18.1"), ".yarnrc.yml", "npmMinimalAgeGate: 4320\nenableScripts: false"],
    [manager("pnpm", "12.21.0"), "pnpm-workspace.yaml", "minimumReleaseAge:"],
    [manager("npm"), ".npmrc", "min-release-age=true"],
    [manager("bun", "1.4.4"), "bunfig.toml", '[install]\nminimumReleaseAge = ".5d"'],
    [manager("bun", "1.4.4"), "bunfig.toml", "[install]\nminimumReleaseAge = 86400"],
    [manager("bun", "1.4.4"), "bunfig.toml", '[install]\nminimumReleaseAge = "3d"'],
    [manager("bun", "1.4.4"), "bunfig.toml", '[install]\nminimumReleaseAge = "90 minutes"'],
  ])("%j, %s %j", (which, file, text) => {
    expect(told(which, { [file]: text })).toEqual([]);
  });
});

describe("the fix writes three days in the manager's own words, and nothing else", () => {
  it.each<[string, Manager, Files, string]>([
    ["a new .npmrc", manager("npm"), {}, "min-release-age=3\n"],
    [
      "an .npmrc without an end of line",
      manager("npm"),
      { ".npmrc": "; ours\nregistry=https://registry.example/" },
      "; ours\nregistry=https://registry.example/\nmin-release-age=3\n",
    ],
    [
      "an .npmrc with a section",
      manager("npm"),
      { ".npmrc": "save-exact=true\n\n[other]\nx=1\n" },
      "save-exact=true\nmin-release-age=3\n\n[other]\nx=1\n",
    ],
    [
      "Windows line ends",
      manager("npm"),
      { ".npmrc": "save-exact=true\r\n" },
      "save-exact=true\r\nmin-release-age=3\r\n",
    ],
    [
      "a value with a comment behind it",
      manager("npm"),
      { ".npmrc": "min-release-age = 7d ; a week\n" },
      "min-release-age = 3 ; a week\n",
    ],
    ["a quoted value", manager("npm"), { ".npmrc": 'min-release-age="7d"\n' }, 'min-release-age="3"\n'],
    ["a new pnpm-workspace.yaml", manager("pnpm", "10.20.0"), {}, "minimumReleaseAge: 4320\n"],
    [
      "a pnpm-workspace.yaml with comments",
      manager("pnpm", "10.20.0"),
      { "pnpm-workspace.yaml": "# ours\npackages:\n  - a # the app\n\n# end\n" },
      "# ours\npackages:\n  - a # the app\nminimumReleaseAge: 4320\n\n# end\n",
    ],
    [
      "a value with a comment",
      manager("pnpm", "10.20.0"),
      { "pnpm-workspace.yaml": "minimumReleaseAge: 3 # days\n" },
      "minimumReleaseAge: 4320 # days\n",
    ],
    [
      "an entry without a value",
      manager("pnpm", "10.20.0"),
      { "pnpm-workspace.yaml": "minimumReleaseAge:\npackages: []\n" },
      "minimumReleaseAge: 4320\npackages: []\n",
    ],
    [
      "an .npmrc entry without a value",
      manager("npm"),
      { ".npmrc": "min-release-age=\nfund=false\n" },
      "min-release-age=3\nfund=false\n",
    ],
    [
      "a value of Yarn's with onConflict",
      manager("yarn-berry", "4.18.1"),
      { ".yarnrc.yml": "npmMinimalAgeGate:\n  onConflict: reset\n  value: 7\n" },
      "npmMinimalAgeGate:\n  onConflict: reset\n  value: 3d\n",
    ],
    [
      "where pnpm 11 reads it, as it was meant",
      manager("pnpm", "11.0.0"),
      { ".npmrc": "minimum-release-age=10080\n", "pnpm-workspace.yaml": "packages: []\n" },
      "packages: []\nminimumReleaseAge: 10080\n",
    ],
    [
      "where pnpm 10 has it",
      manager("pnpm", "10.20.0"),
      { ".npmrc": "minimum-release-age=3\n" },
      "minimum-release-age=4320\n",
    ],
    [
      "a scope's own",
      manager("yarn-berry", "4.18.1"),
      { ".yarnrc.yml": "npmMinimalAgeGate: 3d\nnpmScopes:\n  own:\n    npmMinimalAgeGate: 7 # days\n" },
      "npmMinimalAgeGate: 3d\nnpmScopes:\n  own:\n    npmMinimalAgeGate: 3d # days\n",
    ],
    [
      "a bunfig.toml with a table below the table",
      manager("bun", "1.4.4"),
      { "bunfig.toml": '[install.scopes]\nown = "https://registry.example"\n' },
      '[install.scopes]\nown = "https://registry.example"\n\n[install]\nminimumReleaseAge = 259200\n',
    ],
    [
      "builds that are all allowed",
      manager("pnpm", "11.0.0"),
      { "pnpm-workspace.yaml": "dangerouslyAllowAllBuilds: true\n" },
      "dangerouslyAllowAllBuilds: false\n",
    ],
    [
      "a .yarnrc.yml",
      manager("yarn-berry", "4.12.0"),
      { ".yarnrc.yml": "nodeLinker: node-modules # for now\n" },
      "nodeLinker: node-modules # for now\nnpmMinimalAgeGate: 3d\n",
    ],
    [
      "scripts that are on",
      manager("yarn-berry", "4.18.1"),
      { ".yarnrc.yml": "enableScripts: true\n" },
      "enableScripts: false\n",
    ],
    ["a new bunfig.toml", manager("bun", "1.4.4"), {}, "[install]\nminimumReleaseAge = 259200\n"],
    [
      "a bunfig.toml with the table",
      manager("bun", "1.4.4"),
      { "bunfig.toml": "[test]\ncoverage = true\n\n[install] # ours\nexact = true\n" },
      "[test]\ncoverage = true\n\n[install] # ours\nminimumReleaseAge = 259200\nexact = true\n",
    ],
    [
      "a bunfig.toml without the table",
      manager("bun", "1.4.4"),
      { "bunfig.toml": "smol = true" },
      "smol = true\n\n[install]\nminimumReleaseAge = 259200\n",
    ],
    [
      "a bunfig.toml with a value",
      manager("bun", "1.4.4"),
      { "bunfig.toml": "[install]\nminimumReleaseAge = 7 # days\n" },
      "[install]\nminimumReleaseAge = 259200 # days\n",
    ],
    [
      "a value that is a text",
      manager("bun", "1.4.4"),
      { "bunfig.toml": '[install]\nminimumReleaseAge = "7"\n' },
      "[install]\nminimumReleaseAge = 259200\n",
    ],
    [
      "a table on one line",
      manager("bun", "1.4.4"),
      { "bunfig.toml": "install = { exact = true }\n" },
      "cannot be written",
    ],
  ])("%s", (_name, which, files, expected) => {
    expect(mended(which, files)).toBe(expected);
  });
});

describe("an exception from the cooldown", () => {
  const lists: Readonly<Record<"npm" | "pnpm" | "yarn-berry", (pattern: string) => Files>> = {
    npm: (pattern) => ({ ".npmrc": `min-release-age=3\nmin-release-age-exclude[]=${pattern}` }),
    pnpm: (pattern) => ({
      "pnpm-workspace.yaml": `minimumReleaseAge: 4320\nminimumReleaseAgeExclude: ['${pattern}']`,
    }),
    "yarn-berry": (pattern) => ({
      ".yarnrc.yml": `npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['${pattern}']`,
    }),
  };

  it.each([
    ["pnpm", "!zzz", "every package but zzz"],
    ["pnpm", "scr*", "packages that anybody may publish"],
    ["pnpm", "*", "every package"],
    ["npm", "s*", "packages that anybody may publish"],
    ["npm", "own,**", "every package"],
    ["npm", "@{own,other}/*", "packages that anybody may publish"],
    ["npm", "@*/*", "packages that anybody may publish"],
    ["yarn-berry", "!zzz", "every package but zzz"],
    ["yarn-berry", "?*", "packages that anybody may publish"],
  ] as const)("of %s, %s, is reported: it takes %s", (kind, pattern, which) => {
    expect(told(manager(kind), lists[kind](pattern)).join()).toContain(`takes ${which} out of the cooldown.`);
  });

  it.each([
    ["pnpm", "@own/*"],
    ["pnpm", "own"],
    ["pnpm", "own@1.0.0 || 1.0.1"],
    ["npm", "@own/*,own"],
    ["npm", "!zzz"],
    ["yarn-berry", "@own/*"],
    ["yarn-berry", "own@^1.0.0 || 2.x"],
  ] as const)("of %s, %s, is not: it names what it takes", (kind, pattern) => {
    expect(told(manager(kind), lists[kind](pattern))).toEqual([]);
  });
});

it.each(["=false", "=null", "=undefined", "=${X?}", '="false"'])(
  "dangerously-allow-all-scripts%s lets npm run nothing more",
  (value) => {
    const npmrc = `min-release-age=3\ndangerously-allow-all-scripts${value}\n`;
    const files = [{ kind: "npmrc", model: readConfig("npmrc", npmrc), env: {} }];
    expect(weaknessesOf({ manager: { kind: "npm", version: "12.2.0" }, files, lockfiles: [] }, 0)).toEqual([]);
  },
);
