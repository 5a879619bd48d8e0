/** A release's facts as Markdown. All foreign text is escaped or fenced: nothing of it becomes a link, a command or HTML. */
import { describeDuration, describeMoment } from "../util/duration.ts";
import type { SafeVersions } from "../fixes/fix.ts";
import type { Judged } from "../engine/findings.ts";
import type { Advisory } from "../facts/advisory.ts";
import type { ReleaseFacts } from "../facts/package.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { asCodeBlock, asMarkdown } from "../util/sanitize.ts";
import type { Approval } from "../policy/approvals/index.ts";
import type { ProjectApprovals } from "../policy/combined.ts";
import { adviceOf, remedyOf } from "../engine/remedy.ts";
import { approvalOf } from "../rules/approval.ts";
import { ruleDocs } from "../rules/index.ts";

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
}

export function hoverMarkdown({
  judged,
  path,
  now,
  approvals = null,
  isUnderlined = false,
  isWhole = true,
}: HoverInput): string {
  const { subject } = judged;
  const release = releaseOf(subject);
  return [
    heading(subject, now),
    isUnderlined ? folded(judged) : findings(judged),
    remedies(judged, isWhole),
    path.length > 2 ? path.map((name) => asMarkdown(name)).join(" › ") : null,
    release.known ? scripts(release.value) : null,
    approvals === null ? null : approvalLine(subject, approvals),
    advisories(subject.advisories.found.filter(({ malware }) => malware)),
  ]
    .filter((part) => part !== null)
    .join("\n\n");
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

function findings({ judgements }: Judged): string | null {
  return judgements.length === 0 ? "No findings." : list(judgements);
}

function folded({ judgements }: Judged): string | null {
  const parts = judgements.filter(({ foldedInto }) => foldedInto !== undefined);
  return parts.length === 0 ? null : `In particular:\n\n${list(parts)}`;
}

function list(judgements: Judged["judgements"]): string {
  return judgements
    .map(({ rule, severity, message }) => `- ${severity}: ${asMarkdown(message, 600)} ([${rule}](${ruleDocs(rule)}))`)
    .join("\n");
}

/** What each finding comes to, each thing once. */
function remedies({ judgements, safe }: Judged, isWhole: boolean): string | null {
  const told = judgements.map((judgement) => {
    const remedy = remedyOf(judgement, safe, isWhole);
    if (remedy.kind === "versions") return safeVersion(remedy.safe);
    return remedy.kind === "other" ? asMarkdown(remedy.advice) : adviceOf({ severity: judgement.severity, remedy });
  });
  const lines = [...new Set(told.filter((line) => line !== null))];
  return lines.length === 0 ? null : lines.join("  \n");
}

function safeVersion({ preferred, previous, newest }: SafeVersions): string {
  const others = [...new Set([previous, newest])].filter((version) => version !== null && version !== preferred);
  return `Safe version: **${asMarkdown(preferred)}**${others.length === 0 ? "" : ` (also ${others.map((version) => asMarkdown(version ?? "")).join(", ")})`}`;
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
