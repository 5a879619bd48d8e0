import { DAY, describeDay, describeDuration, describeMoment, HOUR } from "../util/duration.ts";
import { earlierReleases } from "../facts/earlier.ts";
import { isPrerelease, orderOf } from "../facts/ordered.ts";
import { publisherChange } from "../facts/publisher-change.ts";
import { lockedBy, releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import type { Rule, RuleContext, Verdict } from "./rule.ts";

export const freshRelease: Rule = {
  meta: {
    id: "fresh-release",
    says: "published less than the cooldown ago",
    severity: "warning",
    falls: "information for an older release to which the tag latest may have been moved just now",
  },
  fixes: [changeVersion],
  isOfServed: true,
  check: (subject, context) => {
    const { published } = subject;
    const cooldown = context.cooldownOf?.(subject.name, subject.version, lockedBy(subject)) ?? context.cooldown;
    const { ms, origin } = cooldown;
    if (!published.known || !published.value.exact) return [];
    if (context.now - published.value.at >= ms) return movedTag(subject, ms, context);
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

/** A publication changes the record too, ms. */
const WITH_A_RELEASE = HOUR;

/**
 * A release that was out before others and is `latest` now has aged while few took it, or others were taken back. When a tag
 * was moved is written nowhere: that the record changed lately, and not by a publication, is all there is to go by. Other
 * majors are left out, as they have releases of their own for long.
 */
function movedTag(
  { name, version, package: facts }: Subject,
  cooldownMs: number,
  { now, isAsOf }: RuleContext,
): readonly Verdict[] {
  if (isAsOf || !facts.known || facts.value.distTags.get("latest") !== version) return [];
  const { times, modified } = facts.value;
  const at = times.get(version);
  const { byVersion } = orderOf(facts.value);
  const own = byVersion.get(version);
  if (at === undefined || own === undefined || modified === null || now - modified >= cooldownMs) return [];
  const moments = [...times];
  if (moments.some(([, moment]) => Math.abs(modified - moment) < WITH_A_RELEASE)) return [];
  const later = moments.flatMap(([other, moment]) => {
    const parsed = byVersion.get(other)?.parsed;
    if (parsed?.major !== own.parsed.major || isPrerelease(parsed)) return [];
    return moment > at ? [{ other, moment }] : [];
  });
  const last = later.reduce<(typeof later)[number] | null>(
    (newest, one) => (newest === null || one.moment > newest.moment ? one : newest),
    null,
  );
  if (last === null) return [];
  return [
    {
      severity: "information",
      message: `${name} ${version}, which the tag latest points to, was published before ${last.other} (${describeDay(last.moment)}). The registry's record of ${name} changed ${describeDuration(Math.max(0, now - modified))} ago, and not by a release: the tag may have been moved.`,
      advice: `Check that ${version} is the version that was meant.`,
    },
  ];
}
