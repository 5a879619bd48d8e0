/**
 * What was worked out about one project, kept for its next inspection: what a change does not touch is not worked on
 * again. It holds for as long as what it was worked out from does: the settings, the policy, and facts of a certain age.
 */
import { samePolicy } from "../config/layers.ts";
import { movedPlaces } from "./gathered.ts";
import type { Judged } from "./findings.ts";
import type { Judgement } from "./judge.ts";
import type { PackageSource } from "./package-source.ts";
import type { Exclusions } from "../policy/exclusions.ts";
import type { Advisories } from "../ports.ts";
import type { RuleContext } from "../rules/rule.ts";
import type { NameRegistries } from "./name-registries.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { ReadProject } from "./read.ts";
import { releaseKey } from "../project/target.ts";
import type { DeclaredPlace, LockedPlace, Target, TargetSet } from "../project/target.ts";
import type { UnknownCode } from "../facts/fact.ts";
import type { PlaceRef } from "../facts/places.ts";
import type { Subject } from "../facts/subject.ts";
import type { Settings } from "../settings/settings.ts";

/** How long facts are taken as they are, ms: as long as answers of a registry are. */
const HELD = 5 * 60 * 1000;
/** What a host may answer otherwise when asked again: a release with such a gap is gathered each time. */
const PASSING: ReadonlySet<UnknownCode> = new Set([
  "pending",
  "timeout",
  "unreachable",
  "http",
  "unauthorized",
  "malformed",
]);

/** Standpoints at a time: while a manifest is typed in, its policy is whole at one moment and broken at the next. */
const MOST_STANDPOINTS = 2;

/** What releases are judged from. */
export interface Standpoint {
  readonly context: RuleContext;
  /** The cooldown that would hold without `depwarden.minimumReleaseAge`. */
  readonly projectCooldown: RuleContext["cooldown"];
  /** How old a release has to be before the project's package manager takes it for a range, ms. */
  readonly ageTaken: (name: string, version: string) => number;
  /** What releases were held against so far. */
  readonly exclusions: Exclusions;
}

/** What facts are gathered with. */
export interface Gathering {
  readonly source: PackageSource;
  readonly advisories: Advisories;
}

interface Judging {
  readonly settings: Settings;
  readonly trusted: boolean;
}

/** What facts are gathered with, and what was gathered. */
interface HeldFacts {
  readonly cooldownMs: number;
  readonly closeInspectionMs: number;
  readonly gathering: Gathering;
  byTarget: Map<Target, HeldRelease>;
  readonly byRelease: Map<string, HeldRelease>;
  /** Those of the last inspection, and what was held of each. */
  inOrder: InOrder;
  /** Monotonic, ms. */
  readonly since: number;
}

interface InOrder {
  readonly targets: readonly Target[];
  readonly held: readonly (HeldRelease | null)[];
}

/** What is known of a release at its places. */
export class HeldRelease {
  #judged: readonly (readonly [standpoint: Standpoint, judged: Judged])[] = [];

  constructor(
    readonly target: Target,
    readonly subject: Subject,
  ) {}

  judgedFrom(standpoint: Standpoint): Judged | null {
    return this.#judged.find(([own]) => own === standpoint)?.[1] ?? null;
  }

  keep(standpoint: Standpoint, judged: Judged): void {
    const others = this.#judged.filter(([own]) => own !== standpoint);
    this.#judged = [[standpoint, judged] as const, ...others].slice(0, MOST_STANDPOINTS);
  }

  /** The same at other places. */
  movedTo(target: Target): HeldRelease {
    const places = movedPlaces(this.subject, target);
    const isInPlace = places.locked === this.subject.locked && places.asked === this.subject.asked;
    const moved = new HeldRelease(target, isInPlace ? this.subject : { ...this.subject, ...places });
    moved.#judged = this.#judged.map(([standpoint, judged]) => [standpoint, movedTo(target, moved.subject, judged)]);
    return moved;
  }
}

/** What is judged with, and what was judged. */
interface HeldStandpoint {
  readonly policy: ProjectPolicy;
  readonly lockfiles: string;
  readonly settings: Settings;
  readonly trusted: boolean;
  readonly standpoint: Standpoint;
}

/** Times are monotonic, in ms. */
export class ProjectMemory {
  #facts: HeldFacts | null = null;
  /** Last used first. */
  #standpoints: readonly HeldStandpoint[] = [];
  #names: { readonly names: NameRegistries; readonly of: readonly unknown[] } | null = null;
  #targets: { readonly targets: TargetSet; readonly of: readonly unknown[] } | null = null;

  /** @param lender for an inspection that does not wait for all answers: what is held there serves, and what is gathered is not kept */
  constructor(private readonly lender: ProjectMemory | null = null) {}

  /** Some of the facts are old enough to be asked for anew. */
  isStale(now: number): boolean {
    return this.#facts !== null && now - this.#facts.since > HELD;
  }

  /** The same as before, for as long as nothing of what it hangs on changes. */
  standpoint(
    policy: ProjectPolicy,
    { governing }: Pick<ReadProject, "governing">,
    { settings, trusted }: Judging,
    make: () => Standpoint,
  ): Standpoint {
    if (this.lender !== null) return this.lender.standpoint(policy, { governing }, { settings, trusted }, make);
    const lockfiles = JSON.stringify(governing.map(({ format, formatVersion }) => [format, formatVersion]));
    const present = this.#standpoints.find(
      (held) =>
        held.settings === settings &&
        held.trusted === trusted &&
        held.lockfiles === lockfiles &&
        isSamePolicy(held.policy, policy),
    );
    const held = present ?? { policy, lockfiles, settings, trusted, standpoint: make() };
    this.#standpoints = [held, ...this.#standpoints.filter((other) => other !== held)].slice(0, MOST_STANDPOINTS);
    return held.standpoint;
  }

  gathering(
    { context }: Standpoint,
    { settings }: Pick<Judging, "settings">,
    now: number,
    make: () => Gathering,
  ): Gathering {
    const { ms: cooldownMs } = context.cooldown;
    const { closeInspectionMs } = settings;
    const held = this.#facts;
    if (held?.cooldownMs === cooldownMs && held.closeInspectionMs === closeInspectionMs) return held.gathering;
    const gathering = make();
    this.#facts = {
      cooldownMs,
      closeInspectionMs,
      gathering,
      byTarget: new Map(),
      byRelease: new Map(),
      inOrder: { targets: [], held: [] },
      since: now,
    };
    return gathering;
  }

  names(project: ReadProject, make: () => NameRegistries): NameRegistries {
    if (this.lender !== null) return this.lender.names(project, make);
    const { lockfiles, manifests, configured, folder } = project;
    const of = [folder, ...lockfiles, ...configured, ...manifests.map(({ document }) => document.model.name)];
    if (this.#names === null || this.#names.names.isUnsettled || !areSame(this.#names.of, of))
      this.#names = { names: make(), of };
    return this.#names.names;
  }

  /** Registries may have changed: what is known of releases stays for those that resolve as before. */
  forgetNames(): void {
    this.#names = null;
  }

  /** `of`: everything that the targets hang on, compared by identity. */
  async lockedTargets(of: readonly unknown[], make: () => Promise<TargetSet>): Promise<TargetSet> {
    if (this.lender !== null) return this.lender.lockedTargets(of, make);
    if (this.#targets !== null && areSame(this.#targets.of, of)) return this.#targets.targets;
    const targets = await make();
    this.#targets = { targets, of };
    return targets;
  }

  /**
   * What is known of a release, at the places that it has now; null where it is to be gathered.
   *
   * @param index where it is among the targets: mostly where it was before
   */
  held(target: Target, index: number): HeldRelease | null {
    if (this.lender !== null) return this.lender.held(target, index);
    const before = this.#facts?.inOrder.targets[index] === target ? this.#facts.inOrder.held[index] : null;
    if (before !== null && before !== undefined) return before;
    const same = this.#facts?.byTarget.get(target);
    const held = same ?? this.#facts?.byRelease.get(releaseKey(target.release));
    if (held === undefined) return null;
    if (same !== undefined) return same;
    if (!isSameTarget(held.target, target)) return null;
    const moved = held.movedTo(target);
    this.#keep(moved);
    return moved;
  }

  /** @param gathering what it was gathered with */
  keep(gathering: Gathering, target: Target, subject: Subject): HeldRelease | null {
    if (this.lender !== null || this.#facts?.gathering !== gathering || hasFailed(subject)) return null;
    const held = new HeldRelease(target, subject);
    this.#keep(held);
    return held;
  }

  /** Drops what no target has any more. */
  retain(targets: readonly Target[], held: readonly (HeldRelease | null)[]): void {
    const facts = this.#facts;
    if (this.lender !== null || facts === null) return;
    facts.inOrder = { targets, held };
    if (facts.byTarget.size > 2 * targets.length + SPARE) {
      const pairs = targets.map((target) => [target, facts.byTarget.get(target)] as const);
      facts.byTarget = new Map(
        pairs.flatMap(([target, held]) => (held === undefined ? [] : [[target, held] as const])),
      );
    }
    if (facts.byRelease.size <= targets.length + SPARE) return;
    const present = new Set(targets.map(({ release }) => releaseKey(release)));
    for (const key of facts.byRelease.keys()) if (!present.has(key)) facts.byRelease.delete(key);
  }

  #keep(held: HeldRelease): void {
    this.#facts?.byTarget.set(held.target, held);
    this.#facts?.byRelease.set(releaseKey(held.target.release), held);
  }
}

/** Releases that may be held though no target has them any more. */
const SPARE = 1000;

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

function isSamePolicy(a: ProjectPolicy, b: ProjectPolicy): boolean {
  return (
    JSON.stringify([a.installers.all, a.installers.main]) === JSON.stringify([b.installers.all, b.installers.main]) &&
    samePolicy(a.files, b.files)
  );
}

function hasFailed(subject: Subject): boolean {
  const facts = [subject.package, subject.published, ...subject.advisories.missing];
  const added = subject.added?.gaps.map((gap) => gap.unknown) ?? [];
  return [...facts, ...added].some((fact) => !fact.known && PASSING.has(fact.code));
}

/** The same but for where in the texts it is. */
function isSameTarget(a: Target, b: Target): boolean {
  return (
    a.direct === b.direct &&
    a.lockedInstallScript === b.lockedInstallScript &&
    a.range === b.range &&
    a.instead === b.instead &&
    JSON.stringify(a.ownName) === JSON.stringify(b.ownName) &&
    a.release.registry.isPublic === b.release.registry.isPublic &&
    a.release.registry.refused === b.release.registry.refused &&
    a.locked.length === b.locked.length &&
    a.declared.length === b.declared.length &&
    a.locked.every((place, index) => isSameLocked(place, b.locked[index])) &&
    a.declared.every((place, index) => isSameDeclared(place, b.declared[index]))
  );
}

function isSameLocked(a: LockedPlace, b: LockedPlace | undefined): boolean {
  if (a.uri !== b?.uri || a.format !== b.format) return false;
  if (a.usualHosts !== b.usualHosts && [...a.usualHosts].join(" ") !== [...b.usualHosts].join(" ")) return false;
  const [one, other] = [a.locked, b.locked];
  if (one === other && a.comparison === b.comparison) return true;
  return (
    isSameEntry(a, b) &&
    one.key === other.key &&
    one.name === other.name &&
    one.version === other.version &&
    one.source === other.source &&
    one.resolved === other.resolved &&
    one.integrity === other.integrity &&
    one.otherVersion === other.otherVersion &&
    one.outOf === other.outOf &&
    one.hasInstallScript === other.hasInstallScript &&
    one.bundled === other.bundled &&
    one.isUnasked === other.isUnasked &&
    one.bundledScripts?.join("\n") === other.bundledScripts?.join("\n") &&
    one.insteadOf?.name === other.insteadOf?.name &&
    one.insteadOf?.range === other.insteadOf?.range &&
    (one.brings === other.brings || JSON.stringify(one.brings) === JSON.stringify(other.brings))
  );
}

function isSameEntry({ comparison, locked }: LockedPlace, other: LockedPlace): boolean {
  if (comparison === null || other.comparison === null) return comparison === other.comparison;
  return comparison.isSame(locked.id, other.comparison, other.locked.id);
}

function isSameDeclared(a: DeclaredPlace, b: DeclaredPlace | undefined): boolean {
  return a.uri === b?.uri && a.alias === b.alias && a.range === b.range && a.takes === b.takes;
}

/** What was judged of a release, with its places where they are now. */
function movedTo(target: Target, subject: Subject, judged: Judged): Judged {
  const before = judged.subject;
  if (judged.judgements.length === 0 || before === subject) return { ...judged, target, subject };
  const startOf = new Map<string, number>();
  const note = (places: readonly PlaceRef[], now: readonly PlaceRef[]): void => {
    for (const [index, { uri, start }] of places.entries()) startOf.set(`${start} ${uri}`, now[index]?.start ?? start);
  };
  note(before.locked, subject.locked);
  note(before.asked, subject.asked);
  const moved = (judgement: Judgement): Judgement =>
    judgement.at === undefined
      ? judgement
      : {
          ...judgement,
          at: judgement.at.map(({ uri, start }) => ({ uri, start: startOf.get(`${start} ${uri}`) ?? start })),
        };
  return { ...judged, target, subject, judgements: judged.judgements.map(moved) };
}
