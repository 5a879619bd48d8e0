import { allowedBy } from "../settings/allow.ts";
import type { Unknown, UnknownCode } from "../facts/fact.ts";
import { isOnlyBundled, type Subject } from "../facts/subject.ts";
import { RULES } from "../rules/index.ts";
import { isAtLeast, severityOf } from "../rules/rule.ts";
import type { Rule, RuleContext, Severity, Verdict } from "../rules/rule.ts";
import { unchecked } from "../rules/unchecked.ts";
import { failureOf } from "../facts/guard.ts";
import type { Settings } from "../settings/settings.ts";

/** A verdict with its rule and the severity that holds for this project. */
export interface Judgement extends Verdict {
  readonly rule: string;
  readonly severity: Severity;
  /** The rule whose finding says it too, for a place where one of them is enough. */
  readonly foldedInto?: string;
}

/**
 * Runs every rule that is on. A severity from the settings holds over the rule's own, whatever the release's age. A rule
 * that sums up is given what the others found and nobody has allowed; theirs are folded into its own where that is shown
 * and weighs no less.
 */
export function judge(subject: Subject, settings: Settings, context: RuleContext): readonly Judgement[] {
  const isAllowed = ({ rule }: Judgement): boolean =>
    allowedBy({ rule, package: subject.name, version: subject.version }, settings.allow, context.now) !== null;
  const found = run(
    RULES.filter(({ sumsUp }) => sumsUp !== true),
    subject,
    settings,
    context,
  );
  const single = foldedByRule(foldedWhereSaid(withoutMinor(withoutReplaced(found, isAllowed)), isAllowed), isAllowed);
  const signals = single.flatMap((judgement) =>
    judgement.signal === undefined || isAllowed(judgement) ? [] : [judgement.signal],
  );
  const sums = run(
    RULES.filter(({ sumsUp }) => sumsUp === true),
    subject,
    settings,
    { ...context, signals },
  );
  const [sum] = sums;
  if (sum === undefined) return single;
  const isShown = !isAllowed(sum);
  const folded = single.map((judgement) =>
    isShown && isPartOf(judgement) && isAtLeast(sum.severity, judgement.severity)
      ? { ...judgement, foldedInto: sum.rule }
      : judgement,
  );
  return RULES.flatMap(({ meta }) => [...sums, ...folded].filter(({ rule }) => rule === meta.id));
}

/** Errors against the release itself, and not against a place of it, in the order of the rules. */
export function errorsOf(judgements: readonly Judgement[]): readonly Judgement[] {
  return judgements.filter(
    ({ severity, unknown, at, foldedInto }) =>
      severity === "error" && unknown === undefined && at === undefined && foldedInto === undefined,
  );
}

/** What is not known of a release, also where no `unchecked` reports it: that hides findings, not gaps. */
export function gapsIn(
  subject: Subject,
  judgements: readonly Judgement[],
  settings: Settings,
  context: RuleContext,
): readonly UnknownCode[] {
  const codesOf = (verdicts: readonly Verdict[]): readonly UnknownCode[] =>
    verdicts.flatMap(({ unknown }) => (unknown === undefined ? [] : [unknown.code]));
  const codes = codesOf(judgements);
  const isOff = severityOf(unchecked.meta, settings) === null;
  const isReplaced = judgements.some(({ isInPlaceOfUnchecked }) => isInPlaceOfUnchecked === true);
  return isReplaced || (codes.length === 0 && isOff) ? codesOf(unchecked.check(subject, context)) : codes;
}

/** A gap is not reported twice; where what says it better is allowed, it is still a gap. */
function withoutReplaced(
  judgements: readonly Judgement[],
  isAllowed: (judgement: Judgement) => boolean,
): readonly Judgement[] {
  const isReplaced = judgements.some((judgement) => judgement.isInPlaceOfUnchecked === true && !isAllowed(judgement));
  return isReplaced ? judgements.filter(({ unknown }) => unknown?.code !== "not-found") : judgements;
}

/** Whether a script is approved is no question where the release itself is. */
function withoutMinor(judgements: readonly Judgement[]): readonly Judgement[] {
  const isGrave = judgements.some(({ severity, unknown }) => unknown === undefined && isAtLeast(severity, "warning"));
  return isGrave ? judgements.filter(({ isMinor }) => isMinor !== true) : judgements;
}

/** What is only one more sign of what another finding says outright. */
function foldedByRule(
  judgements: readonly Judgement[],
  isAllowed: (judgement: Judgement) => boolean,
): readonly Judgement[] {
  return judgements.map((judgement) => {
    const into = FOLDS_INTO.get(judgement.rule);
    if (into === undefined || judgement.at !== undefined || judgement.foldedInto !== undefined) return judgement;
    const isShown = judgements.some(
      (other) =>
        other.rule === into &&
        other.at === undefined &&
        other.foldedInto === undefined &&
        isAtLeast(other.severity, judgement.severity) &&
        !isAllowed(other),
    );
    return isShown && !isAllowed(judgement) ? { ...judgement, foldedInto: into } : judgement;
  });
}

/** What another finding of no less severity says in the same words is shown in that one. */
function foldedWhereSaid(
  judgements: readonly Judgement[],
  isAllowed: (judgement: Judgement) => boolean,
): readonly Judgement[] {
  // Foreign text may hold any words: two that hold each other's, and one that is not shown itself, take none in.
  const folded = new Set<Judgement>();
  const holding = new Set<Judgement>();
  return judgements.map((judgement) => {
    const { rule, signal, severity, message } = judgement;
    if (signal === undefined || holding.has(judgement)) return judgement;
    const saying = judgements.find(
      (other) =>
        other.rule !== rule &&
        other.at === undefined &&
        isAtLeast(other.severity, severity) &&
        other.message.includes(signal.clause) &&
        (other.signal === undefined || !message.includes(other.signal.clause)) &&
        !folded.has(other) &&
        !isAllowed(other),
    );
    if (saying === undefined) return judgement;
    folded.add(judgement);
    holding.add(saying);
    return { ...judgement, foldedInto: saying.rule };
  });
}

function isPartOf({ signal, isInSum }: Judgement): boolean {
  return signal !== undefined || isInSum === true;
}

const FOLDS_INTO: ReadonlyMap<string, string> = new Map(
  RULES.flatMap(({ meta: { id, foldsInto } }) => (foldsInto === undefined ? [] : [[id, foldsInto] as const])),
);

const NEVER_SAFE: ReadonlySet<string> = new Set(
  RULES.filter(({ meta }) => meta.isNeverSafe === true).map(({ meta }) => meta.id),
);

function run(rules: readonly Rule[], subject: Subject, settings: Settings, context: RuleContext): readonly Judgement[] {
  const isServed = !isOnlyBundled(subject);
  return rules.flatMap(({ meta, check, isOfServed }) => {
    if (severityOf(meta, settings) === null || (isOfServed === true && !isServed)) return [];
    return checked(() => check(subject, context), subject).flatMap((verdict) => {
      if ("rule" in verdict) return [verdict];
      const severity = severityOf(meta, settings, verdict.severity);
      return severity === null ? [] : [{ ...verdict, rule: meta.id, severity }];
    });
  });
}

/** One rule that fails must not hide what the others find. */
function checked(check: () => readonly Verdict[], subject: Subject): readonly (Verdict | Judgement)[] {
  try {
    return check();
  } catch (error) {
    return [notJudged(subject, "judged by every rule", failureOf(error))];
  }
}

/** `unchecked`, whatever that rule's setting: it is a mistake of Depwarden's. */
export function notJudged({ name, version }: Subject, what: string, { code, reason }: Unknown): Judgement {
  const clause = `could not be ${what}: ${reason}`;
  return {
    rule: unchecked.meta.id,
    severity: unchecked.meta.severity,
    message: `${name} ${version} ${clause}.`,
    unknown: { code, clause },
  };
}

const FORBID_TO_RUN: ReadonlyMap<string, Severity> = new Map(
  RULES.flatMap(({ meta: { id, forbidsToRun } }) => (forbidsToRun === undefined ? [] : [[id, forbidsToRun] as const])),
);

/**
 * Whether something found of a release forbids to let its code run. A severity from the settings lowers nothing here, nor
 * does a package manager that does not run its scripts: to let them run is what is asked about.
 */
export function isForbiddenToRun(subject: Subject, settings: Settings, context: RuleContext): boolean {
  const asDesigned = { ...settings, severities: new Map<string, Severity | null>() };
  const found = [...judge(subject, settings, context), ...judge(subject, asDesigned, { ...context, approvals: null })];
  return found.some(({ rule, severity }) => {
    const floor = FORBID_TO_RUN.get(rule);
    return floor !== undefined && isAtLeast(severity, floor);
  });
}

/** `awaited`, `unknown`: nothing speaks against it but answers that are not in yet, or that were not to be had. */
export type Safety = "safe" | "unsafe" | "awaited" | "unknown";

/**
 * Safe is: free of findings of warning and up, as the rules' own severities have it, with nothing left unknown and nothing in
 * dispute. A new script counts even where the package manager does not run it: a version without is to be had.
 */
export function safetyOf(subject: Subject, settings: Settings, context: RuleContext): Safety {
  if (subject.disputed !== null) return "unsafe";
  const asDesigned = { ...settings, severities: new Map<string, Severity | null>(), allow: [] };
  const against = judge(subject, asDesigned, { ...context, approvals: null }).filter(
    ({ rule, severity, unknown }) => unknown !== undefined || NEVER_SAFE.has(rule) || isAtLeast(severity, "warning"),
  );
  if (against.length === 0) return "safe";
  if (against.some(({ unknown }) => unknown === undefined)) return "unsafe";
  return against.some(({ unknown }) => unknown?.code === "pending") ? "awaited" : "unknown";
}
