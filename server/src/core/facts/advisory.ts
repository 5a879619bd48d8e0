import type { Unknown } from "./fact.ts";

/** An advisory, from whichever source, cut down to what rules and hovers use. */
export interface Advisory {
  /** `MAL-2026-2307`, `GHSA-fw8c-xr5c-95f9`, or the catalogue's own incident id. */
  readonly id: string;
  /** The same advisory's other ids. */
  readonly aliases: readonly string[];
  readonly source: "catalogue" | "osv" | "registry";
  /** It reports malicious code (a MAL- id, or CWE-506), not a vulnerability. */
  readonly malware: boolean;
  /** Its title, one line, as its author wrote it: foreign text. */
  readonly summary: string;
  /** https page of the advisory; null when there is none. */
  readonly url: string | null;
  /** When it became known, ms since epoch; null when not stated. */
  readonly published: number | null;
  /** What it names of the package that was asked for. */
  readonly affected: AffectedVersions;
}

/** Versions by list and by semver range, as in the OSV schema: https://ossf.github.io/osv-schema/#affected-fields */
export interface AffectedVersions {
  readonly versions: readonly string[];
  readonly ranges: readonly AffectedRange[];
}

export interface AffectedRange {
  /** "0" is before every version. */
  readonly introduced: string;
  /** First version not affected; null: no end. */
  readonly fixed: string | null;
  /** Last version affected; null: no such bound. */
  readonly lastAffected: string | null;
}

/** All that is known against one version. `missing` holds the sources that could not be asked. */
export interface AdvisoryFacts {
  readonly found: readonly Advisory[];
  readonly missing: readonly Unknown[];
}
