/** A release of a registry that stands where the project has a package of the same name. */
import { compare, parse } from "semver";
import { renownFacts, renownOf } from "./added.ts";
import type { PackageFacts } from "./package.ts";

/**
 * How a package manager comes to take a registry's release under a name of the project's own:
 * - `place`: a lockfile has it where only the project's own package can be;
 * - `fits`: a lockfile has it for a range that the project's own version fits;
 * - `apart`: it is asked for by what the project's own version does not fit.
 */
export type OwnNameWay = "place" | "fits" | "apart";

export interface OwnName {
  /** Folder of the project's own package, relative to the project's, with `/`. */
  readonly folder: string;
  /** Of the project's own package, as its manifest states it. */
  readonly version: string | null;
  /** Its manifest says that it is not to be published. */
  readonly isPrivate: boolean;
  readonly way: OwnNameWay;
  /** What is asked for, as written; null where nothing that was read asks. */
  readonly range: string | null;
  /** File name of the lockfile that has the release; null where none does. */
  readonly lockfile: string | null;
}

/** What manifests state whose version is set when they are published. */
const PLACEHOLDER = /^0\.0\.0(?:$|[-+])/;

/**
 * Whether the registry's package is the project's own, as far as can be told: it has the project's own version, or that
 * is yet to come. False where that is not so; null where it is not known.
 * @param now ms since epoch
 */
export function isPublishedAs(
  { version, isPrivate }: OwnName,
  facts: PackageFacts | null,
  isRegistryPublic: boolean,
  now: number,
): boolean | null {
  if (isPrivate) return false;
  if (facts === null) return null;
  if (version !== null && (facts.releases.has(version) || facts.times.has(version))) return true;
  // Nobody dates or counts what a company publishes for itself.
  const isEstablished = !isRegistryPublic || renownOf(renownFacts(facts), now) === "known";
  const isYetToCome =
    version === null || PLACEHOLDER.test(version) || ![...facts.releases.keys()].some(isAbove(version));
  return isYetToCome && isEstablished;
}

/** Whether a release is newer than the project's own version; true where that cannot be told. */
export function isNewerThanOwn({ version }: OwnName, release: string): boolean {
  return version === null || isAbove(version)(release);
}

function isAbove(version: string): (other: string) => boolean {
  const own = parse(version);
  return (other) => {
    const parsed = parse(other);
    return own === null || parsed === null || compare(parsed, own) > 0;
  };
}
