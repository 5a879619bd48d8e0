import type { UnknownCode } from "../facts/fact.ts";
import type { Subject } from "../facts/subject.ts";

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
  readonly rises?: string;
  readonly deprecatedTag?: boolean;
}

/** What a rule found in one release. */
export interface Verdict {
  /** Where it differs from the rule's default. */
  readonly severity?: Severity;
  /** One or two short sentences: which version, what, since when. */
  readonly message: string;
  readonly advisories?: readonly string[];
  /** Set when the verdict is that something is not known. Those with one clause are told once for a whole file. */
  readonly unknown?: { readonly code: UnknownCode; readonly clause: string };
}

/** What a check knows beside the release itself. */
export interface RuleContext {
  /** The moment of judgement, ms since epoch. */
  readonly now: number;
  /** Judging as if it were an earlier moment. */
  readonly isAsOf: boolean;
  readonly cooldown: { readonly ms: number; readonly origin: string };
}

/** One rule: what it is, and a pure and synchronous check of one release. */
export interface Rule {
  readonly meta: RuleMeta;
  readonly check: (subject: Subject, context: RuleContext) => readonly Verdict[];
}
