/** What young releases newly pull in, to the bottom: the packages behind it, as far as they are not long established. */
import {
  accountsOf,
  dependenciesOf,
  exoticOf,
  FEW_RELEASES,
  newScripts,
  LITTLE_KNOWN_AGE,
  newDependencies,
  renownFacts,
} from "../facts/added.ts";
import type { AddedDependency, Additions, AdditionGap, ExoticDependency, NamedDependency } from "../facts/added.ts";
import { unknown } from "../facts/fact.ts";
import type { Fact, Unknown } from "../facts/fact.ts";
import { firstPublished } from "../facts/package.ts";
import type { PackageFacts, ReleaseFacts } from "../facts/package.ts";
import type { Cancellation, Clock, PackageRef, RegistryRef, ReleaseRef } from "../ports.ts";
import { versionTaken } from "../ranges.ts";
import { callOf, commandsCalled } from "../facts/called-commands.ts";
import type { CalledCommands } from "../facts/called-commands.ts";
import { isWidelyUsed } from "../popular/widely-used.ts";
import { SCRIPT_TOO_LONG } from "../facts/install-scripts.ts";
import { guarded } from "../facts/guard.ts";
import { allPaced } from "./paced.ts";
import type { ReleaseAdvisories } from "./release-advisories.ts";

/** Packages looked into for one release, and how deep below it: look-ups cost. Most are in the lockfile too, and so at hand. */
const MOST_PACKAGES = 300;
const DEEPEST = 10;

export interface AdditionsSource {
  readonly cooldownMs: number;
  /** A release or package younger than this when it was taken up is looked into, ms. */
  readonly closeInspectionMs: number;
  /** Which registry is asked for a name; unknown where none is. */
  registryOf(name: string): Promise<Fact<RegistryRef>>;
  packageFacts(ref: PackageRef, detail: PackageFacts["detail"], cancel: Cancellation): Promise<Fact<PackageFacts>>;
  /** The release is known to have been out by then, ms since epoch; told without its package's full form. */
  wasOut(ref: ReleaseRef, facts: PackageFacts, by: number, cancel: Cancellation): Promise<boolean>;
}

type Unjudged = Omit<AddedDependency, "malware">;

/** Additions whose advisories are still to be asked for. */
interface FoundAdditions extends Omit<Additions, "dependencies"> {
  readonly dependencies: readonly { readonly found: Unjudged; readonly ref: ReleaseRef | null }[];
}

export interface YoungRelease {
  readonly release: ReleaseFacts;
  /** When it came out, ms since epoch. */
  readonly at: number;
  /** What it is compared with. */
  readonly baseline: ReleaseFacts;
}

export interface AdditionsFound {
  readonly additions: Additions;
  /** The releases that were asked about for it. */
  readonly asked: readonly ReleaseRef[];
}

/** What each of them depends on and its baseline did not, with the malware advisories against that. */
export async function additionsTo(
  young: readonly YoungRelease[],
  source: AdditionsSource,
  advisories: ReleaseAdvisories,
  clock: Pick<Clock, "breathe">,
  cancel: Cancellation,
): Promise<readonly AdditionsFound[]> {
  const failed = ({ baseline, at }: YoungRelease, failure: Unknown): FoundAdditions => ({
    comparedWith: baseline.version,
    takenUp: at,
    dependencies: [],
    exotic: [],
    gaps: [{ name: null, unknown: failure }],
  });
  const found = await allPaced(
    young,
    (one) =>
      guarded(
        () => find(one, source, cancel),
        (failure) => failed(one, failure),
        cancel,
      ),
    clock,
    cancel,
  );
  await advisories.lookUp(
    found.flatMap(({ dependencies }) => dependencies.flatMap(({ ref }) => ref ?? [])),
    cancel,
  );
  cancel.throwIfAborted();
  return found.map(({ dependencies, ...rest }) => ({
    additions: {
      ...rest,
      dependencies: dependencies.map(({ found, ref }) => ({
        ...found,
        malware: ref === null ? [] : advisories.malwareAgainst(ref),
      })),
    },
    asked: dependencies.flatMap(({ ref }) => ref ?? []),
  }));
}

async function find(
  { release, at, baseline }: YoungRelease,
  source: AdditionsSource,
  cancel: Cancellation,
): Promise<FoundAdditions> {
  const search = new Search(at, commandsCalled(release), source, cancel);
  await search.follow(newDependencies(release, baseline), { path: [], isOld: false });
  return {
    comparedWith: baseline.version,
    takenUp: at,
    dependencies: search.dependencies,
    exotic: search.exotic,
    gaps: search.gaps,
  };
}

/** The way down to a package. */
interface Way {
  /** Aliases. */
  readonly path: readonly string[];
  /** It leads through a release that has had its days in the open: only what came out since is news below it. */
  readonly isOld: boolean;
}

/** What is from no registry is reported for each way to it. */
function keyOf({ alias, specifier }: NamedDependency, { path }: Way): string {
  return specifier.source === "registry" ? `${specifier.name}@${specifier.range}` : ["", ...path, alias].join("\n");
}

class Search {
  readonly dependencies: { readonly found: Unjudged; readonly ref: ReleaseRef | null }[] = [];
  readonly exotic: ExoticDependency[] = [];
  readonly gaps: AdditionGap[] = [];
  readonly #seen = new Set<string>();
  /** What was out by then is old. */
  readonly #oldBy: number;

  constructor(
    /** When the release came out that took them up. */
    private readonly at: number,
    private readonly called: CalledCommands,
    private readonly source: AdditionsSource,
    private readonly cancel: Cancellation,
  ) {
    this.#oldBy = at - source.closeInspectionMs;
  }

  async follow(dependencies: readonly NamedDependency[], way: Way): Promise<void> {
    await Promise.all(dependencies.map((dependency) => this.#look(dependency, way)));
  }

  async #look(dependency: NamedDependency, way: Way): Promise<void> {
    const exotic = exoticOf(dependency, way.path);
    const { alias, specifier } = dependency;
    if (this.#isSeen(keyOf(dependency, way))) return;
    if (exotic !== null) this.exotic.push(exotic);
    if (specifier.source !== "registry" && exotic === null) {
      const reason = specifier.source === "invalid" ? specifier.reason : `asked for as "${specifier.source}"`;
      this.gaps.push({ name: alias, unknown: unknown("malformed", reason) });
    }
    if (specifier.source !== "registry") return;
    const { source, cancel } = this;
    const path = [...way.path, alias];
    const registry = await source.registryOf(specifier.name);
    if (!registry.known) {
      this.gaps.push({ name: specifier.name, unknown: registry });
      return;
    }
    const ref = { name: specifier.name, registry: registry.value };
    const brief = await source.packageFacts(ref, "abbreviated", cancel);
    cancel.throwIfAborted();
    const quiet = brief.known
      ? await this.#quietRelease(ref, brief.value, versionTaken(specifier, brief.value), way)
      : null;
    if (quiet !== null) {
      await this.#below(quiet, { path, isOld: true });
      return;
    }
    const full = brief.known && brief.value.detail === "full" ? brief : await source.packageFacts(ref, "full", cancel);
    cancel.throwIfAborted();
    if (!full.known) {
      this.gaps.push({ name: specifier.name, unknown: full });
      return;
    }
    const facts = full.value;
    const version = versionTaken(specifier, facts);
    const release = version === null ? null : (facts.releases.get(version) ?? null);
    const at = version === null ? undefined : facts.times.get(version);
    const isOld = at !== undefined && at <= this.#oldBy;
    if (!(isOld && way.isOld)) {
      this.dependencies.push({
        found: { path, name: specifier.name, version, ...this.#history(facts, version, release), release },
        ref: version === null ? null : { ...ref, version },
      });
    }
    if (release?.scriptsCut === true) this.gaps.push({ name: specifier.name, unknown: SCRIPT_TOO_LONG });
    if (release !== null) await this.#below(release, { path, isOld: isOld || way.isOld });
  }

  async #below(release: ReleaseFacts, way: Way): Promise<void> {
    if (way.path.length <= DEEPEST) await this.follow(dependenciesOf(release), way);
    else if (release.dependencies.size > 0) this.#stop(`what it newly depends on goes deeper than ${DEEPEST} steps`);
  }

  #history(
    facts: PackageFacts,
    version: string | null,
    release: ReleaseFacts | null,
  ): Pick<Unjudged, "firstPublished" | "releases" | "published" | "newScripts" | "accounts"> {
    return {
      ...renownFacts(facts),
      published: version === null ? null : (facts.times.get(version) ?? null),
      newScripts: release === null ? [] : newScripts(release, facts, this.source.cooldownMs),
      accounts: accountsOf(facts.releases.values()),
    };
  }

  /** The release taken, where nothing of it is news: it is old, runs no script nor in one, and the package is not of few releases. */
  async #quietRelease(
    ref: PackageRef,
    facts: PackageFacts,
    version: string | null,
    way: Way,
  ): Promise<ReleaseFacts | null> {
    const release = version === null ? undefined : facts.releases.get(version);
    if (version === null || release === undefined) return null;
    // Below an old release a package that is long there is no news, whatever else it does.
    const isNews =
      release.hasInstallScript !== false || this.#runsAtOnce(ref, release) || this.#mayBeLittleKnown(facts);
    if (!way.isOld && isNews) return null;
    return (await this.source.wasOut({ ...ref, version }, facts, this.#oldBy, this.cancel)) ? release : null;
  }

  /** An install script of the release that takes it up runs a command of it. */
  #runsAtOnce({ name }: PackageRef, release: ReleaseFacts): boolean {
    return !isWidelyUsed(name) && callOf(this.called, name, release) !== null;
  }

  /** Few releases, and nothing to show that the first of them was out a year before. */
  #mayBeLittleKnown(facts: PackageFacts): boolean {
    if (Math.max(facts.releases.size, facts.times.size) > FEW_RELEASES) return false;
    const first = firstPublished(facts) ?? facts.modified;
    return first === null || first > this.at - LITTLE_KNOWN_AGE;
  }

  /** Told once. */
  #stop(reason: string): void {
    if (!this.gaps.some((gap) => gap.unknown.reason === reason))
      this.gaps.push({ name: null, unknown: unknown("not-stated", reason) });
  }

  #isSeen(key: string): boolean {
    if (this.#seen.has(key)) return true;
    if (this.#seen.size === MOST_PACKAGES) this.#stop(`it newly depends on more than ${MOST_PACKAGES} packages`);
    this.#seen.add(key);
    return this.#seen.size > MOST_PACKAGES;
  }
}
