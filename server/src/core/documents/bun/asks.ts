import type { LockedPackage, Manifest } from "../../model.ts";
import type { Span } from "../../text.ts";
import { isSuspect, namesReplaced, SUSPECT_STRIDE, replacedBy, textAt, withAsked, type Ask } from "../instead-of.ts";
import type { JsonCursor } from "../json.ts";
import { readOverrides } from "../overrides.ts";
import type { Problems } from "../problems.ts";
import { PASS_STRIDE, type Work } from "../slices.ts";
import type { BunEntry } from "./entry.ts";
import { placeOf, resolve, type KeyPath } from "./key-path.ts";
import type { BunWorkspace } from "./workspaces.ts";

/** An entry of `packages`, and where it stands. */
export interface Locked {
  readonly key: string;
  readonly nameSpan: Span;
  readonly place: KeyPath;
  readonly entry: BunEntry;
}

/** What a lockfile says of who asks for what. */
interface Asking {
  readonly text: string;
  readonly locked: readonly Locked[];
  readonly root: KeyPath;
  readonly workspaces: ReadonlyMap<string, BunWorkspace>;
  readonly replaced: ReadonlySet<string>;
  readonly manifest: Manifest | undefined;
}

/** Reads `overrides`, which the cursor stands at: the names that something else is put in the place of. */
export function readReplaced(cursor: JsonCursor, problems: Problems): ReadonlySet<string> {
  return namesReplaced(readOverrides(cursor, "overrides", problems));
}

/**
 * Puts packages that stand where another was asked for in their places in `packages`.
 *
 * @returns whether the manifest was looked at
 */
export function* markStandIns(
  { text, locked, root, workspaces, replaced, manifest }: Asking,
  packages: LockedPackage[],
): Work<boolean> {
  const asks = new Map<number, Ask[]>();
  const aliases = new Set<string>();
  for (const each of packages) {
    if (!isSuspect(each)) continue;
    asks.set(each.id, []);
    aliases.add(each.alias);
  }
  if (asks.size === 0) return false;
  const add = (from: KeyPath, alias: string, raw: () => string | null): void => {
    const id = aliases.has(alias) ? resolve(from, alias) : null;
    if (id !== null) asks.get(id)?.push({ alias, raw: raw() });
  };
  for (const { name, declared } of workspaces.values()) {
    for (const { alias, raw } of declared) add(placeOf(name, root), alias, () => raw);
    yield;
  }
  for (const [index, { place, entry }] of locked.entries()) {
    const { needs, needsAt, optional, optionalAt } = entry.info;
    for (const [nth, alias] of needs.entries()) add(place, alias, () => textAt(text, needsAt[nth] ?? 0));
    for (const [nth, alias] of optional.entries()) add(place, alias, () => textAt(text, optionalAt[nth] ?? 0));
    if (index % PASS_STRIDE === 0) yield;
  }
  let hasLooked = false;
  const byManifest = replacedBy(manifest);
  const isReplaced = (alias: string): boolean => {
    if (replaced.has(alias)) return true;
    hasLooked = true;
    return byManifest(alias);
  };
  let seen = 0;
  for (const [id, found] of asks) {
    const each = packages[id];
    if (each !== undefined) packages[id] = withAsked(each, found, isReplaced);
    if (++seen % SUSPECT_STRIDE === 0) yield;
  }
  return hasLooked;
}
