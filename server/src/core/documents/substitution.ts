import type { Brought, LockedPackage, PackageSource } from "../model.ts";
import { LONGEST_SPECIFIER } from "./limits.ts";
import { parseSpecifier } from "./specifier.ts";

/** Who asks for a package: the name that it is asked for by, and the specifier as written; null where that is no text. */
export interface Ask {
  readonly alias: string;
  readonly raw: string | null;
  readonly by: Asker;
  /** Id of the package that asks; null where none does, or that is not told. */
  readonly from: number | null;
  /** Whether it is asked for by a package of that name, or by one that such a package leads to; null where nothing tells. */
  readonly isBelow: ((parent: string) => boolean) | null;
}

/** Decides whether the project put what is locked in the place of what is asked for. */
export type IsReplaced = (ask: Ask, locked: LockedPackage) => boolean;

/**
 * Who asks. What the project itself asks for decides: package managers share that with all others. A package's own ask
 * decides nothing, because the lockfile alone says what it is.
 */
export type Asker = "project" | "workspace" | "package";

/** Decides whether the folder that is locked is the project's workspace of that name: a range may ask for that too. */
export type IsWorkspaceNamed = (name: string, locked: LockedPackage) => boolean;

/** Whether a package may stand where another was asked for, so that those who ask are worth looking at. */
export function isSuspect({ source, name, alias, bundled }: LockedPackage): boolean {
  return !bundled && (source !== "registry" || name !== alias);
}

/** What may put something else in the place of a registry's release. */
export interface Excuses {
  readonly isReplaced: IsReplaced;
  readonly isWorkspaceNamed: IsWorkspaceNamed;
}

/**
 * A suspect with what was asked for in its place: whoever decides asks a registry, for a range or tag, and nothing
 * replaces that.
 */
export function withAsked(locked: LockedPackage, asks: readonly Ask[], excuses: Excuses): LockedPackage {
  const insteadOf = askedInstead(locked, asks, excuses);
  return insteadOf === null ? locked : { ...locked, insteadOf };
}

/** Sources that hold what somebody has to have asked for. Links and workspaces are folders of the project. */
const FETCHED: ReadonlySet<PackageSource> = new Set(["file", "git", "tarball"]);

/** As `withAsked`, for formats whose entries do not say what they are asked for by: one that nobody asks for is marked. */
export function withAskedOrNot(locked: LockedPackage, asks: readonly Ask[], excuses: Excuses): LockedPackage {
  if (asks.length > 0) return withAsked(locked, asks, excuses);
  return FETCHED.has(locked.source) ? { ...locked, isUnasked: true } : locked;
}

/** What packages bring in, by id of those that ask for it. */
export type Brings = Map<number, Brought[]>;

/**
 * Adds something from elsewhere than a registry to what the packages bring in that ask for it, where neither the project
 * nor a workspace asks for it, and it is no workspace.
 */
export function noteAskers(
  brings: Brings,
  packages: readonly LockedPackage[],
  id: number,
  asks: readonly Pick<Ask, "by" | "from">[],
  isWorkspaceNamed: IsWorkspaceNamed,
): void {
  const locked = packages[id];
  if (locked === undefined || locked.source === "registry" || locked.insteadOf !== null) return;
  if (isWorkspaceNamed(locked.alias, locked)) return;
  if (asks.some(({ by }) => by !== "package")) return;
  const { alias, name, source, version, resolved } = locked;
  for (const from of new Set(asks.map((ask) => ask.from))) {
    if (from !== null) addBrought(brings, from, [{ alias, name, source, version, resolved }]);
  }
}

export function addBrought(brings: Brings, id: number, more: Iterable<Brought>): void {
  const known = brings.get(id) ?? [];
  brings.set(id, known);
  for (const brought of more) known.push(brought);
}

/** Tells the packages what they bring in. */
export function putBrought(brings: Brings, packages: LockedPackage[]): void {
  for (const [id, more] of brings) {
    const asker = packages[id];
    if (asker !== undefined) packages[id] = { ...asker, brings: [...(asker.brings ?? []), ...more] };
  }
}

/**
 * For formats that lock a URL for a registry's package too, and tell by its form alone which it is: where a registry is
 * asked, a URL of no known form is that of a registry with a form of its own, unless it is a git host's.
 */
export function asServed(locked: LockedPackage): LockedPackage {
  const { insteadOf, source, version, resolved } = locked;
  if (insteadOf === null || source !== "tarball" || !VERSION.test(version) || OF_GIT_HOST.test(resolved ?? ""))
    return locked;
  return { ...locked, source: "registry" };
}

const VERSION = /^\d+\.\d+\.\d+/;
const OF_GIT_HOST = /^https?:\/\/[^/]*(?:github|gitlab|bitbucket)/i;

/** Different asks of packages for one package that are looked at. What asks beyond them counts as not met. */
const MOST = 200;

/** Suspects between two pauses: an ask takes some microseconds to read. */
export const SUSPECT_STRIDE = 16;

function askedInstead(locked: LockedPackage, asks: readonly Ask[], excuses: Excuses): LockedPackage["insteadOf"] {
  for (const who of ["project", "workspace"] as const) {
    const own = asks.filter(({ by }) => by === who);
    const unmet = own.slice(0, MOST).map((ask) => unmetBy(locked, ask, excuses));
    if (unmet.length > 0) return unmet.includes(null) ? null : (unmet[0] ?? null);
  }
  const seen = new Set<string>();
  for (const ask of asks) {
    const written = `${ask.alias} ${ask.raw ?? ""}`;
    if (seen.has(written) && ask.isBelow === null) continue;
    if (seen.size === MOST) return { name: ask.alias, range: ask.raw ?? "" };
    seen.add(written);
    const unmet = unmetBy(locked, ask, excuses);
    if (unmet !== null) return unmet;
  }
  return null;
}

/** What of a registry is asked for where something else is locked; null where the ask is met, or is for no registry. */
function unmetBy(
  locked: LockedPackage,
  ask: Ask,
  { isReplaced, isWorkspaceNamed }: Excuses,
): LockedPackage["insteadOf"] {
  // No package manager has a bound: what is too long to be taken apart excuses nothing.
  if (ask.raw !== null && ask.raw.length > LONGEST_SPECIFIER)
    return isReplaced(ask, locked) ? null : { name: ask.alias, range: ask.raw.trim() };
  const specifier = parseSpecifier(ask.alias, ask.raw);
  if (specifier.source !== "registry") return null;
  if (locked.source === "registry" && specifier.name === locked.name) return null;
  if (isWorkspaceNamed(specifier.name, locked)) return null;
  // Last, because where nothing hangs on the manifest it need not be read for it.
  return isReplaced(ask, locked) ? null : { name: specifier.name, range: specifier.range };
}

/**
 * Longest JSON string that is unescaped: of a longer one its beginning is given as written, which is longer than any
 * specifier that is taken apart.
 */
const LONGEST = 6 * LONGEST_SPECIFIER;

/** The JSON string whose opening quote is at the offset; null for anything else. */
export function textAt(text: string, at: number): string | null {
  if (text.charAt(at) !== '"') return null;
  const most = Math.min(text.length, at + LONGEST);
  for (let end = at + 1; end < most; end++) {
    const mark = text.charAt(end);
    if (mark === "\\") end++;
    else if (mark === '"') return parsed(text.slice(at, end + 1));
  }
  return most === at + LONGEST ? text.slice(at + 1, most) : null;
}

function parsed(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}
