import { DAY, describeDuration } from "../util/duration.ts";
import { renownFacts, renownOf } from "../facts/added.ts";
import type { AddedDependency } from "../facts/added.ts";
import { callOf, commandsCalled } from "../facts/called-commands.ts";
import type { CommandCall } from "../facts/called-commands.ts";
import { installScripts, scriptNames } from "../facts/install-scripts.ts";
import { establishedBaseline } from "../facts/established.ts";
import { hasInstallScript, releaseOf, type Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { isWidelyUsed } from "../popular/widely-used.ts";
import { oneLine } from "../util/sanitize.ts";
import { listed } from "../util/words.ts";
import { isFirstParty, isOfFamily } from "./first-party.ts";
import { isRecent, isYoung, isYoungerThan } from "./fresh.ts";
import type { Rule, RuleContext, Verdict } from "./rule.ts";

/** A script is new for this long. */
const YOUNG_SCRIPT = 30 * DAY;

export const newDependency: Rule = {
  meta: {
    id: "new-dependency",
    says: "newly depends on a package that is itself new, little known, named as malware, or runs an install script, or newly bundles one; or is such a package that the project itself newly takes",
    severity: "warning",
    rises:
      "error for malware, and while the release is fresh where a package that is not widely used runs an install script or a command in one, where one newly does, or where a package is bundled and none was before",
  },
  fixes: [changeVersion],
  isOfServed: true,
  check: (subject, context) => {
    return [...addedTo(subject, context), ...newlyBundled(subject, context), ...newlyTaken(subject, context)];
  },
};

const MOST_BUNDLED = 3;

/**
 * What a young release brings along in its tarball and its baseline did not: no record says what that is, npm up to 11
 * runs its install scripts, and no approval or denial covers them.
 */
function newlyBundled(subject: Subject, context: RuleContext): readonly Verdict[] {
  const release = releaseOf(subject);
  const baseline = establishedBaseline(subject, context.cooldown.ms);
  if (!release.known || baseline === null || !isYoung(subject, context)) return [];
  const names = [...release.value.bundled].filter((name) => !baseline.bundled.has(name));
  if (names.length === 0) return [];
  const shown = listed(
    names.map((name) => oneLine(name, 80)),
    MOST_BUNDLED,
  );
  const clause = `newly bundles ${shown} in its tarball, where no registry's record describes ${names.length === 1 ? "it" : "them"}`;
  const isFirst = baseline.bundled.size === 0;
  return [
    {
      ...(isFirst && isRecent(subject, context) ? { severity: "error" as const } : {}),
      message: `${subject.name} ${subject.version} ${clause}. Compared with ${baseline.version}.`,
      signal: { kind: "dependency" as const, weight: isFirst ? RUNS_AT_ONCE : SERIOUS, clause },
    },
  ];
}

function addedTo(subject: Subject, context: RuleContext): readonly Verdict[] {
  const { added } = subject;
  if (added === null) return [];
  const found = added.dependencies
    .map((dependency) => {
      const call = callTo(dependency, subject, added.dependencies);
      return { dependency, call, concern: concernOf(dependency, added.takenUp, subject, context, call !== null) };
    })
    .filter(({ concern }) => concern > 0);
  if (found.length === 0) return [];
  found.sort((a, b) => b.concern - a.concern);
  const told = found.map(({ dependency, call }) => describe(dependency, call, found.length === 1, context));
  const concern = Math.max(...found.map((one) => one.concern));
  const clause = `adds ${listed(told, MOST_TOLD, " and ")}`;
  return [
    {
      ...(concern >= KNOWN_MALWARE || (concern >= RUNS_AT_ONCE && isRecent(subject, context))
        ? { severity: "error" as const }
        : {}),
      message: `${subject.name} ${subject.version} ${clause}. Compared with ${added.comparedWith}.`,
      ...(concern >= SERIOUS ? { signal: { kind: "dependency" as const, weight: concern, clause } } : {}),
    },
  ];
}

/** What the project itself takes up: the same question, once the release is older than the cooldown, which asks it before. */
function newlyTaken(subject: Subject, { cooldown, now }: RuleContext): readonly Verdict[] {
  const { name, version, isRegistryPublic } = subject;
  // A private registry's packages are the people's own.
  if (subject.isNewlyTaken !== true || !isRegistryPublic || !subject.package.known) return [];
  if (isYoungerThan(subject, cooldown.ms, now)) return [];
  const facts = renownFacts(subject.package.value);
  if (facts.firstPublished === null || renownOf(facts, now) === "known") return [];
  const releases = facts.releases === 1 ? "1 release" : `${facts.releases} releases`;
  const first = `${name} was first published ${ago(facts.firstPublished, now)}`;
  const history = hasInstallScript(subject)
    ? `${first}, has ${releases}, and runs an install script`
    : `${first} and has ${releases}`;
  return [
    {
      message: `${name} ${version} is a new direct dependency: the last commit does not have it. ${history}.`,
      advice: `Check that ${name} is the package that was meant.`,
    },
  ];
}

const MOST_TOLD = 2;
const SERIOUS = 3;
const RUNS_AT_ONCE = 7;
const KNOWN_MALWARE = 10;

/** An install script that runs a command of an added dependency. */
interface AddedCall extends CommandCall {
  /** Whose: another one that is added; null for the release itself. */
  readonly by: string | null;
}

/** What it brings runs at once as well where it has no script of its own, and another one's script runs its command. */
function callTo(dependency: AddedDependency, subject: Subject, all: readonly AddedDependency[]): AddedCall | null {
  const { name, release } = dependency;
  const own = releaseOf(subject);
  if (release === null || release.bin?.size === 0) return null;
  const callers = [
    ...(own.known ? [{ by: null, release: own.value }] : []),
    ...all.flatMap((other) =>
      other === dependency || other.release?.hasInstallScript !== true
        ? []
        : [{ by: `${oneLine(other.name, 80)} ${other.release.version}`, release: other.release }],
    ),
  ];
  for (const caller of callers) {
    const call = callOf(commandsCalled(caller.release), name, release);
    if (call !== null) return { ...call, by: caller.by };
  }
  return null;
}

/** 0: nothing to say of it. @param isCalled an install script runs its command */
function concernOf(
  dependency: AddedDependency,
  takenUp: number,
  subject: Subject,
  { cooldown }: RuleContext,
  isCalled: boolean,
): number {
  const { name, malware, release, published, newScripts } = dependency;
  if (malware.length > 0) return KNOWN_MALWARE;
  // The package is old, and the version that is taken is not: as when an account was taken over.
  if (newScripts.length > 0 && published !== null && takenUp - published < YOUNG_SCRIPT) return RUNS_AT_ONCE;
  const renown = renownOf(dependency, takenUp);
  const isOwn = isFirstParty(dependency, subject, cooldown.ms) || isOfFamily(dependency, takenUp, subject, cooldown.ms);
  const hasScript = release?.hasInstallScript === true;
  if (hasScript || isCalled) {
    // A package can be laid up for a year. What many projects install already is looked at by many.
    const isKnown = renown === "known" && (isOwn || isWidelyUsed(name));
    return !isKnown ? RUNS_AT_ONCE : hasScript ? 2 : 0;
  }
  // Parts that a project splits off come out with it, under its own scope or name.
  if (renown === "known" || isOwn) return 0;
  return renown === "young" ? SERIOUS : 1;
}

/** "plain-crypto-js 4.2.1, first published 18 hours ago, which runs a postinstall script"; among several with the same in brackets. */
function describe(dependency: AddedDependency, call: AddedCall | null, isAlone: boolean, { now }: RuleContext): string {
  const { path, name, version, firstPublished, published, release, newScripts, malware } = dependency;
  const alias = path.at(-1) ?? name;
  const called = `${oneLine(path.length > 1 ? path.join(" › ") : name, 80)}${alias === name ? "" : ` (as ${oneLine(alias, 60)})`}${version === null ? "" : ` ${version}`}`;
  const isScriptNew = newScripts.length > 0;
  const isCalledYoung = call !== null && published !== null && now - published < YOUNG_SCRIPT;
  const scripts = isScriptNew ? newScripts : release === null ? [] : [...installScripts(release).keys()];
  const runs =
    scripts.length > 0 ? scriptNames(scripts) : release?.hasInstallScript === true ? "an install script" : null;
  const parts = [
    malware.length > 0 ? `named as malware by ${malware.slice(0, 2).join(" and ")}` : null,
    firstPublished === null ? null : `first published ${ago(firstPublished, now)}`,
    published !== null && published !== firstPublished && (isScriptNew || isCalledYoung)
      ? `this version ${ago(published, now)}`
      : null,
    runs === null ? null : `${isAlone ? "which " : ""}${isScriptNew ? "newly " : ""}runs ${runs}`,
    call === null ? null : describeCall(call, isAlone),
  ].filter((part) => part !== null);
  return isAlone ? [called, ...parts].join(", ") : `${called} (${parts.join(", ")})`;
}

function describeCall({ command, script, by }: AddedCall, isAlone: boolean): string {
  const shown = oneLine(command, 60);
  if (!isAlone) return `its command ${shown} runs in the ${script} script${by === null ? "" : ` of ${by}`}`;
  return `whose command ${shown} ${by === null ? `its ${script} script` : `the ${script} script of ${by}`} runs`;
}

function ago(at: number, now: number): string {
  return `${describeDuration(Math.max(0, now - at))} ago`;
}
