import { DAY, describeDuration } from "../duration.ts";
import type { AddedDependency } from "../facts/added.ts";
import { installScripts, scriptNames } from "../facts/install-scripts.ts";
import type { Subject } from "../facts/subject.ts";
import { oneLine } from "../foreign-text.ts";
import { isRecent } from "./fresh.ts";
import type { Rule, RuleContext } from "./rule.ts";

/** A package this young at the release that takes it up is hardly there by chance: plain-crypto-js was 18 hours old. */
const YOUNG = 30 * DAY;
/** Fewer releases than this within a year of its first: little known. */
const FEW_RELEASES = 4;
const YEAR = 365 * DAY;

export const newDependency: Rule = {
  meta: {
    id: "new-dependency",
    says: "newly depends on a package that is itself new, little known, named as malware, or runs an install script",
    severity: "warning",
    rises: "error where a new or little known one runs an install script and the release is fresh, and for malware",
  },
  check: (subject, context) => {
    const { added } = subject;
    if (added === null) return [];
    const found = added.dependencies.map((dependency) => ({ dependency, concern: concernOf(dependency, subject) })).filter(({ concern }) => concern > 0);
    if (found.length === 0) return [];
    found.sort((a, b) => b.concern - a.concern);
    const told = found.slice(0, MOST_TOLD).map(({ dependency }) => describe(dependency, context));
    const more = found.length > MOST_TOLD ? ` and ${found.length - MOST_TOLD} more` : "";
    const [{ concern } = { concern: 0 }] = found;
    const clause = `adds ${told.join(" and ")}${more}`;
    return [
      {
        ...(concern >= KNOWN_MALWARE || (concern >= RUNS_AT_ONCE && isRecent(subject, context)) ? { severity: "error" as const } : {}),
        message: `${subject.name} ${subject.version} ${clause}. Compared with ${added.comparedWith}.`,
        ...(concern >= SERIOUS ? { signal: { kind: "dependency" as const, weight: concern, clause } } : {}),
      },
    ];
  },
};

const MOST_TOLD = 2;
const SERIOUS = 3;
const RUNS_AT_ONCE = 7;
const KNOWN_MALWARE = 10;

/** 0: nothing to say of it. */
function concernOf(dependency: AddedDependency, subject: Subject): number {
  const { malware, release, firstPublished, releases } = dependency;
  if (malware.length > 0) return KNOWN_MALWARE;
  const runs = release?.hasInstallScript === true;
  const takenUp = subject.published.known && subject.published.value.exact ? subject.published.value.at : null;
  const age = firstPublished === null || takenUp === null ? null : takenUp - firstPublished;
  const isYoung = age !== null && age < YOUNG;
  const isLittleKnown = age !== null && age < YEAR && releases <= FEW_RELEASES;
  // Parts that a project splits off come out with it, under its own scope or name.
  if (isYoung && !runs) return isFirstParty(dependency, subject) ? 0 : SERIOUS;
  if (isYoung || isLittleKnown) return runs ? RUNS_AT_ONCE : isFirstParty(dependency, subject) ? 0 : 1;
  return runs ? 2 : 0;
}

function isFirstParty({ name }: AddedDependency, subject: Subject): boolean {
  const scope = /^@[^/]+/.exec(subject.name)?.[0] ?? `@${subject.name}`;
  // Its own scope, and those that are called after it: @sentry-internal beside @sentry, @renovatebot beside renovate.
  return name.startsWith(scope) || name.startsWith(`${subject.name}-`);
}

function describe({ path, name, version, firstPublished, release, malware }: AddedDependency, { now }: RuleContext): string {
  const alias = path.at(-1);
  const called = `${oneLine(path.length > 1 ? path.join(" › ") : name, 80)}${alias === name ? "" : ` (as ${oneLine(alias ?? "", 60)})`}${version === null ? "" : ` ${version}`}`;
  const scripts = release === null ? [] : [...installScripts(release).keys()];
  const parts = [
    malware.length > 0 ? `named as malware by ${malware.slice(0, 2).join(" and ")}` : null,
    firstPublished === null ? null : `first published ${describeDuration(Math.max(0, now - firstPublished))} ago`,
    scripts.length > 0 ? `which runs ${scriptNames(scripts)}` : release?.hasInstallScript === true ? "which runs an install script" : null,
  ].filter((part) => part !== null);
  return [called, ...parts].join(", ");
}
