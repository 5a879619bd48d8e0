import { DAY } from "../util/duration.ts";
import { earlierReleases } from "../facts/earlier.ts";
import { establishedBaseline } from "../facts/established.ts";
import { installScripts } from "../facts/install-scripts.ts";
import type { ScriptName } from "../facts/install-scripts.ts";
import { changedScripts } from "../facts/script-effects.ts";
import type { ChangedScript } from "../facts/script-effects.ts";
import type { ReleaseFacts } from "../facts/package.ts";
import { bundledScripts, leastAge, releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { approveScripts } from "../fixes/approval/approve-scripts.ts";
import type { ReleaseApproval } from "../policy/combined.ts";
import { oneLine } from "../util/sanitize.ts";
import { listed } from "../util/words.ts";
import { approvalInTarball, approvalOf, holdsScripts } from "./approval.ts";
import { isRecent, isYoung, isYoungerThan } from "./fresh.ts";
import type { Rule, RuleContext, Verdict } from "./rule.ts";

/** A first release has no baseline; past this age its script is not news any more. */
const YOUNG = 30 * DAY;

const ARTICLES: Readonly<Record<ScriptName, string>> = { preinstall: "a", install: "an", postinstall: "a" };

export const newInstallScript: Rule = {
  meta: {
    id: "new-install-script",
    says: "runs an install script that does something else than those of the established version before it, or fetches a binary from elsewhere",
    severity: "warning",
    rises:
      "error while the release is fresh, but for an old script in other words, and for one in its tarball that may be old",
    falls:
      "information for a release of over 30 days, but where the commit that is checked out locks another; no error where the stated version of the package manager does not run it; hint where it surely does not, or this version is approved",
    forbidsToRun: "error",
  },
  fixes: [changeVersion, approveScripts],
  isOfServed: true,
  check: (subject, context) => {
    const release = releaseOf(subject);
    if (!release.known) return [];
    return [...ownScripts(subject, release.value, context), ...scriptsInTarball(subject, release.value, context)];
  },
};

function ownScripts(subject: Subject, release: ReleaseFacts, context: RuleContext): readonly Verdict[] {
  const scripts = installScripts(release);
  if (scripts.size === 0) return isUntold(subject, release, context) ? [untold(subject, release, context)] : [];
  const baseline = establishedBaseline(subject, context.cooldown.ms);
  if (baseline === null && !isYoungerThan(subject, YOUNG, context.now)) return [];
  const apart = changedScripts(release, baseline);
  const changes = apart.every((change) => change.isMild)
    ? apart
    : changedScripts(release, baseline, othersEstablished(subject, context));
  if (changes.length === 0) return [];
  const isMild = changes.every((change) => change.isMild);
  const told = changes.map(toldOf);
  const { hold, told: approved } = approvalTold(approvalOf(subject, context));
  return [
    {
      ...(hold === "sure"
        ? { severity: "hint" as const }
        : isOldNews(subject, context)
          ? { severity: "information" as const }
          : hold === "none" && isRecent(subject, context) && !isMild
            ? { severity: "error" as const }
            : {}),
      message: `${subject.name} ${subject.version} ${told.join(" and ")}. ${comparedWith(baseline)}${approved}`,
      ...(isMild ? {} : { signal: { kind: "script" as const, weight: 5, clause: told.join(" and ") } }),
    },
  ];
}

function toldOf({ name, text, isNew, isOther, moved }: ChangedScript): string {
  const script = `${name} script (${oneLine(text, 80)})`;
  const change = `${isNew ? `newly runs ${ARTICLES[name]}` : "changes its"} ${script}`;
  if (moved === null) return change;
  const [to, from] = [moved.to, moved.from].map((origins) =>
    listed(
      origins.map((origin) => oneLine(origin, 80)),
      MOST_ORIGINS,
      " and ",
    ),
  );
  const fetched =
    from === "" ? `newly downloads a binary from ${to}` : `downloads its binary from ${to}, no longer from ${from}`;
  return isOther ? `${change} and ${fetched}` : `${fetched}, in its ${script}`;
}

const MOST_ORIGINS = 2;

/** A backport brings a script that a higher version has; what was taken back comes again. */
const MOST_OTHERS = 20;
/** Of their scripts in all, in UTF-16 code units: it takes time to take longer ones apart. */
const LONGEST_OTHER = 4096;

function othersEstablished(subject: Subject, context: RuleContext): readonly ReleaseFacts[] {
  return earlierReleases(subject, context.cooldown.ms)
    .slice(0, MOST_OTHERS)
    .map((earlier) => earlier.release)
    .filter((other) => {
      const texts = [...installScripts(other).values(), ...other.calledScripts.values()];
      return texts.reduce((sum, text) => sum + text.length, 0) <= LONGEST_OTHER;
    });
}

function comparedWith(baseline: ReleaseFacts | null): string {
  return baseline === null ? "No established version came before it." : `Compared with ${baseline.version}.`;
}

/**
 * Scripts of what the tarball of a fresh release brings along, which no record shows: only the lockfile marks them. Where
 * the baseline bundled the same packages, whether their scripts are new is not known.
 */
function scriptsInTarball(subject: Subject, release: ReleaseFacts, context: RuleContext): readonly Verdict[] {
  const names = bundledScripts(subject);
  if (names.length === 0 || !isRecent(subject, context)) return [];
  const baseline = establishedBaseline(subject, context.cooldown.ms);
  const isNew =
    baseline === null ||
    baseline.bundled.size === 0 ||
    names.some((name) => release.bundled.has(name) && !baseline.bundled.has(name));
  const clause = holdsScripts(names);
  const { hold, told } = approvalTold(approvalInTarball(subject, context));
  const compared = isNew
    ? comparedWith(baseline)
    : `${baseline.version} bundles ${names.length === 1 ? "it" : "them"} too.`;
  return [
    {
      ...(hold === "sure"
        ? { severity: "hint" as const }
        : hold === "none" && isNew
          ? { severity: "error" as const }
          : {}),
      message: `${subject.name} ${subject.version} ${clause}. ${compared}${told}`,
      // Of one cause with what new-dependency says of it.
      ...(isNew ? { signal: { kind: "dependency" as const, weight: 8, clause } } : {}),
    },
  ];
}

/** Out for long, and locked already by the commit that is checked out, as far as that is known. */
function isOldNews(subject: Subject, context: RuleContext): boolean {
  const { published, committedVersion } = subject;
  return (
    committedVersion === null && published.known && leastAge(published.value, context.now) >= context.closeInspectionMs
  );
}

/**
 * `sure`: it is not run here, or somebody has approved it in this version. `stated`: the version of the package manager
 * that the project states does not run it, and another one may. An approval by name was for another script.
 */
interface Hold {
  readonly hold: "sure" | "stated" | "none";
  readonly told: string;
}

function approvalTold(approval: ReleaseApproval | null): Hold {
  const heldOnlyBy = approval?.heldOnlyBy ?? null;
  if (heldOnlyBy !== null) {
    const { manager, origin } = heldOnlyBy;
    return {
      hold: "stated",
      told: ` ${manager} does not run it (${origin}), but nothing here enforces that version, and another one may run it.`,
    };
  }
  if (approval?.runs === false)
    return { hold: "sure", told: ` ${approval.manager} does not run it (${approval.origin}).` };
  if (approval?.given === "version")
    return { hold: "sure", told: ` It is approved in this version (${approval.origin}).` };
  if (approval?.given === "name")
    return { hold: "none", told: ` The package is approved in every version (${approval.origin}).` };
  return { hold: "none", told: "" };
}

/**
 * The package manager found an install script in the package, or a binding.gyp, and the registry's record has neither: npm
 * writes its `hasInstallScript` from what it unpacked (arborist: lib/node.js, lib/shrinkwrap.js).
 */
function isUntold(subject: Subject, { scripts, hasInstallScript }: ReleaseFacts, context: RuleContext): boolean {
  if (scripts === null || !isYoung(subject, context)) return false;
  if (hasInstallScript !== true) return subject.lockedInstallScript === true;
  // The record claims one and shows none: news where the established version before it did not.
  const baseline = establishedBaseline(subject, context.cooldown.ms);
  return baseline?.hasInstallScript === false;
}

function untold(subject: Subject, { hasInstallScript }: ReleaseFacts, context: RuleContext): Verdict {
  const { hold, told } = approvalTold(approvalOf(subject, context));
  const { name, version, registryHost } = subject;
  const isClaimed = hasInstallScript === true;
  const clause = isClaimed
    ? `is said by ${registryHost} to run an install script, whose text its record does not have`
    : `is marked in the lockfile as running an install script, which the record of ${registryHost} does not have`;
  const found = isClaimed
    ? `${registryHost} says that ${name} ${version} runs an install script, and its record has none.`
    : `The lockfile marks ${name} ${version} as running an install script; the record of ${registryHost} has none.`;
  return {
    ...(hold === "sure"
      ? { severity: "hint" as const }
      : hold === "none" && isRecent(subject, context)
        ? { severity: "error" as const }
        : {}),
    message: `${found} Either the package has a binding.gyp, or the record was falsified.${told}`,
    signal: { kind: "script", weight: 4, clause },
  };
}
