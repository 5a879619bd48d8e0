import { DAY } from "../util/duration.ts";
import { leastAge } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import type { RuleContext } from "./rule.ts";

/** A project without a cooldown still wants to be warned of an attack that is hours old. */
const RECENT = 3 * DAY;

/** Known to have come out so lately that advisories may still be missing: within the cooldown, and within three days in any case. */
export function isRecent(subject: Subject, { now, cooldown }: Pick<RuleContext, "now" | "cooldown">): boolean {
  return isYoungerThan(subject, Math.max(cooldown.ms, RECENT), now);
}

/** Still to be looked into closely: an old release has had its days in the open. */
export function isYoung(
  subject: Pick<Subject, "published">,
  { now, closeInspectionMs }: Pick<RuleContext, "now" | "closeInspectionMs">,
): boolean {
  return isYoungerThan(subject, closeInspectionMs, now);
}

/** Known to be. A mere proof of age says how old it is at least: it may be far older. */
export function isYoungerThan({ published }: Pick<Subject, "published">, ms: number, now: number): boolean {
  return published.known && published.value.exact && leastAge(published.value, now) < ms;
}
