/** Facts first: everything that the rules may ask about a set of releases, with as few look-ups as will do. */
import type { Additions } from "../facts/added.ts";
import type { AdvisoryFacts } from "../facts/advisory.ts";
import { advisoriesAsOf } from "../facts/as-of.ts";
import { establishedBaseline } from "../facts/established.ts";
import { known, unknown } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import type { PackageFacts } from "../facts/package.ts";
import { hostOfAddress } from "../facts/places.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Publication, Subject } from "../facts/subject.ts";
import type { Cancellation, Ports, RegistryRef, ReleaseRef } from "../ports.ts";
import { findAdditions } from "./additions.ts";
import type { AdditionsSource, FoundAdditions } from "./additions.ts";
import { failureOf, guarded } from "./guard.ts";
import type { LockfileHistory } from "./lockfile-history.ts";
import { allPaced, pause, pieces } from "./paced.ts";
import type { PackageSource } from "./package-source.ts";
import { releaseKey } from "./target.ts";
import type { Target } from "./target.ts";

/** Rounds of asking for advisories against baselines: each round steps below one that proved compromised. */
const BASELINE_ROUNDS = 5;

/** Releases gone through between two pauses. */
const STRIDE = 512;

/** Releases in one look-up of advisories: as many as OSV takes in one request. */
const ASKED_AT_ONCE = 1000;

export interface GatherOptions {
  readonly cooldownMs: number;
  /** Releases younger than this are looked into closely, ms. */
  readonly closeInspectionMs: number;
  /** Which registry a name resolves from in this project. */
  readonly registryOf: (name: string) => Promise<RegistryRef>;
  readonly history: LockfileHistory;
}

export type OnProgress = (done: number, total: number) => void;

interface Gathered {
  readonly target: Target;
  readonly package: Fact<PackageFacts>;
  readonly published: Fact<Publication>;
}

/** Gathers the facts of releases. Keeps what it learned of advisories, so that later look-ups spare them. */
export class Gatherer {
  readonly #advisories = new Map<string, AdvisoryFacts>();

  constructor(
    private readonly ports: Ports,
    private readonly source: PackageSource,
    private readonly options: GatherOptions,
  ) {}

  /** One for each target, in order. Throws only when cancelled. */
  async subjects(targets: readonly Target[], cancel: Cancellation, onProgress?: OnProgress): Promise<readonly Subject[]> {
    try {
      return await this.#together(targets, cancel, onProgress);
    } catch (error) {
      cancel.throwIfAborted();
      // One of them is at fault: each by itself, so that it takes no other along.
      this.ports.log.warn(`gathering facts together failed: ${failureOf(error).reason}`);
      return allPaced(targets, (target) => guarded(() => this.subject(target, cancel), (failure) => this.#subject({ target, package: failure, published: failure }, null), cancel), this.ports.clock, cancel);
    }
  }

  async #together(targets: readonly Target[], cancel: Cancellation, onProgress?: OnProgress): Promise<readonly Subject[]> {
    let done = 0;
    const [gathered] = await Promise.all([
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
      this.#lookUpAdvisories(targets.map(({ release }) => release), cancel),
    ]);
    cancel.throwIfAborted();
    const committed = await this.#committedVersions(gathered, cancel);
    const subjects: Subject[] = [];
    for (const facts of gathered) {
      if (subjects.length % STRIDE === STRIDE - 1) await pause(this.ports.clock, cancel);
      subjects.push(this.#subject(facts, committed.get(facts.target) ?? null));
    }
    await this.#lookUpBaselines(gathered, subjects, cancel);
    return this.#withAdditions(subjects, cancel);
  }

  async subject(target: Target, cancel: Cancellation): Promise<Subject> {
    const [gathered] = await Promise.all([this.#gather(target, cancel), this.#lookUpAdvisories([target.release], cancel)]);
    const committed = await this.#committedVersions([gathered], cancel);
    const subject = this.#subject(gathered, committed.get(target) ?? null);
    await this.#lookUpBaselines([gathered], [subject], cancel);
    const [whole = subject] = await this.#withAdditions([subject], cancel);
    return whole;
  }

  fullFacts(ref: ReleaseRef, cancel: Cancellation): Promise<Fact<PackageFacts>> {
    return this.source.packageFacts(ref, "full", cancel);
  }

  /** Advisories against releases, asked for once each. */
  async #lookUpAdvisories(releases: readonly ReleaseRef[], cancel: Cancellation): Promise<void> {
    const wanted = releases.filter((release) => !this.#advisories.has(releaseKey(release)));
    if (wanted.length === 0) return;
    await Promise.all(pieces(wanted, ASKED_AT_ONCE).map(async (piece, turn) => {
      for (let before = 0; before < turn; before++) await pause(this.ports.clock, cancel);
      await this.#askAdvisories(piece, cancel);
    }));
  }

  async #askAdvisories(releases: readonly ReleaseRef[], cancel: Cancellation): Promise<void> {
    const { asOf } = this.ports.clock;
    const answers = await this.ports.advisories.lookup(releases, cancel);
    for (const [index, release] of releases.entries()) {
      const facts = answers[index] ?? { found: [], missing: [unknown("malformed", "the advisory services gave no answer for it")] };
      this.#advisories.set(releaseKey(release), asOf === null ? facts : advisoriesAsOf(facts, asOf));
    }
  }

  async #gather(target: Target, cancel: Cancellation): Promise<Gathered> {
    const { release } = target;
    if (target.direct) return this.#gatherFull(target, cancel);
    const abbreviated = await this.source.packageFacts(release, "abbreviated", cancel);
    cancel.throwIfAborted();
    // A package that was unpublished whole has no versions in its abbreviated form, which makes it none; the full one says why.
    if (!abbreviated.known && abbreviated.code === "malformed") return this.#gatherFull(target, cancel);
    if (!abbreviated.known || abbreviated.value.detail === "full") return this.#finish(target, abbreviated, cancel);
    const entry = abbreviated.value.releases.get(release.version);
    const runsScripts = target.lockedInstallScript === true || entry?.hasInstallScript === true;
    const scriptsUntold = target.lockedInstallScript === null && entry?.hasInstallScript === null;
    const isOrdinary = entry !== undefined && !runsScripts && !scriptsUntold && !abbreviated.value.securityHolder;
    if (!isOrdinary) return this.#gatherFull(target, cancel);
    const proven = await this.#proveAge(release, abbreviated.value, entry.tarball, Math.max(this.options.cooldownMs, this.options.closeInspectionMs), cancel);
    cancel.throwIfAborted();
    return proven === null ? this.#gatherFull(target, cancel) : { target, package: abbreviated, published: known(proven) };
  }

  async #gatherFull(target: Target, cancel: Cancellation): Promise<Gathered> {
    return this.#finish(target, await this.source.packageFacts(target.release, "full", cancel), cancel);
  }

  async #finish(target: Target, facts: Fact<PackageFacts>, cancel: Cancellation): Promise<Gathered> {
    cancel.throwIfAborted();
    return { target, package: facts, published: await this.#publication(target, facts, cancel) };
  }

  /** The cheap proofs that a release is no younger than an age (ms); null where neither holds. */
  async #proveAge(release: ReleaseRef, facts: PackageFacts, tarball: string | null, age: number, cancel: Cancellation): Promise<Publication | null> {
    const oldEnough = this.ports.clock.now() - age;
    if (facts.modified !== null && facts.modified <= oldEnough) return { exact: false, notAfter: facts.modified };
    if (tarball === null) return null;
    const modified = await this.ports.registry.tarballModified(release, tarball, cancel);
    return modified.known && modified.value <= oldEnough ? { exact: false, notAfter: modified.value } : null;
  }

  async #publication(target: Target, facts: Fact<PackageFacts>, cancel: Cancellation): Promise<Fact<Publication>> {
    const { release } = target;
    if (facts.known) {
      const at = facts.value.times.get(release.version);
      if (at !== undefined) return known({ exact: true, at });
      const entry = facts.value.releases.get(release.version);
      const proven = await this.#proveAge(release, facts.value, entry?.tarball ?? null, this.options.cooldownMs, cancel);
      if (proven !== null) return known(proven);
      cancel.throwIfAborted();
    }
    const locked = await this.options.history.lockedSince(target, this.ports.clock.now() - this.options.cooldownMs, cancel);
    if (locked !== null) return known({ exact: false, notAfter: locked });
    return facts.known ? unknown("not-stated", `${registryHost(release)} does not say when it was published`) : facts;
  }

  /** From the commit checked out, only for releases that run a script and have no established version before them. */
  async #committedVersions(gathered: readonly Gathered[], cancel: Cancellation): Promise<ReadonlyMap<Target, string>> {
    const found = new Map<Target, string>();
    for (const [index, facts] of gathered.entries()) {
      if (index % STRIDE === STRIDE - 1) await pause(this.ports.clock, cancel);
      const subject = this.#subject(facts, null);
      const release = releaseOf(subject);
      if (!release.known || release.value.hasInstallScript !== true) continue;
      if (establishedBaseline(subject, this.options.cooldownMs) !== null) continue;
      const version = await this.options.history.committedVersion(facts.target, cancel);
      cancel.throwIfAborted();
      if (version !== null) found.set(facts.target, version);
    }
    return found;
  }

  /** A baseline must itself be free of advisories: ask about those that the rules will compare with. */
  async #lookUpBaselines(gathered: readonly Gathered[], subjects: readonly Subject[], cancel: Cancellation): Promise<void> {
    for (let round = 0; round < BASELINE_ROUNDS; round++) {
      const asked: ReleaseRef[] = [];
      for (const [index, subject] of subjects.entries()) {
        const facts = gathered[index];
        const release = releaseOf(subject);
        if (facts === undefined || !release.known || (release.value.hasInstallScript !== true && !this.#isYoung(subject))) continue;
        const baseline = establishedBaseline(subject, this.options.cooldownMs);
        const ref = baseline === null ? null : { ...facts.target.release, version: baseline.version };
        if (ref !== null && !this.#advisories.has(releaseKey(ref))) asked.push(ref);
      }
      if (asked.length === 0) return;
      cancel.throwIfAborted();
      await this.#lookUpAdvisories(asked, cancel);
    }
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

  async #wasOut(release: ReleaseRef, facts: PackageFacts, by: number, cancel: Cancellation): Promise<boolean> {
    const at = facts.times.get(release.version);
    if (at !== undefined) return at <= by;
    const age = this.ports.clock.now() - by;
    return (await this.#proveAge(release, facts, facts.releases.get(release.version)?.tarball ?? null, age, cancel)) !== null;
  }

  /** What the young ones among them newly depend on, with the advisories against that. */
  async #withAdditions(subjects: readonly Subject[], cancel: Cancellation): Promise<readonly Subject[]> {
    const young = subjects.flatMap((subject, index) => {
      const at = this.#youngSince(subject);
      const release = at === null ? null : releaseOf(subject);
      const baseline = release?.known === true ? establishedBaseline(subject, this.options.cooldownMs) : null;
      return baseline === null || at === null || release?.known !== true ? [] : [{ index, at, release: release.value, baseline }];
    });
    if (young.length === 0) return subjects;
    const { registryOf, closeInspectionMs, cooldownMs } = this.options;
    const source: AdditionsSource = { cooldownMs, closeInspectionMs, registryOf, packageFacts: this.source.packageFacts.bind(this.source), wasOut: this.#wasOut.bind(this) };
    const found = await allPaced(young, (one) => guarded(() => findAdditions(one, source, cancel), (failure) => ({ comparedWith: one.baseline.version, dependencies: [], exotic: [], gaps: [{ name: null, unknown: failure }] }), cancel), this.ports.clock, cancel);
    await this.#lookUpAdvisories(found.flatMap(({ dependencies }) => dependencies.flatMap(({ ref }) => ref ?? [])), cancel);
    cancel.throwIfAborted();
    const added = new Map(found.map((additions, at) => [young[at]?.index, this.#judgedAdditions(additions)]));
    return subjects.map((subject, index) => ({ ...subject, added: added.get(index) ?? null }));
  }

  #judgedAdditions({ dependencies, ...rest }: FoundAdditions): Additions {
    return { ...rest, dependencies: dependencies.map(({ found, ref }) => ({ ...found, malware: ref === null ? [] : this.#malwareAgainst(ref) })) };
  }

  #malwareAgainst(release: ReleaseRef): readonly string[] {
    const { asOf } = this.ports.clock;
    const asked = this.#advisories.get(releaseKey(release))?.found ?? [];
    const bundled = this.ports.catalogue.advisories(release.name, release.version).filter(({ published }) => asOf === null || (published !== null && published <= asOf));
    return [...new Set([...asked, ...bundled].filter(({ malware }) => malware).map(({ id }) => id))];
  }

  #subject({ target, package: facts, published }: Gathered, committedVersion: string | null): Subject {
    const { release } = target;
    const { catalogue } = this.ports;
    return {
      name: release.name,
      version: release.version,
      registryHost: registryHost(release),
      hasRegistry: hostOfAddress(release.registry.url) !== null,
      direct: target.direct,
      lockedInstallScript: target.lockedInstallScript,
      package: facts,
      published,
      advisories: this.#advisories.get(releaseKey(release)) ?? { found: [], missing: [] },
      disputed: catalogue.disputed(release.name, release.version),
      isCompromised: (version) => this.#isCompromised({ ...release, version }),
      added: null,
      locked: target.locked.map(({ uri, locked: { versionSpan, integrity, resolved, source, insteadOf, bundled }, usualHosts }) => ({ uri, start: versionSpan.start, integrity, resolved, source, insteadOf, isBundled: bundled, usualHosts })),
      asked: target.declared.flatMap(({ uri, span, range }) => (range === null ? [] : [{ uri, start: span.start, range }])),
      committedVersion,
    };
  }

  #isCompromised(release: ReleaseRef): boolean {
    const { asOf } = this.ports.clock;
    const asked = this.#advisories.get(releaseKey(release));
    if (asked?.found.some((advisory) => advisory.malware) === true) return true;
    return this.ports.catalogue.advisories(release.name, release.version).some(({ published }) => asOf === null || (published !== null && published <= asOf));
  }
}

/** The host alone, for messages. */
export function registryHost({ registry }: ReleaseRef): string {
  return hostOfAddress(registry.url) ?? "its registry";
}
