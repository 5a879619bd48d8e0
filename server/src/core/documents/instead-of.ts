import type { DeclaredOverride, LockedPackage, Manifest } from "../model.ts";
import { LONGEST_SPECIFIER } from "./limits.ts";
import { parseSpecifier } from "./specifier.ts";

/** Who asks for a package: the name that it is asked for by, and the specifier as written; null where that is no text. */
export interface Ask {
  readonly alias: string;
  readonly raw: string | null;
}

/** Decides of a name whether the project puts something else in the place of what is asked for by it. */
export type IsReplaced = (alias: string) => boolean;

/** Whether a package may stand where another was asked for, so that those who ask are worth looking at. */
export function isSuspect({ source, name, alias, bundled }: LockedPackage): boolean {
  if (bundled) return false;
  return source === "registry" ? name !== alias : source === "tarball" || source === "git" || source === "file";
}

/**
 * A suspect with what was asked for in its place, where nobody asks for what is locked: all ask a registry, for a range
 * or tag, and nothing replaces that.
 */
export function withAsked(locked: LockedPackage, asks: readonly Ask[], isReplaced: IsReplaced): LockedPackage {
  const insteadOf = askedInstead(locked, asks, isReplaced);
  return insteadOf === null ? locked : { ...locked, insteadOf };
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

/** Asks for one package that are looked at. Where one beyond them alone asks for what is locked, it is reported all the same. */
const MOST = 200;

/** Suspects between two pauses: an ask takes some microseconds to read. */
export const SUSPECT_STRIDE = 16;

function askedInstead(locked: LockedPackage, asks: readonly Ask[], isReplaced: IsReplaced): LockedPackage["insteadOf"] {
  let found: LockedPackage["insteadOf"] = null;
  const aliases = new Set<string>();
  for (const { alias, raw } of asks.slice(0, MOST)) {
    aliases.add(alias);
    // No package manager has a bound: what is too long to be taken apart excuses nothing.
    if (raw !== null && raw.length > LONGEST_SPECIFIER) {
      found ??= { name: alias, range: raw.trim() };
      continue;
    }
    const specifier = parseSpecifier(alias, raw);
    if (specifier.source !== "registry") return null;
    if (locked.source === "registry" && specifier.name === locked.name) return null;
    found ??= { name: specifier.name, range: specifier.range };
  }
  // Last, because where nothing hangs on the manifest it need not be read for it.
  return [...aliases].some(isReplaced) ? null : found;
}

/**
 * As the manifest's overrides have it. Where it could not be read whole nothing is sure, so anything may be replaced.
 * Ranges of the same package replace nothing: that is still a registry's.
 */
export function replacedBy(manifest: Manifest | undefined | null): IsReplaced {
  if (manifest === undefined || manifest === null) return () => false;
  if (manifest.problems.length > 0) return () => true;
  const names = namesReplaced(manifest.overrides);
  return (alias) => names.has(alias);
}

/** The names that overrides put something else in the place of, below any package. */
export function namesReplaced(overrides: readonly Pick<DeclaredOverride, "name" | "specifier">[]): ReadonlySet<string> {
  return new Set(
    overrides
      .filter(({ name, specifier }) => specifier.source !== "registry" || specifier.name !== name)
      .map(({ name }) => name),
  );
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
