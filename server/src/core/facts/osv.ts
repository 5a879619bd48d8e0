/** Reads OSV records: https://ossf.github.io/osv-schema/ */
import { compare, valid } from "semver";
import * as v from "valibot";
import { oneLine } from "../util/sanitize.ts";
import type { Advisory, AffectedRange, AffectedVersions } from "./advisory.ts";
import { dateOf } from "./raw.ts";

const LONGEST_SUMMARY = 300;
/** What an id may be: it becomes part of addresses. */
const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/;
/** CWE-506: embedded malicious code. */
const MALICIOUS = "CWE-506";

const texts = v.fallback(v.nullish(v.array(v.string())), null);
const weakness = v.fallback(
  v.nullish(
    v.object({
      // GHSA writes ids; the malicious-packages database writes objects.
      cwe_ids: texts,
      cwes: v.fallback(v.nullish(v.array(v.object({ cweId: v.string() }))), null),
    }),
  ),
  null,
);
const event = v.object({
  introduced: v.nullish(v.string()),
  fixed: v.nullish(v.string()),
  last_affected: v.nullish(v.string()),
});
const record = v.object({
  id: v.pipe(v.string(), v.regex(ID)),
  modified: v.nullish(v.string()),
  published: v.fallback(v.nullish(v.string()), null),
  withdrawn: v.nullish(v.string()),
  aliases: texts,
  summary: v.fallback(v.nullish(v.string()), null),
  details: v.fallback(v.nullish(v.string()), null),
  affected: v.nullish(
    v.array(
      v.object({
        package: v.nullish(v.object({ ecosystem: v.string(), name: v.string() })),
        ranges: v.nullish(v.array(v.object({ type: v.string(), events: v.array(event) }))),
        versions: v.nullish(v.array(v.string())),
        database_specific: weakness,
      }),
    ),
  ),
  database_specific: weakness,
});

/** An OSV record cut down to what is read of it. */
export type OsvRecord = v.InferOutput<typeof record>;

export function isOsvId(id: string): boolean {
  return ID.test(id);
}

/** Only these can report malicious code: the malicious-packages database, and GitHub's with CWE-506. */
export function mayReportMalware(id: string): boolean {
  return id.startsWith("MAL-") || id.startsWith("GHSA-");
}

/** Null when it is not an OSV record, or one whose affected versions cannot be read. */
export function osvRecordFrom(raw: unknown): OsvRecord | null {
  const parsed = v.safeParse(record, raw, { abortEarly: true });
  return parsed.success ? parsed.output : null;
}

/** By the moment of judgement (ms since epoch; null: now). A date that cannot be read is a past one. */
export function isWithdrawn(source: OsvRecord, asOf: number | null = null): boolean {
  if (typeof source.withdrawn !== "string" || source.withdrawn === "") return false;
  const at = dateOf(source.withdrawn);
  return asOf === null || at === null || at <= asOf;
}

/** What the record says of this npm package; null when it was withdrawn by then (see `isWithdrawn`) or does not name the package. */
export function advisoryFrom(source: OsvRecord, name: string, asOf: number | null = null): Advisory | null {
  if (isWithdrawn(source, asOf)) return null;
  const affected = (source.affected ?? []).filter(
    (entry) => entry.package?.ecosystem === "npm" && entry.package.name === name,
  );
  if (affected.length === 0) return null;
  const aliases = [...new Set(source.aliases ?? [])].filter((alias) => ID.test(alias) && alias !== source.id);
  const ids = [source.id, ...aliases];
  const weaknesses = [source.database_specific, ...affected.map((entry) => entry.database_specific)];
  return {
    id: source.id,
    aliases,
    source: "osv",
    malware: ids.some((id) => id.startsWith("MAL-")) || weaknesses.some(isMalicious),
    summary: oneLine(source.summary ?? source.details ?? "", LONGEST_SUMMARY),
    url: osvPage(source.id),
    published: dateOf(source.published),
    affected: affectedFrom(affected),
  };
}

/** The page of an advisory that is known by its id alone; null for an id of another kind. */
export function advisoryPage(id: string): string | null {
  if (/^GHSA(?:-[\da-z]{4}){3}$/.test(id)) return `https://github.com/advisories/${id}`;
  return /^MAL-\d{4}-\d+$/.test(id) ? osvPage(id) : null;
}

/** The advisory's page; `id` must satisfy `isOsvId`. */
export function osvPage(id: string): string {
  return `https://osv.dev/vulnerability/${encodeURIComponent(id)}`;
}

function isMalicious(weakness: OsvRecord["database_specific"]): boolean {
  const ids = [...(weakness?.cwe_ids ?? []), ...(weakness?.cwes ?? []).map((cwe) => cwe.cweId)];
  return ids.includes(MALICIOUS);
}

function affectedFrom(affected: NonNullable<OsvRecord["affected"]>): AffectedVersions {
  const versions = new Set(affected.flatMap((entry) => entry.versions ?? []));
  const ranges = affected
    .flatMap((entry) => entry.ranges ?? [])
    .filter((range) => range.type === "SEMVER" || range.type === "ECOSYSTEM")
    .flatMap((range) => pairsFrom(range.events));
  return { versions: [...versions], ranges };
}

type Bound = readonly [kind: "introduced" | "fixed" | "last_affected", version: string];

/** Events, in any order, as pairs of bounds. A range with a bound that is no version is left out whole: half of it would name too much. */
function pairsFrom(events: readonly v.InferOutput<typeof event>[]): AffectedRange[] {
  const bounds = events.flatMap((entry): Bound[] => {
    const found: Bound[] = [];
    for (const kind of ["introduced", "fixed", "last_affected"] as const) {
      const version = entry[kind];
      if (typeof version === "string") found.push([kind, version]);
    }
    return found;
  });
  if (bounds.some(([kind, version]) => valid(version) === null && !(kind === "introduced" && version === "0")))
    return [];
  bounds.sort(([, a], [, b]) => (a === "0" || b === "0" ? Number(b === "0") - Number(a === "0") : compare(a, b)));

  const pairs: AffectedRange[] = [];
  let introduced: string | null = null;
  for (const [kind, version] of bounds) {
    if (kind === "introduced") {
      introduced ??= version;
    } else if (introduced !== null) {
      pairs.push({
        introduced,
        fixed: kind === "fixed" ? version : null,
        lastAffected: kind === "last_affected" ? version : null,
      });
      introduced = null;
    }
  }
  if (introduced !== null) pairs.push({ introduced, fixed: null, lastAffected: null });
  return pairs;
}
