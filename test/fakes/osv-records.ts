/** Advisories as OSV.dev holds them, and which versions they name. Schema: https://ossf.github.io/osv-schema/ */
import semver from "semver";

export interface OsvEvent {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly last_affected?: string;
}

export interface OsvAffected {
  readonly package: { readonly name: string; readonly ecosystem: string; readonly purl?: string };
  readonly versions?: readonly string[];
  readonly ranges?: readonly { readonly type: "SEMVER"; readonly events: readonly OsvEvent[] }[];
  readonly database_specific?: Readonly<Record<string, unknown>>;
}

export interface OsvRecord {
  readonly id: string;
  readonly modified: string;
  readonly published: string;
  readonly withdrawn?: string;
  readonly aliases?: readonly string[];
  readonly summary?: string;
  readonly details?: string;
  readonly affected: readonly OsvAffected[];
  readonly severity?: readonly { readonly type: string; readonly score: string }[];
  readonly references?: readonly { readonly type: string; readonly url: string }[];
  readonly database_specific?: Readonly<Record<string, unknown>>;
  readonly schema_version?: string;
}

export interface AdvisoryDates {
  readonly published: string;
  /** `published` when left out. */
  readonly modified?: string;
  readonly withdrawn?: string;
  readonly aliases?: readonly string[];
  readonly summary?: string;
}

/** A report of malicious code, as the OpenSSF malicious-packages repository files it. ">=0" names every version. */
export function malware(
  id: string,
  name: string,
  versions: readonly string[] | ">=0",
  dates: AdvisoryDates,
): OsvRecord {
  const whole = { ranges: [{ type: "SEMVER", events: [{ introduced: "0" }] }] } as const;
  return {
    ...common(id, dates),
    summary: dates.summary ?? `Malicious code in ${name} (npm)`,
    affected: [
      {
        package: npmPackage(name),
        ...(versions === ">=0" ? whole : { versions }),
        database_specific: { cwes: [{ cweId: "CWE-506", name: "Embedded Malicious Code" }] },
      },
    ],
    database_specific: {
      "malicious-packages-origins": [{ source: "ghsa-malware", versions: versions === ">=0" ? [] : versions }],
    },
  };
}

export interface VulnerabilityInput extends AdvisoryDates {
  readonly versions?: readonly string[];
  readonly ranges?: readonly { readonly introduced: string; readonly fixed?: string; readonly lastAffected?: string }[];
  /** `["CWE-506"]` makes it one of GitHub's malware advisories. */
  readonly cwe?: readonly string[];
  readonly severity?: "LOW" | "MODERATE" | "HIGH" | "CRITICAL";
}

/** An advisory as GitHub files it. */
export function vulnerability(id: string, name: string, input: VulnerabilityInput): OsvRecord {
  const ranges = (input.ranges ?? []).map(({ introduced, fixed, lastAffected }) => ({
    type: "SEMVER" as const,
    events: [
      { introduced },
      ...(fixed === undefined ? [] : [{ fixed }]),
      ...(lastAffected === undefined ? [] : [{ last_affected: lastAffected }]),
    ],
  }));
  return {
    ...common(id, input),
    summary: input.summary ?? `Vulnerability in ${name}`,
    affected: [
      { package: npmPackage(name), ...(input.versions === undefined ? {} : { versions: input.versions }), ranges },
    ],
    database_specific: {
      cwe_ids: input.cwe ?? [],
      severity: input.severity ?? "HIGH",
      github_reviewed: true,
      nvd_published_at: null,
    },
  };
}

/** Whether a record names this version of an npm package; without a version, whether it names the package at all. */
export function affects(record: OsvRecord, name: string, version: string | null): boolean {
  return record.affected.some((affected) => {
    if (affected.package.ecosystem !== "npm" || affected.package.name !== name) return false;
    if (version === null || affected.versions?.includes(version) === true) return true;
    return (affected.ranges ?? []).some((range) => isWithin(range.events, version));
  });
}

/** https://ossf.github.io/osv-schema/#evaluation */
function isWithin(events: readonly OsvEvent[], version: string): boolean {
  if (semver.valid(version) === null) return false;
  const reached = (from: string) => from === "0" || semver.gte(version, from);
  let within = false;
  for (const event of events.toSorted((a, b) => semver.compare(floor(a), floor(b)))) {
    if (event.introduced !== undefined && reached(event.introduced)) within = true;
    if (event.fixed !== undefined && reached(event.fixed)) within = false;
    if (event.last_affected !== undefined && semver.gt(version, event.last_affected)) within = false;
  }
  return within;
}

function floor(event: OsvEvent): string {
  const at = event.introduced ?? event.fixed ?? event.last_affected ?? "0";
  return at === "0" ? "0.0.0-0" : at;
}

function common(id: string, dates: AdvisoryDates) {
  return {
    schema_version: "1.7.4",
    id,
    published: dates.published,
    modified: dates.modified ?? dates.published,
    ...(dates.withdrawn === undefined ? {} : { withdrawn: dates.withdrawn }),
    aliases: dates.aliases ?? [],
    details: "",
    references: [
      {
        type: "ADVISORY",
        url: id.startsWith("GHSA-") ? `https://github.com/advisories/${id}` : `https://osv.dev/vulnerability/${id}`,
      },
    ],
  };
}

function npmPackage(name: string) {
  return { name, ecosystem: "npm", purl: `pkg:npm/${name.replace("@", "%40")}` };
}
