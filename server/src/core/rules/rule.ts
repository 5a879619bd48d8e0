import type { ConfigKind } from "../documents/config/index.ts";
import type { PlaceRef } from "../facts/places.ts";
import type { UnknownCode } from "../facts/fact.ts";
import type { Subject } from "../facts/subject.ts";
import type { PolicyFixer, ReleaseFixer } from "../fixes/fix.ts";
import type { LockedDownload, LockfileFormat } from "../model.ts";
import type { ProjectApprovals, ProjectTrust } from "../policy/combined.ts";
import type { UnusedLockfile } from "../policy/lockfile-use.ts";
import type { Contradiction } from "../project/installers.ts";
import type { UnverifiedContent } from "../policy/checks/unverified-content.ts";
import type { PolicyFacts } from "../policy/checks/index.ts";
import type { Span } from "../util/text.ts";

export const SEVERITIES = ["error", "warning", "information", "hint"] as const;
export type Severity = (typeof SEVERITIES)[number];

export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(floor);
}

/** What a person reads about a rule: in the settings, the README's table and its own page. */
export interface RuleMeta {
  readonly id: string;
  /** What it says of a version, in a few words. */
  readonly says: string;
  readonly severity: Severity;
  /** A severity that it rises to by itself, and when. */
  readonly rises?: `${Severity} ${string}`;
  /** One that it falls to by itself, and when. */
  readonly falls?: string;
  readonly deprecatedTag?: boolean;
  /** The rule in whose finding it is shown, where a release has one that is no less severe. */
  readonly foldsInto?: string;
  /** No version with such a finding is proposed as safe, whatever its severity. */
  readonly isNeverSafe?: true;
  /** Beside its findings of this severity and up, nothing is offered that lets code of the release run. */
  readonly forbidsToRun?: Severity;
}

/** Rule id → severity, where settings change it; null: off. */
export type SeveritySettings = ReadonlyMap<string, Severity | null>;

/** The severity that holds in a project: what its settings say, else the rule's own word; null where the rule is off. */
export function severityOf(
  { id, severity }: RuleMeta,
  { severities }: { readonly severities: SeveritySettings },
  own: Severity = severity,
): Severity | null {
  const configured = severities.get(id);
  return configured === undefined ? own : configured;
}

/** The gravest severity that the rule gives by itself: a setting below it lowers some of its findings. */
export function highestSeverity({ severity, rises }: RuleMeta): Severity {
  return SEVERITIES.find((candidate) => rises?.startsWith(`${candidate} `) === true) ?? severity;
}

/** One thing about a release that is unusual, as one of the reasons for `suspicious-release`. */
export interface Signal {
  /** Two signals of one kind have one cause. */
  readonly kind: "script" | "dependency" | "exotic" | "command" | "publisher" | "name";
  /** Heavier ones are told first. */
  readonly weight: number;
  /** Behind the release's name, as one clause: `adds plain-crypto-js, first published 18 hours ago`. */
  readonly clause: string;
}

/** What a rule found in one release. */
export interface Verdict {
  /** Where it differs from the rule's default. */
  readonly severity?: Severity;
  /** One or two short sentences: which version, what, since when. */
  readonly message: string;
  readonly advisories?: readonly string[];
  readonly signal?: Signal;
  /** A rule that sums up says this too. */
  readonly isInSum?: true;
  /** It says what `unchecked` would say of an answer that there is no such package; where it is shown, that is left out. */
  readonly isInPlaceOfUnchecked?: true;
  /** Not worth a word where something of warning and up is said of the release. */
  readonly isMinor?: true;
  /** The places that it is about; without it, every place that names the release. */
  readonly at?: readonly PlaceRef[];
  /** What to do, where another version of the package would not mend it; null where the message says it. */
  readonly advice?: string | null;
  /** What to do where no safe version is known, in a sentence; without it, to leave the release out. */
  readonly untilSafe?: string;
  /** Set when the verdict is that something is not known. Those with one clause are told once for a whole file. */
  readonly unknown?: { readonly code: UnknownCode; readonly clause: string };
}

/** What a check knows beside the release itself. */
export interface RuleContext {
  /** The moment of judgement, ms since epoch. */
  readonly now: number;
  /** Judging as if it were an earlier moment. */
  readonly isAsOf: boolean;
  /** Nobody is asked; without it, all are. */
  readonly isOffline?: boolean;
  readonly cooldown: { readonly ms: number; readonly origin: string };
  /** The cooldown of one release, where the package manager makes exceptions; without it, the same for all. */
  readonly cooldownOf?: (
    name: string,
    version: string,
    lockedBy: readonly LockfileFormat[],
  ) => { readonly ms: number; readonly origin: string };
  /** What the package manager makes of releases that prove less of their origin; without it, or null, nothing. */
  readonly trust?: ProjectTrust | null;
  /** Releases younger than this are looked into closely, ms. */
  readonly closeInspectionMs: number;
  /** What the package manager does with install scripts; without it, or null, that is not known. */
  readonly approvals?: ProjectApprovals | null;
  /** What the other rules found unusual in this release; only for a rule that sums up. */
  readonly signals?: readonly Signal[];
}

/** What a rule found in a project's policy. */
export interface ProjectVerdict {
  /** Where it differs from the rule's default. */
  readonly severity?: Severity;
  readonly message: string;
  /** Where it is written; null where what is wrong is that nothing is. */
  readonly at: { readonly kind: ConfigKind | "package-json"; readonly span: Span } | FilePlace | null;
}

/** A place in a file that is no policy file; without a span, the whole of it. */
export interface FilePlace {
  readonly uri: string;
  readonly span?: Span;
}

export interface ProjectFacts extends PolicyFacts {
  /** What the manifest states of the package manager and no lockfile bears out; null where they agree. */
  readonly contradiction: Contradiction | null;
  /** What each lockfile has downloaded that is no package of a registry. */
  readonly downloads: readonly { readonly uri: string; readonly all: readonly LockedDownload[] }[];
  /** Lockfiles that the package manager ignores. */
  readonly unused: readonly UnusedLockfile[];
  /** What its package manager would install without checking it against the lockfile. */
  readonly unverified: readonly UnverifiedContent[];
}

/** A rule about a project's policy, and not about a release. */
export interface ProjectRule {
  readonly meta: RuleMeta;
  /** What it offers for its findings. */
  readonly fixes: readonly PolicyFixer[];
  /** `now`: the moment of judgement, ms since epoch. */
  readonly check: (policy: ProjectFacts, now: number) => readonly ProjectVerdict[];
}

/** One rule: what it is, and a pure and synchronous check of one release. */
export interface Rule {
  readonly meta: RuleMeta;
  /** What it offers for its findings, best first. */
  readonly fixes: readonly ReleaseFixer[];
  /** It sums up what the others found, so it is run after them. */
  readonly sumsUp?: true;
  /** It judges what the registry serves as this release, and nothing that comes inside another package's tarball. */
  readonly isOfServed?: true;
  readonly check: (subject: Subject, context: RuleContext) => readonly Verdict[];
}
