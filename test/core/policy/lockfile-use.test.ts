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

const statesPnpm = (version: string): string =>
  JSON.stringify({ dependencies: { a: "^1.0.0" }, engines: { pnpm: version }, packageManager: `pnpm@${version}` });

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
    [
      "pnpm-lock.yaml",
      pnpm("1.0.0"),
      "pnpm-workspace.yaml",
      "useLockfile: false\n",
      "pnpm 10 ignores it (useLockfile: false in pnpm-workspace.yaml)",
    ],
    [
      "pnpm-lock.yaml",
      pnpm("1.0.0"),
      "pnpm-workspace.yaml",
      "update: true\n",
      "pnpm 10 updates what it locks (update: true in pnpm-workspace.yaml)",
    ],
  ])("%s, %#", async (lockfile, text, file, setting, reason) => {
    const found = await told({ [lockfile]: text, [file]: setting });
    expect(found).toContainEqual(
      expect.stringContaining(`unused-lockfile ${lockfile}: ${lockfile} is not used: ${reason}.`),
    );
    expect(found).toContainEqual(expect.stringMatching(/^compromised package\.json: a 1\.1\.0 /));
  });

  it("where the one file is read by other versions of pnpm than the other", async () => {
    const settings = { "pnpm-workspace.yaml": "lockfile: true\n", ".npmrc": "lockfile=false\n" };
    expect(await told({ "pnpm-lock.yaml": pnpm("1.0.0"), ...settings })).toContainEqual(
      expect.stringContaining("pnpm-lock.yaml is not used: pnpm until 10 ignores it (lockfile=false in .npmrc)."),
    );
  });

  it.each<readonly [lockfile: string, text: string, files: Readonly<Record<string, string>>]>([
    ["yarn.lock", YARN, { ".yarnrc": "--add.no-lockfile true\n--no-lockfile false\n" }],
    ["bun.lock", BUN, { ".env": "# BUN_CONFIG_SKIP_LOAD_LOCKFILE=1\nA=1\n" }],
    ["package-lock.json", NPM, { ".npmrc": "location=project\nglobal=false\n" }],
    [
      "pnpm-lock.yaml",
      pnpm("1.0.0"),
      { "pnpm-workspace.yaml": "lockfile: false\n", "package.json": statesPnpm("10.34.9") },
    ],
    ["pnpm-lock.yaml", pnpm("1.0.0"), { ".npmrc": "lockfile=false\n", "package.json": statesPnpm("11.28.10") }],
    ["pnpm-lock.yaml", pnpm("1.0.0"), { "pnpm-workspace.yaml": "useLockfile: true\nupdate: {a: b}\n" }],
  ])("but not without: %s, %#", async (lockfile, text, files) => {
    expect(await told({ [lockfile]: text, ...files })).toEqual([]);
  });
});

describe("a lockfile of pnpm that is read from another folder", () => {
  const RANGE: unknown = expect.stringMatching(/^compromised package\.json: a 1\.1\.0 /);
  const unused = (reason: string): unknown =>
    expect.stringContaining(`unused-lockfile pnpm-lock.yaml: pnpm-lock.yaml is not used: ${reason}.`);

  it.each<readonly [file: string, text: string, reason: string]>([
    ["pnpm-workspace.yaml", "lockfileDir: .l\n", "pnpm uses the one in .l (lockfileDir in pnpm-workspace.yaml)"],
    [".npmrc", "lockfile-dir=.l\n", "pnpm until 10 uses the one in .l (lockfile-dir in .npmrc)"],
  ])("is reported, and the range judged, though none is there: %s", async (file, text, reason) => {
    const found = await told({ "pnpm-lock.yaml": pnpm("1.0.0"), [file]: text });
    expect(found).toContainEqual(unused(reason));
    expect(found).toContainEqual(RANGE);
  });

  it("is not where pnpm is known to be too new for .npmrc", async () => {
    const manifest = JSON.stringify({
      dependencies: { a: "^1.0.0" },
      engines: { pnpm: ">=11" },
      packageManager: "pnpm@11.0.0",
    });
    const files = { "package.json": manifest, "pnpm-lock.yaml": pnpm("1.0.0"), ".npmrc": "lockfile-dir=.l\n" };
    expect(await told(files)).toEqual([]);
  });

  it("is where a setting that only old versions read leads to one", async () => {
    const found = await told({
      "l/pnpm-lock.yaml": pnpm("1.0.0").replace("  .:", "  ..:"),
      ".npmrc": "lockfile-dir=l\n",
    });
    expect(found).toContainEqual(
      expect.stringContaining(
        "is not used: some versions of pnpm do not read lockfile-dir in .npmrc, which leads to it.",
      ),
    );
    expect(found).toContainEqual(RANGE);
  });

  it.each(["./", "."])("is not where the setting names its own folder: %s", async (folder) => {
    expect(await told({ "pnpm-lock.yaml": pnpm("1.0.0"), "pnpm-workspace.yaml": `lockfileDir: ${folder}\n` })).toEqual(
      [],
    );
  });

  it("is not where every pnpm reads the setting that leads to it", async () => {
    const files = {
      "l/pnpm-lock.yaml": pnpm("1.0.0").replace("  .:", "  ..:"),
      "pnpm-workspace.yaml": "lockfileDir: l\n",
    };
    expect(await told(files)).toEqual([]);
  });
});

describe("a lockfile of pnpm in a format that pnpm no longer reads", () => {
  const OLD: Readonly<Record<string, string>> = {
    "5.4": `lockfileVersion: 5.4\nspecifiers:\n  a: ^1.0.0\ndependencies:\n  a: 1.0.0\npackages:\n  /a/1.0.0:\n    resolution: {integrity: ${INTEGRITY}}\n`,
    "6.0": `lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: ^1.0.0\n    version: 1.0.0\npackages:\n  /a@1.0.0:\n    resolution: {integrity: ${INTEGRITY}}\n`,
    "9.0": pnpm("1.0.0"),
  };
  const manifest = (stated: object): string => JSON.stringify({ dependencies: { a: "^1.0.0" }, ...stated });

  it.each<readonly [format: string, stated: object]>([
    ["5.4", {}],
    ["6.0", {}],
    ["5.4", { packageManager: "pnpm@9.15.0" }],
    ["6.0", { packageManager: "pnpm@10.34.0" }],
    ["6.0", { packageManager: "pnpm@11.28.0" }],
    ["6.0", { engines: { pnpm: ">=8" } }],
    ["9.0", { packageManager: "pnpm@8.15.0" }],
  ])("is reported, and the range judged: %s with %j", async (format, stated) => {
    const found = await told({ "package.json": manifest(stated), "pnpm-lock.yaml": OLD[format] ?? "" });
    expect(found).toContainEqual(
      expect.stringContaining(`is not used: it depends on pnpm's version whether its format (${format}) is read.`),
    );
    expect(found).toContainEqual(expect.stringMatching(/^compromised package\.json: a 1\.1\.0 /));
  });

  it.each<readonly [format: string, stated: object]>([
    ["9.0", {}],
    ["9.0", { engines: { pnpm: ">=8" } }],
    ["6.0", { packageManager: "pnpm@8.15.0" }],
    ["5.4", { engines: { pnpm: "<9" } }],
  ])("but not where it is read: %s with %j", async (format, stated) => {
    expect(await told({ "package.json": manifest(stated), "pnpm-lock.yaml": OLD[format] ?? "" })).toEqual([]);
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

/** Tried: npm 11, pnpm 9 to 12, Bun 1.4, Yarn 4.18, which take 1.1.0 then. */
describe("the range is judged beside a lockfile that its package manager may ignore for what is in it", () => {
  const BERRY = '__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n';
  const TWO_BODIES = NPM.replace(/\}$/, ', "dependencies": {"a": {"version": "1.0.0"}, "b": {"version": "1.0.0"}}}');
  const yaml = pnpm("1.0.0");
  const above = (lines: string): string => yaml.replace("packages:", `${lines}\npackages:`);

  it.each<readonly [lockfile: string, what: string, whole: string, broken: string]>([
    ["pnpm-lock.yaml", "a value of another kind", yaml, above("settings: 3")],
    ["pnpm-lock.yaml", "a flag that is none", yaml, yaml.replace(": {}", ":\n    optional: 3")],
    ["pnpm-lock.yaml", "a version of another kind", yaml, yaml.replace("'9.0'", "9")],
    ["pnpm-lock.yaml", "text that is no YAML", yaml, above('time: "x')],
    ["pnpm-lock.yaml", "a member that stands twice", yaml, above("time: {}\ntime: {}")],
    ["pnpm-lock.yaml", "a character that YAML does not allow", yaml, above("# \u0007")],
    ["bun.lock", "a value of another kind", BUN, BUN.replace('"packages"', '"trustedDependencies": 3, "packages"')],
    ["bun.lock", "no version", BUN, BUN.replace('"lockfileVersion": 1, ', "")],
    ["bun.lock", "text that is no JSON", BUN, BUN.slice(0, -1)],
    ["package-lock.json", "text that is no JSON", NPM, NPM.slice(0, -1)],
    ["package-lock.json", "two bodies and text that is no JSON", TWO_BODIES, TWO_BODIES.slice(0, -1)],
    ["yarn.lock", "no metadata", BERRY, BERRY.replace(/^.*\n.*\n\n/, "")],
  ])("%s with %s", async (lockfile, _what, whole, broken) => {
    expect(await told({ [lockfile]: whole })).toEqual([]);
    expect(await told({ [lockfile]: broken })).toEqual([expect.stringMatching(/^compromised package\.json: /)]);
  });
});
