import type { LockedPackage, PackageSource } from "../../model.ts";
import { exactVersion } from "../exact-version.ts";
import { parseSpecifier } from "../specifier.ts";
import type { Entry } from "./entry.ts";
import { isBrought, type Place } from "./place.ts";
import { sourceOf, versionInTarball } from "./source.ts";
import type { JsonString } from "../json.ts";

/** Which body a lockfile was read from: `packages` (2, 3) or nested `dependencies` (1 and older). */
export type Body = "packages" | "nested";

/** Decides of a local folder (packages/a) whether it is one of the project's workspaces. */
export type IsWorkspace = (place: Pick<Place, "path">) => boolean;

/** The locked package of a place; null for the project itself, and for an entry that locks no version. */
export function lock(
  place: Place,
  id: number,
  body: Body,
  isWorkspace: IsWorkspace,
  isBundled: boolean,
): LockedPackage | null {
  const { entry } = place;
  if (entry === null || (place.path === "" && place.level === 0)) return null;
  const asked = place.level === 0 || entry.link ? null : releaseInResolved(place.alias, entry);
  const name = asked?.name ?? entry.name ?? place.alias;
  const stated = asked?.version ?? versionOf(entry, name);
  const version = stated?.value ?? "";
  const source = asked === null ? sourceOfPlace(place, entry, name, version, isWorkspace) : "registry";
  if (source === "registry" && version === "") return null;
  const none = { start: place.nameSpan.end, end: place.nameSpan.end };
  return {
    id,
    key: place.path,
    alias: place.alias,
    name,
    version: source === "registry" ? (exactVersion(version) ?? version) : version,
    source,
    versionSpan: stated?.span ?? none,
    nameSpan: place.nameSpan,
    resolved: entry.resolved,
    integrity: entry.integrity,
    hasInstallScript: hasInstallScript(entry, source, body),
    dev: entry.dev,
    // devOptional: installed without the development tree, but then only as an optional dependency.
    optional: entry.optional || entry.devOptional,
    bundled: isBundled && isBrought(place),
    insteadOf: null,
  };
}

/**
 * The release of a registry that `resolved` names where it is no address (`7.0.0`, `npm:is-odd@3.0.1`, `latest`), which
 * npm follows as it follows a specifier: `npa.resolve(name, resolved)` in @npmcli/arborist. Without an exact version in
 * it, that of the entry. Tried: npm 11.19, 12.2.
 */
function releaseInResolved(
  alias: string,
  { resolved, resolvedSpan }: Entry,
): { readonly name: string; readonly version: JsonString | null } | null {
  if (resolved === null || resolved === "" || resolvedSpan === null || sourceOf(resolved, alias, "") !== "file")
    return null;
  const specifier = parseSpecifier(alias, resolved);
  if (specifier.source !== "registry") return null;
  const { name, range } = specifier;
  if (exactVersion(range) === null) return { name, version: null };
  const at = resolved.lastIndexOf(range);
  const isAsWritten = at !== -1 && resolvedSpan.end - resolvedSpan.start === resolved.length;
  const start = resolvedSpan.start + at;
  return { name, version: { value: range, span: isAsWritten ? { start, end: start + range.length } : resolvedSpan } };
}

/** The version that an entry states; without one, that of its tarball, which is what npm then installs. */
function versionOf(entry: Entry, name: string): JsonString | null {
  const { version, resolved, resolvedSpan } = entry;
  if (version !== null && version.value !== "") return version;
  const found = resolved === null ? null : versionInTarball(resolved, name);
  if (found === null || resolved === null || resolvedSpan === null) return null;
  const isAsWritten = resolvedSpan.end - resolvedSpan.start === resolved.length;
  const start = resolvedSpan.start + found.at;
  return { value: found.version, span: isAsWritten ? { start, end: start + found.version.length } : resolvedSpan };
}

function sourceOfPlace(
  place: Place,
  entry: Entry,
  name: string,
  version: string,
  isWorkspace: IsWorkspace,
): PackageSource {
  if (entry.link) return "link";
  if (place.level === 0) return isWorkspace(place) ? "workspace" : "file";
  // Before lockfileVersion 2 a source other than a registry is written as the version: a URL, git or a path. npm follows
  // it in any where there is no address.
  if (version.includes(":") && (entry.resolved === null || entry.resolved === "")) {
    const source = sourceOf(version, name, "");
    return source === "registry" ? "tarball" : source;
  }
  return sourceOf(entry.resolved, name, version);
}

/** npm writes `hasInstallScript` only where it is true, and in lockfileVersion 1 not at all. */
function hasInstallScript(entry: Entry, source: PackageSource, body: Body): boolean | null {
  if (body === "nested") return null;
  return entry.hasInstallScript || (source === "registry" ? false : null);
}
