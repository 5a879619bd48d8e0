import type { DeclaredOverride, LockedPackage, Manifest } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import {
  isSuspect,
  noteAskers,
  putBrought,
  type Brings,
  SUSPECT_STRIDE,
  textAt,
  withAskedOrNot,
  type Ask,
  type Asker,
  type IsReplaced,
  type IsWorkspaceNamed,
} from "../substitution.ts";
import { withoutCatalog } from "../catalogs.ts";
import type { LockfileContext } from "../context.ts";
import type { JsonCursor } from "../json.ts";
import { readOverrides } from "../overrides.ts";
import type { Problems } from "../problems.ts";
import { checkOverrides, Descendants, overridesOf, replacedBy } from "../replacements.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { BunEntry } from "./entry.ts";
import { plainPath } from "../plain-path.ts";
import { TOO_MANY_WORKSPACES, WorkspaceMatcher } from "../workspace-globs.ts";
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
  /** By the lockfile's own overrides. */
  readonly isReplaced: IsReplaced;
  readonly manifest: Manifest | undefined;
  readonly workspaceNames: LockfileContext["workspaceNames"];
  readonly catalogs: LockfileContext["catalogs"];
  readonly problems: Problems;
}

/** Reads `overrides` at the cursor. */
export function* readLockedOverrides(cursor: JsonCursor, problems: Problems): Task<readonly DeclaredOverride[]> {
  const overrides = yield* readOverrides(cursor, "overrides", problems);
  checkOverrides(overrides, "it", problems);
  return overrides;
}

/**
 * Puts packages that stand where another was asked for in their places in `packages`.
 *
 * @returns whether the manifest was looked at
 */
export function* markStandIns(asking: Asking, packages: LockedPackage[]): Task<boolean> {
  const { text, locked, root, workspaces, isReplaced, manifest } = asking;
  const asked = withoutCatalog(asking.catalogs);
  const asks = new Map<number, Ask[]>();
  const aliases = new Set<string>();
  for (const each of packages) {
    if (!isSuspect(each)) continue;
    asks.set(each.id, []);
    aliases.add(each.alias);
  }
  if (asks.size === 0) return false;
  const byPlace = new Map(locked.map((each) => [each.place, each]));
  const byId = new Map(locked.map((each) => [each.place.id, each.place]));
  const descendants = new Descendants<KeyPath>(
    (name) =>
      locked.filter(({ place, entry }) => place.alias === name || entry.name === name).map(({ place }) => place),
    (place) => {
      const info = byPlace.get(place)?.entry.info;
      const needed = [...(info?.needs ?? []), ...(info?.optional ?? [])];
      return needed.flatMap((alias) => byId.get(resolve(place, alias) ?? -1) ?? []);
    },
  );
  const add = (from: KeyPath, by: Asker, alias: string, raw: () => string | null): void => {
    const id = aliases.has(alias) ? resolve(from, alias) : null;
    if (id !== null)
      asks.get(id)?.push({
        alias,
        raw: asked(alias, raw()),
        by,
        from: from.id === -1 ? null : from.id,
        isBelow: (parent) => descendants.has(parent, from),
      });
  };
  // Bun goes by the manifest, whatever the lockfile says that the project asks for.
  const declared = new Map(manifest?.dependencies.map(({ alias, raw }) => [alias, raw]));
  for (const [alias, raw] of declared) add(root, "project", alias, () => raw);
  for (const { name, declared: stated } of workspaces.values()) {
    const isRoot = name === null;
    for (const { alias, raw } of stated) {
      if (!isRoot || !declared.has(alias)) add(placeOf(name, root), isRoot ? "project" : "workspace", alias, () => raw);
    }
    yield;
  }
  for (const [index, { place, entry }] of locked.entries()) {
    const { needs, needsAt, optional, optionalAt } = entry.info;
    for (const [nth, alias] of needs.entries()) add(place, "package", alias, () => textAt(text, needsAt[nth] ?? 0));
    for (const [nth, alias] of optional.entries())
      add(place, "package", alias, () => textAt(text, optionalAt[nth] ?? 0));
    if (index % PASS_STRIDE === 0) yield;
  }
  const byManifest = replacedBy(manifest, ["overrides", "resolutions"]);
  checkOverrides(overridesOf(manifest, "overrides", "resolutions"), "package.json", asking.problems);
  const isReplacedByAny: IsReplaced = (ask, it) => isReplaced(ask, it) || byManifest(ask, it);
  const isWorkspaceNamed = yield* workspacesNamed(asking, packages);
  const brings: Brings = new Map();
  let seen = 0;
  for (const [id, found] of asks) {
    const each = packages[id];
    if (each !== undefined) {
      packages[id] = withAskedOrNot(each, found, { isReplaced: isReplacedByAny, isWorkspaceNamed });
      noteAskers(
        brings,
        packages,
        id,
        found.filter((ask) => !isReplacedByAny(ask, each)),
        isWorkspaceNamed,
      );
    }
    if (++seen % SUSPECT_STRIDE === 0) yield;
  }
  putBrought(brings, packages);
  return true;
}

/**
 * By the manifests of the workspaces, where the manifest of the project has a pattern for them. Bun takes any folder that
 * the lockfile calls a workspace, and compares the name of one that it knows. Without manifests the lockfile alone says
 * which there are.
 */
function* workspacesNamed(
  { workspaces, workspaceNames, manifest, problems }: Asking,
  packages: readonly LockedPackage[],
): Task<IsWorkspaceNamed> {
  const pathOf = ({ version }: Pick<LockedPackage, "version">): string =>
    plainPath(version.slice(version.indexOf(":") + 1));
  const matcher = manifest === undefined ? null : new WorkspaceMatcher(manifest.workspaces, "bun");
  if (matcher !== null) {
    yield* matcher.lookAt(packages.filter(({ source }) => source === "workspace").map(pathOf));
    if (!matcher.isWhole) problems.add("unsupported", TOO_MANY_WORKSPACES, { start: 0, end: 0 });
  }
  return (name, { source, version }) => {
    if (source !== "workspace") return false;
    const path = pathOf({ version });
    if (path !== "" && matcher?.has(path) === false) return false;
    const stated = path === "" ? manifest?.name : workspaces.get(path)?.name;
    return (workspaceNames?.has(path) === true ? workspaceNames.get(path) : stated) === name;
  };
}
