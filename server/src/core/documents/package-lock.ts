import type {
  DocumentProblem,
  Importer,
  LockedPackage,
  Lockfile,
  Manifest,
  ScriptedPackage,
  StatedManifest,
} from "../model.ts";
import type { LockfileContext } from "./context.ts";
import { JsonCursor } from "./json.ts";
import { mergeLockfiles } from "./merge.ts";
import { markStandIns } from "./npm/asks.ts";
import { bundledIn, scriptsInTarballs } from "./npm/bundled.ts";
import { checkEntries } from "./npm/checks.ts";
import { declaredImporter, guessedImporter, nestedWorkspaces, statedImporters } from "./npm/importers.ts";
import { lock, type Body, type IsWorkspace } from "./npm/lock.ts";
import { readNested } from "./npm/nested.ts";
import { readPackages, type Tree } from "./npm/packages.ts";
import { Place, resolve } from "./npm/place.ts";
import { Problems } from "./problems.ts";
import { twinsOf } from "./npm/twins.ts";
import { seeUnmet } from "./npm/unmet.ts";
import { STATES_NOTHING, statedInJson } from "./stated.ts";
import { UnmetEdges } from "./unmet.ts";
import { workspacesOf } from "./npm/workspaces.ts";
import { nothingRead } from "./nothing-read.ts";
import { notAnObject } from "./other-kind.ts";
import { PASS_STRIDE, type Task } from "../task.ts";

/** One body of a lockfile, as a lockfile of its own, whose problems are those of the whole. */
interface Assembled {
  readonly tree: Tree;
  readonly lockfile: Lockfile;
  readonly unmet: UnmetEdges;
}

/** Header of a lockfile, and its bodies as far as read. */
interface Read {
  version: string | null;
  requires: boolean;
  packages: Tree | null;
  nested: Tree | null;
}

/** The newest lockfileVersion that npm writes. */
const NEWEST = 3;

/**
 * Reads `package-lock.json` and `npm-shrinkwrap.json`: lockfileVersion 1, 2, 3, and shrinkwraps from before there was
 * one. Version 2 holds two bodies and states each package twice: npm 7 and newer install from `packages` (arborist's
 * lib/shrinkwrap.js), npm 6 from the nested `dependencies`, whatever the version. So where the bodies differ both are read.
 */
export function* readPackageLock(text: string, context: LockfileContext): Task<Lockfile> {
  const cursor = new JsonCursor(text);
  const problems = new Problems();
  if (!cursor.enterObject()) return nothingRead("npm", notAnObject(cursor, text));
  const read: Read = { version: null, requires: false, packages: null, nested: null };
  while (cursor.nextMember()) {
    switch (cursor.key) {
      case "lockfileVersion": {
        const isString = cursor.kind === "string";
        read.version = isString ? cursor.readText() : cursor.readNumber();
        break;
      }
      case "requires":
        read.requires = cursor.readBoolean() === true;
        break;
      case "packages":
        if (cursor.kind === "object") read.packages = yield* readPackages(cursor, problems);
        else if (cursor.kind !== "none") problems.add("unsupported", "packages are not an object", cursor.valueSpan);
        break;
      case "dependencies":
        read.nested = yield* readNested(cursor, problems);
        break;
      default:
        yield* cursor.skipInSlices();
    }
  }
  cursor.finish();
  if (cursor.repeated !== null) problems.take(cursor.repeated);
  if (cursor.problem === null) checkHeader(read, problems);
  return yield* assemble(text, read, context, problems, cursor.problem);
}

function checkHeader(read: Read, problems: Problems): void {
  const start = { start: 0, end: 1 };
  if (Number(read.version) > NEWEST) {
    problems.add(
      "unsupported",
      `lockfileVersion ${Number(read.version)} is newer than the known ones, and is read as ${NEWEST}`,
      start,
    );
  }
  if (read.version === null && read.packages === null && (read.nested?.places.length ?? 0) === 0) {
    problems.add("unsupported", "this JSON is not an npm lockfile", start);
  }
}

function* assemble(
  text: string,
  read: Read,
  context: LockfileContext,
  problems: Problems,
  syntax: DocumentProblem | null,
): Task<Lockfile> {
  const { packages, nested } = read;
  const first =
    packages === null
      ? yield* assembleBody(text, read, "nested", nested ?? emptyTree(), context, problems)
      : yield* assembleBody(text, read, "packages", packages, context, problems);
  const second =
    packages === null || nested === null
      ? null
      : yield* assembleBody(text, read, "nested", beside(packages, nested), context, problems);
  // Where the text is broken it is that which is reported.
  for (const side of syntax === null ? [first, second] : []) {
    if (side === null) continue;
    yield* checkEntries(side.tree, problems);
    side.unmet.report(problems);
  }
  const lockfile: Lockfile = {
    ...first.lockfile,
    // npm takes what is no JSON for no lockfile. Tried: npm 11.
    ...(syntax === null ? {} : { mayBeIgnored: true }),
    problems: problems.all(syntax),
  };
  if (second === null) return lockfile;
  const twins = yield* twinsOf(second, first);
  if (twins.size === second.lockfile.packages.length) return lockfile;
  const placeOf = ({ id }: LockedPackage, side: Lockfile): number | string =>
    side === second.lockfile ? (twins.get(id) ?? `dependencies ${id}`) : id;
  return yield* mergeLockfiles(lockfile, second.lockfile, placeOf, lockfile.problems);
}

function emptyTree(): Tree {
  return { root: new Place("", "", null, 0), folders: new Map(), places: [] };
}

/** The nested body beside `packages`, which also says what the project asks for. */
function beside(packages: Tree, nested: Tree): Tree {
  const root = packages.root.entry;
  if (root === null) return nested;
  nested.root.entry = root;
  return { ...nested, places: [nested.root, ...nested.places] };
}

function* assembleBody(
  text: string,
  read: Read,
  body: Body,
  tree: Tree,
  context: LockfileContext,
  problems: Problems,
): Task<Assembled> {
  const { manifest, workspaces, workspaceNames } = context;
  // npm goes by the manifest, whatever the lockfile says that the project's workspaces are.
  const isWorkspace = yield* workspacesOf(tree, (manifest ?? tree.root.entry)?.workspaces ?? [], problems);
  const bundled = yield* bundledIn(tree, body);
  const scripts: ReadonlyMap<Place, readonly string[]> =
    body === "packages" ? yield* scriptsInTarballs(bundled) : new Map<Place, readonly string[]>();
  const packages: LockedPackage[] = [];
  const byId: Place[] = [];
  const scripted: ScriptedPackage[] = [];
  for (const [index, place] of tree.places.entries()) {
    const locked = lock(place, packages.length, body, isWorkspace, bundled.has(place));
    if (locked !== null) {
      place.id = packages.length;
      const bundledScripts = scripts.get(place);
      packages.push(bundledScripts === undefined ? locked : { ...locked, bundledScripts });
      byId.push(place);
    }
    const { entry, alias } = place;
    if (entry !== null && entry.scriptsSpan !== null && place !== tree.root)
      scripted.push({ name: entry.name ?? alias, version: entry.version?.value ?? "", span: entry.scriptsSpan });
    if (index % PASS_STRIDE === 0) yield;
  }
  // Before npm 5 no entry says what it requires: what is nested in a package is what it is known to need.
  const isAncient = body === "nested" && !read.requires && !(Number(read.version) >= 1);
  const hasLooked = yield* markStandIns({
    text,
    tree,
    body,
    packages,
    manifest,
    workspaces,
    workspaceNames,
    problems,
    isAncient,
    isWorkspace,
  });
  const unmet = new UnmetEdges();
  yield* seeUnmet({ text, tree, body, packages, context }, unmet);
  const lockfile: Lockfile = {
    type: "lockfile",
    format: "npm",
    formatVersion: read.version ?? "0",
    packages,
    importers: yield* importersOf(tree, body, manifest, isWorkspace),
    dependenciesOf: (id) => edges(byId[id], tree, isAncient),
    statedBy: (id) => statedAt(text, byId[id], body),
    ...(scripted.length === 0 ? {} : { scripted }),
    leansOnManifests: hasLooked || unmet.hangOnProject || body === "nested" || tree.root.entry === null,
    problems: [],
  };
  return { tree, lockfile, unmet };
}

function* importersOf(
  tree: Tree,
  body: Body,
  manifest: Manifest | undefined,
  isWorkspace: IsWorkspace,
): Task<readonly Importer[]> {
  if (tree.root.entry !== null) return yield* statedImporters(tree, isWorkspace);
  if (manifest !== undefined)
    return [
      declaredImporter(tree.root, manifest),
      ...(body === "nested" ? yield* nestedWorkspaces(tree, isWorkspace) : []),
    ];
  return body === "nested" ? [yield* guessedImporter(tree)] : yield* statedImporters(tree, isWorkspace);
}

function statedAt(text: string, place: Place | undefined, body: Body): StatedManifest {
  const entry = place?.entry;
  if (place === undefined || entry === null || entry === undefined || entry.link) return STATES_NOTHING;
  const { requires, requiresAt, bundles } = entry;
  return {
    dependencies: statedInJson(text, requires ?? [], requiresAt, (alias) => resolve(place, alias)?.id ?? null),
    // In lockfileVersion 1 it is what is bundled that says so.
    bundled:
      body === "packages"
        ? bundles
        : (requires ?? []).filter((alias) => place.children?.get(alias)?.entry?.bundled === true),
  };
}

function edges(place: Place | undefined, tree: Tree, isAncient: boolean): readonly number[] {
  const entry = place?.entry;
  if (place === undefined || entry === null || entry === undefined) return [];
  if (entry.link) {
    const folder = entry.resolved === null ? undefined : tree.folders.get(entry.resolved);
    return folder === undefined || folder.id === -1 ? [] : [folder.id];
  }
  const found = new Set<number>();
  for (const alias of entry.requires ?? []) {
    const target = resolve(place, alias);
    if (target !== null) found.add(target.id);
  }
  if (isAncient && entry.requires === null) {
    for (const child of place.children?.values() ?? []) if (child.id !== -1) found.add(child.id);
  }
  return [...found];
}
