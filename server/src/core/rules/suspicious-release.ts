import { describeDuration } from "../util/duration.ts";
import { leastAge } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { isRecent } from "./fresh.ts";
import type { Rule, Signal } from "./rule.ts";

/** Fewer than these are told by their own rules. */
const ENOUGH = 2;

export const suspiciousRelease: Rule = {
  meta: {
    id: "suspicious-release",
    says: "a fresh release that is unusual in two or more independent ways",
    severity: "error",
    forbidsToRun: "hint",
  },
  fixes: [changeVersion],
  isOfServed: true,
  sumsUp: true,
  check: (subject, context) => {
    const { published } = subject;
    const signals = independent(context.signals ?? []);
    if (signals.length < ENOUGH || !published.known || !isRecent(subject, context)) return [];
    const age = describeDuration(Math.max(0, leastAge(published.value, context.now)));
    return [
      {
        message: `${subject.name} ${subject.version} is unusual: published ${age} ago; ${signals.map(({ clause }) => clause).join("; ")}.`,
      },
    ];
  },
};

/** The heaviest of each kind, heaviest first. */
function independent(signals: readonly Signal[]): readonly Signal[] {
  const byKind = new Map<string, Signal>();
  for (const signal of signals) {
    const present = byKind.get(signal.kind);
    if (present === undefined || present.weight < signal.weight) byKind.set(signal.kind, signal);
  }
  return [...byKind.values()].sort((a, b) => b.weight - a.weight);
}
