/** The JSON of `scan --format json`, member by member: other programs rely on it. */
import { describe, expect, it } from "vitest";
import { pathBelow, scanJson } from "../../server/src/core/report/contract.ts";
import type { ScanJson } from "../../server/src/core/report/contract.ts";
import { expectPrintable, HOSTILE } from "../setup/hostile.ts";
import { inspect } from "./world/inspect.ts";
import { FOLDER, testPorts } from "./world/ports.ts";

const NO_ANSWER: ["timeout", string] = ["timeout", "registry.npmjs.org did not answer in time"];

const MANIFEST = `{
  "dependencies": {
    "axios": "^1.14.0",
    "unknown": "1.0.0"
  }
}
`;
const LOCKFILE = `{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "axios": "^1.14.0", "unknown": "1.0.0" } },
    "node_modules/axios": { "version": "1.14.1", "dependencies": { "inner": "1" } },
    "node_modules/inner": { "version": "1.0.0" },
    "node_modules/unknown": { "version": "1.0.0" }
  }
}
`;

async function json(): Promise<ScanJson> {
  const ports = testPorts({
    now: "2026-06-04T00:00:00Z",
    files: new Map([
      ["sub/package.json", MANIFEST],
      ["sub/package-lock.json", LOCKFILE],
    ]),
    world: {
      packages: {
        axios: { "1.14.0": "2026-03-27", "1.14.1": { at: "2026-03-31", dependencies: { inner: "1" } } },
        inner: { "1.0.0": { at: "2026-01-01", deprecated: "use another" } },
      },
      advisories: [{ id: "MAL-2026-2307", package: "axios", versions: ["1.14.1"], aliases: ["GHSA-fw8c-xr5c-95f9"] }],
    },
  });
  const { report } = await inspect(ports);
  return scanJson({
    reports: [report],
    suppressed: [{ by: ".vscode/settings.json", what: "rules", detail: "typosquat off" }],
    toolVersion: "0.1.0",
    now: report.context.now,
    pathOf: (uri) => pathBelow(FOLDER, uri),
  });
}

describe("scan --format json", () => {
  it("has these members, in this order, and no others", async () => {
    const { findings, ...head } = await json();
    expect(head).toEqual({
      schemaVersion: 1,
      tool: { name: "depwarden", version: "0.1.0" },
      asOf: "2026-06-04T00:00:00.000Z",
      files: [
        { path: "sub/package.json", kind: "package-json", packages: 2, error: null },
        { path: "sub/package-lock.json", kind: "package-lock", packages: 3, error: null },
      ],
      suppressed: [{ by: ".vscode/settings.json", what: "rules", detail: "typosquat off" }],
      summary: { files: 2, packages: 3, error: 2, warning: 2, information: 1, hint: 1, unchecked: 1 },
    });
    expect(Object.keys(await json())).toEqual([
      "schemaVersion",
      "tool",
      "asOf",
      "files",
      "suppressed",
      "summary",
      "findings",
    ]);
    for (const finding of findings) {
      expect(Object.keys(finding)).toEqual([
        "rule",
        "severity",
        "package",
        "version",
        "file",
        "range",
        "message",
        "advisories",
        "safeVersion",
        "path",
      ]);
    }
  });

  it("stays in proportion to the lockfile however long its chains are: a path has at most 20 entries", async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `p${index}`);
    const askedBy = (index: number) => Object.fromEntries(names.slice(index, index + 1).map((name) => [name, "1"]));
    const locked = names.map((name, index) => {
      return [`node_modules/${name}`, { version: "1.0.0", dependencies: askedBy(index + 1) }] as const;
    });
    const own = { dependencies: askedBy(0) };
    const lockfile = JSON.stringify({ lockfileVersion: 3, packages: { "": own, ...Object.fromEntries(locked) } });
    const release = { "1.0.0": { at: "2026-01-01", deprecated: "use another" } };
    const packages = Object.fromEntries(names.map((name) => [name, release]));
    const files = new Map([["package-lock.json", lockfile]]);
    const { report } = await inspect(testPorts({ now: "2026-06-04T00:00:00Z", files, world: { packages } }));
    const { now } = report.context;
    const pathOf = (uri: string): string => pathBelow(FOLDER, uri);
    const told = scanJson({ reports: [report], suppressed: [], toolVersion: "0.1.0", now, pathOf });
    const last = told.findings.find(({ package: name, rule }) => name === "p2999" && rule === "deprecated");
    expect(last?.path).toEqual([...names.slice(0, 10), "… 2981 more …", ...names.slice(-9)]);
    expect(Math.max(...told.findings.map(({ path }) => path.length))).toBe(20);
    expect(JSON.stringify(told).length).toBeLessThan(5_000_000);
  });

  it("has findings by file and place, lines and characters from 0, over the version as written", async () => {
    const { findings } = await json();
    expect(findings.map(({ rule, file, range }) => [rule, file, range.start, range.end])).toEqual([
      ["compromised", "sub/package-lock.json", { line: 4, character: 40 }, { line: 4, character: 46 }],
      ["deprecated", "sub/package-lock.json", { line: 5, character: 40 }, { line: 5, character: 45 }],
      ["unclaimed-name", "sub/package-lock.json", { line: 6, character: 42 }, { line: 6, character: 47 }],
      ["weak-cooldown", "sub/package.json", { line: 0, character: 0 }, { line: 0, character: 0 }],
      ["compromised", "sub/package.json", { line: 2, character: 14 }, { line: 2, character: 21 }],
      ["unclaimed-name", "sub/package.json", { line: 3, character: 16 }, { line: 3, character: 21 }],
    ]);
    const [first, second] = findings;
    expect(first).toEqual({
      rule: "compromised",
      severity: "error",
      package: "axios",
      version: "1.14.1",
      file: "sub/package-lock.json",
      range: { start: { line: 4, character: 40 }, end: { line: 4, character: 46 } },
      message: "axios 1.14.1 is compromised: it is named as malware by MAL-2026-2307.",
      advisories: ["MAL-2026-2307", "GHSA-fw8c-xr5c-95f9"],
      safeVersion: "1.14.0",
      path: ["axios"],
    });
    expect(second).toMatchObject({ advisories: [], safeVersion: null, path: ["axios", "inner"] });
  });

  it("loses no member as text", async () => {
    const value = await json();
    // A member that is undefined would be gone.
    expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value);
  });

  it("writes messages and errors as one visible line; names, versions and paths as they are", async () => {
    const ports = testPorts({ now: "2026-06-04T00:00:00Z", files: new Map([["package.json", MANIFEST]]), world: {} });
    const { report } = await inspect(ports);
    const files = report.files.map((file) => ({ ...file, error: HOSTILE }));
    const findings = report.findings.map((each) => ({
      ...each,
      message: HOSTILE,
      package: HOSTILE,
      version: HOSTILE,
      path: [HOSTILE],
    }));
    const suppressed = [{ by: HOSTILE, what: "allow", detail: HOSTILE }];
    const value = scanJson({
      reports: [{ ...report, files, findings }],
      suppressed,
      toolVersion: "0",
      now: 0,
      pathOf: (uri) => uri,
    });
    for (const { error } of value.files) expectPrintable(error ?? "");
    for (const { by, detail } of value.suppressed) [by, detail].forEach(expectPrintable);
    expect(value.findings.length).toBeGreaterThan(0);
    for (const { message, package: name, version, path } of value.findings) {
      expectPrintable(message);
      expect([name, version, ...path]).toEqual([HOSTILE, HOSTILE, HOSTILE]);
    }
  });

  it("counts over all projects: findings, of which one may stand for several packages, and releases, each once", async () => {
    const ports = testPorts({
      now: "2026-06-04T00:00:00Z",
      files: new Map([["package.json", MANIFEST]]),
      world: { about: { axios: { fails: NO_ANSWER }, unknown: { fails: NO_ANSWER } } },
    });
    const { report } = await inspect(ports);
    const { summary, files } = scanJson({
      reports: [report, report],
      suppressed: [],
      toolVersion: "0",
      now: 0,
      pathOf: (uri) => uri,
    });
    expect(summary).toEqual({ files: 2, packages: 2, error: 0, warning: 0, information: 2, hint: 0, unchecked: 2 });
    expect(files).toHaveLength(2);
    expect(scanJson({ reports: [], suppressed: [], toolVersion: "0", now: 0, pathOf: (uri) => uri })).toMatchObject({
      files: [],
      findings: [],
      summary: { files: 0, packages: 0, unchecked: 0 },
    });
  });
});

it("paths are below the scanned folder, decoded, with slashes", () => {
  expect(pathBelow("file:///a", "file:///a/b%20c/package.json")).toBe("b c/package.json");
  expect(pathBelow("file:///a", "file:///ab/package.json")).toBe("file:///ab/package.json");
});
