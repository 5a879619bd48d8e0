/**
 * Versions to go to instead of one that was found wanting. Safe is: served, not deprecated, older than the cooldown,
 * free of findings of warning and up with nothing left unknown, and no prerelease unless the range is one.
 */
import { parse, Range, type SemVer } from "semver";
import type { Fact } from "../facts/fact.ts";
import { isPrerelease, orderOf, type OrderedRelease } from "../facts/ordered.ts";
import type { PackageFacts } from "../facts/package.ts";
import type { Subject } from "../facts/subject.ts";
import { registryKey, type Cancellation } from "../ports.ts";
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
  /** What was found of candidates, for all who search: thousands of locked versions of one package have the same ones. */
  readonly found: Map<string, Promise<Candidate>>;
}

export interface Candidate {
  readonly safety: Safety;
  /** As the registry states it; null where it does not. */
  readonly integrity: string | null;
}

const UNKNOWN: Candidate = { safety: "unknown", integrity: null };

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
  if (target.instead !== undefined && candidates.length > 0) {
    const safety = await choices.safetyOf(target.instead);
    if (safety === "awaited") return null;
    if (safety === "safe") return { ...choices.of(target.instead, null, null), isAsked: true };
  }
  const { version } = subject;
  const own = parse(version);
  const range = rangeOf(target.range);
  const inRange = range === null ? [] : candidates.filter(({ parsed }) => range.test(parsed));
  const lower = own === null ? [] : candidates.filter(({ parsed }) => parsed.compare(own) < 0);
  const previous = await choices.firstSafe(lower.filter(({ parsed }) => parsed.major === own?.major));
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

/**
 * A package that had nothing established before its compromised version was made for the attack: none of its versions is
 * safe. Nor is any of another's package under the same name.
 */
function hadNoPast(subject: Subject, { times }: PackageFacts, { cooldown }: RuleContext): boolean {
  if (subject.lockedBeforeFirst !== null) return true;
  if (!subject.isCompromised(subject.version)) return false;
  const at = times.get(subject.version);
  return at !== undefined && ![...times.values()].some((other) => other <= at - cooldown.ms);
}

/** null: no range is stated, or it is not one of semver. */
function rangeOf(text: string | null): Range | null {
  try {
    return text === null ? null : new Range(text);
  } catch {
    return null;
  }
}

/** Versions that the packument alone does not rule out, newest first. */
function candidatesOf(
  { release, range }: Target,
  facts: PackageFacts,
  context: RuleContext,
): readonly OrderedRelease[] {
  const current = parse(release.version);
  if (current === null) return [];
  const wantPrereleases = range !== null && takesPrereleases(range);
  return orderOf(facts).releases.filter((one) => isCandidate(one, facts, current, wantPrereleases, context));
}

function isCandidate(
  { version, parsed, release }: OrderedRelease,
  { times }: PackageFacts,
  current: SemVer,
  wantPrereleases: boolean,
  { now, cooldown }: RuleContext,
): boolean {
  if (parsed.compare(current) === 0 || (isPrerelease(parsed) && !wantPrereleases)) return false;
  const at = times.get(version);
  return at !== undefined && now - at >= cooldown.ms && release.deprecated === null;
}

/** What was found of the candidates of one search. */
class Choices {
  readonly #found = new Map<string, Candidate>();
  /** A candidate was passed over because answers about it are not in yet. */
  areAwaited = false;

  constructor(
    private readonly target: Target,
    private readonly search: SafeVersionSearch,
    private readonly cancel: Cancellation,
  ) {}

  async firstSafe(candidates: readonly OrderedRelease[]): Promise<string | null> {
    for (let from = 0; from < Math.min(candidates.length, MOST); from += BATCH) {
      const batch = candidates.slice(from, from + BATCH).map(({ version }) => version);
      await this.#lookInto(batch);
      for (const version of batch) {
        const safety = this.#found.get(version)?.safety;
        if (safety === "safe") return version;
        if (safety === "awaited") this.areAwaited = true;
      }
    }
    return null;
  }

  of(preferred: string, previous: string | null, newest: string | null): SafeVersions {
    const integrities = new Map<string, string>();
    for (const version of [preferred, previous, newest]) {
      const integrity = version === null ? null : (this.#found.get(version)?.integrity ?? null);
      if (version !== null && integrity !== null) integrities.set(version, integrity);
    }
    return { preferred, previous, newest, integrities };
  }

  async safetyOf(version: string): Promise<Safety> {
    await this.#lookInto([version]);
    return this.#found.get(version)?.safety ?? "unknown";
  }

  async #lookInto(versions: readonly string[]): Promise<void> {
    const { found } = this.search;
    const unseen = versions.filter((version) => !found.has(this.#key(version)));
    const candidates = this.#candidates(unseen);
    for (const [index, version] of unseen.entries())
      found.set(
        this.#key(version),
        candidates.then((all) => all[index] ?? UNKNOWN),
      );
    for (const version of versions) this.#found.set(version, (await found.get(this.#key(version))) ?? UNKNOWN);
  }

  async #candidates(versions: readonly string[]): Promise<readonly Candidate[]> {
    if (versions.length === 0) return [];
    const { gatherer, settings, context } = this.search;
    const targets = versions.map((version) => candidate(this.target, version));
    const subjects = await gatherer.subjects(targets, this.cancel);
    return subjects.map((subject) => ({
      safety: safetyOf(subject, settings, context),
      integrity: subject.distribution?.integrity ?? null,
    }));
  }

  #key(version: string): string {
    const { release, range } = this.target;
    return JSON.stringify([registryKey(release.registry), release.name, version, range]);
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
