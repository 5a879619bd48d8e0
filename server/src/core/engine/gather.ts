/** Facts first: everything that the rules may ask about a set of releases, with as few look-ups as will do. */
import { renownFacts, renownOf } from "../facts/added.ts";
import type { Additions } from "../facts/added.ts";
import { establishedBaseline } from "../facts/established.ts";
import { known } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import { surelyFirstPublished } from "../facts/package.ts";
import type { PackageFacts } from "../facts/package.ts";
import { changedScripts } from "../facts/script-effects.ts";
import { isOnlyBundled, releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import type { Cancellation, Ports, RegistryRef, ReleaseRef } from "../ports.ts";
import { additionsTo } from "./additions.ts";
import type { AdditionsSource } from "./additions.ts";
import { subjectOf } from "./gathered.ts";
import type { Committed, Gathered } from "./gathered.ts";
import { failureOf, guarded } from "../facts/guard.ts";
import type { ProjectHistory } from "./project-history.ts";
import { allPaced, pause } from "./paced.ts";
import type { PackageSource, ReleaseAnswer } from "./package-source.ts";
import { Publications } from "./publication.ts";
import { ReleaseAdvisories } from "./release-advisories.ts";
import type { Target } from "../project/target.ts";
import { versionTaken } from "../ranges.ts";
import { DAY } from "../util/duration.ts";

/** Rounds of asking for advisories against baselines: each round steps below one that proved compromised. */
const BASELINE_ROUNDS = 5;

const NOT_LOOKED_UP: Committed = { committedVersion: null, isNewlyTaken: null, lockedBeforeFirst: null };

/**
 * Nobody gets a name that was unpublished sooner, and no clock is more than that wrong by its time zone, ms.
 * https://docs.npmjs.com/policies/unpublish
 */
const REUSE_DELAY = DAY;

/** Releases gone through between two pauses. */
const STRIDE = 512;

/** Ranges for one release that are followed to what they take: workspaces may ask for it by many. */
const MOST_RANGES = 10;
/** Choices of a version, each among all that there are, between two pauses. */
const PICKS_AT_ONCE = 16;

export interface GatherOptions {
  readonly cooldownMs: number;
  /** Releases younger than this are looked into closely, ms. */
  readonly closeInspectionMs: number;
  /** Which registry is asked for a name that only a release speaks of; unknown where none is. */
  readonly registryOf: (name: string) => Promise<Fact<RegistryRef>>;
  readonly history: ProjectHistory;
}

export type OnProgress = (done: number, total: number) => void;

/** Gathers the facts of releases. Keeps what it learned of advisories, so that later look-ups spare them. */
export class Gatherer {
  readonly #advisories: ReleaseAdvisories;
  readonly #publications: Publications;
  /** What else was asked about for a target. */
  readonly #asked = new Map<Target, ReleaseRef[]>();

  constructor(
    private readonly ports: Ports,
    private readonly source: PackageSource,
    private readonly options: GatherOptions,
  ) {
    this.#advisories = new ReleaseAdvisories(ports);
    this.#publications = new Publications({ ...ports, source }, options.cooldownMs);
  }

  /** Nothing that was asked for the target, nor for others of its package, has proved compromised. */
  isApart(target: Target): boolean {
    return (
      !this.#advisories.hasCompromised(target.release.name) &&
      this.#asked.get(target)?.some((release) => this.#advisories.isCompromised(release)) !== true
    );
  }

  /** One for each target, in order. Throws only when cancelled. */
  async subjects(
    targets: readonly Target[],
    cancel: Cancellation,
    onProgress?: OnProgress,
  ): Promise<readonly Subject[]> {
    try {
      return await this.#together(targets, cancel, onProgress);
    } catch (error) {
      cancel.throwIfAborted();
      // One of them is at fault: each by itself, so that it takes no other along.
      this.ports.log.warn(`gathering facts together failed: ${failureOf(error).reason}`);
      return allPaced(
        targets,
        (target) =>
          guarded(
            () => this.subject(target, cancel),
            (failure) =>
              this.#subject({ target, package: failure, distribution: null, published: failure }, NOT_LOOKED_UP),
            cancel,
          ),
        this.ports.clock,
        cancel,
      );
    }
  }

  async #together(
    targets: readonly Target[],
    cancel: Cancellation,
    onProgress?: OnProgress,
  ): Promise<readonly Subject[]> {
    let done = 0;
    const [briefly] = await Promise.all([
      allPaced(
        targets,
        async (target) => {
          const facts = await this.#gather(target, cancel);
          onProgress?.(++done, targets.length);
          return facts;
        },
        this.ports.clock,
        cancel,
      ),
      this.#advisories.lookUp(
        targets.map(({ release }) => release),
        cancel,
      ),
    ]);
    cancel.throwIfAborted();
    const gathered = await allPaced(
      briefly,
      (facts) => this.#wholeIfCompromised(facts, cancel),
      this.ports.clock,
      cancel,
    );
    cancel.throwIfAborted();
    const committed = await this.#committed(gathered, cancel);
    const subjects: Subject[] = [];
    for (const facts of gathered) {
      if (subjects.length % STRIDE === STRIDE - 1) await pause(this.ports.clock, cancel);
      subjects.push(this.#subject(facts, committed.get(facts.target) ?? NOT_LOOKED_UP));
    }
    await this.#lookUpUpdates(gathered, cancel);
    await this.#lookUpBaselines(gathered, subjects, cancel);
    return this.#withAdditions(targets, subjects, cancel);
  }

  async subject(target: Target, cancel: Cancellation): Promise<Subject> {
    const [briefly] = await Promise.all([
      this.#gather(target, cancel),
      this.#advisories.lookUp([target.release], cancel),
    ]);
    const gathered = await this.#wholeIfCompromised(briefly, cancel);
    const committed = await this.#committed([gathered], cancel);
    const subject = this.#subject(gathered, committed.get(target) ?? NOT_LOOKED_UP);
    await this.#lookUpUpdates([gathered], cancel);
    await this.#lookUpBaselines([gathered], [subject], cancel);
    const [whole = subject] = await this.#withAdditions([target], [subject], cancel);
    return whole;
  }

  fullFacts(ref: ReleaseRef, cancel: Cancellation): Promise<Fact<PackageFacts>> {
    return this.source.packageFacts(ref, "full", cancel);
  }

  async #gather(target: Target, cancel: Cancellation): Promise<Gathered> {
    const { release } = target;
    if (target.direct) return this.#gatherFull(target, cancel);
    const answer = await this.source.release(release, "abbreviated", cancel);
    const { package: abbreviated, distribution } = answer;
    cancel.throwIfAborted();
    // A package that was unpublished whole has no versions in its abbreviated form, which makes it none; the full one says why.
    if (!abbreviated.known && abbreviated.code === "malformed") return this.#gatherFull(target, cancel);
    if (!abbreviated.known || abbreviated.value.detail === "full") return this.#finish(target, answer, cancel);
    const entry = abbreviated.value.releases.get(release.version);
    const runsScripts = target.lockedInstallScript === true || entry?.hasInstallScript === true;
    const scriptsUntold = target.lockedInstallScript === null && entry?.hasInstallScript === null;
    const isOrdinary = entry !== undefined && !runsScripts && !scriptsUntold && !abbreviated.value.securityHolder;
    if (!isOrdinary) return this.#gatherFull(target, cancel);
    const proven = await this.#publications.provenAge(
      release,
      abbreviated.value,
      Math.max(this.options.cooldownMs, this.options.closeInspectionMs),
      cancel,
    );
    cancel.throwIfAborted();
    return proven === null
      ? this.#gatherFull(target, cancel)
      : { target, package: abbreviated, distribution, published: known(proven) };
  }

  /** Whether an advisory may be a mistake hangs on how long the package has been served, which the brief form does not say. */
  async #wholeIfCompromised(gathered: Gathered, cancel: Cancellation): Promise<Gathered> {
    const { target, package: own } = gathered;
    const isBrief = own.known && own.value.detail === "abbreviated";
    if (!isBrief || !this.#advisories.of(target.release).found.some(({ malware }) => malware)) return gathered;
    const whole = await this.#gatherFull(target, cancel);
    return whole.package.known ? whole : gathered;
  }

  async #gatherFull(target: Target, cancel: Cancellation): Promise<Gathered> {
    return this.#finish(target, await this.source.release(target.release, "full", cancel), cancel);
  }

  async #finish(target: Target, answer: ReleaseAnswer, cancel: Cancellation): Promise<Gathered> {
    cancel.throwIfAborted();
    return { target, ...answer, published: await this.#publications.of(target, answer.package, cancel) };
  }

  /** What the commit checked out says, of the few releases for which that matters. */
  async #committed(gathered: readonly Gathered[], cancel: Cancellation): Promise<ReadonlyMap<Target, Committed>> {
    const found = new Map<Target, Committed>();
    for (const [index, facts] of gathered.entries()) {
      if (index % STRIDE === STRIDE - 1) await pause(this.ports.clock, cancel);
      const { target } = facts;
      const { history } = this.options;
      const committedVersion = this.#hasNewScript(facts) ? await history.committedVersion(target, cancel) : null;
      const isNewlyTaken = this.#isLittleKnown(facts) ? await history.isNewlyTaken(target, cancel) : null;
      const before = this.#beforeItsFirst(facts);
      const lockedBeforeFirst = before === null ? null : await history.lockedBy(target, before, cancel);
      cancel.throwIfAborted();
      if (committedVersion !== null || isNewlyTaken !== null || lockedBeforeFirst !== null)
        found.set(target, { committedVersion, isNewlyTaken, lockedBeforeFirst });
    }
    return found;
  }

  /** It runs a script which no established version before it ran. */
  #hasNewScript(facts: Gathered): boolean {
    const { package: own, target } = facts;
    const release = own.known ? own.value.releases.get(target.release.version) : undefined;
    if (release?.hasInstallScript !== true) return false;
    const baseline = establishedBaseline(this.#subject(facts, NOT_LOOKED_UP), this.options.cooldownMs);
    return baseline === null || changedScripts(release, baseline).length > 0;
  }

  /** A direct dependency on a package that is new, or little known. */
  #isLittleKnown({ package: own, target }: Gathered): boolean {
    return target.direct && own.known && renownOf(renownFacts(own.value), this.ports.clock.now()) !== "known";
  }

  /** Of a locked release that its registry neither lists nor dates: a moment before all that it has of the name, ms since epoch; null for others. */
  #beforeItsFirst({ package: own, target }: Gathered): number | null {
    if (!own.known || own.value.detail !== "full") return null;
    if (target.locked.every((place) => place.locked.bundled)) return null;
    const { version } = target.release;
    if (own.value.releases.has(version) || own.value.times.has(version)) return null;
    if (own.value.securityHolder || own.value.unpublishedAt !== null) return null;
    const first = surelyFirstPublished(own.value);
    return first === null ? null : Math.min(first, this.ports.clock.now()) - REUSE_DELAY;
  }

  /** A baseline must itself be free of advisories: ask about those that the rules will compare with. */
  async #lookUpBaselines(
    gathered: readonly Gathered[],
    subjects: readonly Subject[],
    cancel: Cancellation,
  ): Promise<void> {
    for (let round = 0; round < BASELINE_ROUNDS; round++) {
      const asked: ReleaseRef[] = [];
      for (const [index, subject] of subjects.entries()) {
        const facts = gathered[index];
        const release = releaseOf(subject);
        if (
          facts === undefined ||
          !release.known ||
          (release.value.hasInstallScript !== true && !this.#isYoung(subject))
        )
          continue;
        const baseline = establishedBaseline(subject, this.options.cooldownMs);
        const ref = baseline === null ? null : { ...facts.target.release, version: baseline.version };
        if (ref === null) continue;
        this.#noteAsked(facts.target, [ref]);
        if (!this.#advisories.isAnswered(ref)) asked.push(ref);
      }
      if (asked.length === 0) return;
      cancel.throwIfAborted();
      await this.#advisories.lookUp(asked, cancel);
    }
  }

  /** What the next update of a lockfile would take for the ranges of manifests: that may be known to be compromised. */
  async #lookUpUpdates(gathered: readonly Gathered[], cancel: Cancellation): Promise<void> {
    const asked: ReleaseRef[] = [];
    let picks = 0;
    for (const { target, package: facts } of gathered) {
      if (!facts.known || target.locked.length === 0) continue;
      const ranges = new Set(target.declared.flatMap(({ range }) => range ?? []));
      for (const range of [...ranges].slice(0, MOST_RANGES)) {
        if (picks++ % PICKS_AT_ONCE === PICKS_AT_ONCE - 1) await pause(this.ports.clock, cancel);
        const releases = this.#updatesTo(target.release, range, facts.value);
        this.#noteAsked(target, releases);
        for (const release of releases) if (!this.#advisories.isAnswered(release)) asked.push(release);
      }
    }
    if (asked.length === 0) return;
    cancel.throwIfAborted();
    await this.#advisories.lookUp(asked, cancel);
  }

  /** Others than the release that a range takes today: with the cooldown heeded, and without it. */
  #updatesTo(release: ReleaseRef, range: string, facts: PackageFacts): readonly ReleaseRef[] {
    const specifier = { source: "registry", name: release.name, range, tag: false } as const;
    const now = this.ports.clock.now();
    const isHeldBack = (version: string): boolean =>
      now - (facts.times.get(version) ?? Number.NEGATIVE_INFINITY) < this.options.cooldownMs;
    const newest = versionTaken(specifier, facts);
    const taken = newest !== null && isHeldBack(newest) ? versionTaken(specifier, facts, isHeldBack) : newest;
    const versions = new Set([newest, taken].filter((version) => version !== null && version !== release.version));
    return [...versions].flatMap((version) => (version === null ? [] : [{ ...release, version }]));
  }

  #noteAsked(target: Target, releases: readonly ReleaseRef[]): void {
    this.#asked.set(target, [...(this.#asked.get(target) ?? []), ...releases]);
  }

  #isYoung(subject: Subject): boolean {
    return this.#youngSince(subject) !== null;
  }

  /** When it came out, ms since epoch; null where it is not known to be young. */
  #youngSince({ published }: Subject): number | null {
    if (!published.known || !published.value.exact) return null;
    const { at } = published.value;
    return this.ports.clock.now() - at < this.options.closeInspectionMs ? at : null;
  }

  /** What the young ones among them newly depend on, with the advisories against that. */
  async #withAdditions(
    targets: readonly Target[],
    subjects: readonly Subject[],
    cancel: Cancellation,
  ): Promise<readonly Subject[]> {
    const young = subjects.flatMap((subject, index) => {
      const at = isOnlyBundled(subject) ? null : this.#youngSince(subject);
      const release = at === null ? null : releaseOf(subject);
      const baseline = release?.known === true ? establishedBaseline(subject, this.options.cooldownMs) : null;
      return baseline === null || at === null || release?.known !== true
        ? []
        : [{ index, at, release: release.value, baseline }];
    });
    if (young.length === 0) return subjects;
    const { registryOf, closeInspectionMs, cooldownMs } = this.options;
    const source: AdditionsSource = {
      cooldownMs,
      closeInspectionMs,
      registryOf,
      packageFacts: this.source.packageFacts.bind(this.source),
      wasOut: this.#publications.wasOut.bind(this.#publications),
    };
    const found = await additionsTo(young, source, this.#advisories, this.ports.clock, cancel);
    const added = new Map<number, Additions>();
    for (const [at, { additions, asked }] of found.entries()) {
      const index = young[at]?.index ?? -1;
      const target = targets[index];
      if (target !== undefined) this.#noteAsked(target, asked);
      added.set(index, additions);
    }
    return subjects.map((subject, index) => ({ ...subject, added: added.get(index) ?? null }));
  }

  #subject(gathered: Gathered, committed: Committed): Subject {
    return subjectOf(gathered, committed, this.#advisories, this.ports.catalogue);
  }
}
