import type { Subject } from "../facts/subject.ts";
import { RULES } from "../rules/index.ts";
import { isAtLeast } from "../rules/rule.ts";
import type { RuleContext, Severity, Verdict } from "../rules/rule.ts";
import type { Settings } from "../settings.ts";

/** A verdict with its rule and the severity that holds for this project. */
export interface Judgement extends Verdict {
  readonly rule: string;
  readonly severity: Severity;
}

/** Runs every rule that is on. A severity from the settings holds over the rule's own, whatever the release's age. */
export function judge(subject: Subject, settings: Settings, context: RuleContext): readonly Judgement[] {
  return RULES.flatMap(({ meta, check }) => {
    const configured = settings.severities.get(meta.id);
    if (configured === null) return [];
    return check(subject, context).map((verdict) => ({
      ...verdict,
      rule: meta.id,
      severity: configured ?? verdict.severity ?? meta.severity,
    }));
  });
}

/** Free of findings of warning and up, as the rules' own severities have it, with nothing left unknown and nothing in dispute. */
export function isSafe(subject: Subject, settings: Settings, context: RuleContext): boolean {
  if (subject.disputed !== null) return false;
  const asDesigned = { ...settings, severities: new Map<string, Severity | null>() };
  return judge(subject, asDesigned, context).every(({ rule, severity, unknown }) => unknown === undefined && rule !== "deprecated" && !isAtLeast(severity, "warning"));
}
