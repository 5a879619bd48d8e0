import { leastAge } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import type { RuleContext } from "./rule.ts";

/** Known to have come out less than the cooldown ago. */
export function isFresh(subject: Subject, { now, cooldown }: Pick<RuleContext, "now" | "cooldown">): boolean {
  const { published } = subject;
  return published.known && published.value.exact && leastAge(published.value, now) < cooldown.ms;
}
