import type { LockedPackage, Manifest } from "../../model.ts";
import { asServed, isSuspect, SUSPECT_STRIDE, replacedBy, textAt, withAsked, type Ask } from "../instead-of.ts";
import { PASS_STRIDE, type Work } from "../slices.ts";
import type { Body, IsWorkspace } from "./lock.ts";
import type { Tree } from "./packages.ts";
import { resolve, type Place } from "./place.ts";

/** One body of a lockfile as read, and what helps to tell who asks for what. */
interface Read {
  readonly text: string;
  readonly tree: Tree;
  readonly body: Body;
  readonly packages: LockedPackage[];
  readonly manifest: Manifest | undefined;
  /** No entry says what it requires. */
  readonly isAncient: boolean;
  readonly isWorkspace: IsWorkspace;
}

/**
 * Puts packages that stand where another was asked for in their places in `packages`. npm shares one package between
 * all whose range its version fits, wherever it is from: where one of them asks for its address, the others have it too.
 *
 * @returns whether the manifest was looked at
 */
export function* markStandIns(read: Read): Work<boolean> {
  const { text, tree, body, packages, manifest, isAncient } = read;
  const asks = new Map<number, Ask[]>();
  const aliases = new Set<string>();
  for (const locked of packages) {
    const folder = folderOf(locked, body);
    if (folder === null ? !isSuspect(locked) : mayBeWorkspace(folder, read)) continue;
    asks.set(locked.id, []);
    aliases.add(locked.alias);
  }
  if (asks.size === 0) return false;
  const add = (place: Place, alias: string, raw: () => string | null): void => {
    const id = aliases.has(alias) ? resolve(place, alias)?.id : undefined;
    if (id !== undefined) asks.get(id)?.push({ alias, raw: raw() });
  };
  for (const [index, place] of tree.places.entries()) {
    const { requires, requiresAt } = place.entry ?? { requires: null, requiresAt: [] };
    for (const [nth, alias] of (requires ?? []).entries()) add(place, alias, () => textAt(text, requiresAt[nth] ?? 0));
    if (index % PASS_STRIDE === 0) yield;
  }
  // Version 1 does not state what the project itself asks for.
  if (body === "nested") for (const { alias, raw } of manifest?.dependencies ?? []) add(tree.root, alias, () => raw);
  let hasLooked = false;
  const byManifest = replacedBy(manifest);
  const isReplaced = (alias: string): boolean => {
    hasLooked = true;
    return byManifest(alias);
  };
  let seen = 0;
  for (const [id, found] of asks) {
    const locked = packages[id];
    // Nor who asks for it then; but what is from no registry has its address for a version.
    if (
      locked?.source === "tarball" &&
      body === "nested" &&
      !isAncient &&
      found.length === 0 &&
      !locked.version.includes(":")
    )
      found.push({ alias: locked.name, raw: locked.version });
    if (locked !== undefined) packages[id] = asServed(withAsked(locked, found, isReplaced));
    if (++seen % SUSPECT_STRIDE === 0) yield;
  }
  return hasLooked;
}

/**
 * The path of the folder that npm links in a package's place; null where it does not link one. Version 1 writes
 * folders, workspaces too, as a version.
 */
function folderOf({ source, version, resolved }: LockedPackage, body: Body): string | null {
  if (source === "link") return resolved;
  const isPath = body === "nested" && source === "file" && resolved === null && version.startsWith("file:");
  return isPath && !/\.(?:tgz|tar\.gz|tar)$/i.test(version) ? version.slice("file:".length) : null;
}

/** Workspaces are asked for by a range. Where nothing says which there are, any folder may be one. */
function mayBeWorkspace(folder: string, { tree, manifest, isWorkspace }: Read): boolean {
  if (tree.root.entry === null && manifest === undefined) return true;
  return isWorkspace({ path: folder.replace(/^\.\//, "").replace(/\/$/, "") });
}
