/** Who may install what is locked: what a manifest states counts only as far as the lockfiles bear it out. */
import { describe, expect, test } from "vitest";
import { readManifestConfig } from "../../../server/src/core/documents/config/json.ts";
import type { LockfileFormat } from "../../../server/src/core/model.ts";
import { installersOf } from "../../../server/src/core/project/installers.ts";
import type { Installers } from "../../../server/src/core/project/installers.ts";
import type { Manager } from "../../../server/src/core/project/manager.ts";

type Locked = readonly [format: LockfileFormat, formatVersion: string];

const NPM: Locked = ["npm", "3"];
const OLD_NPM: Locked = ["npm", "1"];
const PNPM: Locked = ["pnpm", "9.0"];
const CLASSIC: Locked = ["yarn-classic", "1"];
const BERRY: Locked = ["yarn-berry", "8"];
const BUN: Locked = ["bun", "1"];

function installers(
  manifest: object,
  lockfiles: readonly Locked[],
  configs: readonly string[] = [],
  yarnPath: string | null = null,
): Installers {
  return installersOf({
    manifest: readManifestConfig(JSON.stringify(manifest)).root,
    lockfiles: lockfiles.map(([format, formatVersion]) => ({ format, formatVersion })),
    configs,
    yarnPath,
  });
}

const named = (managers: readonly (Manager | null)[]): string =>
  managers.map((manager) => (manager === null ? "none" : `${manager.kind} ${versionOf(manager)}`)).join(", ");
const versionOf = ({ version, range = "?", insteadOf }: Manager): string =>
  version ?? (insteadOf === undefined ? range : `${range} for ${insteadOf}`);
const stating = (packageManager: string): object => ({ packageManager });

describe("a locked version is installed by the manager of its lockfile", () => {
  test.each<[object, readonly Locked[], LockfileFormat, string]>([
    [{}, [NPM], "npm", "npm ?"],
    [stating("npm@12.2.0"), [NPM], "npm", "npm 12.2.0, npm ? for 12.2.0"],
    [stating("pnpm@10.34.9"), [PNPM], "pnpm", "pnpm 10.34.9, pnpm ? for 10.34.9"],
    // Of another family: both count.
    [stating("pnpm@10.34.9"), [NPM], "npm", "npm ?, pnpm 10.34.9"],
    [stating("yarn@4.18.1"), [NPM], "npm", "npm ?, yarn-berry 4.18.1"],
    [stating("npm@12.2.0"), [PNPM], "pnpm", "pnpm ?, npm 12.2.0"],
    [stating("bun@1.4.4"), [CLASSIC], "yarn-classic", "yarn-classic ?, bun 1.4.4"],
    // Each of two lockfiles is its own manager's, and the one that is stated has one.
    [stating("pnpm@10.34.9"), [NPM, PNPM], "npm", "npm ?"],
    [stating("pnpm@10.34.9"), [NPM, PNPM], "pnpm", "pnpm 10.34.9, pnpm ? for 10.34.9"],
    [stating("yarn@4.18.1"), [NPM, PNPM], "pnpm", "pnpm ?, yarn-berry 4.18.1"],
    // Of several alternatives the lockfile tells which.
    [
      {
        devEngines: {
          packageManager: [
            { name: "pnpm", version: "^10.0.0" },
            { name: "npm", version: "^11.0.0" },
          ],
        },
      },
      [NPM],
      "npm",
      "npm 11.19.1, npm ? for 11.19.1",
    ],
    [
      { packageManager: "pnpm@10.20.0", devEngines: { packageManager: { name: "pnpm", version: ">=9" } } },
      [PNPM],
      "pnpm",
      "pnpm 10.20.0, pnpm ? for 10.20.0",
    ],
    [
      { packageManager: "pnpm@10.20.0", devEngines: { packageManager: { name: "pnpm", version: "^9.0.0" } } },
      [PNPM],
      "pnpm",
      "pnpm 10.20.0, pnpm 9.15.9, pnpm ? for 10.20.0, pnpm ? for 9.15.9",
    ],
  ])("%j beside %j, in that of %s: %s", (manifest, lockfiles, format, expected) => {
    expect(named(installers(manifest, lockfiles).of([format]))).toBe(expected);
  });

  test("one that stands in two lockfiles is installed by either", () => {
    expect(named(installers(stating("pnpm@10.34.9"), [NPM, PNPM]).of(["npm", "pnpm"]))).toBe(
      "npm ?, pnpm 10.34.9, pnpm ? for 10.34.9",
    );
  });
});

describe("beside a stated version stands any other that may install", () => {
  const enforcing = (pnpm: unknown): object => ({ packageManager: "pnpm@10.34.9", engines: { pnpm } });

  test.each<[object, readonly Locked[], LockfileFormat, string]>([
    [enforcing(">=10"), [PNPM], "pnpm", "pnpm 10.34.9, pnpm >=10.0.0 for 10.34.9"],
    [enforcing(">=10"), [], "pnpm", "pnpm 10.34.9, pnpm >=10.0.0 for 10.34.9"],
    [{ engines: { pnpm: "^11" } }, [PNPM], "pnpm", "pnpm >=11.0.0 <12.0.0-0"],
    [enforcing("newest"), [PNPM], "pnpm", "pnpm 10.34.9, pnpm ? for 10.34.9"],
    [enforcing(10), [PNPM], "pnpm", "pnpm 10.34.9, pnpm >=10.0.0 <11.0.0-0 for 10.34.9"],
    [{ packageManager: "npm@12.2.0", engines: { npm: ">=12" } }, [NPM], "npm", "npm 12.2.0, npm ? for 12.2.0"],
    [
      { devEngines: { packageManager: { name: "npm", version: "^12", onFail: "error" } } },
      [NPM],
      "npm",
      "npm 12.2.0, npm ? for 12.2.0",
    ],
  ])("%j beside %j, in that of %s: %s", (manifest, lockfiles, format, expected) => {
    expect(named(installers(manifest, lockfiles).of([format]))).toBe(expected);
  });

  test.each<[string, string]>([
    [".yarn/releases/yarn-4.18.1.cjs", "yarn-berry 4.18.1, yarn-berry * for 4.18.1"],
    ["tools\\yarn-3.8.7.cjs", "yarn-berry 3.8.7, yarn-berry * for 3.8.7"],
    ["./yarn.cjs", "yarn-berry *"],
    ["not-yarn-4.18.1.cjs", "yarn-berry *"],
  ])("yarnPath %s wins over what is stated: %s", (yarnPath, expected) => {
    const found = installers(stating("yarn@4.10.0"), [BERRY], [], yarnPath);
    expect(named(found.of(["yarn-berry"]))).toBe(expected);
    expect(named([found.main])).toBe(expected.replace(/,.*/, ""));
  });

  test("yarnPath says nothing of other package managers", () => {
    expect(named(installers({}, [NPM], [], ".yarn/releases/yarn-4.18.1.cjs").of(["npm"]))).toBe("npm ?");
  });
});

describe("a stated version that does not write the lockfile's format is not taken for the one that installs", () => {
  test.each<[string, Locked, boolean]>([
    ["npm@12.2.0", OLD_NPM, false],
    ["npm@6.14.18", OLD_NPM, true],
    ["npm@6.14.18", NPM, false],
    ["npm@12.2.0", ["npm", "2"], true],
    ["npm@12.2.0", ["npm", "0"], false],
    ["pnpm@10.34.9", ["pnpm", "6.0"], false],
    ["pnpm@8.15.9", ["pnpm", "6.0"], true],
    ["pnpm@8.15.9", PNPM, false],
    ["pnpm@7.33.7", ["pnpm", "5.4"], true],
    ["pnpm@10.34.9", ["pnpm", "5.4"], false],
    ["pnpm@12.21.0", PNPM, true],
    ["yarn@4.18.1", BERRY, true],
    ["yarn@4.18.1", ["yarn-berry", "6"], false],
    ["yarn@3.8.7", BERRY, false],
    ["yarn@3.8.7", ["yarn-berry", "6"], true],
    ["yarn@4.18.1", CLASSIC, false],
    ["yarn@1.22.22", BERRY, false],
    ["yarn@1.22.22", CLASSIC, true],
    ["bun@1.4.4", BUN, true],
    ["bun@1.3.0", ["bun", "3"], false],
    // A format that is not known yet is one of a newer version.
    ["npm@13.0.0", ["npm", "4"], true],
  ])("%s over %j: %s", (packageManager, lockfile, isTaken) => {
    const found = installers(stating(packageManager), [lockfile]);
    const managers = named(found.of([lockfile[0]]));
    expect(managers.startsWith(`${lockfile[0]} ?`)).toBe(!isTaken);
    expect(found.contradiction === null).toBe(isTaken);
  });
});

describe("what no lockfile holds", () => {
  test.each<[object, readonly Locked[], readonly string[], string]>([
    [{}, [], [], "none"],
    [{}, [], ["pnpm-workspace"], "pnpm ?"],
    [stating("pnpm@10.34.9"), [], [], "pnpm 10.34.9, pnpm ? for 10.34.9"],
    [
      { packageManager: "pnpm@10.34.9", devEngines: { packageManager: { name: "npm" } } },
      [],
      [],
      "pnpm 10.34.9, npm ?, pnpm ? for 10.34.9",
    ],
    [stating("pnpm@10.34.9"), [NPM], [], "npm ?, pnpm 10.34.9"],
    [stating("pnpm@10.34.9"), [NPM, PNPM], [], "pnpm 10.34.9, pnpm ? for 10.34.9"],
    [{}, [NPM, PNPM], [], "npm ?, pnpm ?"],
  ])("%j beside %j and %j: %s", (manifest, lockfiles, configs, expected) => {
    expect(named(installers(manifest, lockfiles, configs).of([]))).toBe(expected);
  });
});

describe("fixes are written for", () => {
  test.each<[object, readonly Locked[], string]>([
    [stating("pnpm@10.34.9"), [], "pnpm 10.34.9"],
    [stating("pnpm@10.34.9"), [NPM], "npm ?"],
    [stating("pnpm@10.34.9"), [NPM, PNPM], "pnpm 10.34.9"],
    [stating("yarn@4.18.1"), [CLASSIC], "yarn-berry 4.18.1"],
    [{}, [BUN], "bun ?"],
  ])("%j beside %j: %s", (manifest, lockfiles, expected) => {
    expect(named([installers(manifest, lockfiles).main])).toBe(expected);
  });
});

test("a contradiction is told once, at the statement", () => {
  const text = JSON.stringify({ devEngines: { packageManager: { name: "yarn", version: "4.18.1" } } });
  const { contradiction } = installersOf({
    manifest: readManifestConfig(text).root,
    lockfiles: [{ format: "npm", formatVersion: "3" }],
    configs: [],
    yarnPath: null,
  });
  expect(contradiction?.message).toMatch(/^package\.json states yarn@4\.18\.1, but the lockfile here is of npm\. /);
  expect(contradiction === null ? "" : text.slice(contradiction.span.start, contradiction.span.end)).toBe("yarn");
});
