/** Settings by which a package manager ignores a lockfile, or goes by another one. */
import { describe, expect, it } from "vitest";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";

const INTEGRITY = `sha512-${"a".repeat(86)}==`;
const MANIFEST = JSON.stringify({ dependencies: { a: "^1.0.0" } });
const NPM = JSON.stringify({
  lockfileVersion: 3,
  packages: { "": { dependencies: { a: "^1.0.0" } }, "node_modules/a": { version: "1.0.0", integrity: INTEGRITY } },
});
const YARN = '# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n';
const BUN = `{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"a": "^1.0.0"}}}, "packages": {"a": ["a@1.0.0", "", {}, "${INTEGRITY}"]}}`;

const pnpm = (version: string): string =>
  `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: ${version}\npackages:\n  a@${version}:\n    resolution: {integrity: ${INTEGRITY}}\nsnapshots:\n  a@${version}: {}\n`;

/** What is said of lockfiles that are not used, and what of the releases (1.1.0 is malware). */
async function told(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const ports = testPorts({
    now: "2026-06-10T00:00:00Z",
    world: {
      packages: { a: { "1.0.0": "2020-01-01", "1.1.0": "2021-01-01" } },
      advisories: [{ id: "MAL-2026-1", package: "a", versions: ["1.1.0"] }],
    },
    files: new Map(Object.entries({ "package.json": MANIFEST, ...files })),
  });
  const { report } = await inspect(ports);
  return report.findings
    .filter(({ rule }) => rule === "unused-lockfile" || rule === "compromised")
    .map(({ rule, file, message }) => `${rule} ${file.slice("file:///app/".length)}: ${message}`);
}

describe("a lockfile that a setting has the package manager ignore is reported, and the range judged", () => {
  it.each<readonly [lockfile: string, text: string, file: string, setting: string, reason: string]>([
    [
      "yarn.lock",
      YARN,
      ".yarnrc",
      "--install.no-lockfile true # x\n",
      "Yarn ignores it (--install.no-lockfile true in .yarnrc)",
    ],
    ["yarn.lock", YARN, ".yarnrc", "a b x, --no-lockfile true\n", "Yarn ignores it (--no-lockfile true in .yarnrc)"],
    [
      "bun.lock",
      BUN,
      ".env",
      "BUN_CONFIG_SKIP_LOAD_LOCKFILE=1\n",
      "Bun ignores it (BUN_CONFIG_SKIP_LOAD_LOCKFILE in .env)",
    ],
    [
      "package-lock.json",
      NPM,
      ".npmrc",
      "location=global\n",
      "npm install ignores it (location=global in .npmrc); npm ci installs from it",
    ],
    [
      "package-lock.json",
      NPM,
      ".npmrc",
      "package-lock=false\n",
      "npm install ignores it (package-lock=false in .npmrc); npm ci installs from it",
    ],
    [
      "pnpm-lock.yaml",
      pnpm("1.0.0"),
      "pnpm-workspace.yaml",
      "lockfile: false\n",
      "pnpm ignores it (lockfile: false in pnpm-workspace.yaml)",
    ],
  ])("%s, %#", async (lockfile, text, file, setting, reason) => {
    const found = await told({ [lockfile]: text, [file]: setting });
    expect(found).toContainEqual(
      expect.stringContaining(`unused-lockfile ${lockfile}: ${lockfile} is not used: ${reason}.`),
    );
    expect(found).toContainEqual(expect.stringMatching(/^compromised package\.json: a 1\.1\.0 /));
  });

  it.each<readonly [lockfile: string, text: string, files: Readonly<Record<string, string>>]>([
    ["yarn.lock", YARN, { ".yarnrc": "--add.no-lockfile true\n--no-lockfile false\n" }],
    ["bun.lock", BUN, { ".env": "# BUN_CONFIG_SKIP_LOAD_LOCKFILE=1\nA=1\n" }],
    ["package-lock.json", NPM, { ".npmrc": "location=project\nglobal=false\n" }],
    ["pnpm-lock.yaml", pnpm("1.0.0"), { "pnpm-workspace.yaml": "lockfile: true\n", ".npmrc": "lockfile=false\n" }],
  ])("but not without: %s, %#", async (lockfile, text, files) => {
    expect(await told({ [lockfile]: text, ...files })).toEqual([]);
  });
});

it("options that hide in others of .yarnrc are reported", async () => {
  const ports = testPorts({
    now: "2026-06-10T00:00:00Z",
    world: { packages: { a: { "1.0.0": "2020-01-01" } } },
    files: new Map(Object.entries({ "package.json": MANIFEST, "yarn.lock": YARN, ".yarnrc": "--foo --no-lockfile\n" })),
  });
  const { report } = await inspect(ports);
  expect(report.findings.map(({ rule, message }) => `${rule}: ${message}`)).toContainEqual(
    expect.stringContaining("unchecked: .yarnrc could not be read whole: line 1: one option hides another one."),
  );
});
