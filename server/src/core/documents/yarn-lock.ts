import type {
  Importer,
  LockedPackage,
  Lockfile,
  LockfileFormat,
  Manifest,
  StatedDependency,
  StatedManifest,
} from "../model.ts";
import { asServed, isSuspect, noteAskers, putBrought, SUSPECT_STRIDE, withAsked, type Brings } from "./substitution.ts";
import { exactVersion } from "./exact-version.ts";
import { STATES_NOTHING } from "./stated.ts";
import { MOST_OVERRIDES } from "./limits.ts";
import { checkLineEnds } from "./line-ends.ts";
import { named } from "./truncation.ts";
import { nothingRead } from "./nothing-read.ts";
import type { LockfileContext } from "./context.ts";
import type { Span } from "../util/text.ts";
import { PASS_STRIDE, runWhole, type Task } from "../task.ts";
import { readBerry } from "./yarn/berry.ts";
import type { Body, Entry, Flavour } from "./yarn/body.ts";
import { Asks } from "./yarn/asks.ts";
import { readClassic } from "./yarn/classic.ts";
import { checkCacheNames } from "./yarn/cache-names.ts";
import { nameEnd } from "./yarn/descriptor.ts";
import { flavourOf } from "./yarn/flavour.ts";
import { berryIdentity, classicIdentity, locatedVersion, workspacePath } from "./yarn/identity.ts";
import { flagsOf, relationsOf, type IsEntry, type Relations } from "./yarn/relations.ts";
import { replacedEntries } from "./yarn/replaced.ts";
import { Resolutions } from "./yarn/resolutions.ts";
import { NONE } from "./yarn/resolve.ts";
import { checkSame } from "./yarn/same.ts";
import { checkWhole } from "./yarn/truncation.ts";
import { rangeWithout } from "./yarn/out-of-range.ts";
import { checkUnmet } from "./yarn/unmet.ts";

const FORMATS: Readonly<Record<Flavour, LockfileFormat>> = { classic: "yarn-classic", berry: "yarn-berry" };

/** The newest versions that Yarn writes: Yarn 1, and the metadata of Yarn 4. */
const NEWEST: Readonly<Record<Flavour, number>> = { classic: 1, berry: 10 };

/**
 * Reads `yarn.lock`, of Yarn 1 and of Yarn 2 and later.
 *
 * What the format does not say: `hasInstallScript` is null. A Berry `checksum` is of the archive that Yarn packs itself
 * and nothing that a registry states, so `integrity` is null there. No yarn.lock tells development dependencies from
 * others: with the manifests of the project and its workspaces at hand `dev` is true for what only devDependencies lead
 * to; without the project's, never. Those of a workspace whose manifest was not read count as lasting. Nor does it hold peer dependencies' resolutions: they are no edges.
 * A patched package (`patch:`) locks its version in an entry of its own, beside that of the package it is made from:
 * each is a place.
 */
export function* readYarnLock(text: string, context: LockfileContext): Task<Lockfile> {
  const flavour = flavourOf(text);
  if (typeof flavour !== "string") return nothingRead("yarn-classic", flavour);
  const body = yield* flavour === "classic" ? readClassic(text) : readBerry(text);
  checkLineEnds(text, body.problems);
  checkVersion(body);
  const manifests = { root: context.manifest ?? null, workspaces: context.workspaces ?? new Map() };
  yield* checkWhole(body, manifests);
  checkResolutions(body, manifests.root);
  // Without the manifest nothing but the graph itself needs the relations, and not every reader asks for that.
  let known: Relations | null = null;
  let flags = NO_FLAGS;
  if (manifests.root !== null) {
    known = yield* relationsOf(body, manifests);
    yield* checkUnmet(body, manifests, known.descriptors);
    flags = yield* flagsOf(known);
  }
  const places = yield* lockAll(body, flags, new Asks(body, manifests));
  body.unwrittenMembers.report(body.problems);
  if (flavour === "berry") {
    body.unwrittenMetadata.report(body.problems);
    body.checksumKeys.report(body, body.cacheKey);
    yield* checkSame(body);
  }
  if (body.unwritten !== null) body.problems.add("syntax", UNWRITTEN, body.unwritten);
  return modelOf(body, places, () => (known ??= runWhole(relationsOf(body, manifests))));
}

const UNWRITTEN = "a line that is not as Yarn writes it, which npm and Bun may read otherwise";

/** Tried: Yarn 1.22, which falls back on YAML, and Yarn 4.18. */
const NO_METADATA =
  'it has no "__metadata" with a version, so that Yarn 2 and later install anew what it holds, and Yarn 1 may follow it';

/** Those that are left out are not seen to put a package in another's place. */
function checkResolutions({ problems }: Body, manifest: Manifest | null): void {
  const { cut } = new Resolutions(manifest);
  if (cut === null) return;
  const message = `package.json has more than ${MOST_OVERRIDES} resolutions of one package (${named(cut, 1)}), and only those are followed`;
  problems.add("unsupported", message, { start: 0, end: 0 });
}

function checkVersion({ flavour, version, versionStart, versionEnd, problems }: Body): void {
  const newest = NEWEST[flavour];
  if (version === null) {
    if (flavour === "berry") problems.addOfFile("unsupported", NO_METADATA, { start: 0, end: 0 });
    return;
  }
  const span = { start: versionStart, end: versionEnd };
  // Yarn compares it as JavaScript does, and `parseFloat` reads more as a number than that.
  if (flavour === "berry" && !/^\d+$/.test(version)) {
    problems.add("unsupported", "a metadata version that is not a whole number", span);
    return;
  }
  if (Number(version) <= newest) return;
  const what = flavour === "classic" ? "lockfile" : "metadata";
  problems.add("unsupported", `a ${what} version that is newer than the known ones, and is read as ${newest}`, span);
}

interface Flags {
  readonly isDev: IsEntry;
  readonly isOptional: IsEntry;
}

const NO_FLAGS: Flags = { isDev: () => false, isOptional: () => false };

interface Places {
  readonly packages: readonly LockedPackage[];
  /** Index of the entry, by id of the package; and the other way round, NONE for an entry that locks nothing. */
  readonly entryOf: readonly number[];
  readonly idOf: Int32Array;
}

function* lockAll(body: Body, flags: Flags, asks: Asks): Task<Places> {
  const { entries } = body;
  const replaced = (yield* isSorted(body)) ? null : yield* replacedEntries(body);
  const packages: LockedPackage[] = [];
  const entryOf: number[] = [];
  let suspects = 0;
  const elsewhere: { readonly id: number; readonly index: number }[] = [];
  const idOf = new Int32Array(entries.length).fill(NONE);
  for (const [index, entry] of entries.entries()) {
    if (index % PASS_STRIDE === 0) yield;
    if (replaced?.has(index) === true) continue;
    const locked = lock(body, entry, packages.length, flags.isDev(index), flags.isOptional(index));
    if (locked === null) continue;
    idOf[index] = packages.length;
    if (isSuspect(locked)) {
      const marked = judged(body, entry, locked, asks);
      if (marked.source !== "registry" && marked.insteadOf === null) elsewhere.push({ id: locked.id, index });
      packages.push(marked);
      if (++suspects % SUSPECT_STRIDE === 0) yield;
    } else packages.push(locked);
    entryOf.push(index);
  }
  const brings: Brings = new Map();
  for (const [nth, { id, index }] of elsewhere.entries()) {
    const entry = entries[index];
    if (entry === undefined) continue;
    noteAskers(
      brings,
      packages,
      id,
      asks.askersOf(entry).map(({ index: asker, by }) => ({ by, from: idOf[asker] ?? NONE })),
      (name, of) => asks.isWorkspaceNamed(name, of, entry),
    );
    if (nth % SUSPECT_STRIDE === 0) yield;
  }
  putBrought(brings, packages);
  return { packages, entryOf, idOf };
}

/** Berry locks a registry's package by its version alone; classic, by a URL. */
function judged(body: Body, entry: Entry, locked: LockedPackage, asks: Asks): LockedPackage {
  const marked = withAsked(locked, asks.of(entry), {
    isReplaced: (ask, of) => asks.isReplaced(ask, of),
    isWorkspaceNamed: (name, of) => asks.isWorkspaceNamed(name, of, entry),
  });
  return body.flavour === "classic" ? asServed(marked) : marked;
}

/** Whether the entries stand in the order that Yarn writes them in, so that none is there twice. */
function* isSorted(body: Body): Task<boolean> {
  let before = "";
  for (const [index, { firstStart, firstEnd }] of body.entries.entries()) {
    const first = body.text.slice(firstStart, firstEnd);
    if (first <= before) return false;
    before = first;
    if (index % PASS_STRIDE === 0) yield;
  }
  return true;
}

interface LockedVersion {
  readonly version: string;
  readonly span: Span;
  /** What `version` says, where that is another. */
  readonly otherVersion?: string;
}

/** Berry fetches what `resolution` says, whatever `version` says. Tried: Yarn 4.5, also with `--immutable`. */
function lockedVersion(body: Body, entry: Entry): LockedVersion {
  const { versionStart, versionEnd, resolved, resolvedStart } = entry;
  const stated = { version: body.versionOf(entry), span: { start: versionStart, end: versionEnd } };
  if (body.flavour === "classic" || resolved === null) return stated;
  const located = locatedVersion(resolved);
  if (located === stated.version) return stated;
  if (located !== null && exactVersion(located) === exactVersion(stated.version)) return stated;
  if (located === null) {
    const isNpm = resolved.startsWith("@npm:", nameEnd(resolved));
    if (isNpm) body.syntax("a resolution without a version that can be read", versionStart, versionEnd);
    return stated;
  }
  const at = body.text.slice(resolvedStart, resolvedStart + resolved.length + located.length).indexOf(located);
  const start = resolvedStart + at;
  const isAsWritten = at !== -1;
  const span = isAsWritten ? { start, end: start + located.length } : stated.span;
  return { version: located, span, otherVersion: stated.version };
}

/** The locked package of an entry; null for the project itself, and for an entry that locks no version. */
function lock(body: Body, entry: Entry, id: number, dev: boolean, optional: boolean): LockedPackage | null {
  const { versionStart, firstStart, firstEnd } = entry;
  if (versionStart === -1) return null;
  const isBerry = body.flavour === "berry";
  if (workspacePath(body, entry) === "") return null;
  const { version: written, span, otherVersion } = lockedVersion(body, entry);
  const exact = exactVersion(written);
  const identity = isBerry ? berryIdentity(body, entry) : classicIdentity(body, entry, exact ?? written);
  const { name, source, resolved } = identity;
  if (!isBerry) checkCacheNames(body, entry, identity);
  // No registry lists such a version.
  if (source === "registry" && exact === null)
    body.problems.add("unsupported", "a package is locked to something that is not an exact version", span);
  const alias = body.aliasOf(entry);
  const outOf = isBerry && source === "registry" && exact !== null ? rangeWithout(exact, body, entry) : null;
  return {
    id,
    key: body.keyOf(entry),
    alias,
    name,
    version: source === "registry" ? (exact ?? written) : written,
    source,
    versionSpan: span,
    nameSpan: { start: firstStart, end: Math.min(firstStart + alias.length, firstEnd) },
    resolved,
    integrity: entry.integrity,
    ...(otherVersion === undefined ? {} : { otherVersion }),
    ...(outOf === null ? {} : { outOf }),
    hasInstallScript: null,
    dev,
    optional,
    bundled: false,
    insteadOf: null,
  };
}

function statedAt(
  { entries, needs }: Body,
  { graph }: Relations,
  index: number,
  idOrNull: (index: number) => number | null,
): StatedManifest {
  const entry = entries[index];
  if (entry === undefined) return STATES_NOTHING;
  const dependencies: StatedDependency[] = [];
  for (let at = entry.firstNeed; at < entry.lastNeed; at++) {
    const target = graph.targets[at] ?? NONE;
    dependencies.push({
      alias: needs.alias(at),
      raw: needs.range(at),
      target: target === NONE ? null : idOrNull(target),
    });
  }
  return { dependencies, bundled: [] };
}

function modelOf(body: Body, { packages, entryOf, idOf }: Places, relations: () => Relations): Lockfile {
  const idOrNull = (index: number): number | null => {
    const id = idOf[index] ?? NONE;
    return id === NONE ? null : id;
  };
  let importers: readonly Importer[] | null = null;
  const prebuilt = body.prebuilt.map(({ entry, span }) => ({
    name: body.aliasOf(entry),
    version: body.versionOf(entry),
    span,
  }));
  return {
    type: "lockfile",
    format: FORMATS[body.flavour],
    formatVersion: body.version ?? (body.flavour === "classic" ? "1" : "0"),
    packages,
    ...(prebuilt.length === 0 ? {} : { prebuilt }),
    get importers() {
      importers ??= relations().importers.map(({ path, dependencies }) => ({
        path,
        dependencies: dependencies.map(({ alias, section, target }) => ({ alias, section, target: idOrNull(target) })),
      }));
      return importers;
    },
    dependenciesOf: (id) =>
      [...relations().graph.of(entryOf[id] ?? NONE)].map(idOrNull).filter((target) => target !== null),
    statedBy: (id) => statedAt(body, relations(), entryOf[id] ?? NONE, idOrNull),
    isLockedFor: (alias, raw, id, importer) =>
      relations().descriptors.leadsTo(alias, raw, importer, entryOf[id] ?? NONE),
    lockedBy: (alias, raw) => {
      const index = relations().descriptors.findForProject(alias, raw);
      return index === NONE ? null : idOrNull(index);
    },
    leansOnManifests: true,
    ...(body.problems.mayBeIgnored ? { mayBeIgnored: true } : {}),
    problems: body.problems.all(null),
  };
}
