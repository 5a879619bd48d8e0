/** Reads the incidents file: only what the catalogue takes over is described, the rest is let be. */
import semver from "semver";
import * as v from "valibot";
import { PACKAGE_NAME } from "../../server/src/core/catalogue/schema.ts";

const Version = v.pipe(
  v.string(),
  v.check((version) => semver.valid(version) === version, "not a plain semver version"),
);
const AdvisoryId = v.pipe(v.string(), v.regex(/^(?:MAL|GHSA|CVE)-[0-9A-Za-z-]+$/));

const InputPackage = v.object({
  name: v.pipe(v.string(), v.regex(PACKAGE_NAME)),
  versions: v.pipe(v.array(Version), v.minLength(1)),
  last_good: v.nullable(Version),
  last_good_by_version: v.optional(v.record(v.string(), Version)),
  advisories: v.optional(v.array(AdvisoryId), []),
  versions_single_source: v.optional(v.array(Version), []),
});

const InputIncident = v.object({
  id: v.string(),
  technique: v.string(),
  first_published: v.string(),
  removed: v.nullable(v.string()),
  advisories: v.array(AdvisoryId),
  packages: v.pipe(v.array(InputPackage), v.minLength(1)),
  sources: v.array(v.string()),
});

export const InputSchema = v.array(InputIncident);
export type InputPackage = v.InferOutput<typeof InputPackage>;
export type InputIncident = v.InferOutput<typeof InputIncident>;

/** What is written by hand beside the incidents file: see docs/catalogue.md. Keys are incident ids. */
export const EditorialSchema = v.strictObject({
  asOf: v.pipe(v.string(), v.isoTimestamp()),
  titles: v.record(v.string(), v.string()),
  knownSince: v.record(v.string(), v.strictObject({ at: v.pipe(v.string(), v.isoTimestamp()), why: v.string() })),
  /** Advisories by version, for a package whose versions do not share them. */
  advisories: v.record(v.string(), v.record(v.string(), v.array(AdvisoryId))),
  /** Better sources than the file has; they come first. */
  sources: v.record(v.string(), v.array(v.pipe(v.string(), v.url()))),
});
export type Editorial = v.InferOutput<typeof EditorialSchema>;
