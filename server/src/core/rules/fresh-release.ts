import { describeDuration, describeMoment } from "../util/duration.ts";
import { lockedBy } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import type { Rule } from "./rule.ts";

export const freshRelease: Rule = {
  meta: {
    id: "fresh-release",
    says: "published less than the cooldown ago",
    severity: "warning",
  },
  fixes: [changeVersion],
  isOfServed: true,
  check: (subject, context) => {
    const { published } = subject;
    const cooldown = context.cooldownOf?.(subject.name, subject.version, lockedBy(subject)) ?? context.cooldown;
    const { ms, origin } = cooldown;
    if (!published.known || !published.value.exact || context.now - published.value.at >= ms) return [];
    const { at } = published.value;
    return [
      {
        message: `${subject.name} ${subject.version} was published ${describeDuration(Math.max(0, context.now - at))} ago (${describeMoment(at)}), within the cooldown of ${describeDuration(ms)} (${origin}).`,
        isInSum: true,
        untilSafe: `Wait until ${describeMoment(at + ms)}, or leave it out.`,
      },
    ];
  },
};
