import type { LockedPackage, Manifest } from "../../model.ts";
import {
  asServed,
  isSuspect,
  noteAskers,
  putBrought,
  type Brings,
  SUSPECT_STRIDE,
  textAt,
  withAskedOrNot,
  type Ask,
  type Asker,
  type IsWorkspaceNamed,
} from "../substitution.ts";
import type { LockfileContext } from "../context.ts";
import { plainPath } from "../plain-path.ts";
import { checkOverrides, Descendants, overridesOf, replacedBy } from "../replacements.ts";
import type { Problems } from "../problems.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Body, IsWorkspace } from "./lock.ts";
import type { Tree } from "./packages.ts";
import { resolve, type Place } from "./place.ts";
import { nameFromFolder } from "./workspaces.ts";

/** One body of a lockfile as read, and what helps to tell who asks for what. */
interface Read {
  readonly text: string;
  readonly tree: Tree;
  readonly body: Body;
  readonly packages: LockedPackage[];
  readonly manifest: Manifest | undefined;
  readonly workspaces: LockfileContext["workspaces"];
  readonly workspaceNames: LockfileContext["workspaceNames"];
  /** No entry says what it requires. */
  readonly isAncient: boolean;
  readonly isWorkspace: IsWorkspace;
  readonly problems: Problems;
}

/**
 * Puts packages that stand where another was asked for in their places in `packages`. npm shares one package between
 * all whose range its version fits, wherever it is from: where one of them asks for its address, the others have it too.
 *
 * @returns whether the manifest was looked at
 */
export function* markStandIns(read: Read): Task<boolean> {
  const { text, tree, body, packages, manifest, workspaces, isAncient, isWorkspace } = read;
  const asks = new Map<number, Ask[]>();
  const aliases = new Set<string>();
  for (const locked of packages) {
    // What is in no `node_modules` takes nobody's place: links lead to it.
    if (!isSuspect(locked) || locked.source === "workspace" || isOwnFolder(locked, body)) continue;
    asks.set(locked.id, []);
    aliases.add(locked.alias);
  }
  if (asks.size === 0) return false;
  const descendants = new Descendants<Place>(
    (name) => tree.places.filter(({ alias, entry }) => alias === name || entry?.name === name),
    (place) => (place.entry?.requires ?? []).flatMap((alias) => resolve(place, alias) ?? []),
  );
  const add = (place: Place, by: Asker, alias: string, raw: () => string | null): void => {
    const id = aliases.has(alias) ? resolve(place, alias)?.id : undefined;
    if (id !== undefined)
      asks.get(id)?.push({
        alias,
        raw: raw(),
        by,
        from: place.id === -1 ? null : place.id,
        isBelow: (parent) => descendants.has(parent, place),
      });
  };
  // npm goes by the manifest, whatever the lockfile says that the project asks for.
  const declared = new Map(manifest?.dependencies.map(({ alias, raw }) => [alias, raw]));
  for (const [index, place] of tree.places.entries()) {
    const { requires, requiresAt } = place.entry ?? { requires: null, requiresAt: [] };
    const isRoot = place === tree.root;
    const by = isRoot ? "project" : place.level === 0 && isWorkspace(place) ? "workspace" : "package";
    // npm goes by the manifests of workspaces too, as far as they were read.
    const isRead = by === "workspace" && workspaces?.has(place.path) === true;
    for (const [nth, alias] of isRead ? [] : (requires ?? []).entries()) {
      if (!isRoot || !declared.has(alias)) add(place, by, alias, () => textAt(text, requiresAt[nth] ?? 0));
    }
    if (index % PASS_STRIDE === 0) yield;
  }
  for (const [path, { dependencies }] of workspaces ?? []) {
    const place = tree.folders.get(path) ?? tree.root;
    for (const { alias, raw } of dependencies) add(place, "workspace", alias, () => raw);
  }
  // Version 1 does not state what the project itself asks for.
  for (const [alias, raw] of declared) add(tree.root, "project", alias, () => raw);
  const isReplaced = replacedBy(manifest, ["overrides"]);
  checkOverrides(overridesOf(manifest, "overrides"), "package.json", read.problems);
  const isWorkspaceNamed = workspacesNamed(read);
  const brings: Brings = new Map();
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
      found.push({ alias: locked.name, raw: locked.version, by: "package", from: null, isBelow: null });
    if (locked !== undefined) {
      packages[id] = asServed(withAskedOrNot(locked, found, { isReplaced, isWorkspaceNamed }));
      noteAskers(
        brings,
        packages,
        id,
        found.filter((ask) => !isReplaced(ask, locked)),
        isWorkspaceNamed,
      );
    }
    if (++seen % SUSPECT_STRIDE === 0) yield;
  }
  putBrought(brings, packages);
  return true;
}

/** What is in no `node_modules`. */
function isOwnFolder({ source, key }: LockedPackage, body: Body): boolean {
  return body === "packages" && source === "file" && !/(?:^|\/)node_modules\//.test(key);
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

/**
 * By the manifests of the workspaces; for one whose manifest was not read, by what the lockfile says of it. Where
 * nothing says which workspaces there are, any folder may be one.
 */
function workspacesNamed({ tree, body, manifest, workspaceNames, isWorkspace }: Read): IsWorkspaceNamed {
  return (name, locked) => {
    const folder = folderOf(locked, body);
    if (folder === null) return false;
    if (tree.root.entry === null && manifest === undefined) return true;
    const path = plainPath(folder);
    if (!isWorkspace({ path })) return false;
    const called = workspaceNames?.has(path) === true ? workspaceNames.get(path) : tree.folders.get(path)?.entry?.name;
    return (called ?? nameFromFolder(path)) === name;
  };
}
