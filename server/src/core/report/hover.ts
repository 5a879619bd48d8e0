/** A release's facts as Markdown. All foreign text is escaped or fenced: nothing of it becomes a link, a command or HTML. */
import { describeDay, describeDuration, describeMoment } from "../util/duration.ts";
import { broughtBy } from "../engine/brought.ts";
import type { BroughtRelease } from "../engine/brought.ts";
import type { ProjectReport } from "../engine/inspect.ts";
import type { Judgement } from "../engine/judge.ts";
import type { AllowedFindings } from "../settings/allow.ts";
import { runWhole } from "../task.ts";
import type { SafeVersions } from "../fixes/fix.ts";
import type { Judged } from "../engine/findings.ts";
import type { Advisory } from "../facts/advisory.ts";
import type { ReleaseFacts } from "../facts/package.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { asCodeBlock, asMarkdown } from "../util/sanitize.ts";
import type { Approval } from "../policy/approvals/index.ts";
import type { ProjectApprovals } from "../policy/combined.ts";
import { adviceOf, askedNote, remedyOf } from "../engine/remedy.ts";
import { approvalOf } from "../rules/approval.ts";
import { ruleDocs } from "../rules/index.ts";
import { count } from "../util/words.ts";

export interface HoverInput {
  readonly judged: Judged;
  /** From the project's name down to the package; only the package when it is direct. */
  readonly path: readonly string[];
  readonly now: number;
  /** What the package manager does with install scripts; without it nothing is said of that. */
  readonly approvals?: ProjectApprovals | null;
  /** For a place where an editor shows the findings beside the hover: only those that it does not, as another says them too. */
  readonly isUnderlined?: boolean;
  /** Default true; false while facts are still awaited. */
  readonly isWhole?: boolean;
  /** What `depwarden.allow` accepts, of this release and others. */
  readonly allowed?: readonly AllowedFindings[];
  /** What it brings in that errors speak against. */
  readonly brings?: readonly BroughtRelease[];
}

/** The hover on a release of a project. */
export function releaseHover(
  { judged: all, allowed, policy, context, isWhole }: ProjectReport,
  { judged, path, isUnderlined }: Pick<HoverInput, "judged" | "path" | "isUnderlined">,
): string {
  const keyOf = (rule: string, name: string, version: string): string => JSON.stringify([rule, name, version]);
  const keys = new Set(allowed.map(({ rule, package: name, version }) => keyOf(rule, name, version)));
  const isAllowed = ({ subject: { name, version } }: Judged, { rule }: Judgement): boolean =>
    keys.has(keyOf(rule, name, version));
  return hoverMarkdown({
    judged,
    path,
    now: context.now,
    approvals: context.approvals ?? null,
    ...(isUnderlined === undefined ? {} : { isUnderlined }),
    isWhole,
    allowed,
    brings: runWhole(broughtBy(judged, { judged: all, used: policy.lockfiles.used, isAllowed })),
  });
}

export function hoverMarkdown({
  judged: { judgements, ...others },
  path,
  now,
  approvals = null,
  isUnderlined = false,
  isWhole = true,
  allowed = [],
  brings = [],
}: HoverInput): string {
  const { subject } = others;
  const isAwaited = awaits(subject);
  const judged = { ...others, judgements: judgements.filter(({ unknown }) => unknown?.code !== "pending") };
  const release = releaseOf(subject);
  return [
    heading(subject, now),
    isUnderlined ? folded(judged, allowed) : findings(judged, allowed, brings, isAwaited),
    isAwaited ? "Still being checked: some answers are awaited, and more may be found." : null,
    isUnderlined ? accepted(judged, allowed) : null,
    brought(brings, allowed),
    remedies(judged, isWhole),
    path.length > 2 ? path.map((name) => asMarkdown(name)).join(" › ") : null,
    release.known ? scripts(release.value) : null,
    approvals === null ? null : approvalLine(subject, approvals),
    advisories(subject.advisories.found.filter(({ malware }) => malware)),
  ]
    .filter((part) => part !== null)
    .join("\n\n");
}

/** An answer that may speak against it is not in yet. */
function awaits({ package: facts, published: at, advisories: { missing } }: Subject): boolean {
  return [facts, at, ...missing].some((fact) => !fact.known && fact.code === "pending");
}

function heading(subject: Subject, now: number): string {
  const name = `**${asMarkdown(subject.name)} ${asMarkdown(subject.version)}**`;
  return `${name}  \n${published(subject, now)}${publisher(subject)}`;
}

function published({ published: fact }: Subject, now: number): string {
  if (!fact.known) return `Age not known: ${asMarkdown(fact.reason)}`;
  if (!fact.value.exact) return `Published over ${describeDuration(now - fact.value.notAfter)} ago`;
  return `Published ${describeMoment(fact.value.at)} (${describeDuration(Math.max(0, now - fact.value.at))} ago)`;
}

function publisher(subject: Subject): string {
  const release = releaseOf(subject);
  if (!release.known) return "";
  const { publisher: by, provenance } = release.value;
  const who =
    by === null ? "" : ` by ${asMarkdown(by.name)}${by.trustedPublisher === null ? "" : " (trusted publisher)"}`;
  return `${who}${provenance === true ? ", with provenance" : provenance === false && by !== null ? ", without provenance" : ""}`;
}

function findings(
  { judgements, subject }: Judged,
  allowed: readonly AllowedFindings[],
  brings: readonly BroughtRelease[],
  isAwaited: boolean,
): string | null {
  if (judgements.length > 0) return list(subject, judgements, allowed);
  if (isAwaited) return null;
  return brings.length === 0
    ? "No findings."
    : `Nothing against ${asMarkdown(subject.name)} ${asMarkdown(subject.version)} itself.`;
}

function folded({ judgements, subject }: Judged, allowed: readonly AllowedFindings[]): string | null {
  const parts = judgements.filter(({ foldedInto }) => foldedInto !== undefined);
  return parts.length === 0 ? null : `In particular:\n\n${list(subject, parts, allowed)}`;
}

/** Those that no editor shows, as they are allowed. */
function accepted({ judgements, subject }: Judged, allowed: readonly AllowedFindings[]): string | null {
  const own = judgements.filter(
    ({ rule, foldedInto }) => foldedInto === undefined && allowance(allowed, subject, rule) !== null,
  );
  return own.length === 0 ? null : list(subject, own, allowed);
}

function list(subject: Subject, judgements: Judged["judgements"], allowed: readonly AllowedFindings[]): string {
  return judgements
    .map(({ rule, severity, message }) => {
      const allowing = allowance(allowed, subject, rule);
      const note = allowing === null ? "" : `. ${allowing}`;
      return `- ${severity}: ${asMarkdown(message, 600)} ([${rule}](${ruleDocs(rule)}))${note}`;
    })
    .join("\n");
}

/** "Allowed until 31 March 2026: no network in our tests"; null where it is not allowed. */
function allowance(
  allowed: readonly AllowedFindings[],
  { name, version }: Pick<Subject, "name" | "version">,
  rule: string,
): string | null {
  const found = allowed.find((each) => each.rule === rule && each.package === name && each.version === version);
  if (found === undefined) return null;
  const { until, reason } = found.entry;
  return `**Allowed** ${until === null ? "without end" : `until ${describeDay(until)}`}: ${asMarkdown(reason, 300)}`;
}

const MOST_BROUGHT = 5;

/** What a person would otherwise take for safe because nothing is said against the release itself. */
function brought(brings: readonly BroughtRelease[], allowed: readonly AllowedFindings[]): string | null {
  if (brings.length === 0) return null;
  const lines = brings.slice(0, MOST_BROUGHT).map((release) => {
    const { name, version, rule, path } = release;
    const way = path.length > 2 ? `: ${path.map((each) => asMarkdown(each)).join(" › ")}` : "";
    const allowing = allowance(allowed, release, rule);
    const note = allowing === null ? "" : `. ${allowing}`;
    return `- ${asMarkdown(name)} ${asMarkdown(version)} ([${rule}](${ruleDocs(rule)}))${way}${note}`;
  });
  const left = brings.length - lines.length;
  return `Brings in:\n\n${[...lines, ...(left > 0 ? [`- and ${count(left, "more release")}`] : [])].join("\n")}`;
}

/** What each finding comes to, each thing once. */
function remedies({ subject, judgements, safe }: Judged, isWhole: boolean): string | null {
  const told = judgements.map((judgement) => {
    const remedy = remedyOf(judgement, { safe, judgements }, { isWhole, ...(subject.direct ? { path: [] } : {}) });
    if (remedy.kind === "versions") return safeVersion(remedy.safe);
    return remedy.kind === "other" ? asMarkdown(remedy.advice) : adviceOf({ severity: judgement.severity, remedy });
  });
  const lines = [...new Set(told.filter((line) => line !== null))];
  return lines.length === 0 ? null : lines.join("  \n");
}

function safeVersion(safe: SafeVersions): string {
  const { preferred, previous, newest } = safe;
  const others = [...new Set([previous, newest])].filter((version) => version !== null && version !== preferred);
  return `Safe version: **${asMarkdown(preferred)}**${askedNote(safe)}${others.length === 0 ? "" : ` (also ${others.map((version) => asMarkdown(version ?? "")).join(", ")})`}`;
}

function scripts({ scripts: texts, gypfile, hasInstallScript }: ReleaseFacts): string | null {
  const entries = Object.entries(texts ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  if (entries.length > 0)
    return `Install scripts:\n\n${asCodeBlock(entries.map(([name, text]) => `${name}: ${text}`).join("\n"))}`;
  if (gypfile === true) return "Install scripts: none named; its binding.gyp makes npm run node-gyp rebuild.";
  if (hasInstallScript === true) return "Runs an install script; the registry does not give its text.";
  return hasInstallScript === false ? "No install scripts." : null;
}

/** "npm runs its install scripts: approved in this version (allowScripts in package.json)." */
function approvalLine(subject: Subject, approvals: ProjectApprovals): string | null {
  const approval = approvalOf(subject, { approvals });
  if (approval === null || (approval.given === "none" && !approval.areWanted)) return null;
  const { runs, given, origin, manager, heldOnlyBy } = approval;
  if (heldOnlyBy !== null)
    return (
      `${asMarkdown(heldOnlyBy.manager)} does not run its install scripts: ${SAID[heldOnlyBy.given]} ` +
      `(${asMarkdown(heldOnlyBy.origin)}). Nothing here enforces that version, and another one may run them.`
    );
  const outcome =
    runs === null
      ? `Whether ${manager} runs its install scripts is not known`
      : `${manager} ${runs ? "runs" : "does not run"} its install scripts`;
  return `${outcome}: ${SAID[given]} (${asMarkdown(origin)}).`;
}

const SAID: Readonly<Record<Approval["given"], string>> = {
  version: "approved in this version",
  name: "approved in every version",
  denied: "denied",
  none: "nobody approved this release",
};

function advisories(found: readonly Advisory[]): string | null {
  if (found.length === 0) return null;
  const list = found.map(({ id, url, summary, published: at }) => {
    const name = url === null ? asMarkdown(id) : `[${asMarkdown(id)}](${url})`;
    return `- ${name}: ${asMarkdown(summary, 300)}${at === null ? "" : ` (${describeMoment(at)})`}`;
  });
  return `Advisories:\n\n${list.join("\n")}`;
}
