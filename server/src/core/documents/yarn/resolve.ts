import type { Manifest } from "../../model.ts";
import { PASS_STRIDE, type Work } from "../slices.ts";
import type { Body, Entry } from "./body.ts";
import { bound, comparable, comparableDescriptor, nameEnd, patchOf } from "./descriptor.ts";
import { resolutionFor } from "./resolutions.ts";

export type Flavour = "classic" | "berry";

/** No entry. */
export const NONE = -1;

/**
 * Which entry each descriptor leads to. A lockfile of Yarn is a table from descriptor to package, so a dependency is
 * looked up as it is written. What is not found so was changed on its way by something that the lockfile does not hold:
 * `resolutions`, a catalog.
 */
export class Descriptors {
  readonly #flavour: Flavour;
  readonly #entries: readonly Entry[];
  /** Comparable descriptor → its number. */
  readonly #numbers = new Map<string, number>();
  /** The same for what Berry replaces with a patch of its own: the unpatched descriptor → number of the patched one. */
  readonly #patched = new Map<string, number>();
  /** By number of the descriptor. */
  readonly #owners: number[] = [];
  readonly #asked: boolean[] = [];
  readonly #manifest: Manifest | null;
  #byAlias: Map<string, number[]> | null = null;

  constructor(flavour: Flavour, entries: readonly Entry[], manifest: Manifest | null) {
    this.#flavour = flavour;
    this.#entries = entries;
    this.#manifest = manifest;
  }

  /** Adds every entry's descriptors. Of two equal descriptors the last holds, as for the parsers. */
  *index(): Work<void> {
    let work = 0;
    for (const [id, { descriptors }] of this.#entries.entries()) {
      for (const descriptor of descriptors) {
        this.#add(id, descriptor);
        if (++work % PASS_STRIDE === 0) yield;
      }
    }
  }

  #add(id: number, descriptor: string): void {
    const isBerry = this.#flavour === "berry";
    const number = this.#owners.length;
    this.#numbers.set(isBerry ? comparableDescriptor(descriptor) : descriptor, number);
    this.#owners.push(id);
    this.#asked.push(false);
    if (!isBerry) return;
    const patch = patchOf(descriptor.slice(nameEnd(descriptor) + 1));
    if (patch?.builtin === true) this.#patched.set(comparableDescriptor(patch.source), number);
  }

  /** What a dependency leads to, by its descriptor alone. */
  find(alias: string, range: string, locator: string | null): number {
    if (this.#flavour === "classic") return this.#take(this.#numbers.get(`${alias}@${range}`));
    const descriptor = comparable(alias, range);
    const found = this.#patched.get(descriptor) ?? this.#numbers.get(descriptor);
    if (found !== undefined) return this.#take(found);
    const boundRange = bound(range, locator);
    return boundRange === null ? NONE : this.#take(this.#numbers.get(`${alias}@${boundRange}`));
  }

  /** The package that a patched one is made from. */
  findUnpatched(entry: Entry): number {
    const [descriptor = ""] = entry.descriptors;
    const patch = patchOf(descriptor.slice(nameEnd(descriptor) + 1));
    return patch === null ? NONE : this.#take(this.#numbers.get(comparableDescriptor(patch.source)));
  }

  /**
   * What a dependency leads to that has no descriptor of its own: what `resolutions` put in its place; else the only
   * entry of that name; else the only one that nothing asks for by its descriptor. To be asked after all others were.
   */
  guess(alias: string, range: string, parent: string): number {
    const resolution = this.#manifest === null ? null : resolutionFor(this.#manifest, alias, range, parent);
    const resolved = resolution === null ? NONE : this.find(alias, resolution, this.#manifest === null ? null : `${this.#manifest.name ?? ""}@workspace:.`);
    if (resolved !== NONE) return resolved;
    const numbers = this.#candidates().get(alias) ?? [];
    return this.#only(numbers) ?? this.#only(numbers.filter((number) => this.#asked[number] !== true)) ?? NONE;
  }

  /** Every entry with a descriptor that nothing has asked for so far, with the name in that. */
  *unasked(): Generator<{ readonly id: number; readonly alias: string } | undefined, void, undefined> {
    let work = 0;
    for (const [descriptor, number] of this.#numbers) {
      const id = this.#owners[number];
      if (this.#asked[number] !== true && id !== undefined) yield { id, alias: descriptor.slice(0, nameEnd(descriptor)) };
      if (++work % PASS_STRIDE === 0) yield;
    }
  }

  #take(number: number | undefined): number {
    if (number === undefined) return NONE;
    this.#asked[number] = true;
    return this.#owners[number] ?? NONE;
  }

  /** The one entry behind these descriptors; null when there are several or none. */
  #only(numbers: readonly number[]): number | null {
    const [first] = numbers;
    const owner = first === undefined ? undefined : this.#owners[first];
    return owner !== undefined && numbers.every((number) => this.#owners[number] === owner) ? owner : null;
  }

  #candidates(): Map<string, number[]> {
    if (this.#byAlias !== null) return this.#byAlias;
    this.#byAlias = new Map();
    for (const [descriptor, number] of this.#numbers) {
      const alias = descriptor.slice(0, nameEnd(descriptor));
      const known = this.#byAlias.get(alias);
      if (known === undefined) this.#byAlias.set(alias, [number]);
      else known.push(number);
    }
    return this.#byAlias;
  }
}

/** For every need of the body the entry that it leads to, or NONE. */
export function* resolveNeeds(body: Body, descriptors: Descriptors): Work<Int32Array> {
  const { needs, entries } = body;
  const targets = new Int32Array(needs.length).fill(NONE);
  const open: number[] = [];
  const parents: number[] = [];
  let work = 0;
  for (const [id, entry] of entries.entries()) {
    for (let at = entry.firstNeed; at < entry.lastNeed; at++) {
      targets[at] = descriptors.find(needs.aliases[at] ?? "", needs.ranges[at] ?? "", entry.resolution);
      if (targets[at] === NONE) {
        open.push(at);
        parents.push(id);
      }
      if (++work % PASS_STRIDE === 0) yield;
    }
  }
  for (const [index, at] of open.entries()) {
    const parent = entries[parents[index] ?? NONE]?.descriptors[0] ?? "";
    targets[at] = descriptors.guess(needs.aliases[at] ?? "", needs.ranges[at] ?? "", parent.slice(0, nameEnd(parent)));
    if (index % PASS_STRIDE === 0) yield;
  }
  return targets;
}
