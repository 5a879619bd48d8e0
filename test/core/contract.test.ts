/** The JSON of `scan --format json`, member by member: other programs rely on it. */
import { describe, expect, it } from "vitest";
import { pathBelow, scanJson } from "../../server/src/core/contract.ts";
import type { ScanJson } from "../../server/src/core/contract.ts";
import { expectPrintable, HOSTILE } from "../setup/hostile.ts";
import { inspect } from "./world/inspect.ts";
import { FOLDER, testPorts } from "./world/ports.ts";

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
    files: new Map([["sub/package.json", MANIFEST], ["sub/package-lock.json", LOCKFILE]]),
    world: {
      packages: { axios: { "1.14.0": "2026-03-27", "1.14.1": "2026-03-31" }, inner: { "1.0.0": { at: "2026-01-01", deprecated: "use another" } } },
      advisories: [{ id: "MAL-2026-2307", package: "axios", versions: ["1.14.1"], aliases: ["GHSA-fw8c-xr5c-95f9"] }],
    },
  });
  const { report } = await inspect(ports);
  return scanJson({ reports: [report], toolVersion: "0.1.0", now: report.context.now, pathOf: (uri) => pathBelow(FOLDER, uri) });
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
      summary: { files: 2, packages: 3, error: 2, warning: 0, information: 2, hint: 1, unchecked: 1 },
    });
    expect(Object.keys(await json())).toEqual(["schemaVersion", "tool", "asOf", "files", "summary", "findings"]);
    for (const finding of findings) {
      expect(Object.keys(finding)).toEqual(["rule", "severity", "package", "version", "file", "range", "message", "advisories", "safeVersion", "path"]);
    }
  });

  it("has findings by file and place, lines and characters from 0, over the version as written", async () => {
    const { findings } = await json();
    expect(findings.map(({ rule, file, range }) => [rule, file, range.start, range.end])).toEqual([
      ["compromised", "sub/package-lock.json", { line: 4, character: 40 }, { line: 4, character: 46 }],
      ["deprecated", "sub/package-lock.json", { line: 5, character: 40 }, { line: 5, character: 45 }],
      ["weak-cooldown", "sub/package.json", { line: 0, character: 0 }, { line: 0, character: 0 }],
      ["compromised", "sub/package.json", { line: 2, character: 14 }, { line: 2, character: 21 }],
      ["unchecked", "sub/package.json", { line: 3, character: 16 }, { line: 3, character: 21 }],
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
    const hostile = { message: HOSTILE, package: HOSTILE, version: HOSTILE, path: [HOSTILE] };
    const reports = [{ ...report, files, findings: report.findings.map((each) => ({ ...each, ...hostile })) }];
    const value = scanJson({ reports, toolVersion: "0", now: 0, pathOf: (uri) => uri });
    for (const { error } of value.files) expectPrintable(error ?? "");
    expect(value.findings.length).toBeGreaterThan(0);
    for (const { message, package: name, version, path } of value.findings) {
      expectPrintable(message);
      expect([name, version, ...path]).toEqual([HOSTILE, HOSTILE, HOSTILE]);
    }
  });

  it("counts over all projects: findings, of which one may stand for several packages, and packages", async () => {
    const ports = testPorts({ now: "2026-06-04T00:00:00Z", files: new Map([["package.json", MANIFEST]]), world: {} });
    const { report } = await inspect(ports);
    const { summary, files } = scanJson({ reports: [report, report], toolVersion: "0", now: 0, pathOf: (uri) => uri });
    expect(summary).toEqual({ files: 2, packages: 2, error: 0, warning: 0, information: 2, hint: 0, unchecked: 4 });
    expect(files).toHaveLength(2);
    expect(scanJson({ reports: [], toolVersion: "0", now: 0, pathOf: (uri) => uri })).toMatchObject({ files: [], findings: [], summary: { files: 0, packages: 0, unchecked: 0 } });
  });
});

it("paths are below the scanned folder, decoded, with slashes", () => {
  expect(pathBelow("file:///a", "file:///a/b%20c/package.json")).toBe("b c/package.json");
  expect(pathBelow("file:///a", "file:///ab/package.json")).toBe("file:///ab/package.json");
});
