/** What a release depends on that the established version before it did not. */
import { parseSpecifier } from "../documents/specifier.ts";
import type { Specifier } from "../model.ts";
import type { Unknown } from "./fact.ts";
import type { ReleaseFacts } from "./package.ts";

/** A package that a release newly pulls in, itself or through what it newly depends on. */
export interface AddedDependency {
  /** From the release down, as aliases; its own last. */
  readonly path: readonly string[];
  /** The real package. */
  readonly name: string;
  /** What the range takes at the moment of judgement; null where nothing fits it. */
  readonly version: string | null;
  /** When the package's first release came out, ms since epoch; null when not stated. */
  readonly firstPublished: number | null;
  /** How many releases it had by then. */
  readonly releases: number;
  /** The chosen release; null where nothing fits. */
  readonly release: ReleaseFacts | null;
  /** Ids of malware advisories against the chosen release. */
  readonly malware: readonly string[];
}

/** A dependency that no registry serves: it comes from git, from an address, or from a folder. */
export interface ExoticDependency {
  /** From the release down, as aliases; its own last. */
  readonly path: readonly string[];
  readonly source: "git" | "tarball" | "file";
  /** As written. */
  readonly raw: string;
}

export interface Additions {
  /** The version that was compared with. */
  readonly comparedWith: string;
  /** Those that are not long established. */
  readonly dependencies: readonly AddedDependency[];
  readonly exotic: readonly ExoticDependency[];
  /** What of it could not be looked up. */
  readonly gaps: readonly Unknown[];
}

export interface NamedDependency {
  readonly alias: string;
  readonly raw: string;
  readonly specifier: Specifier;
}

export function dependenciesOf(release: ReleaseFacts): readonly NamedDependency[] {
  return [...release.dependencies].map(([alias, raw]) => ({ alias, raw, specifier: parseSpecifier(alias, raw) }));
}

/** Those that `before` did not have under the same alias from the same kind of source. Without a `before`: all. */
export function newDependencies(release: ReleaseFacts, before: ReleaseFacts | null): readonly NamedDependency[] {
  return dependenciesOf(release).filter(({ alias, specifier }) => {
    const earlier = before?.dependencies.get(alias);
    if (earlier === undefined) return true;
    const was = parseSpecifier(alias, earlier);
    return was.source !== specifier.source || (was.source === "registry" && specifier.source === "registry" && was.name !== specifier.name);
  });
}

export function exoticOf({ alias, raw, specifier }: NamedDependency, path: readonly string[]): ExoticDependency | null {
  const { source } = specifier;
  return source === "git" || source === "tarball" || source === "file" ? { path: [...path, alias], source, raw } : null;
}
