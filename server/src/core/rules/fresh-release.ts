import { DAY, describeDuration, describeMoment } from "../util/duration.ts";
import { earlierReleases } from "../facts/earlier.ts";
import { publisherChange } from "../facts/publisher-change.ts";
import { lockedBy, releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
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
        message: `${subject.name} ${subject.version} was published ${describeDuration(Math.max(0, context.now - at))} ago (${describeMoment(at)}), within the cooldown of ${describeDuration(ms)} (${origin}).${alsoUnusual(subject, at, cooldown.ms)}`,
        isInSum: true,
        untilSafe: `Wait until ${describeMoment(at + ms)}, or leave it out.`,
      },
    ];
  },
};

/** A year without a release, and then one: as when a forgotten account was taken over. */
const SILENCE = 365 * DAY;

/** What else is known of where it comes from, as sentences; empty where nothing is. */
function alsoUnusual(subject: Subject, at: number, cooldownMs: number): string {
  if (!subject.package.known) return "";
  const { times } = subject.package.value;
  const before = [...times].filter(([version, moment]) => version !== subject.version && moment <= at);
  if (times.has(subject.version) && before.length === 0) return ` It is the first release of ${subject.name}.`;
  const release = releaseOf(subject);
  const change = release.known ? publisherChange(release.value, earlierReleases(subject, cooldownMs)) : null;
  const last = before.reduce((latest, [, moment]) => Math.max(latest, moment), Number.NEGATIVE_INFINITY);
  return [
    change === null ? "" : ` It was ${change.clause}.`,
    at - last < SILENCE || last === Number.NEGATIVE_INFINITY
      ? ""
      : ` No release came out in the ${describeDuration(at - last)} before it.`,
  ].join("");
}
