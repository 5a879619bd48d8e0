/** What could not be checked is told once for each reason, and counted for each release. */
import { describe, expect, it } from "vitest";
import type { ProjectReport } from "../../../server/src/core/engine/inspect.ts";
import { readSettings } from "../../../server/src/core/settings/settings.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";
import type { WorldInput } from "../world/schema.ts";

async function reportFor(
  names: readonly string[],
  world: WorldInput,
  rules: Readonly<Record<string, string>> = {},
): Promise<ProjectReport> {
  const packages = Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: "1.0.0" }]));
  const lockfile = {
    lockfileVersion: 3,
    packages: { "": { dependencies: { [names.at(-1) ?? ""]: "1" } }, ...packages },
  };
  const files = new Map([["package-lock.json", JSON.stringify(lockfile)]]);
  const { report } = await inspect(testPorts({ now: "2026-06-04T00:00:00Z", world, files }), {
    settings: readSettings({ rules: { "weak-cooldown": "off", ...rules } }).settings,
  });
  return report;
}

const NAMES = Array.from({ length: 1500 }, (_, index) => `p${index}`);
const OLD = { "1.0.0": "2026-01-01" };

describe("what could not be checked", () => {
  it("stands for many packages in one finding, at a direct dependency, naming a few", async () => {
    const { findings, unchecked } = await reportFor(NAMES, {
      registryDown: ["http", "registry.npmjs.org answered 503"],
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: "unchecked",
      severity: "information",
      package: "p1499",
      path: ["p1499"],
      message:
        "1,500 packages could not be looked up: registry.npmjs.org answered 503: p1499 1.0.0, p0 1.0.0, p1 1.0.0, p2 1.0.0, p3 1.0.0, p4 1.0.0 and 1,494 more.",
      unknown: { code: "http" },
      remedy: { kind: "untold" },
    });
    expect(unchecked).toBe(1500);
  });

  it("is told apart by reason", async () => {
    const about = { b: { fails: ["timeout", "registry.npmjs.org did not answer in time"] as ["timeout", string] } };
    const { findings, unchecked } = await reportFor(["a", "b", "c"], {
      packages: { a: OLD },
      about,
      advisoriesDown: ["unreachable", "api.osv.dev could not be reached"],
    });
    expect(findings.map(({ message }) => message)).toEqual([
      "There is no package c: registry.npmjs.org does not have it (404). Anybody can register the name, and an install would then run their code.",
      "3 packages could not be checked against advisories: api.osv.dev could not be reached: c 1.0.0, a 1.0.0, b 1.0.0.",
      "b 1.0.0 could not be looked up: registry.npmjs.org did not answer in time.",
    ]);
    expect(findings.map(({ unknown }) => unknown?.code)).toEqual([undefined, "unreachable", "timeout"]);
    expect(unchecked).toBe(3);
  });

  it("is one reason while offline, whatever was not asked", async () => {
    const about = Object.fromEntries(
      ["a", "b"].map((name) => [
        name,
        { fails: ["offline", `registry.npmjs.org was not asked for ${name}`] as ["offline", string] },
      ]),
    );
    const { findings } = await reportFor(["a", "b"], {
      about,
      advisoriesDown: ["offline", "api.osv.dev was not asked"],
    });
    expect(findings.map(({ message }) => message)).toEqual([
      "2 packages could be checked only against cached data and the bundled catalogue (offline): b 1.0.0, a 1.0.0.",
    ]);
  });

  it("has the severity of the settings, and is silent where that is off", async () => {
    const down: WorldInput = { registryDown: ["http", "registry.npmjs.org answered 503"] };
    expect((await reportFor(["a"], down, { unchecked: "error" })).findings[0]?.severity).toBe("error");
    expect((await reportFor(["a"], down, { unchecked: "off" })).findings).toEqual([]);
  });
});

describe("what is beyond a bound", () => {
  const messages = async (...args: Parameters<typeof reportFor>): Promise<readonly string[]> => {
    const { findings } = await reportFor(...args);
    return findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message);
  };

  it("is a script: what differs behind its beginning was not compared", async () => {
    const script = (end: string) => ({ postinstall: `node ${" ".repeat(65_536)}${end}` });
    const a = {
      "0.9.0": { at: "2026-01-01", scripts: script("good.js") },
      "1.0.0": { at: "2026-01-02", scripts: script("evil.js") },
    };
    expect(await messages(["a"], { packages: { a } })).toEqual([
      "a 1.0.0 could not be checked for install scripts: its scripts are longer than 65536 characters, or run too many others.",
    ]);
  });

  it("is a name: nobody is asked for it", async () => {
    const name = "x".repeat(300);
    const ports = { packages: { [name]: OLD } };
    expect(await messages([name], ports)).toEqual([
      `${"x".repeat(213)}… 1.0.0 could not be looked up: its name is longer than the 214 characters that npm allows.`,
    ]);
  });

  it("is a version", async () => {
    const version = `1.0.0-${"1".repeat(300)}`;
    const packages = { "node_modules/a": { version } };
    const lockfile = { lockfileVersion: 3, packages: { "": { dependencies: { a: "*" } }, ...packages } };
    const about = { a: { packument: { versions: { [version]: { name: "a", version, _id: `a@${version}` } } } } };
    const world = { packages: { a: OLD }, about };
    const files = new Map([["package-lock.json", JSON.stringify(lockfile)]]);
    const { report } = await inspect(testPorts({ now: "2026-06-04T00:00:00Z", world, files }));
    expect(report.findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message)).toEqual([
      "package-lock.json could not be read whole: line 1: it locks packages to something that is not an exact version (node_modules/a).",
      `a ${version.slice(0, 255)}… could not be looked up: registry.npmjs.org does not list this version.`,
    ]);
  });

  it.each([
    [
      "a specifier of any length",
      { evil: `git+https://evil.example/${"x".repeat(2_000)}` },
      "longer than 2000 characters",
    ],
    ["a specifier that npm cannot read", { evil: "npm:b@npm:c@1" }, "npm cannot read it"],
    ["a workspace", { evil: "workspace:*" }, 'asked for as "workspace"'],
  ])("or a kind that is not looked into: a new dependency by %s", async (_what, dependencies, reason) => {
    const a = { "0.9.0": "2026-01-01", "1.0.0": { at: "2026-06-03", dependencies } };
    expect(await messages(["a"], { packages: { a } })).toEqual([
      `a 1.0.0 could not be checked for new dependencies (evil): ${reason}.`,
    ]);
  });

  it("is a new dependency's name", async () => {
    const name = "x".repeat(300);
    const a = { "0.9.0": "2026-01-01", "1.0.0": { at: "2026-06-03", dependencies: { [name]: "1" } } };
    expect(await messages(["a"], { packages: { a, [name]: { "1.0.0": "2026-06-03" } } })).toEqual([
      `a 1.0.0 could not be checked for new dependencies (${"x".repeat(79)}…): its name is longer than the 214 characters that npm allows.`,
    ]);
  });

  it("is a new dependency's script", async () => {
    const a = { "0.9.0": "2026-01-01", "1.0.0": { at: "2026-06-03", dependencies: { b: "1" } } };
    const b = { "1.0.0": { at: "2026-01-01", scripts: { install: "x".repeat(65_537) } } };
    expect(await messages(["a"], { packages: { a, b } })).toEqual([
      "a 1.0.0 could not be checked for new dependencies (b): its scripts are longer than 65536 characters, or run too many others.",
    ]);
  });
});
