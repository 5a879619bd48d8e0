/** What young releases newly pull in, to the bottom: the packages behind it, as far as they are not long established. */
import { dependenciesOf, exoticOf, newDependencies } from "../facts/added.ts";
import type { AddedDependency, Additions, ExoticDependency, NamedDependency } from "../facts/added.ts";
import { unknown } from "../facts/fact.ts";
import type { Fact, Unknown } from "../facts/fact.ts";
import type { PackageFacts, ReleaseFacts } from "../facts/package.ts";
import type { Cancellation, PackageRef, RegistryRef, ReleaseRef } from "../ports.ts";
import { versionTaken } from "../ranges.ts";

/** Packages looked into for one release, and how deep below it: attacks are shallow, and look-ups cost. */
const MOST_PACKAGES = 40;
const DEEPEST = 5;

export interface AdditionsSource {
  readonly now: number;
  /** A release or package younger than this is looked into, ms. */
  readonly closeInspectionMs: number;
  registryOf(name: string): Promise<RegistryRef>;
  packageFacts(ref: PackageRef, detail: PackageFacts["detail"], cancel: Cancellation): Promise<Fact<PackageFacts>>;
}

type Unjudged = Omit<AddedDependency, "malware">;

/** Additions whose advisories are still to be asked for. */
export interface FoundAdditions extends Omit<Additions, "dependencies"> {
  readonly dependencies: readonly { readonly found: Unjudged; readonly ref: ReleaseRef | null }[];
}

/** Looks into what `release` depends on and `baseline` did not. */
export async function findAdditions(release: ReleaseFacts, baseline: ReleaseFacts, source: AdditionsSource, cancel: Cancellation): Promise<FoundAdditions> {
  const search = new Search(source, cancel);
  await search.follow(newDependencies(release, baseline), [], 0);
  return { comparedWith: baseline.version, dependencies: search.dependencies, exotic: search.exotic, gaps: search.gaps };
}

class Search {
  readonly dependencies: { readonly found: Unjudged; readonly ref: ReleaseRef | null }[] = [];
  readonly exotic: ExoticDependency[] = [];
  readonly gaps: Unknown[] = [];
  readonly #seen = new Set<string>();

  constructor(
    private readonly source: AdditionsSource,
    private readonly cancel: Cancellation,
  ) {}

  async follow(dependencies: readonly NamedDependency[], path: readonly string[], depth: number): Promise<void> {
    await Promise.all(dependencies.map((dependency) => this.#look(dependency, path, depth)));
  }

  async #look(dependency: NamedDependency, above: readonly string[], depth: number): Promise<void> {
    const exotic = exoticOf(dependency, above);
    if (exotic !== null) this.exotic.push(exotic);
    const { alias, specifier } = dependency;
    if (specifier.source !== "registry" || this.#isSeen(`${specifier.name}@${specifier.range}`)) return;
    const { source, cancel } = this;
    const path = [...above, alias];
    const registry = await source.registryOf(specifier.name);
    const ref = { name: specifier.name, registry };
    const brief = await source.packageFacts(ref, "abbreviated", cancel);
    cancel.throwIfAborted();
    if (brief.known && this.#isEstablished(brief.value, versionTaken(specifier, brief.value))) return;
    const full = brief.known && brief.value.detail === "full" ? brief : await source.packageFacts(ref, "full", cancel);
    cancel.throwIfAborted();
    if (!full.known) {
      this.gaps.push(full);
      return;
    }
    const facts = full.value;
    const version = versionTaken(specifier, facts);
    const release = version === null ? null : (facts.releases.get(version) ?? null);
    const times = [...facts.times.values()];
    const firstPublished = times.length === 0 ? null : Math.min(...times);
    const found = { path, name: specifier.name, version, firstPublished, releases: Math.max(facts.times.size, facts.releases.size), release };
    this.dependencies.push({ found, ref: version === null ? null : { ...ref, version } });
    const at = version === null ? undefined : facts.times.get(version);
    const isYoung = at === undefined || source.now - at < source.closeInspectionMs;
    if (release !== null && isYoung && depth < DEEPEST) await this.follow(dependenciesOf(release), path, depth + 1);
  }

  /** Nothing of the package has changed for long, and the version runs no script. */
  #isEstablished(facts: PackageFacts, version: string | null): boolean {
    const { now, closeInspectionMs } = this.source;
    if (facts.modified === null || now - facts.modified < closeInspectionMs || version === null) return false;
    return facts.releases.get(version)?.hasInstallScript === false;
  }

  #isSeen(key: string): boolean {
    if (this.#seen.has(key)) return true;
    if (this.#seen.size === MOST_PACKAGES) this.gaps.push(unknown("not-stated", `it newly depends on more than ${MOST_PACKAGES} packages`));
    this.#seen.add(key);
    return this.#seen.size > MOST_PACKAGES;
  }
}
