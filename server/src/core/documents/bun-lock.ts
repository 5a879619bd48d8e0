import type { DeclaredOverride, Importer, LockedPackage, Lockfile, StatedManifest } from "../model.ts";
import { markStandIns, readLockedOverrides, type Locked } from "./bun/asks.ts";
import { isTagOf, readBunEntry } from "./bun/entry.ts";
import { DEEPEST, KeyPath, placeOf, resolve } from "./bun/key-path.ts";
import { checkTypes } from "./bun/types.ts";
import { readWorkspaces, type BunWorkspace } from "./bun/workspaces.ts";
import { Edges } from "./edges.ts";
import { exactVersion } from "./exact-version.ts";
import { JsonCursor } from "./json.ts";
import { missing } from "./truncation.ts";
import { nothingRead } from "./nothing-read.ts";
import type { LockfileContext } from "./context.ts";
import { replacedIn } from "./replacements.ts";
import { Problems } from "./problems.ts";
import { notAnObject } from "./other-kind.ts";
import { devOnly, optionalOnly } from "./reachability.ts";
import { STATES_NOTHING, statedInJson } from "./stated.ts";
import { PASS_STRIDE, STRIDE, type Task } from "../task.ts";

/** The newest lockfileVersion that bun writes. */
const NEWEST = 3;

/**
 * Reads `bun.lock`, lockfileVersion 0 to 3: https://bun.com/docs/pm/lockfile. It is JSON with trailing commas. Version 0
 * states what a workspace depends on twice, and Bun 1.4 writes version 3 for overrides below a package or of a range,
 * which are nested as npm has them; `configVersion`, `overrides`, `catalog(s)` and `patchedDependencies` hold
 * ranges and settings, and lock nothing.
 */
export function* readBunLock(text: string, { manifest, workspaceNames, catalogs }: LockfileContext): Task<Lockfile> {
  const cursor = new JsonCursor(text, "jsonc");
  const problems = new Problems();
  if (!cursor.enterObject()) return nothingRead("bun", notAnObject(cursor, text));
  let version: string | null = null;
  let workspaces: ReadonlyMap<string, BunWorkspace> = new Map();
  const root = new KeyPath("", null);
  const locked: Locked[] = [];
  let hasPackages = false;
  let overrides: readonly DeclaredOverride[] = [];
  while (cursor.nextMember()) {
    switch (cursor.key) {
      case "lockfileVersion":
        version = cursor.readNumber();
        break;
      case "workspaces":
        workspaces = yield* readWorkspaces(cursor);
        break;
      case "packages":
        hasPackages = cursor.kind === "object";
        yield* readPackages(cursor, root, locked, problems);
        break;
      case "overrides":
        overrides = yield* readLockedOverrides(cursor, problems);
        break;
      default:
        yield* cursor.skipInSlices();
    }
  }
  cursor.finish();
  if (cursor.repeated !== null) problems.take(cursor.repeated);
  if (cursor.problem === null) checkHeader(version, hasPackages || workspaces.size > 0, problems);
  const importers = yield* importersOf(workspaces, root);
  const edges = yield* edgesOf(locked, root, workspaces);
  const lacking = yield* lackingOf(importers, locked);
  // Where the text is broken it is that which is reported.
  if (lacking.size > 0 && cursor.problem === null && problems.isEmpty) {
    problems.add("syntax", missing(lacking), { start: text.length, end: text.length });
  }
  if (cursor.problem === null && problems.isEmpty) yield* checkTypes(text, problems);
  const dev = yield* devOnly(locked.length, importers, edges);
  const optional = yield* optionalOnly(locked.length, importers, edges);
  const packages: LockedPackage[] = [];
  for (const [id, each] of locked.entries()) {
    packages.push(packageOf(each, id, dev[id] === 1, optional[id] === 1));
    if (id % PASS_STRIDE === 0) yield;
  }
  const leansOnManifests = yield* markStandIns(
    { text, locked, root, workspaces, isReplaced: replacedIn(overrides), manifest, workspaceNames, catalogs, problems },
    packages,
  );
  return {
    type: "lockfile",
    format: "bun",
    formatVersion: version ?? "0",
    packages,
    importers,
    ...(overrides.length === 0 ? {} : { overrides: overrides.map(({ keys, raw }) => ({ keys, raw })) }),
    dependenciesOf: (id) => edges.of(id),
    statedBy: (id) => statedAt(text, locked[id], locked),
    leansOnManifests,
    ...(problems.mayBeIgnored || cursor.problem !== null ? { mayBeIgnored: true } : {}),
    problems: problems.all(cursor.problem),
  };
}

function checkHeader(version: string | null, hasBody: boolean, problems: Problems): void {
  const start = { start: 0, end: 1 };
  if (version === null) {
    const message = hasBody ? "the file states no lockfileVersion" : "this JSON is not a bun lockfile";
    problems.addOfFile("unsupported", message, start);
  } else if (Number(version) > NEWEST) {
    problems.add(
      "unsupported",
      `lockfileVersion ${Number(version)} is newer than the known ones, and is read as ${NEWEST}`,
      start,
    );
  }
}

/** Of two equal keys the last one resolves, as with JSON.parse, and both count: each is a place that locks a package. */
function* readPackages(cursor: JsonCursor, root: KeyPath, locked: Locked[], problems: Problems): Task<void> {
  let pause = cursor.offset + STRIDE;
  if (!cursor.enterObject()) return;
  while (cursor.nextMember()) {
    const { key, keySpan, valueSpan } = cursor;
    const place = root.at(key);
    const isThere = cursor.kind !== "none";
    const entry = readBunEntry(cursor);
    if (place === null) {
      problems.add("unsupported", `packages nested more than ${DEEPEST} levels deep are not read`, keySpan);
    } else if (entry !== null) {
      // No registry lists such a version.
      if (entry.source === "registry" && exactVersion(entry.reference) === null)
        problems.add(
          "unsupported",
          "a package is locked to something that is not an exact version",
          entry.referenceSpan,
        );
      if (!isTagOf(entry))
        problems.add(
          "unsupported",
          "the commit that Bun installs is not the one of the reference",
          entry.referenceSpan,
        );
      place.id = locked.length;
      const isAsWritten = keySpan.end - keySpan.start === key.length;
      const nameSpan = isAsWritten ? { start: keySpan.end - place.alias.length, end: keySpan.end } : keySpan;
      locked.push({ key, nameSpan, place, entry });
    } else if (isThere && cursor.problem === null) {
      problems.add("unsupported", "an entry of packages is not an array that begins with name@version", valueSpan);
    }
    if (cursor.offset < pause) continue;
    yield;
    pause = cursor.offset + STRIDE;
  }
}

function packageOf(
  { key, nameSpan, place, entry }: Locked,
  id: number,
  dev: boolean,
  optional: boolean,
): LockedPackage {
  return {
    id,
    key,
    alias: place.alias,
    name: entry.name,
    version: entry.source === "registry" ? (exactVersion(entry.reference) ?? entry.reference) : entry.reference,
    source: entry.source,
    versionSpan: entry.referenceSpan,
    nameSpan,
    resolved: entry.resolved,
    integrity: entry.integrity,
    // `trustedDependencies` says which scripts may run, not which packages have one.
    hasInstallScript: null,
    dev,
    optional,
    // Bun follows an address all the same, and only another package's tarball can bring a package along.
    bundled: entry.info.bundled && entry.isVersion && place.level > 1,
    insteadOf: null,
  };
}

function* importersOf(workspaces: ReadonlyMap<string, BunWorkspace>, root: KeyPath): Task<readonly Importer[]> {
  const importers: Importer[] = [];
  for (const [path, { name, declared }] of workspaces) {
    const place = placeOf(name, root);
    importers.push({
      path,
      dependencies: declared.map(({ alias, section }) => ({ alias, section, target: resolve(place, alias) })),
    });
    yield;
  }
  return importers;
}

function* edgesOf(
  locked: readonly Locked[],
  root: KeyPath,
  workspaces: ReadonlyMap<string, BunWorkspace>,
): Task<Edges> {
  const edges = new Edges(locked.length);
  for (const [id, { place, entry }] of locked.entries()) {
    const workspace =
      entry.source === "workspace"
        ? workspaces.get(entry.reference.slice(entry.reference.indexOf(":") + 1))
        : undefined;
    if (workspace === undefined) edges.add(targets(place, entry.info.needs), targets(place, entry.info.optional));
    else {
      const from = placeOf(workspace.name, root);
      const declared = (isOptional: boolean): string[] =>
        workspace.declared
          .filter(({ section }) => (section === "optionalDependencies") === isOptional)
          .map(({ alias }) => alias);
      edges.add(targets(from, declared(false)), targets(from, declared(true)));
    }
    if (id % PASS_STRIDE === 0) yield;
  }
  return edges;
}

/** What is asked for and not held. Bun refuses such a file, but for what is optional and for peers. */
function* lackingOf(importers: readonly Importer[], locked: readonly Locked[]): Task<ReadonlySet<string>> {
  const lacking = new Set<string>();
  for (const { dependencies } of importers) {
    for (const { alias, section, target } of dependencies) {
      if (target === null && (section === "dependencies" || section === "devDependencies")) lacking.add(alias);
    }
    yield;
  }
  for (const [id, { place, entry }] of locked.entries()) {
    // What a workspace asks for was looked at above.
    if (entry.source === "workspace") continue;
    for (const alias of entry.info.required) if (resolve(place, alias) === null) lacking.add(alias);
    if (id % PASS_STRIDE === 0) yield;
  }
  return lacking;
}

function statedAt(text: string, at: Locked | undefined, locked: readonly Locked[]): StatedManifest {
  if (at === undefined) return STATES_NOTHING;
  const { place, entry } = at;
  const { needs, needsAt, optional, optionalAt } = entry.info;
  const leadsTo = (alias: string): number | null => resolve(place, alias);
  const isBundled = (alias: string): boolean => {
    const id = place.children?.get(alias)?.id ?? -1;
    return locked[id]?.entry.info.bundled === true;
  };
  return {
    dependencies: [
      ...statedInJson(text, needs, needsAt, leadsTo),
      ...statedInJson(text, optional, optionalAt, leadsTo),
    ],
    bundled: [...needs, ...optional].filter(isBundled),
  };
}

function targets(from: KeyPath, aliases: readonly string[]): number[] {
  const found: number[] = [];
  for (const alias of aliases) {
    const id = resolve(from, alias);
    if (id !== null) found.push(id);
  }
  return found;
}
