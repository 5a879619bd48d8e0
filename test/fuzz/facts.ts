/** What has to hold of the readers of answers, and of facts as they are kept. */
import { affects } from "../../server/src/core/facts/affects.ts";
import { bulkAdvisories, isBulkAnswer } from "../../server/src/core/facts/bulk.ts";
import { advisoryFrom, osvRecordFrom } from "../../server/src/core/facts/osv.ts";
import { PackedPackument } from "../../server/src/core/facts/packed-packument.ts";
import type { Packument } from "../../server/src/core/facts/package.ts";
import { packumentFrom } from "../../server/src/core/facts/packument.ts";
import { exactVersion } from "../../server/src/core/documents/exact-version.ts";
import { overrideTarget } from "../../server/src/core/documents/override-key.ts";
import { parseSpecifier } from "../../server/src/core/documents/specifier.ts";
import { fits, takesPrereleases, versionTaken } from "../../server/src/core/ranges.ts";
import { readSettings } from "../../server/src/core/settings/settings.ts";
import { LOCKFILE_FORMATS } from "../../server/src/core/model.ts";
import { plainPackument } from "../core/facts/plain-packument.ts";
import { checkSame, must } from "./checks.ts";
import type { Choices } from "./random-choices.ts";
import { checkGlobs } from "./readers.ts";

const VERSIONS = ["1.0.0", "1.1.0", "2.0.0-rc.1", "0.0.1-security", "not a version", ""];

/** The value of a text that the fuzzer made; undefined where it is no JSON. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function checkPackument(text: string): void {
  const raw = valueOf(text);
  for (const detail of ["full", "abbreviated"] as const) {
    const fact = packumentFrom(raw, { name: "foo", detail, fetchedAt: 1000, host: "registry.example" });
    if (!fact.known) {
      must(fact.reason !== "", "an unknown fact without a reason");
      continue;
    }
    checkWhole(fact.value);
  }
}

function checkWhole(packument: Packument): void {
  const { facts } = packument;
  must(facts.name !== "", "a package without a name");
  for (const [version, release] of facts.releases)
    must(version !== "" && version === release.version, `${release.version} is found under ${version}`);
  for (const at of facts.times.values()) must(Number.isFinite(at), "a time that is none");
  checkSame(plainOf(keptOf(packument)), plainOf(packument));
  for (const range of ["*", "latest", "^1.0.0", "1.0.0"])
    for (const tag of [true, false]) {
      const taken = versionTaken({ source: "registry", name: facts.name, range, tag }, facts);
      must(taken === null || facts.releases.has(taken), `${taken ?? ""} is taken, which is not served`);
    }
}

function keptOf(packument: Packument): Packument | null {
  return PackedPackument.from(PackedPackument.of(packument).text, packument.facts.fetchedAt);
}

function plainOf(packument: Packument | null): unknown {
  return packument === null ? null : plainPackument(packument);
}

/** A damaged text of the store's is a miss, or facts that are whole. */
export function checkCodec(text: string): void {
  const packument = PackedPackument.from(text, 1000);
  if (packument !== null) checkSame(plainOf(keptOf(packument)), plainOf(packument));
}

/** What the store holds of a packument, to be damaged; the text itself where that is none. */
export function encodedFrom(packument: string): string {
  const fact = packumentFrom(valueOf(packument), {
    name: "foo",
    detail: "full",
    fetchedAt: 1000,
    host: "registry.example",
  });
  return fact.known ? PackedPackument.of(fact.value).text : packument;
}

export function checkOsvRecord(text: string): void {
  const record = osvRecordFrom(valueOf(text));
  if (record === null) return;
  // It is kept as JSON.
  checkSame(osvRecordFrom(JSON.parse(JSON.stringify(record))), record);
  for (const asOf of [null, 0, Date.UTC(2024, 1, 1)]) {
    const advisory = advisoryFrom(record, "foo", asOf);
    if (advisory === null) continue;
    must(/^[\w-]+$/.test(advisory.id), `${advisory.id} is no id`);
    must(!/[\r\n]/.test(advisory.summary), "a summary of several lines");
    must(advisory.url === null || advisory.url.startsWith("https://"), "a page that is no https address");
    for (const version of VERSIONS) affects(advisory.affected, version);
  }
}

export function checkBulk(text: string): void {
  const raw = valueOf(text);
  isBulkAnswer(raw);
  for (const version of VERSIONS)
    for (const name of ["foo", "__proto__", "constructor"]) {
      const found = bulkAdvisories(raw, name)?.(version) ?? null;
      for (const { url, summary } of found ?? []) {
        must(url?.startsWith("https://github.com/advisories/") ?? true, "a page elsewhere");
        must(!/[\r\n]/.test(summary), "a summary of several lines");
      }
    }
}

export function checkSettings(text: string): void {
  const raw = valueOf(text);
  const { settings, problems } = readSettings(raw);
  checkSame(readSettings(raw).settings, settings);
  must(
    problems.every((problem) => problem !== ""),
    "a problem without a word",
  );
}

/** One value of a line: what dependencies, overrides, workspaces and locked versions are written as. */
export function checkLine(line: string, choices: Choices): void {
  for (const alias of ["a", line]) {
    const specifier = parseSpecifier(alias, line);
    if (specifier.source !== "registry" && specifier.source !== "named-registry") continue;
    must(specifier.name !== "" && specifier.range !== "", `${JSON.stringify(line)} names nothing`);
    for (const version of VERSIONS) fits({ ...specifier, source: "registry" }, version);
    takesPrereleases(specifier.range);
  }
  const exact = exactVersion(line);
  must(exact === null || exactVersion(exact) === exact, `${exact ?? ""} is exact, and is not`);
  for (const field of ["overrides", "resolutions", "pnpm.overrides"] as const) {
    const { name, at } = overrideTarget(field, line);
    must(at >= 0 && at <= line.length && line.startsWith(name, at), `${name} does not stand at ${at}`);
  }
  checkGlobs([line, "packages/*", `!${line}`], choices.of([...LOCKFILE_FORMATS, null]));
  affects({ versions: [], ranges: [{ introduced: line, fixed: null, lastAffected: line }] }, "1.0.0");
}
