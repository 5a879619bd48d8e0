/** The README's own command, and the contract's JSON key by key, on the sample of the axios compromise. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AXIOS, axiosWorld, sampleWorld } from "../fakes/incidents.ts";
import { type FakeOsv, startOsv } from "../fakes/osv.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { ROOT, SAMPLE, Sandbox } from "../setup/sandbox.ts";
import { run, scanned } from "./cli.ts";

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

const FILE_START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const IN_MANIFEST = { start: { line: 12, character: 14 }, end: { line: 12, character: 21 } };
const IN_LOCKFILE = { start: { line: 55, character: 18 }, end: { line: 55, character: 24 } };
const DROPPER = { start: { line: 352, character: 18 }, end: { line: 352, character: 23 } };

let sandbox: Sandbox;
let registry: FakeRegistry;
let osv: FakeOsv;
beforeEach(async () => {
  sandbox = new Sandbox();
  registry = await startRegistry();
  osv = await startOsv();
  sampleWorld(registry);
});
afterEach(async () => {
  await Promise.all([registry.close(), osv.close()]);
  sandbox.remove();
});

const online = (): readonly string[] => ["--registry", registry.url, "--osv", osv.url];

test("offline: the bundled catalogue names both, at their exact places", async () => {
  const outcome = await run(sandbox, ["scan", "examples/axios-2026-03", "--format", "json", "--offline"], {
    cwd: ROOT,
  });
  expect(outcome).toMatchObject({ status: 1, stderr: "" });
  const json = scanned(outcome);
  expect(Object.keys(json)).toEqual(["schemaVersion", "tool", "asOf", "files", "suppressed", "summary", "findings"]);
  expect(json).toMatchObject({
    schemaVersion: 1,
    tool: { name: "depwarden", version },
    files: [
      { path: "package.json", kind: "package-json", packages: 7, error: null },
      { path: "package-lock.json", kind: "package-lock", packages: 32, error: null },
    ],
    summary: { files: 2, packages: 32, error: 3, warning: 0, information: 2, hint: 0, unchecked: 32 },
  });
  const compromised = json.findings.filter(({ rule }) => rule === "compromised");
  const axios = {
    rule: "compromised",
    severity: "error",
    package: "axios",
    version: "1.14.1",
    advisories: ["MAL-2026-2307", "GHSA-fw8c-xr5c-95f9"],
    safeVersion: "1.14.0",
    path: ["axios"],
  };
  expect(compromised).toMatchObject([
    { ...axios, file: "package-lock.json", range: IN_LOCKFILE },
    {
      rule: "compromised",
      severity: "error",
      package: "plain-crypto-js",
      version: "4.2.1",
      file: "package-lock.json",
      range: DROPPER,
      advisories: ["MAL-2026-2306", "GHSA-2x9r-6wxq-hrr7"],
      safeVersion: null,
      path: ["axios", "plain-crypto-js"],
    },
    { ...axios, file: "package.json", range: IN_MANIFEST },
  ]);
  expect(compromised[0]?.message).toBe("axios 1.14.1 is compromised: it is named as malware by MAL-2026-2307.");
});

test("as of the hours of the attack: no service names it yet, but it is fresh and carries a new script", async () => {
  axiosWorld(registry, osv, { moment: "live" });
  const outcome = await run(sandbox, ["scan", SAMPLE, "--format", "json", "--as-of", AXIOS.live, ...online()]);
  expect(outcome.status).toBe(1);
  const json = scanned(outcome);
  expect(json.asOf).toBe("2026-03-31T02:00:00.000Z");
  expect(
    json.findings.map(({ rule, severity, package: name, file, range }) => [rule, severity, name, file, range]),
  ).toEqual([
    ["suspicious-release", "error", "axios", "package-lock.json", IN_LOCKFILE],
    ["new-dependency", "error", "axios", "package-lock.json", IN_LOCKFILE],
    ["trust-downgrade", "warning", "axios", "package-lock.json", IN_LOCKFILE],
    ["fresh-release", "warning", "axios", "package-lock.json", IN_LOCKFILE],
    ["new-install-script", "error", "plain-crypto-js", "package-lock.json", DROPPER],
    ["fresh-release", "warning", "plain-crypto-js", "package-lock.json", DROPPER],
    ["weak-cooldown", "information", "", "package.json", FILE_START],
    ["suspicious-release", "error", "axios", "package.json", IN_MANIFEST],
    ["new-dependency", "error", "axios", "package.json", IN_MANIFEST],
    ["trust-downgrade", "warning", "axios", "package.json", IN_MANIFEST],
    ["fresh-release", "warning", "axios", "package.json", IN_MANIFEST],
  ]);
  expect(json.findings[0]).toMatchObject({ safeVersion: "1.14.0", path: ["axios"] });
});

test("a day after: compromised and removed", async () => {
  axiosWorld(registry, osv, { moment: "after" });
  const outcome = await run(sandbox, ["scan", SAMPLE, "--format", "json", ...online()]);
  expect(outcome).toMatchObject({ status: 1, stderr: "" });
  expect(scanned(outcome).findings.map(({ rule, package: name, file }) => `${rule} ${name} ${file}`)).toEqual([
    "compromised axios package-lock.json",
    "removed-version axios package-lock.json",
    "compromised plain-crypto-js package-lock.json",
    "removed-version plain-crypto-js package-lock.json",
    "weak-cooldown  package.json",
    "compromised axios package.json",
    "removed-version axios package.json",
  ]);
});

test("text: a block for each release, the gravest first, the summary last", async () => {
  axiosWorld(registry, osv, { moment: "after" });
  const outcome = await run(sandbox, ["scan", "examples/axios-2026-03", ...online()], { cwd: ROOT });
  expect(outcome).toMatchObject({ status: 1, stderr: "" });
  const rules = "https://github.com/depwarden/depwarden/blob/main/docs/rules";
  expect(outcome.stdout).toBe(`error        axios 1.14.1 is compromised: it is named as malware by MAL-2026-2307.
             Safe version: 1.14.0.
             examples/axios-2026-03/package.json:13:15
             examples/axios-2026-03/package-lock.json:56:19
             compromised  ${rules}/compromised.md
             https://osv.dev/vulnerability/MAL-2026-2307
             https://github.com/advisories/GHSA-fw8c-xr5c-95f9

error        plain-crypto-js 4.2.1 is compromised: it is named as malware by MAL-2026-2306.
             No safe version is known. Pin or replace axios, which brings it in.
             examples/axios-2026-03/package-lock.json:353:19  axios › plain-crypto-js
             compromised
             https://osv.dev/vulnerability/MAL-2026-2306
             https://github.com/advisories/GHSA-2x9r-6wxq-hrr7

information  npm has no cooldown here and takes releases of any age. min-release-age=3 in .npmrc makes it wait for 3 days (npm 11.10 and up).
             examples/axios-2026-03/package.json:1:1
             weak-cooldown  ${rules}/weak-cooldown.md

32 packages in 2 files: 2 errors.
Mend the errors before the next install.
More: depwarden explain axios@1.14.1
`);
});
