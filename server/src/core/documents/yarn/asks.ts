import type { LockedPackage, Manifest } from "../../model.ts";
import type { Ask, Asker, IsReplaced } from "../substitution.ts";
import { replacedBy } from "../replacements.ts";
import type { Body, Entry } from "./body.ts";
import { bound, comparable, comparableDescriptor, nameEnd } from "./descriptor.ts";
import { workspacePath } from "./identity.ts";
import type { Manifests } from "./manifests.ts";

/** What no range or tag of a registry has. */
const ADDRESS = /[:/]/;
/** Stands for the project among the entries. */
const PROJECT = [-1];

const NOBODY: ReadonlySet<string> = new Set();

/** An entry that asks for another. */
export interface EntryAsker {
  readonly index: number;
  readonly by: Asker;
}

/** Who asks for an entry of a yarn.lock, and what `resolutions` put in the place of that. */
export class Asks {
  readonly #body: Body;
  readonly #manifests: Manifests;
  readonly #byManifest: IsReplaced;
  /** Descriptors that the project or a workspace asks for. */
  readonly #declared: ReadonlySet<string>;
  /** By name, the different ranges and tags that they ask for. */
  readonly #ranges: ReadonlyMap<string, readonly string[]>;
  /** Every descriptor that is locked, once it is asked for. */
  #held: ReadonlySet<string> | null = null;
  #byAddress: ReadonlyMap<string, readonly number[]> | null = null;
  #parents: ReadonlyMap<string, ReadonlySet<string>> | null = null;

  constructor(body: Body, manifests: Manifests) {
    this.#body = body;
    this.#manifests = manifests;
    this.#byManifest = replacedBy(manifests.root, ["resolutions"]);
    const all = [manifests.root, ...manifests.workspaces.values()];
    this.#declared = new Set(
      all.flatMap((manifest) => (manifest?.dependencies ?? []).map(({ alias, raw }) => comparable(alias, raw.trim()))),
    );
    this.#ranges = rangesIn(all);
  }

  /** The descriptors of an entry are what it is asked for by. */
  of(entry: Entry): readonly Ask[] {
    const { flavour } = this.#body;
    return this.#body.descriptorsOf(entry).map((descriptor) => {
      const at = nameEnd(descriptor);
      const alias = descriptor.slice(0, at);
      const range = descriptor.slice(at + 1);
      // To Berry what stands behind `npm:` is a tag where it names no package and range.
      const isOwn = flavour === "berry" && range.startsWith("npm:") && !range.includes("@");
      const isDeclared = this.#declared.has(comparable(alias, range));
      const behind = isDeclared ? null : this.#declaredBehind(alias, range);
      return {
        alias,
        raw: behind ?? (isOwn ? range.slice("npm:".length) : range),
        by: isDeclared || behind !== null ? "project" : "package",
        from: null,
        isBelow: (parent) => this.#parentsOf(alias).has(parent),
      };
    });
  }

  /** What the project asks for behind a protocol that `defaultProtocol` puts before each range; null for none. */
  #declaredBehind(alias: string, range: string): string | null {
    if (this.#body.flavour === "classic" || !ADDRESS.test(range) || range.startsWith("npm:")) return null;
    const behind = this.#ranges.get(alias)?.find((raw) => raw !== "" && range.endsWith(raw)) ?? null;
    if (behind === null) return null;
    this.#held ??= new Set(
      this.#body.entries.flatMap((entry) => this.#body.descriptorsOf(entry).map(comparableDescriptor)),
    );
    return this.#held.has(comparable(alias, behind)) ? null : behind;
  }

  /** The entries, by index, that ask for one by an address. A workspace's own asks count where its manifest is not at hand. */
  askersOf(entry: Entry): readonly EntryAsker[] {
    const all = this.#body.descriptorsOf(entry).flatMap((descriptor) => {
      const at = nameEnd(descriptor);
      if (this.#declared.has(comparable(descriptor.slice(0, at), descriptor.slice(at + 1)))) return PROJECT;
      return this.#askers().get(comparableDescriptor(descriptor)) ?? [];
    });
    return all.map((index) => ({ index, by: this.#isWorkspace(index) ? "workspace" : "package" }));
  }

  #isWorkspace(index: number): boolean {
    const entry = this.#body.entries[index];
    if (entry === undefined) return true;
    return this.#manifests.root === null && workspacePath(this.#body, entry) !== null;
  }

  /** By comparable descriptor, the entries that ask for it by an address. */
  #askers(): ReadonlyMap<string, readonly number[]> {
    if (this.#byAddress !== null) return this.#byAddress;
    const found = new Map<string, number[]>();
    const add = (descriptor: string, index: number): void => {
      const known = found.get(descriptor);
      if (known === undefined) found.set(descriptor, [index]);
      else known.push(index);
    };
    const { entries, needs, flavour } = this.#body;
    for (const [index, { firstNeed, lastNeed, resolved }] of entries.entries()) {
      for (let need = firstNeed; need < lastNeed; need++) {
        const [alias, range] = [needs.alias(need), needs.range(need)];
        if (!ADDRESS.test(range)) continue;
        add(comparable(alias, range), index);
        const boundRange = flavour === "berry" ? bound(range, resolved) : null;
        if (boundRange !== null) add(`${alias}@${boundRange}`, index);
      }
    }
    this.#byAddress = found;
    return found;
  }

  /**
   * Classic keeps the range that was asked for in the key when `resolutions` put another package in its place, so without
   * the manifest another name is no sign.
   */
  isReplaced(ask: Ask, locked: LockedPackage): boolean {
    const isUntold = this.#body.flavour === "classic" && this.#manifests.root === null;
    return (isUntold && locked.source === "registry") || this.#byManifest(ask, locked);
  }

  /** By the manifest of the workspace; for one whose manifest was not read, by what the lockfile says. */
  isWorkspaceNamed(name: string, locked: LockedPackage, entry: Entry): boolean {
    const path = workspacePath(this.#body, entry);
    return path !== null && (this.#manifests.workspaces.get(path)?.name ?? locked.name) === name;
  }

  /** The names of the project, its workspaces and all packages that ask for something by this name. */
  #parentsOf(alias: string): ReadonlySet<string> {
    this.#parents ??= this.#allParents();
    return this.#parents.get(alias) ?? NOBODY;
  }

  #allParents(): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>();
    const add = (alias: string, parent: string): void => {
      const known = found.get(alias);
      if (known === undefined) found.set(alias, new Set([parent]));
      else known.add(parent);
    };
    const { entries, needs } = this.#body;
    for (const entry of entries) {
      if (entry.firstNeed === entry.lastNeed) continue;
      const parent = this.#body.aliasOf(entry);
      for (let need = entry.firstNeed; need < entry.lastNeed; need++) add(needs.alias(need), parent);
    }
    for (const manifest of [this.#manifests.root, ...this.#manifests.workspaces.values()])
      for (const { alias } of manifest?.dependencies ?? []) add(alias, manifest?.name ?? "");
    return found;
  }
}

function rangesIn(all: readonly (Manifest | null)[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { alias, raw } of all.flatMap((manifest) => manifest?.dependencies ?? [])) {
    const range = raw.trim();
    if (ADDRESS.test(range)) continue;
    const known = found.get(alias);
    if (known === undefined) found.set(alias, new Set([range]));
    else known.add(range);
  }
  return new Map([...found].map(([alias, ranges]) => [alias, [...ranges]]));
}
