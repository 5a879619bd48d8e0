/**
 * Reads a registry's answer to `POST /-/npm/v1/security/advisories/bulk`, as `npm audit` asks it:
 * package name → list of advisories (npm/cli, @npmcli/metavuln-calculator).
 */
import { Range, SemVer, valid } from "semver";
import * as v from "valibot";
import { oneLine } from "../util/sanitize.ts";
import type { Advisory } from "./advisory.ts";
import { own, recordOf } from "./raw.ts";

const LONGEST_SUMMARY = 300;
/** Of all ranges of one package together, in characters: each of its versions is held against each of them. */
const LONGEST_RANGES = 50_000;
/** Of one package. Real ones have below a hundred. */
const MOST_ENTRIES = 1000;
const MALICIOUS = "CWE-506";
const SOUNDS_MALICIOUS = /\bmalicious\b|\bmalware\b|\bembedded malicious code\b/i;
const GHSA_PAGE = /^https:\/\/github\.com\/advisories\/(GHSA-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})$/;

const ID = /^[A-Za-z0-9-]{1,100}$/;

const entry = v.object({
  id: v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.regex(ID))]),
  url: v.fallback(v.nullish(v.string()), null),
  title: v.fallback(v.nullish(v.string()), null),
  vulnerable_versions: v.string(),
  cwe: v.fallback(v.nullish(v.union([v.string(), v.array(v.string())])), null),
});

/** Whether an answer is of this kind at all. */
export function isBulkAnswer(raw: unknown): boolean {
  return recordOf(raw) !== null;
}

/**
 * The advisories on malicious code that the answer holds against a version of this package, read once for all of its
 * versions; null when what it says of the package cannot be read, or is more than is read.
 */
export function bulkAdvisories(raw: unknown, name: string): ((version: string) => readonly Advisory[]) | null {
  const answer = recordOf(raw);
  if (answer === null) return null;
  const entries = own(answer, name);
  if (entries === undefined || entries === null) return () => [];
  if (!Array.isArray(entries) || entries.length > MOST_ENTRIES) return null;
  const parsed = v.safeParse(v.array(entry), entries, { abortEarly: true });
  if (!parsed.success) return null;
  const malicious = parsed.output.map(advisoryOf).filter(({ advisory: { malware, summary } }) => {
    return malware || SOUNDS_MALICIOUS.test(summary);
  });
  const written = new Set(malicious.map(({ range }) => range));
  // Ranges that are too long to be read may name any version.
  if ([...written].reduce((sum, { length }) => sum + length, 0) > LONGEST_RANGES) return null;
  const ranges = new Map([...written].map((range) => [range, rangeOf(range)]));
  return (version) => {
    const parsedVersion = valid(version) === null ? null : new SemVer(version);
    const named = new Map<string, boolean>();
    for (const [text, range] of ranges)
      named.set(text, parsedVersion === null ? text === version : range === null || range.test(parsedVersion));
    return malicious
      .filter(({ range }) => named.get(range) === true)
      .map(({ advisory }) => registryAdvisory(advisory, version));
  };
}

type Stated = Pick<Advisory, "id" | "malware" | "summary" | "url">;

function registryAdvisory({ id, malware, summary, url }: Stated, version: string): Advisory {
  const affected = { versions: [version], ranges: [] };
  return { id, aliases: [], source: "registry", malware, summary, url, published: null, affected };
}

const stored = v.array(
  v.object({
    id: v.pipe(v.string(), v.regex(ID)),
    malware: v.boolean(),
    summary: v.pipe(
      v.string(),
      v.transform((text) => oneLine(text, LONGEST_SUMMARY)),
    ),
    url: v.nullable(v.pipe(v.string(), v.regex(GHSA_PAGE))),
  }),
);

/** The advisories on one version, to be kept. */
export function textOfBulk(advisories: readonly Advisory[]): string {
  return JSON.stringify(advisories.map(({ id, malware, summary, url }): Stated => ({ id, malware, summary, url })));
}

/** What `textOfBulk` kept, as JSON; null for anything else. */
export function bulkFromText(raw: unknown, version: string): readonly Advisory[] | null {
  const read = v.safeParse(stored, raw);
  return read.success ? read.output.map((one) => registryAdvisory(one, version)) : null;
}

function advisoryOf({ id, url, title, cwe, vulnerable_versions: range }: v.InferOutput<typeof entry>): {
  readonly range: string;
  readonly advisory: Stated;
} {
  const page = GHSA_PAGE.exec(url ?? "");
  return {
    range,
    advisory: {
      id: page?.[1] ?? `npm-${id}`,
      malware: [cwe ?? []].flat().includes(MALICIOUS),
      summary: oneLine(title ?? "", LONGEST_SUMMARY),
      url: page?.[0] ?? null,
    },
  };
}

/** null for what is no range: it may mean any version. */
function rangeOf(text: string): Range | null {
  try {
    return new Range(text, { includePrerelease: true });
  } catch {
    return null;
  }
}
