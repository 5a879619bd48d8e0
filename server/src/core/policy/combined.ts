/** Policy where several package managers may install a release: what only one of them holds back is not held back. */
import type { LockfileFormat } from "../model.ts";
import { approvalsOf } from "./approvals/index.ts";
import type { Approval, ScriptedRelease } from "./approvals/index.ts";
import { cooldownOf } from "./cooldown/index.ts";
import type { Age, Cooldown } from "./cooldown/index.ts";
import type { Installers, LockfileVersion } from "../project/installers.ts";
import type { PolicyFile } from "../config/layers.ts";
import { exclusionsIn } from "./exclusions.ts";
import type { Manager } from "../project/manager.ts";
import { trustPolicyOf } from "./trust.ts";
import type { TrustPolicy } from "./trust.ts";

export interface CombinedFacts {
  readonly installers: Installers;
  /** Nearest first. */
  readonly files: readonly PolicyFile[];
  readonly lockfiles: readonly LockfileVersion[];
  /** The workspace is trusted: its policy may ask for less caution than the default. */
  readonly trusted: boolean;
}

/** What becomes of a release's install scripts. */
export interface ReleaseApproval extends Approval {
  /** The package manager whose word it is, as messages call it. */
  readonly manager: string;
  /** A script that nobody approved is worth a word: a manager wants approvals, or the project has given some. */
  readonly areWanted: boolean;
  /** Set where only a stated version holds the script back, and nothing enforces that version. */
  readonly heldOnlyBy: HeldBy | null;
}

export interface HeldBy {
  /** With its version: `pnpm 10.34.9`. */
  readonly manager: string;
  readonly given: Approval["given"];
  readonly origin: string;
}

export interface ProjectApprovals {
  of(release: ScriptedRelease): ReleaseApproval;
}

export function projectApprovals({ installers, files, lockfiles, trusted }: CombinedFacts): ProjectApprovals {
  const answersOf = byManager(installers, (manager) => ({
    approvals: approvalsOf({ manager, files, lockfiles }, trusted),
    insteadOf: manager?.insteadOf ?? null,
  }));
  return {
    of: (release) => {
      const answers = answersOf(release.lockedBy ?? []).map(({ approvals, insteadOf }): ReleaseAnswer => ({
        approval: approvals.of(release),
        manager: approvals.manager,
        areWanted: approvals.areWanted,
        insteadOf,
      }));
      const { approval, manager } = weakestOf(answers);
      const stated = answers.filter(({ insteadOf }) => insteadOf === null);
      return {
        ...approval,
        manager,
        // Another version than the stated one is a danger to reckon with, but nothing to ask approvals for.
        areWanted: (stated.length === 0 ? answers : stated).some(({ areWanted }) => areWanted),
        heldOnlyBy: heldOnlyBy(answers),
      };
    },
  };
}

interface ReleaseAnswer {
  readonly approval: Approval;
  readonly manager: string;
  readonly areWanted: boolean;
  /** As of a manager. */
  readonly insteadOf: string | null;
}

function weakestOf(answers: readonly ReleaseAnswer[]): ReleaseAnswer {
  return answers.reduce((best, answer) => (strengthOf(answer.approval) < strengthOf(best.approval) ? answer : best));
}

/** What the versions that are stated hold back, and any other may not. */
function heldOnlyBy(answers: readonly ReleaseAnswer[]): HeldBy | null {
  const weakest = weakestOf(answers);
  const stated = answers.filter(({ insteadOf }) => insteadOf === null);
  if (weakest.insteadOf === null || isHeld(weakest.approval) || !stated.every(({ approval }) => isHeld(approval)))
    return null;
  const { given, origin } = weakestOf(stated).approval;
  return { manager: `${weakest.manager} ${weakest.insteadOf}`, given, origin };
}

/** A manager's word by how much it says: a denial by one of them is none by the others. */
const GIVEN = ["none", "name", "denied", "version"] as const satisfies readonly Approval["given"][];

/** Least for what runs and nobody approved; most for what does not run, or is approved in this very version. */
function strengthOf(approval: Approval): number {
  const { runs, given } = approval;
  return (isHeld(approval) ? 2 : runs === null ? 1 : 0) * GIVEN.length + GIVEN.indexOf(given);
}

/** It does not run, or is approved in this very version. */
function isHeld({ runs, given }: Approval): boolean {
  return runs === false || given === "version";
}

export interface ProjectCooldown {
  readonly base: Age;
  of(name: string, version: string, lockedBy: readonly LockfileFormat[]): Age;
  /** How old a release has to be before a package manager takes it for a range, ms; 0 where one takes any. */
  takenFrom(name: string, version: string): number;
}

/** The longest; `byDefault` where a manager has none. `now`: the moment of judgement, ms since epoch. */
export function projectCooldown(
  { installers, files, lockfiles, trusted }: CombinedFacts,
  byDefault: Age,
  now: number,
): ProjectCooldown {
  const made = new Map<Manager | null, Cooldown | null>();
  const ofManager = (manager: Manager | null): Cooldown | null => {
    const present = made.get(manager);
    const own = present === undefined ? cooldownOf(manager, files, now, trusted, lockfiles) : present;
    made.set(manager, own);
    return own;
  };
  const cooldowns = byManager(installers, ofManager);
  const exclusions = exclusionsIn(files);
  const longest = (ages: readonly Age[]): Age => ages.reduce((best, age) => (age.ms > best.ms ? age : best));
  return {
    base: longest(installers.all.map((manager) => ofManager(manager)?.base ?? byDefault)),
    of: (name, version, lockedBy) =>
      longest(cooldowns(lockedBy).map((own) => own?.of(name, version) ?? own?.base ?? byDefault)),
    takenFrom: (name, version) => {
      const ages = cooldowns([]).map((own) => own?.of(name, version)?.ms ?? 0);
      // A list of exceptions that is not known whole may have this one.
      return exclusions.cut.length > 0 ? 0 : Math.min(...ages);
    },
  };
}

export interface ProjectTrust {
  /** The project takes it all the same. */
  isExempt(name: string, version: string, lockedBy: readonly LockfileFormat[]): boolean;
  /** Whose word it is that one of this age (ms) is refused, for messages; null where it is taken. */
  refusedBy(age: number, lockedBy: readonly LockfileFormat[]): string | null;
}

export function projectTrust({ installers, files, trusted }: CombinedFacts): ProjectTrust {
  const policies = byManager(installers, (manager): TrustPolicy | null => trustPolicyOf(manager, files, trusted));
  return {
    isExempt: (name, version, lockedBy) =>
      policies(lockedBy).every((policy) => policy?.isExempt(name, version) === true),
    refusedBy: (age, lockedBy) => {
      const words = policies(lockedBy).map((policy) => policy?.refusedBy(age) ?? null);
      return words.every((word) => word !== null) ? (words[0] ?? null) : null;
    },
  };
}

/** What holds by each manager, made once for each. */
function byManager<T>(
  installers: Installers,
  make: (manager: Manager | null) => T,
): (lockedBy: readonly LockfileFormat[]) => readonly T[] {
  const made = new Map<string, readonly T[]>();
  return (lockedBy) => {
    const key = [...lockedBy].sort().join(" ");
    const present = made.get(key) ?? installers.of(lockedBy).map(make);
    made.set(key, present);
    return present;
  };
}
