import satisfies from "semver/functions/satisfies.js";
import { PASS_STRIDE, type Task } from "../../task.ts";
import { LONGEST_SPECIFIER } from "../limits.ts";
import type { Body, Entry } from "./body.ts";
import { bound, comparable, comparableDescriptor, DEEPEST_PATCH, nameEnd, patchOf } from "./descriptor.ts";
import type { Manifests } from "./manifests.ts";
import { Persistence } from "./persistence.ts";
import { Resolutions } from "./resolutions.ts";

/** What no range or tag of the package itself has. */
const ADDRESS = /[:/]/;

/** No entry. */
export const NONE = -1;

/**
 * Which entry each descriptor leads to. A lockfile of Yarn is a table from descriptor to package, so a dependency is
 * looked up as it is written. What is not found so was changed on its way by something that the lockfile does not hold:
 * `resolutions`, a catalog.
 */
export class Descriptors {
  readonly resolutions: Resolutions;
  readonly #body: Body;
  /** The versions of the project's workspaces, by name. */
  readonly #workspaces: ReadonlyMap<string, string>;
  /** Comparable descriptor → its number. */
  readonly #numbers = new Map<string, number>();
  /** The same for what Berry replaces with a patch of its own: the unpatched descriptor → number of the patched one. */
  readonly #patched = new Map<string, number>();
  /** Comparable descriptor of a patch → that of what it is made from anew. */
  readonly #sources = new Map<string, string>();
  /** null for classic. */
  readonly #persistence: Persistence | null;
  /** By number of the descriptor: its entry, and whether anything asks for it. */
  readonly #owners: number[] = [];
  readonly #asked: boolean[] = [];
  readonly #rootLocator: string;
  /** Alias → what `guess` falls back on, once worked out. */
  readonly #guessed = new Map<string, number>();
  #byAlias: Map<string, number[]> | null = null;

  constructor(body: Body, manifests: Manifests) {
    const { root, workspaces } = manifests;
    this.#body = body;
    this.#persistence = body.flavour === "berry" ? new Persistence(body, manifests) : null;
    this.resolutions = new Resolutions(root);
    this.#rootLocator = `${root?.name ?? "root-workspace"}@workspace:.`;
    this.#workspaces = new Map(
      [...workspaces.values()].flatMap(({ name, version }) =>
        name === null || version === null ? [] : [[name, version] as const],
      ),
    );
  }

  /** Adds every descriptor that an entry locks. Of two equal descriptors the last holds, as for the parsers. */
  *index(): Task<void> {
    let work = 0;
    for (const [id, entry] of this.#body.entries.entries()) {
      for (const descriptor of this.#body.descriptorsOf(entry)) {
        this.#add(id, descriptor, entry.resolved);
        if (++work % PASS_STRIDE === 0) yield;
      }
    }
    for (const patch of this.#sources.keys()) {
      if (!this.#isMadeFromLocked(patch)) this.#numbers.delete(patch);
      if (++work % PASS_STRIDE === 0) yield;
    }
  }

  #isMadeFromLocked(patch: string): boolean {
    let each: string | undefined = patch;
    for (let depth = 0; each !== undefined && depth <= DEEPEST_PATCH; depth++) {
      if (!this.#numbers.has(each)) return false;
      each = this.#sources.get(each);
    }
    return each === undefined;
  }

  #add(id: number, descriptor: string, locator: string | null): void {
    if (locator !== null && this.#persistence?.locks(descriptor, locator) === false) return;
    const isBerry = this.#body.flavour === "berry";
    const number = this.#owners.length;
    const key = isBerry ? comparableDescriptor(descriptor) : descriptor;
    this.#numbers.set(key, number);
    this.#owners.push(id);
    this.#asked.push(false);
    if (!isBerry) return;
    const source = locator === null ? null : (this.#persistence?.sourceOf(descriptor, locator) ?? null);
    if (source !== null) this.#sources.set(key, source);
    const patch = patchOf(descriptor.slice(nameEnd(descriptor) + 1));
    if (patch?.builtin === true) this.#patched.set(comparableDescriptor(patch.source), number);
  }

  /**
   * What a dependency leads to, by its descriptor alone.
   * @param locator of the package that asks
   */
  find(alias: string, range: string, locator: string | null): number {
    if (this.#body.flavour === "classic") {
      const found = this.#take(this.#numbers.get(`${alias}@${range}`));
      return this.#isOfWorkspace(alias, range) ? NONE : found;
    }
    const descriptor = comparable(alias, range);
    const unpatched = this.#numbers.get(descriptor);
    if (unpatched !== undefined) return this.#take(this.#patched.get(descriptor) ?? unpatched);
    const boundRange = bound(range, locator);
    return boundRange === null ? NONE : this.#take(this.#numbers.get(`${alias}@${boundRange}`));
  }

  /**
   * Yarn 1 takes the workspace of that name before what is locked, whoever asks, where its version fits:
   * `getManifestByPattern` in workspace-layout.js. Tried: Yarn 1.22.
   */
  #isOfWorkspace(alias: string, range: string): boolean {
    const version = this.#body.flavour === "classic" ? this.#workspaces.get(alias) : undefined;
    if (version === undefined || this.resolutions.has(alias) || range.length > LONGEST_SPECIFIER) return false;
    return satisfies(version, range, { loose: true });
  }

  /** As `find`, for what the project itself asks for. */
  findForProject(alias: string, range: string): number {
    return this.find(alias, range, this.#rootLocator);
  }

  /** The package that a patched one is made from. */
  findUnpatched(entry: Entry): number {
    const descriptor = this.#body.firstOf(entry);
    const patch = patchOf(descriptor.slice(nameEnd(descriptor) + 1));
    return patch === null ? NONE : this.#take(this.#numbers.get(comparableDescriptor(patch.source)));
  }

  /**
   * What a dependency leads to that has no descriptor of its own: what `resolutions` put in its place; else the only
   * entry of that name; else the only one that nothing asks for by its descriptor. To be asked after all others were.
   */
  guess(alias: string, range: string, parent: string): number {
    const resolution = this.resolutions.rangeFor(alias, range, parent);
    const resolved = resolution === null ? NONE : this.find(alias, resolution, this.#rootLocator);
    if (resolved !== NONE) return resolved;
    if (this.#isOfWorkspace(alias, range)) return NONE;
    let guessed = this.#guessed.get(alias);
    if (guessed === undefined) {
      const numbers = this.#candidates().get(alias) ?? [];
      guessed = this.#only(numbers) ?? this.#only(numbers.filter((number) => this.#asked[number] !== true)) ?? NONE;
      this.#guessed.set(alias, guessed);
    }
    return guessed;
  }

  /**
   * Whether Yarn finds what a dependency asks for by the descriptor, or by what `resolutions` put in its place. What
   * these take from elsewhere than a registry is not followed.
   * @param parent the name of the package that asks
   */
  holds(alias: string, range: string, parent: string, locator: string | null): boolean {
    return this.#held(alias, range, parent, locator, null);
  }

  /** As `holds`, for what a manifest asks a registry for, where that has to lead to one entry. */
  leadsTo(alias: string, range: string, parent: string, id: number): boolean {
    return this.#held(alias, range, parent, null, id);
  }

  #held(alias: string, range: string, parent: string, locator: string | null, id: number | null): boolean {
    const isIt = (found: number): boolean => found !== NONE && (id === null || found === id);
    if (isIt(this.find(alias, range, locator))) return true;
    const resolution = this.resolutions.rangeFor(alias, range, parent);
    if (resolution === null) return false;
    return ADDRESS.test(resolution.replace(/^npm:/, "")) || isIt(this.find(alias, resolution, this.#rootLocator));
  }

  /** Whether an entry has this name, under whatever range. */
  hasName(alias: string): boolean {
    return this.#candidates().has(alias);
  }

  /** Every descriptor that nothing has asked for so far: the name in it, and its entry. */
  *unasked(): Task<readonly { readonly alias: string; readonly id: number }[]> {
    const found = [];
    let work = 0;
    for (const [descriptor, number] of this.#numbers) {
      const id = this.#owners[number];
      if (this.#asked[number] !== true && id !== undefined)
        found.push({ alias: descriptor.slice(0, nameEnd(descriptor)), id });
      if (++work % PASS_STRIDE === 0) yield;
    }
    return found;
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
export function* resolveNeeds(body: Body, descriptors: Descriptors): Task<Int32Array> {
  const { needs, entries } = body;
  const targets = new Int32Array(needs.length).fill(NONE);
  const open: number[] = [];
  const parents: Entry[] = [];
  let work = 0;
  for (const entry of entries) {
    const locator = body.flavour === "berry" ? entry.resolved : null;
    for (let at = entry.firstNeed; at < entry.lastNeed; at++) {
      const target = descriptors.find(needs.alias(at), needs.range(at), locator);
      targets[at] = target;
      if (target === NONE) {
        open.push(at);
        parents.push(entry);
      }
      if (++work % PASS_STRIDE === 0) yield;
    }
  }
  for (const [index, at] of open.entries()) {
    const entry = parents[index];
    const parent = entry === undefined ? "" : body.aliasOf(entry);
    targets[at] = descriptors.guess(needs.alias(at), needs.range(at), parent);
    if (index % PASS_STRIDE === 0) yield;
  }
  return targets;
}
