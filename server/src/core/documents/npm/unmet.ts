import { satisfies } from "semver";
import type { DeclaredOverride, DependencySection, LockedPackage } from "../../model.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { LockfileContext } from "../context.ts";
import { LONGEST_SPECIFIER } from "../limits.ts";
import { plainPath } from "../plain-path.ts";
import { Ranges } from "../ranges.ts";
import { leadsTo, overridesAbout, rangeOfKey } from "../replacements.ts";
import { parseSpecifier } from "../specifier.ts";
import { textAt } from "../substitution.ts";
import type { Edge, UnmetEdges } from "../unmet.ts";
import type { Entry } from "./entry.ts";
import type { Body } from "./lock.ts";
import type { Tree } from "./packages.ts";
import { resolve, type Place } from "./place.ts";

interface Read {
  readonly text: string;
  readonly tree: Tree;
  readonly body: Body;
  readonly packages: readonly LockedPackage[];
  readonly context: LockfileContext;
}

/**
 * Collects the edges of packages that npm takes for missing or invalid, and installs anew (arborist's lib/edge.js, `error`,
 * and lib/dep-valid.js; `#problemEdges` and what comes before `#buildDeps` in lib/arborist/build-ideal-tree.js). A missing
 * optional dependency is one of them, an optional peer is not. What the project and its workspaces ask for themselves is
 * judged by their manifests. npm does not look at what only links lead to. Tried: npm 11.19.
 */
export function* seeUnmet(read: Read, unmet: UnmetEdges): Task<void> {
  const { text, tree, body, packages, context } = read;
  const fits = fitting(context, tree, body);
  const unfitPeers: Peer[] = [];
  let work = 0;
  const looked = yield* lookedAt(read);
  for (const place of tree.places) {
    const { entry } = place;
    // What has a lockfile of its own in its tarball gets what that says.
    if (place === tree.root || entry === null || entry.hasShrinkwrap) continue;
    const isLooked = looked.has(place);
    for (const [alias, nth] of edgesOf(entry, place)) {
      if (++work % PASS_STRIDE === 0) yield;
      const isPeer = entry.requiresIn[nth] === "peerDependencies";
      if (isPeer && context.legacyPeerDeps === true) continue;
      const at = entry.requiresAt[nth] ?? 0;
      const target = resolve(place, alias);
      const locked = target === null ? undefined : packages[target.id];
      if (target === null || locked === undefined) {
        if (isPeer && entry.optionalPeers.includes(alias)) continue;
        if (isLooked) unmet.add({ alias, ...specifierAt(text, at) });
        else unmet.noteElsewhere();
      } else if (!locked.bundled) {
        const specifier = specifierAt(text, at);
        if (fits(alias, specifier.raw, locked)) continue;
        if (!isLooked) unmet.noteElsewhere();
        else if (isPeer) unfitPeers.push({ alias, ...specifier, target });
        else unmet.add({ alias, ...specifier });
      }
    }
  }
  if (unfitPeers.length === 0) return;
  unmet.noteElsewhere();
  yield* seePeers(unfitPeers, read, unmet);
}

/** The places that npm comes by on its way from the project. In lockfileVersion 1 it has no links. */
function* lookedAt({ tree, body, context: { manifest } }: Read): Task<ReadonlySet<Place>> {
  if (body === "nested") return new Set(tree.places);
  const found = new Set<Place>();
  const see = (from: Place, alias: string): void => {
    const place = resolve(from, alias);
    if (place?.entry?.link === false) found.add(place);
  };
  const own = manifest?.dependencies.map(({ alias }) => alias) ?? tree.root.entry?.requires ?? [];
  for (const alias of own) see(tree.root, alias);
  let work = 0;
  // A set that grows while it is walked.
  for (const place of found) {
    for (const alias of place.entry?.requires ?? []) see(place, alias);
    if (++work % PASS_STRIDE === 0) yield;
  }
  return found;
}

interface Peer extends Edge {
  readonly target: Place;
}

/** Different ranges for one package that are looked at. */
const MOST_RANGES = 64;
/** Comparisons of two bounds of peers' ranges: real lockfiles take some thousands. Peers beyond count as not met. */
const MOST_COMPARISONS = 300_000;

/**
 * Of peers that what is locked does not fit: npm installs another where that may fit all that ask for it. Where it cannot,
 * npm keeps what is there, or refuses (ERESOLVE).
 */
function* seePeers(peers: readonly Peer[], { text, tree, context: { manifest } }: Read, unmet: UnmetEdges): Task<void> {
  const ranges = new Map(peers.map(({ target }) => [target, new Set<string>()]));
  const declared = new Map(manifest?.dependencies.map(({ alias, raw }) => [alias, raw]));
  const see = (from: Place, alias: string, raw: () => string): void => {
    const target = resolve(from, alias);
    const known = target === null ? undefined : ranges.get(target);
    if (known !== undefined && known.size < MOST_RANGES) known.add(raw());
  };
  for (const [index, place] of tree.places.entries()) {
    if (index % PASS_STRIDE === 0) yield;
    if (place === tree.root || place.entry === null) continue;
    const { requiresAt } = place.entry;
    for (const [alias, nth] of edgesOf(place.entry, place))
      see(place, alias, () => specifierAt(text, requiresAt[nth] ?? 0).raw);
  }
  for (const [alias, raw] of declared) see(tree.root, alias, () => raw);
  const compared = new Ranges(MOST_COMPARISONS);
  for (const peer of peers) {
    if (mayAgree(peer.raw, ranges.get(peer.target) ?? [], compared)) unmet.add(peer);
    yield;
  }
}

/** Whether some version may be of a peer's range and of each other that is asked for. */
function mayAgree(range: string, others: Iterable<string>, ranges: Ranges): boolean {
  for (const other of others) {
    const overlap = ranges.overlap(range, other);
    if (overlap === "beyond") return true;
    if (overlap !== true) return false;
  }
  return true;
}

/** Of one name in several sections npm takes the last: peers, dependencies, optional ones, and those for development. */
const RANKS: Readonly<Record<DependencySection, number>> = {
  peerDependencies: 0,
  dependencies: 1,
  optionalDependencies: 2,
  devDependencies: 3,
};

/** Each name that a package asks for, and which of its `requires` says how. What it bundles it brings along. */
function edgesOf({ requires, requiresIn, bundles }: Entry, { level }: Place): Iterable<readonly [string, number]> {
  if (requires === null) return [];
  if (bundles.length === 0 && requiresIn.at(-1) === "dependencies" && requiresIn[0] === "dependencies")
    return requires.map((alias, nth) => [alias, nth] as const);
  const found = new Map<string, number>();
  const bundled = new Set(level === 0 ? [] : bundles);
  for (const [nth, alias] of requires.entries()) {
    const section = requiresIn[nth] ?? "dependencies";
    // Of a folder that is linked to, npm installs none.
    if (section === "devDependencies" || bundled.has(alias)) continue;
    const known = found.get(alias);
    if (known === undefined || RANKS[requiresIn[known] ?? "dependencies"] <= RANKS[section]) found.set(alias, nth);
  }
  return found;
}

function specifierAt(
  text: string,
  at: number,
): { readonly raw: string; readonly span: { start: number; end: number } } {
  const raw = textAt(text, at) ?? "";
  return { raw, span: { start: at, end: at + raw.length + 2 } };
}

type Fits = (alias: string, raw: string, locked: LockedPackage) => boolean;

/** Without the manifest nothing says what overrides put in the place of what is asked for. */
function fitting({ manifest, workspaces }: LockfileContext, tree: Tree, body: Body): Fits {
  if (manifest === undefined || manifest.problems.length > 0) return () => true;
  const own = manifest.overrides.filter(({ field }) => field === "overrides");
  const replaced = new Set(own.map(({ name }) => name));
  const overrides = overridesAbout(own);
  const versionOf = (locked: LockedPackage): string | null => {
    if (locked.source !== "link") return locked.version;
    const folder = plainPath(locked.resolved ?? "");
    return workspaces?.get(folder)?.version ?? tree.folders.get(folder)?.entry?.version?.value ?? null;
  };
  // Most edges are there many times.
  const plain = new Map<string, boolean>();
  return (alias, raw, locked) => {
    const version = versionOf(locked);
    if (!replaced.has(alias) && version !== null && RANGE.test(raw) && raw.length <= LONGEST_SPECIFIER) {
      const key = `${raw}@${version}`;
      const known = plain.get(key) ?? isOfRange(raw, locked, version, body);
      plain.set(key, known);
      return known;
    }
    const about = overrides({ alias, raw, isBelow: null });
    if (about.some((override) => isMetBy(alias, override.raw, locked, version, body, override))) return true;
    const covers = (override: DeclaredOverride): boolean =>
      override.keys.length === 1 && satisfies(version ?? "", rangeOfKey(override) || "*", { loose: true });
    return isMetBy(alias, raw, locked, version, body, null) && !about.some(covers);
  };
}

/** A range of numbers, which asks a registry without more ado. */
const RANGE = /^[\d^~<>=|.*xX -]+$/;

function isMetBy(
  alias: string,
  raw: string,
  locked: LockedPackage,
  version: string | null,
  body: Body,
  override: Pick<DeclaredOverride, "specifier"> | null,
): boolean {
  const specifier = override?.specifier ?? parseSpecifier(alias, raw);
  switch (specifier.source) {
    case "registry":
      // npm believes that what has an address was tagged once.
      if (specifier.tag) return locked.source !== "registry" || locked.resolved !== null;
      return isOfRange(specifier.range, locked, version, body);
    case "git":
    case "tarball":
      return leadsTo({ specifier, raw }, locked) && isOfCommit(raw, locked);
    case "named-registry":
    case "file":
    case "link":
    case "workspace":
    case "catalog":
    case "invalid":
      return true;
  }
}

/** What is from no registry has its address for a version in lockfileVersion 1. */
function isOfRange(range: string, { source }: LockedPackage, version: string | null, body: Body): boolean {
  if (range === "*" || range === "" || range === version || (body === "nested" && source !== "registry")) return true;
  return version !== null && satisfies(version, range, { loose: true });
}

/** A specifier that names a commit asks for that alone. */
function isOfCommit(raw: string, { source, resolved, version }: LockedPackage): boolean {
  const commit = /#([a-f\d]{40,64})$/i.exec(raw)?.[1];
  return commit === undefined || source !== "git" || (resolved ?? version).endsWith(`#${commit}`);
}
