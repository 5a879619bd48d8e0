/**
 * Reads a registry's answer to `POST /-/npm/v1/security/advisories/bulk`, as `npm audit` asks it:
 * package name → list of advisories (npm/cli, @npmcli/metavuln-calculator).
 */
import { satisfies, valid } from "semver";
import * as v from "valibot";
import { oneLine } from "../util/sanitize.ts";
import type { Advisory } from "./advisory.ts";
import { own, recordOf } from "./raw.ts";

const LONGEST_SUMMARY = 300;
const LONGEST_RANGE = 10_000;
const MALICIOUS = "CWE-506";
const SOUNDS_MALICIOUS = /\bmalicious\b|\bmalware\b|\bembedded malicious code\b/i;
const GHSA_PAGE = /^https:\/\/github\.com\/advisories\/(GHSA-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})$/;

const entry = v.object({
  id: v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,100}$/))]),
  url: v.fallback(v.nullish(v.string()), null),
  title: v.fallback(v.nullish(v.string()), null),
  vulnerable_versions: v.string(),
  cwe: v.fallback(v.nullish(v.union([v.string(), v.array(v.string())])), null),
});

/** Whether an answer is of this kind at all. */
export function isBulkAnswer(raw: unknown): boolean {
  return recordOf(raw) !== null;
}

/** The advisories on malicious code that the answer holds against this version; null when what it says of the package cannot be read. */
export function bulkAdvisories(raw: unknown, name: string, version: string): readonly Advisory[] | null {
  const answer = recordOf(raw);
  if (answer === null) return null;
  const entries = own(answer, name);
  if (entries === undefined || entries === null) return [];
  const parsed = v.safeParse(v.array(entry), entries, { abortEarly: true });
  // A range that is too long to be read may name any version.
  if (!parsed.success || parsed.output.some(({ vulnerable_versions: range }) => range.length > LONGEST_RANGE))
    return null;
  return parsed.output
    .filter((advisory) => names(advisory.vulnerable_versions, version))
    .map((advisory): Advisory => {
      const page = GHSA_PAGE.exec(advisory.url ?? "");
      return {
        id: page?.[1] ?? `npm-${advisory.id}`,
        aliases: [],
        source: "registry",
        malware: [advisory.cwe ?? []].flat().includes(MALICIOUS),
        summary: oneLine(advisory.title ?? "", LONGEST_SUMMARY),
        url: page?.[0] ?? null,
        published: null,
        affected: { versions: [version], ranges: [] },
      };
    })
    .filter((advisory) => advisory.malware || SOUNDS_MALICIOUS.test(advisory.summary));
}

function names(range: string, version: string): boolean {
  if (valid(version) === null) return range === version;
  return satisfies(version, range, { includePrerelease: true });
}
