/**
 * Versions to go to instead of one that was found wanting. Safe is: served, not deprecated, older than the cooldown,
 * free of findings of warning and up with nothing left unknown, and no prerelease unless the range is one.
 */
import { compare, lt, major, parse, prerelease, rcompare, satisfies } from "semver";
import type { Fact } from "../facts/fact.ts";
import type { PackageFacts } from "../facts/package.ts";
import type { Subject } from "../facts/subject.ts";
import type { Cancellation } from "../ports.ts";
import { takesPrereleases } from "../ranges.ts";
import type { RuleContext } from "../rules/rule.ts";
import type { Settings } from "../settings/settings.ts";
import type { SafeVersions } from "../fixes/fix.ts";
import type { Gatherer } from "./gather.ts";
import { safetyOf } from "./judge.ts";
import type { Safety } from "./judge.ts";
import type { Target } from "../project/target.ts";

/** Candidates asked about at once, and at most, for each kind of choice. */
const BATCH = 4;
const MOST = 16;

export interface SafeVersionSearch {
  readonly gatherer: Gatherer;
  readonly settings: Settings;
  readonly context: RuleContext;
  lastGood(name: string, version: string): string | null;
}

/** null where no safe version is known. */
export async function safeVersions(
  subject: Subject,
  target: Target,
  search: SafeVersionSearch,
  cancel: Cancellation,
): Promise<SafeVersions | null> {
  const facts = await search.gatherer.fullFacts(target.release, cancel);
  cancel.throwIfAborted();
  const candidates =
    !facts.known || hadNoPast(subject, facts.value, search.context)
      ? []
      : candidatesOf(target, facts.value, search.context);
  const choices = new Choices(target, search, cancel);
  const { version } = subject;
  const inRange =
    target.range === null ? [] : candidates.filter((candidate) => satisfies(candidate, target.range ?? ""));
  const lower = candidates.filter((candidate) => lt(candidate, version));
  const previous = await choices.firstSafe(lower.filter((candidate) => major(candidate) === major(version)));
  const newest = await choices.firstSafe(candidates);
  const preferred = (await choices.firstSafe(inRange)) ?? previous ?? newest;
  const below = previous ?? (preferred === null ? null : await choices.firstSafe(lower));
  // While a better one may still prove safe, none is named that would give way to it a moment later.
  if (choices.areAwaited || (!facts.known && facts.code === "pending")) return null;
  if (preferred !== null) return choices.of(preferred, below, newest);
  const lastGood = search.lastGood(subject.name, version);
  if (lastGood === null || !(await holdsStill(lastGood, facts, choices))) return null;
  return choices.of(lastGood, lastGood, null);
}

/** What an incident's reports name as the version to go back to holds where it is safe, or nobody could be asked about it: offline too. */
async function holdsStill(lastGood: string, facts: Fact<PackageFacts>, choices: Choices): Promise<boolean> {
  const isGone = facts.known ? !facts.value.releases.has(lastGood) : facts.code === "not-found";
  if (isGone) return false;
  const safety = await choices.safetyOf(lastGood);
  return safety === "safe" || safety === "unknown";
}

/** A package that had nothing established before its compromised version was made for the attack: none of its versions is safe. */
function hadNoPast(subject: Subject, { times }: PackageFacts, { cooldown }: RuleContext): boolean {
  if (!subject.isCompromised(subject.version)) return false;
  const at = times.get(subject.version);
  return at !== undefined && ![...times.values()].some((other) => other <= at - cooldown.ms);
}

/** Versions that the packument alone does not rule out, newest first. */
function candidatesOf({ release, range }: Target, facts: PackageFacts, context: RuleContext): readonly string[] {
  if (parse(release.version) === null) return [];
  const wantPrereleases = range !== null && takesPrereleases(range);
  return [...facts.releases.keys()]
    .filter((version) => isCandidate(version, facts, release.version, wantPrereleases, context))
    .sort(rcompare);
}

function isCandidate(
  version: string,
  facts: PackageFacts,
  current: string,
  wantPrereleases: boolean,
  { now, cooldown }: RuleContext,
): boolean {
  if (parse(version) === null || compare(version, current) === 0) return false;
  if (prerelease(version) !== null && !wantPrereleases) return false;
  const at = facts.times.get(version);
  return at !== undefined && now - at >= cooldown.ms && facts.releases.get(version)?.deprecated === null;
}

/** What was found of candidates, each looked into once. */
class Choices {
  readonly #found = new Map<string, Safety>();
  readonly #integrities = new Map<string, string>();
  /** A candidate was passed over because answers about it are not in yet. */
  areAwaited = false;

  constructor(
    private readonly target: Target,
    private readonly search: SafeVersionSearch,
    private readonly cancel: Cancellation,
  ) {}

  async firstSafe(candidates: readonly string[]): Promise<string | null> {
    for (let from = 0; from < Math.min(candidates.length, MOST); from += BATCH) {
      const batch = candidates.slice(from, from + BATCH);
      await this.#lookInto(batch);
      for (const version of batch) {
        const safety = this.#found.get(version);
        if (safety === "safe") return version;
        if (safety === "awaited") this.areAwaited = true;
      }
    }
    return null;
  }

  of(preferred: string, previous: string | null, newest: string | null): SafeVersions {
    const chosen = new Set([preferred, previous, newest]);
    const integrities = new Map([...this.#integrities].filter(([version]) => chosen.has(version)));
    return { preferred, previous, newest, integrities };
  }

  async safetyOf(version: string): Promise<Safety> {
    await this.#lookInto([version]);
    return this.#found.get(version) ?? "unknown";
  }

  async #lookInto(versions: readonly string[]): Promise<void> {
    const { gatherer, settings, context } = this.search;
    const unseen = versions.filter((version) => !this.#found.has(version));
    const subjects = await gatherer.subjects(
      unseen.map((version) => candidate(this.target, version)),
      this.cancel,
    );
    for (const subject of subjects) {
      this.#found.set(subject.version, safetyOf(subject, settings, context));
      const integrity = subject.distribution?.integrity ?? null;
      if (integrity !== null) this.#integrities.set(subject.version, integrity);
    }
  }
}

function candidate(target: Target, version: string): Target {
  return {
    release: { ...target.release, version },
    direct: true,
    lockedInstallScript: null,
    range: target.range,
    locked: [],
    declared: [],
  };
}
