/**
 * What the dependencies in manifests bring in that an error speaks against. The lockfile has the error itself; without a
 * mark where a person chose the dependency, that reads as if all were well.
 */
import type { DeclaredDependency, Lockfile } from "../model.ts";
import type { Document } from "../project/document-store.ts";
import type { Task } from "../task.ts";
import { bringersOf, waysFrom } from "../ways.ts";
import type { Bringer } from "../ways.ts";
import { oneLine } from "../util/sanitize.ts";
import type { BroughtPlace, Judged } from "./findings.ts";
import { errorsOf } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import type { ReadManifest } from "./read.ts";

export interface BroughtParts {
  /** All releases of the project. */
  readonly judged: readonly Judged[];
  /** The lockfiles that say what is installed. */
  readonly used: readonly Document<Lockfile>[];
  readonly manifests: readonly ReadManifest[];
  readonly isAllowed: (entry: Judged, judgement: Judgement) => boolean;
}

/**
 * Packages gone through to find out which dependencies lead to which releases. Beyond it, each dependency is marked for
 * the nearest of the releases that are left, so that none which leads to any goes without a mark.
 */
const MOST_STEPS = 1_000_000;

/**
 * For each release with an error, the dependencies that bring it in: each once in its manifest. Left out are those that an
 * error appears at already, and manifests that ask for the release themselves.
 */
export function* broughtInto(parts: BroughtParts): Task<ReadonlyMap<Judged, readonly BroughtPlace[]>> {
  const found = new Map<Judged, BroughtPlace[]>();
  const bad = parts.judged.filter(({ judgements }) => errorsOf(judgements).length > 0);
  if (bad.length === 0) return found;
  const places = new MarkPlaces(parts);
  const budget = { steps: MOST_STEPS };
  for (const lockfile of parts.used) {
    const left = new Map<number, Judged>();
    for (const entry of bad) {
      const ids = idsIn(lockfile, entry);
      const bringers = ids.length === 0 ? [] : yield* bringersOf(lockfile.model, ids, budget);
      if (bringers === null) for (const id of ids) left.set(id, entry);
      for (const bringer of bringers ?? []) places.add(found, lockfile.model, bringer, entry);
    }
    const bringers = left.size === 0 ? [] : yield* bringersOf(lockfile.model, left.keys(), null);
    for (const bringer of bringers ?? []) {
      const entry = left.get(bringer.brought);
      if (entry !== undefined) places.add(found, lockfile.model, bringer, entry);
    }
  }
  return found;
}

function idsIn({ uri }: Document<Lockfile>, { target }: Judged): readonly number[] {
  return target.locked.flatMap((place) => (place.uri === uri ? [place.locked.id] : []));
}

/** Where in manifests a mark stands. */
class MarkPlaces {
  readonly #manifests: ReadonlyMap<string, Document<unknown>>;
  /** By importer and alias. */
  readonly #dependencies = new Map<string, DeclaredDependency>();
  /** The releases that manifests ask for, by URI and alias. */
  readonly #asked = new Map<string, Judged>();
  readonly #hasError: (entry: Judged) => boolean;
  /** Dependencies that are marked for a release, and manifests that ask for it themselves. */
  readonly #done = new Map<Judged, { readonly marked: Set<string>; readonly asking: ReadonlySet<string> }>();

  constructor({ judged, manifests, isAllowed }: BroughtParts) {
    this.#manifests = new Map(manifests.map(({ importer, document }) => [importer, document]));
    for (const { importer, document } of manifests) {
      for (const dependency of document.model.dependencies) {
        const key = keyOf(importer, dependency.alias);
        // What is a peer and a dependency for development as well is installed as the latter.
        if (dependency.section !== "peerDependencies" || !this.#dependencies.has(key))
          this.#dependencies.set(key, dependency);
      }
    }
    for (const entry of judged)
      for (const { uri, alias } of entry.target.declared) this.#asked.set(keyOf(uri, alias), entry);
    this.#hasError = (entry) => errorsOf(entry.judgements).some((judgement) => !isAllowed(entry, judgement));
  }

  add(into: Map<Judged, BroughtPlace[]>, { packages }: Lockfile, bringer: Bringer, entry: Judged): void {
    const { importer, alias, id, path } = bringer;
    const manifest = this.#manifests.get(importer);
    const dependency = this.#dependencies.get(keyOf(importer, alias));
    const locked = packages[id];
    if (manifest === undefined || dependency === undefined || locked === undefined) return;
    const { uri } = manifest;
    const done = this.#done.get(entry) ?? {
      marked: new Set<string>(),
      asking: new Set(entry.target.declared.map((place) => place.uri)),
    };
    this.#done.set(entry, done);
    const key = keyOf(uri, alias);
    if (done.asking.has(uri) || done.marked.has(key)) return;
    const asked = this.#asked.get(key);
    // The manifest may ask for another version by now than the one that the lockfile holds.
    const isLocked = asked?.subject.name === locked.name && asked.subject.version === locked.version;
    if (locked.source === "registry" && !isLocked) return;
    if (asked !== undefined && this.#hasError(asked)) return;
    done.marked.add(key);
    const release = locked.source === "registry" ? `${alias} ${locked.version}` : alias;
    const place = { file: uri, span: dependency.specSpan, path, by: oneLine(release, 120) };
    const present = into.get(entry);
    if (present === undefined) into.set(entry, [place]);
    else present.push(place);
  }
}

function keyOf(where: string, alias: string): string {
  return `${where}\n${alias}`;
}

/** A release that another one brings in, and the error against it. */
export interface BroughtRelease {
  readonly name: string;
  readonly version: string;
  readonly rule: string;
  /** From the one that brings it in down to it, as aliases. */
  readonly path: readonly string[];
}

/** What a release brings in that an error speaks against, nearest first; of its errors one that nobody has allowed, if there is one. */
export function* broughtBy(
  own: Judged,
  { judged, used, isAllowed }: Omit<BroughtParts, "manifests">,
): Task<readonly BroughtRelease[]> {
  const bad = judged.flatMap((entry) => {
    const errors = errorsOf(entry.judgements);
    const judgement = errors.find((error) => !isAllowed(entry, error)) ?? errors[0];
    return entry === own || judgement === undefined ? [] : [{ entry, judgement }];
  });
  if (bad.length === 0) return [];
  const found = new Map<Judged, BroughtRelease>();
  for (const lockfile of used) {
    const byId = new Map(bad.flatMap((each) => idsIn(lockfile, each.entry).map((id) => [id, each] as const)));
    const ways = yield* waysFrom(lockfile.model, idsIn(lockfile, own), (id) => byId.has(id));
    for (const [id, path] of ways) {
      const each = byId.get(id);
      if (each === undefined || found.has(each.entry)) continue;
      const { name, version } = each.entry.subject;
      found.set(each.entry, { name, version, rule: each.judgement.rule, path });
    }
  }
  return [...found.values()];
}
