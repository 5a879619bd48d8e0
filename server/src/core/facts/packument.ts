/**
 * Reads a packument, in its full or abbreviated form, as a registry or a mirror answers it.
 * Forms: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
 * The input is hostile: a field that is not what it should be is left out, and only what is no packument at all is refused.
 */
import { LONGEST_VERSION } from "../documents/limits.ts";
import { known, unknown, type Fact } from "./fact.ts";
import type { PackageFacts, Packument, ReleaseFacts } from "./package.ts";
import { dateOf, own, ownRecord, ownText, recordOf, type RawRecord } from "./raw.ts";
import {
  distributionFrom,
  releaseFactsFrom,
  statesInstallFlag,
  statesManifest,
  type PackumentForm,
} from "./release.ts";

export interface PackumentRequest {
  /** The name asked for. */
  readonly name: string;
  /** The form asked for. What came back may be the other one: mirrors ignore `Accept`. */
  readonly detail: PackageFacts["detail"];
  /** ms since epoch. */
  readonly fetchedAt: number;
  /** Who answered, for the reason of a refusal. */
  readonly host: string;
}

/** https://docs.npmjs.com/policies/security: a name that npm holds has this one version. */
const HOLDER_VERSION = /^0\.0\.1-security(\.\d+)?$/;
const HOLDER_DESCRIPTION = /security holding package/i;

/** `malformed` when it is no packument, or another package's. */
export function packumentFrom(raw: unknown, request: PackumentRequest): Fact<Packument> {
  const packument = recordOf(raw);
  if (packument === null)
    return unknown("malformed", `${request.host} answered with something that is not a package document`);
  const stated = ownText(packument, "name");
  if (stated !== null && stated !== request.name) {
    return unknown("malformed", `${request.host} answered for another package`);
  }
  const time = ownRecord(packument, "time");
  const versions = ownRecord(packument, "versions");
  const modified = dateOf(own(packument, "modified")) ?? (time === null ? null : dateOf(own(time, "modified")));
  const unpublishedAt = unpublishedFrom(time, modified, request.fetchedAt);
  if (versions === null && unpublishedAt === null) {
    return unknown("malformed", `${request.host} answered with a package document without versions`);
  }

  const called = namesOf(Object.keys(versions ?? {}));
  const entries = versionEntries(versions, called);
  const form = formOf(packument, time, entries, request);
  const releases = new Map(entries.map(([version, manifest]) => [version, releaseFactsFrom(version, manifest, form)]));
  const distTags = distTagsFrom(packument, called);
  return known({
    facts: {
      name: request.name,
      detail: form.detail,
      fetchedAt: request.fetchedAt,
      modified,
      distTags,
      releases,
      times: timesFrom(time, called),
      unpublishedAt,
      securityHolder: isSecurityHolder(packument, versions, releases, distTags, form),
    },
    distributions: new Map(entries.map(([version, manifest]) => [version, distributionFrom(manifest)])),
  });
}

/** What a version is called here, for those that a registry lists with build metadata. */
type Names = ReadonlyMap<string, string>;

/**
 * Lockfiles are read without build metadata, which npm's registry drops too. One that keeps it lists `1.1.0+b2`, which is
 * called 1.1.0 unless there is another 1.1.0.
 */
function namesOf(listed: readonly string[]): Names {
  const counts = new Map<string, number>();
  for (const version of listed) {
    const plain = withoutBuild(version);
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  const isAlone = (version: string): boolean => counts.get(withoutBuild(version)) === 1;
  return new Map(listed.filter(isAlone).map((version) => [version, withoutBuild(version)]));
}

function withoutBuild(version: string): string {
  const build = version.indexOf("+");
  return build < 1 ? version : version.slice(0, build);
}

function versionEntries(versions: RawRecord | null, called: Names): (readonly [string, RawRecord])[] {
  const entries: (readonly [string, RawRecord])[] = [];
  for (const [version, value] of Object.entries(versions ?? {})) {
    const manifest = recordOf(value);
    if (manifest !== null && version !== "" && version.length <= LONGEST_VERSION)
      entries.push([called.get(version) ?? version, manifest]);
  }
  return entries;
}

/**
 * Which form came back. Only the abbreviated one has a `modified` of its own at the top, and only the full one states
 * `_id`, `scripts` and the like in its versions. `time` alone tells nothing: Verdaccio puts it into its abbreviated form.
 */
function formOf(
  packument: RawRecord,
  time: RawRecord | null,
  entries: readonly (readonly [string, RawRecord])[],
  { name, detail: asked }: PackumentRequest,
): PackumentForm {
  const manifestsWhole = entries.some(([, manifest]) => statesManifest(manifest));
  const topModified = ownText(packument, "modified") !== null;
  const full = manifestsWhole || (!topModified && (time !== null || asked === "full"));
  return {
    name,
    detail: full ? "full" : "abbreviated",
    manifestsWhole,
    // npmjs leaves `hasInstallScript` out where there is none, and so do those that copy its form faithfully.
    absentFlagMeansNone: entries.some(([, manifest]) => statesInstallFlag(manifest)) || (topModified && time === null),
  };
}

function distTagsFrom(packument: RawRecord, called: Names): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [tag, version] of Object.entries(ownRecord(packument, "dist-tags") ?? {})) {
    if (typeof version === "string" && version !== "" && version.length <= LONGEST_VERSION)
      tags.set(tag, called.get(version) ?? version);
  }
  return tags;
}

function timesFrom(time: RawRecord | null, called: Names): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const [version, value] of Object.entries(time ?? {})) {
    if (version === "created" || version === "modified" || version === "unpublished") continue;
    const published = dateOf(value);
    if (published !== null && version.length <= LONGEST_VERSION) times.set(called.get(version) ?? version, published);
  }
  return times;
}

/** `time.unpublished` is a record of who, when and which; Artifactory writes null there for packages that are in place. */
function unpublishedFrom(time: RawRecord | null, modified: number | null, fetchedAt: number): number | null {
  const unpublished = time === null ? null : ownRecord(time, "unpublished");
  if (unpublished === null) return null;
  return dateOf(own(unpublished, "time")) ?? modified ?? fetchedAt;
}

function isSecurityHolder(
  packument: RawRecord,
  versions: RawRecord | null,
  releases: ReadonlyMap<string, ReleaseFacts>,
  distTags: ReadonlyMap<string, string>,
  form: PackumentForm,
): boolean {
  const latest = distTags.get("latest");
  if (latest === undefined || versions === null || !HOLDER_VERSION.test(latest) || !releases.has(latest)) return false;
  const manifest = ownRecord(versions, latest);
  const description =
    ownText(packument, "description") ?? (manifest === null ? null : ownText(manifest, "description"));
  if (description !== null) return HOLDER_DESCRIPTION.test(description);
  // Without a description (the abbreviated form has none) only a package that holds nothing else can be told.
  return form.detail === "abbreviated" && [...releases.keys()].every((version) => HOLDER_VERSION.test(version));
}
