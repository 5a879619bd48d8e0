import type { DeclaredDependency, DeclaredOverride, DependencySection, DocumentProblem, Manifest } from "../model.ts";
import { POLICY_MEMBERS } from "./config/json.ts";
import { mergeProblems, splitConflict } from "./conflict.ts";
import { JsonCursor } from "./json.ts";
import { LARGEST_MANIFEST, tooLarge } from "./limits.ts";
import { readOptionalPeers, readWorkspaces } from "./npm/entry.ts";
import { notAnObject } from "./other-kind.ts";
import { readOverrides, resolveReferences } from "./overrides.ts";
import { Problems } from "./problems.ts";
import { repeatedKey } from "./repeated-key.ts";
import { parseSpecifier } from "./specifier.ts";
import { ENTRY_STRIDE, PASS_STRIDE, runWhole, type Task } from "../task.ts";

type Overrides = Record<DeclaredOverride["field"], readonly DeclaredOverride[]>;

const NOTHING: Omit<Manifest, "problems"> = {
  type: "manifest",
  name: null,
  version: null,
  isPrivate: false,
  dependencies: [],
  overrides: [],
  workspaces: [],
  packageManager: null,
};

/** Members whose names are those of packages. */
const MAPS: ReadonlySet<string> = new Set([
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "peerDependenciesMeta",
  "overrides",
  "resolutions",
]);

/** Members that are read here or for policy. */
const MEMBERS: ReadonlySet<string> = new Set([...POLICY_MEMBERS, "name", "version", "private", ...MAPS]);

/** As `readManifestInSlices`, in one go. */
export function readManifest(text: string): Manifest {
  return runWhole(readManifestInSlices(text));
}

/**
 * Reads `package.json`, in slices (see task.ts). Never throws: what is wrong with the text is in `problems`, with what
 * could be read beside it. Of two members of the same name the last one holds, as with JSON.parse, and that there are
 * two is a problem.
 */
export function* readManifestInSlices(text: string): Task<Manifest> {
  const problem = tooLarge(text, LARGEST_MANIFEST);
  if (problem !== null) return { ...NOTHING, problems: [problem] };
  const conflict = splitConflict(text);
  if (conflict === null) return yield* readSide(text);
  yield;
  return merge(yield* readSide(conflict.ours), yield* readSide(conflict.theirs), conflict.problem);
}

function* readSide(text: string): Task<Manifest> {
  const cursor = new JsonCursor(text);
  if (!cursor.enterObject()) return { ...NOTHING, problems: [notAnObject(cursor, text)] };
  let { name, version, isPrivate, packageManager, workspaces }: Omit<Manifest, "problems"> = NOTHING;
  const problems = new Problems();
  let optionalPeers: ReadonlySet<string> = new Set();
  const sections = new Map<DependencySection, readonly DeclaredDependency[]>();
  const overrides: Overrides = { overrides: [], resolutions: [], "pnpm.overrides": [] };
  while (cursor.nextMember()) {
    if (MAPS.has(cursor.key) && cursor.kind !== "object") {
      takeOtherThanMap(cursor, problems);
      continue;
    }
    switch (cursor.key) {
      case "name":
        name = cursor.readText();
        break;
      case "version":
        version = cursor.readText();
        break;
      case "private":
        isPrivate = cursor.readBoolean() === true;
        break;
      case "packageManager":
        packageManager = cursor.readText();
        break;
      case "dependencies":
      case "devDependencies":
      case "optionalDependencies":
      case "peerDependencies":
        sections.set(cursor.key, yield* readSection(cursor, cursor.key));
        break;
      case "peerDependenciesMeta":
        optionalPeers = new Set(readOptionalPeers(cursor));
        break;
      case "workspaces":
        workspaces = readWorkspaces(cursor);
        break;
      case "overrides":
      case "resolutions":
        overrides[cursor.key] = yield* readOverrides(cursor, cursor.key, problems);
        break;
      case "pnpm":
        overrides["pnpm.overrides"] = yield* readPnpm(cursor, problems);
        break;
    }
  }
  cursor.finish();
  yield;
  const problem = cursor.problem ?? (yield* repeatedKey(text, (member) => MEMBERS.has(member)));
  const peers = sections.get("peerDependencies");
  if (peers !== undefined) sections.set("peerDependencies", yield* withOptional(peers, optionalPeers));
  const dependencies = [...sections.values()].flat();
  return {
    type: "manifest",
    name,
    version,
    isPrivate,
    dependencies,
    overrides: yield* resolveReferences(Object.values(overrides).flat(), dependencies),
    workspaces,
    packageManager,
    problems: problems.all(problem),
  };
}

function* withOptional(
  peers: readonly DeclaredDependency[],
  optional: ReadonlySet<string>,
): Task<readonly DeclaredDependency[]> {
  const marked: DeclaredDependency[] = [];
  for (const peer of peers) {
    if (marked.length % PASS_STRIDE === PASS_STRIDE - 1) yield;
    marked.push(optional.has(peer.alias) ? { ...peer, isOptionalPeer: true } : peer);
  }
  return marked;
}

/** The `pnpm` member: settings that pnpm 10 reads from `package.json` too. */
function* readPnpm(cursor: JsonCursor, problems: Problems): Task<readonly DeclaredOverride[]> {
  let overrides: readonly DeclaredOverride[] = [];
  if (!cursor.enterObject()) return overrides;
  while (cursor.nextMember())
    if (cursor.key === "overrides") overrides = yield* readOverrides(cursor, "pnpm.overrides", problems);
  return overrides;
}

/**
 * Skips a value that should be an object. npm and Yarn read a list, or the characters of a text, as an object with the
 * keys 0, 1, 2. Tried: npm 11.19, Yarn 1.22 and 4.18.
 */
function takeOtherThanMap(cursor: JsonCursor, problems: Problems): void {
  const { kind, key, valueSpan } = cursor;
  let isEmpty = kind === "null" || kind === "none" || kind === "array";
  if (cursor.enterArray()) while (cursor.nextElement()) isEmpty = false;
  if (!isEmpty) problems.add("unsupported", `${JSON.stringify(key)} is not an object`, valueSpan);
}

function* readSection(cursor: JsonCursor, section: DependencySection): Task<readonly DeclaredDependency[]> {
  const found = new Map<string, DeclaredDependency>();
  if (!cursor.enterObject()) return [];
  let pause = cursor.offset + ENTRY_STRIDE;
  while (cursor.nextMember()) {
    if (cursor.offset > pause) {
      yield;
      pause = cursor.offset + ENTRY_STRIDE;
    }
    const { key: alias, keySpan: nameSpan, kind, valueSpan: specSpan } = cursor;
    const value = cursor.readString();
    // Broken off, or no value at all: nothing is said of it that could be judged.
    if (value === null && (kind === "string" || kind === "none")) continue;
    const raw = value?.value ?? "";
    found.set(alias, { section, alias, raw, specifier: parseSpecifier(alias, value?.value), nameSpan, specSpan });
  }
  return [...found.values()];
}

/** A dependency is the same on both sides when it stands at the same place; the scalars are the first side's. */
function merge(ours: Manifest, theirs: Manifest, problem: DocumentProblem): Manifest {
  return {
    type: "manifest",
    name: ours.name ?? theirs.name,
    version: ours.version ?? theirs.version,
    isPrivate: ours.isPrivate,
    dependencies: union(ours.dependencies, theirs.dependencies),
    overrides: union(ours.overrides, theirs.overrides),
    workspaces: [...new Set([...ours.workspaces, ...theirs.workspaces])],
    packageManager: ours.packageManager ?? theirs.packageManager,
    problems: mergeProblems(problem, ours.problems, theirs.problems),
  };
}

function union<T extends DeclaredDependency | DeclaredOverride>(
  ours: readonly T[],
  theirs: readonly T[],
): readonly T[] {
  const own = new Set(ours.map(({ specSpan }) => specSpan.start));
  return [...ours, ...theirs.filter(({ specSpan }) => !own.has(specSpan.start))];
}
