/** What came of a case, written as the case file has it. */
import { linesOf, sorted } from "../../server/src/core/report/contract.ts";
import type { DocumentStore } from "../../server/src/core/project/document-store.ts";
import type { Finding } from "../../server/src/core/engine/finding.ts";
import type { ProjectReport } from "../../server/src/core/engine/inspect.ts";
import { inLockfile, inManifest } from "../../server/src/core/report/at-position.ts";
import { applyEdits } from "../../server/src/core/edits/text-edit.ts";
import { changeVersion, fixAll } from "../../server/src/core/fixes/change-version.ts";
import type { ReleaseFixInput } from "../../server/src/core/fixes/fix.ts";
import { projectTexts } from "../../server/src/core/fixes/project-texts.ts";
import { pathTo } from "../../server/src/core/graph.ts";
import { releaseHover } from "../../server/src/core/report/hover.ts";
import type { Settings } from "../../server/src/core/settings/settings.ts";
import type { Inspection } from "../core/world/inspect.ts";
import { pathOf, uriOf } from "../core/world/ports.ts";
import type { HoverPlace } from "./case-file.ts";

export async function renderOutcome(
  { report, store }: Inspection,
  settings: Settings,
  settingsProblems: readonly string[],
  hovers: readonly HoverPlace[],
): Promise<string> {
  return [
    `## Findings\n\n${findingsText(report, settingsProblems)}`,
    await fixedText(report, store, settings),
    ...hovers.map((place) => `${place.heading}\n\n${hoverText(report, place)}`),
  ]
    .filter((part) => part !== null)
    .map((part) => `${part}\n`)
    .join("\n");
}

function findingsText(report: ProjectReport, settingsProblems: readonly string[]): string {
  const lines = [
    ...settingsProblems.map((problem) => `settings: ${problem}`),
    ...report.files
      .filter(({ file, error }) => error !== null && !report.findings.some((finding) => finding.file === file))
      .map(({ file, error }) => `${pathOf(file)} unread: ${error ?? ""}`),
    ...sorted(report.findings).map((finding) => findingText(finding, report)),
  ];
  return lines.length === 0 ? "None." : fenced("text", `${lines.join("\n")}\n`);
}

function findingText(finding: Finding, report: ProjectReport): string {
  const { file, span, severity, rule, message, advisories, path, related } = finding;
  const range = linesOf(report, file)?.rangeOf(span);
  if (range === undefined) throw new Error(`a finding in ${file}, which is not of the project`);
  const { start, end } = range;
  const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
  const release = finding.package === "" ? "" : ` ${finding.package}@${finding.version}`;
  const notes = [
    advisories.length === 0 ? null : `advisories ${advisories.join(" ")}`,
    path.length < 2 ? null : `path ${path.join(" › ")}`,
    related.length === 0
      ? null
      : `related ${related.map((other) => `${pathOf(other.file)} ${(linesOf(report, other.file)?.positionAt(other.span.start).line ?? -1) + 1}`).join(", ")}`,
    remedyText(finding),
    finding.foldedInto === null ? null : `shown in ${finding.foldedInto}`,
  ];
  return [
    `${pathOf(file)} ${place} ${severity} ${rule}${release} ${message}`,
    ...notes.filter((note) => note !== null).map((note) => `[${note}]`),
  ].join(" ");
}

function remedyText({ remedy }: Finding): string | null {
  if (remedy.kind === "untold") return null;
  if (remedy.kind === "other") return `advice ${remedy.advice}`;
  if (remedy.kind !== "versions") return remedy.kind === "none-known" ? "safe none" : `safe ${remedy.kind}`;
  const { preferred, previous, newest } = remedy.safe;
  return [
    `safe ${preferred}`,
    previous === preferred ? null : `previous ${previous ?? "none"}`,
    newest === preferred ? null : `newest ${newest ?? "none"}`,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

/** The titles of all fixes, best first, then what the best one of each finding makes of the files; null where there is none. */
async function fixedText(report: ProjectReport, store: DocumentStore, settings: Settings): Promise<string | null> {
  const texts = await projectTexts(report, store, new AbortController().signal);
  const inputs = fixInputs(report, settings);
  const titles = inputs.flatMap((input) =>
    changeVersion({ ...input, texts }).map(
      ({ title, isPreferred }) =>
        `- ${input.release.subject.name} ${input.release.subject.version}: ${title}${isPreferred ? " (preferred)" : ""}`,
    ),
  );
  if (titles.length === 0) return null;
  const edits = fixAll(inputs, texts);
  const changed = [...texts.manifests, ...texts.configs].flatMap(({ uri, text }) => {
    const own = edits.filter((edit) => edit.uri === uri);
    if (own.length === 0) return [];
    const fixed = applyEdits(text ?? "", own);
    const language = /\.ya?ml$/.test(uri) ? "yaml" : "json";
    return [fenced(`${language} ${pathOf(uri)}${lineEnds(fixed)}`, fixed.replaceAll("\r\n", "\n"))];
  });
  return ["## Fixed", titles.join("\n"), ...(changed.length === 0 ? ["No file changes."] : changed)].join("\n\n");
}

function fixInputs(
  { judged, findings, lockfiles }: ProjectReport,
  { pinStyle }: Settings,
): readonly Omit<ReleaseFixInput, "texts">[] {
  return [...judged]
    .sort((a, b) => Number(b.target.direct) - Number(a.target.direct))
    .flatMap((entry) => {
      const { name, version } = entry.subject;
      const own = findings.filter(
        (finding) => finding.package === name && finding.version === version && finding.unknown === null,
      );
      const [first] = own;
      return first === undefined
        ? []
        : [{ release: entry, all: judged, path: first.path, lockfiles, personal: [], pinStyle }];
    });
}

function lineEnds(text: string): string {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return windows === 0 ? "" : windows === all ? " crlf" : " mixed";
}

function hoverText(report: ProjectReport, { path: file, line, column }: HoverPlace): string {
  const uri = uriOf(file);
  const at = { line: line - 1, character: column - 1 };
  const manifest = report.manifests.find(({ document }) => document.uri === uri)?.document;
  if (manifest !== undefined) {
    const found = inManifest(report, uri, manifest.model, manifest.lines().offsetAt(at));
    return found === null
      ? "Nothing."
      : fenced("markdown", `${releaseHover(report, { judged: found.judged, path: [] })}\n`);
  }
  const lockfile = report.lockfiles.find((document) => document.uri === uri);
  const found = lockfile === undefined ? null : inLockfile(report, lockfile, lockfile.lines().offsetAt(at));
  if (lockfile === undefined || found?.lockedId === undefined || found.lockedId === null) return "Nothing.";
  const root = report.manifests.find(({ importer }) => importer === "")?.document.model.name ?? "app";
  return fenced(
    "markdown",
    `${releaseHover(report, { judged: found.judged, path: [root, ...pathTo(lockfile.model, found.lockedId)] })}\n`,
  );
}

function fenced(info: string, content: string): string {
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${info}\n${content}${content.endsWith("\n") ? "" : "\n"}${fence}`;
}
