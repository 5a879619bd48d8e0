import type { DocumentProblem, Importer, LockedPackage, Lockfile } from "../model.ts";
import type { LockfileContext } from "./context.ts";
import { JsonCursor } from "./json.ts";
import { markStandIns } from "./npm/asks.ts";
import { declaredImporter, guessedImporter, nestedWorkspaces, statedImporters } from "./npm/importers.ts";
import { lock, type Body, type IsWorkspace } from "./npm/lock.ts";
import { readNested } from "./npm/nested.ts";
import { readPackages, type Tree } from "./npm/packages.ts";
import { Place, resolve } from "./npm/place.ts";
import { Problems } from "./problems.ts";
import { workspacesOf } from "./npm/workspaces.ts";
import { named } from "./missing.ts";
import { nothingRead } from "./nothing-read.ts";
import { notAnObject } from "./other-kind.ts";
import { PASS_STRIDE, type Work } from "./slices.ts";

/** Header of a lockfile, and its bodies as far as read. */
interface Read {
  version: string | null;
  requires: boolean;
  packages: Tree | null;
  nested: Tree | null;
}

/** Members that decide what is read. Of two of one name npm takes the last. */
const BODY: ReadonlySet<string> = new Set(["lockfileVersion", "packages", "dependencies"]);

/** The newest lockfileVersion that npm writes. */
const NEWEST = 3;

/**
 * Reads `package-lock.json` and `npm-shrinkwrap.json`: lockfileVersion 1, 2, 3, and shrinkwraps from before there was
 * one. As npm does (arborist's lib/shrinkwrap.js), `packages` is read where there is one, and the nested `dependencies`
 * only where there is none: version 2 holds both, for the sake of npm 6, and states each package twice.
 */
export function* readPackageLock(text: string, context: LockfileContext): Work<Lockfile> {
  const cursor = new JsonCursor(text);
  const problems = new Problems();
  if (!cursor.enterObject()) return nothingRead("npm", notAnObject(cursor, text));
  const read: Read = { version: null, requires: false, packages: null, nested: null };
  const seen = new Set<string>();
  while (cursor.nextMember()) {
    if (seen.has(cursor.key)) problems.add("unsupported", `"${cursor.key}" appears twice`, cursor.keySpan);
    if (BODY.has(cursor.key)) seen.add(cursor.key);
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
        if (read.packages === null) read.nested = yield* readNested(cursor, problems);
        else yield* cursor.skipInSlices();
        break;
      default:
        yield* cursor.skipInSlices();
    }
  }
  cursor.finish();
  if (cursor.problem === null) checkHeader(read, problems);
  return yield* assemble(text, read, context, problems, cursor.problem);
}

function checkHeader(read: Read, problems: Problems): void {
  const start = { start: 0, end: 1 };
  if (Number(read.version) > NEWEST) {
    problems.add(
      "unsupported",
      `lockfileVersion ${Number(read.version)} is newer than is known, and is read as ${NEWEST}`,
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
): Work<Lockfile> {
  const body: Body = read.packages === null ? "nested" : "packages";
  const tree = read.packages ?? read.nested ?? { root: new Place("", "", null, 0), folders: new Map(), places: [] };
  const isWorkspace = workspacesOf(tree.root.entry);
  const packages: LockedPackage[] = [];
  const byId: Place[] = [];
  const versionless: Place[] = [];
  for (const [index, place] of tree.places.entries()) {
    const locked = lock(place, packages.length, body, isWorkspace);
    if (locked !== null) {
      place.id = packages.length;
      packages.push(locked);
      byId.push(place);
    } else if (place !== tree.root) versionless.push(place);
    if (index % PASS_STRIDE === 0) yield;
  }
  // Where the text is broken it is that which is reported.
  if (syntax === null) checkVersions(versionless, problems);
  // Before npm 5 no entry says what it requires: what is nested in a package is what it is known to need.
  const isAncient = body === "nested" && !read.requires && !(Number(read.version) >= 1);
  const hasLooked = yield* markStandIns(text, tree, body, packages, context.manifest, isAncient);
  return {
    type: "lockfile",
    format: "npm",
    formatVersion: read.version ?? "0",
    packages,
    importers: yield* importersOf(tree, body, context, isWorkspace),
    dependenciesOf: (id) => edges(byId[id], tree, isAncient),
    leansOnManifests: hasLooked || body === "nested" || tree.root.entry === null,
    problems: problems.all(syntax),
  };
}

/** npm installs such an entry from its address, whatever that leads to, or leaves it out where it has none. */
function checkVersions(versionless: readonly Place[], problems: Problems): void {
  const [first] = versionless;
  if (first === undefined) return;
  const which = named(first.path, versionless.length);
  problems.add("unsupported", `it locks packages without a version (${which})`, first.nameSpan);
}

function* importersOf(
  tree: Tree,
  body: Body,
  context: LockfileContext,
  isWorkspace: IsWorkspace,
): Work<readonly Importer[]> {
  if (body === "packages" && tree.root.entry !== null) return yield* statedImporters(tree, isWorkspace);
  if (context.manifest !== undefined)
    return [
      declaredImporter(tree.root, context.manifest),
      ...(body === "nested" ? yield* nestedWorkspaces(tree, context.manifest) : []),
    ];
  return body === "nested" ? [yield* guessedImporter(tree)] : yield* statedImporters(tree, isWorkspace);
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
