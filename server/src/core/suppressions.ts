/** What the settings file of a folder keeps from being said: one decision for the command line and the editor. */
import { allowKey } from "./allow.ts";
import type { AllowedFindings } from "./allow.ts";
import { describeDuration } from "./duration.ts";
import { oneLine } from "./foreign-text.ts";
import { RULE_METAS } from "./rules/index.ts";
import { highestSeverity, isAtLeast } from "./rules/rule.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { count, listed } from "./words.ts";

/** As it is written in the JSON of a scan. */
export interface Suppression {
  /** The file, relative to the scanned folder. */
  readonly by: string;
  /** `rules`, `allow`, `exclude`, or the name of another setting without `depwarden.`. */
  readonly what: string;
  /** One line for a person. */
  readonly detail: string;
}

/** Files that one glob of `depwarden.exclude` left out of a scan. */
export interface Excluded {
  readonly glob: string;
  /** Manifests and lockfiles. */
  readonly files: number;
  /** False where there may be more: not all folders were looked into only to count. */
  readonly isWhole: boolean;
}

/** What was found and held in one project. */
export interface SuppressedReport {
  readonly allowed: readonly AllowedFindings[];
  /** The cooldown without `depwarden.minimumReleaseAge`, ms. */
  readonly projectCooldown: Settings["cooldown"];
}

export interface SuppressionInput {
  /** The settings file, as messages and the JSON name it. */
  readonly by: string;
  /** What the file says by itself; the default where it says nothing. */
  readonly own: Settings;
  /** What holds in the end: flags, or a person's settings in an editor, can win over the file. */
  readonly effective: Settings;
  /** What would hold without the file, as far as that is known; it was chosen by whoever runs Depwarden. */
  readonly without: Pick<Settings, "offline">;
  readonly reports: readonly SuppressedReport[];
  readonly excluded: readonly Excluded[];
}

/** Only what really suppresses: a severity that is raised, or an entry that covers nothing, is left out. */
export function suppressionsOf(input: SuppressionInput): readonly Suppression[] {
  const { by } = input;
  return [
    ...ofRules(input).map((detail) => ({ by, what: "rules", detail })),
    ...ofAllow(input).map((detail) => ({ by, what: "allow", detail })),
    ...ofExclude(input).map((detail) => ({ by, what: "exclude", detail })),
    ...ofOthers(input).map((other) => ({ by, ...other })),
  ];
}

/** Each as a sentence by itself, without a full stop: `compromised off in .vscode/settings.json`. */
export function suppressionText({ by, what, detail }: Suppression): string {
  return what === "rules" ? `${detail} in ${by}` : `${what} in ${by}: ${detail}`;
}

/** Each as a clause, for a line that names the file itself: `compromised off`, `exclude: vendor (2 files)`. */
export function suppressionClause({ what, detail }: Suppression): string {
  return what === "rules" ? detail : `${what}: ${detail}`;
}

function ofRules({ own, effective }: SuppressionInput): readonly string[] {
  return RULE_METAS.flatMap((meta) => {
    const severity = own.severities.get(meta.id);
    if (severity === undefined || effective.severities.get(meta.id) !== severity) return [];
    if (severity === null) return [`${meta.id} off`];
    const highest = highestSeverity(meta);
    return isAtLeast(severity, highest) ? [] : [`${meta.id} lowered from ${highest} to ${severity}`];
  });
}

/** Versions named in one detail. */
const MOST_VERSIONS = 6;

function ofAllow({ own, reports }: SuppressionInput): readonly string[] {
  const byEntry = new Map<string, AllowedFindings[]>(own.allow.map((entry) => [allowKey(entry), []]));
  for (const allowed of reports.flatMap((report) => report.allowed))
    byEntry.get(allowKey(allowed.entry))?.push(allowed);
  return [...byEntry.values()].flatMap((covered) => {
    const [first] = covered;
    if (first === undefined) return [];
    const versions = [...new Set(covered.map(({ version }) => oneLine(version, 60)))];
    const rules = [...new Set(covered.map(({ rule }) => rule))].map((rule) => {
      const findings = covered.reduce((sum, one) => (one.rule === rule ? sum + one.findings : sum), 0);
      return `${rule} (${count(findings, "finding")})`;
    });
    const which = `${oneLine(first.entry.package, 214)} ${listed(versions, MOST_VERSIONS)}`;
    return [`${which}: ${rules.join(", ")}: ${oneLine(first.entry.reason, 200)}`];
  });
}

function ofExclude({ own, effective, excluded }: SuppressionInput): readonly string[] {
  const globs = [...new Set(excluded.map(({ glob }) => glob))];
  return globs
    .filter((glob) => own.exclude.includes(glob) && effective.exclude.includes(glob))
    .map((glob) => {
      const ofGlob = excluded.filter((one) => one.glob === glob);
      const files = count(
        ofGlob.reduce((sum, one) => sum + one.files, 0),
        "file",
      );
      return `${oneLine(glob, 200)} (${files}${ofGlob.every(({ isWhole }) => isWhole) ? "" : " or more"})`;
    });
}

function ofOthers(input: SuppressionInput): readonly Omit<Suppression, "by">[] {
  const { own, effective, without } = input;
  const close =
    own.closeInspectionMs < DEFAULT_SETTINGS.closeInspectionMs && own.closeInspectionMs === effective.closeInspectionMs;
  return [
    ...ofCooldown(input),
    ...(close
      ? [
          {
            what: "closeInspectionAge",
            detail: `${ageText(own.closeInspectionMs)} instead of ${ageText(DEFAULT_SETTINGS.closeInspectionMs)}`,
          },
        ]
      : []),
    ...(own.offline && effective.offline && !without.offline
      ? [{ what: "offline", detail: "nothing is asked from the network" }]
      : []),
    ...(!own.osv.enabled && !effective.osv.enabled && !effective.offline
      ? [{ what: "osv.enabled", detail: "OSV is not asked for advisories" }]
      : []),
  ];
}

/** Where it is shorter than one that would hold without it. */
function ofCooldown({ own, effective, reports }: SuppressionInput): readonly Omit<Suppression, "by">[] {
  const { ms, origin, isDefault } = own.cooldown;
  if (isDefault === true || effective.cooldown.ms !== ms || effective.cooldown.origin !== origin) return [];
  const [longest = DEFAULT_SETTINGS.cooldown] = reports
    .map(({ projectCooldown }) => projectCooldown)
    .sort((a, b) => b.ms - a.ms);
  return ms >= longest.ms
    ? []
    : [{ what: "minimumReleaseAge", detail: `${ageText(ms)} instead of ${ageText(longest.ms)} (${longest.origin})` }];
}

function ageText(ms: number): string {
  return ms === 0 ? "none" : describeDuration(ms);
}
