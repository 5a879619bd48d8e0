/** What the settings file of a folder keeps from being said: one decision for the command line and the editor. */
import { allowKey } from "./allow.ts";
import type { AllowedFindings } from "./allow.ts";
import { describeDuration } from "../util/duration.ts";
import { oneLine } from "../util/sanitize.ts";
import { withoutTrailing } from "../util/text.ts";
import { parsedUrl } from "../util/url.ts";
import type { PrivateBy, ReleaseRef } from "../ports.ts";
import { RULE_METAS } from "../rules/index.ts";
import { highestSeverity, isAtLeast } from "../rules/rule.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { count, listed } from "../util/words.ts";

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
  readonly keptFromOsv: readonly KeptFromOsv[];
}

/** Releases whose names are private because of files of the project. */
export interface KeptFromOsv extends PrivateBy {
  readonly packages: number;
}

/** How many of the releases are kept from OSV, by what makes them private. */
export function keptFromOsv(
  targets: readonly { readonly release: Pick<ReleaseRef, "registry"> }[],
): readonly KeptFromOsv[] {
  const found = new Map<string, KeptFromOsv>();
  for (const { release } of targets) {
    const { privateBy, refused } = release.registry;
    if (privateBy === undefined || refused !== undefined) continue;
    const key = JSON.stringify(privateBy);
    found.set(key, { ...privateBy, packages: (found.get(key)?.packages ?? 0) + 1 });
  }
  return [...found.values()];
}

export interface SuppressionInput {
  /** The settings file, as messages and the JSON name it. */
  readonly by: string;
  /** What the file says by itself; the default where it says nothing. */
  readonly own: Settings;
  /** What holds in the end: flags, or a person's settings in an editor, can win over the file. */
  readonly effective: Settings;
  /** What would hold without the file, as far as that is known; it was chosen by whoever runs Depwarden. */
  readonly without: Pick<Settings, "offline" | "registry" | "osv">;
  readonly reports: readonly SuppressedReport[];
  readonly excluded: readonly Excluded[];
  /** As messages and the JSON name a file. */
  readonly pathOf: (uri: string) => string;
}

/** Only what really suppresses: a severity that is raised, or an entry that covers nothing, is left out. */
export function suppressionsOf(input: SuppressionInput): readonly Suppression[] {
  const { by } = input;
  return [
    ...ofRules(input).map((detail) => ({ by, what: "rules", detail })),
    ...ofAllow(input).map((detail) => ({ by, what: "allow", detail })),
    ...ofExclude(input).map((detail) => ({ by, what: "exclude", detail })),
    ...ofOthers(input).map((other) => ({ by, ...other })),
    ...ofRegistries(input),
  ];
}

/** Names that a file of the project keeps from OSV. */
function ofRegistries({ effective, reports, pathOf }: SuppressionInput): readonly Suppression[] {
  if (!effective.osv.enabled || effective.offline) return [];
  const found = new Map<string, { readonly by: string; readonly why: PrivateBy["why"]; packages: number }>();
  for (const { files, why, packages } of reports.flatMap((report) => report.keptFromOsv)) {
    const by = files.map(pathOf).join(", ");
    const present = found.get(`${why} ${by}`) ?? { by, why, packages: 0 };
    present.packages += packages;
    found.set(`${why} ${by}`, present);
  }
  return [...found.values()].map(({ by, why, packages }) => {
    const [owner, they] = packages === 1 ? ["its", "it has"] : ["their", "they have"];
    const reason = why === "login" ? `${owner} registry has a login in` : `${they} a registry of ${owner} own in`;
    return { by, what: "advisories", detail: `${count(packages, "package")} not checked against OSV: ${reason} ${by}` };
  });
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
    ...ofHosts(input),
    ...(own.offline && effective.offline && !without.offline ? [{ what: "offline", detail: "nothing is sent" }] : []),
    ...(!own.osv.enabled && !effective.osv.enabled && !effective.offline
      ? [{ what: "osv.enabled", detail: "OSV is not asked for advisories" }]
      : []),
  ];
}

/** Whoever is asked decides what is found: a host of the file's may know of nothing. */
function ofHosts({ own, effective, without }: SuppressionInput): readonly Omit<Suppression, "by">[] {
  if (effective.offline) return [];
  const registry = own.registry === effective.registry ? own.registry : null;
  const usual = without.registry === null ? null : shownAddress(without.registry);
  const isOtherRegistry = registry !== null && shownAddress(registry) !== usual;
  const [osv, usualOsv] = [shownAddress(own.osv.url), shownAddress(without.osv.url)];
  const isOtherOsv = effective.osv.enabled && own.osv.url === effective.osv.url && osv !== usualOsv;
  return [
    ...(isOtherRegistry
      ? [
          {
            what: "registry",
            detail: `${shownAddress(registry)} is asked instead of ${usual ?? "the registry that is configured"}`,
          },
        ]
      : []),
    ...(isOtherOsv ? [{ what: "osv.url", detail: `${osv} is asked for advisories instead of ${usualOsv}` }] : []),
  ];
}

/** Without a login, and the same for each spelling. */
function shownAddress(address: string): string {
  const url = parsedUrl(address);
  return url === null
    ? "an address that cannot be read"
    : oneLine(`${url.protocol}//${url.host}${withoutTrailing(url.pathname, "/")}`, 200);
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
