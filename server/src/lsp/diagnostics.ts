import { DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Diagnostic, DiagnosticRelatedInformation } from "vscode-languageserver";
import { messageWithAdvice } from "../core/engine/remedy.ts";
import { linesOf } from "../core/report/contract.ts";
import type { Finding } from "../core/engine/finding.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { RULES, ruleDocs } from "../core/rules/index.ts";
import type { Severity } from "../core/rules/rule.ts";
import type { PlainDiagnostic } from "./editor.ts";

export const SOURCE = "depwarden";

/** What a diagnostic carries so that it is known again: identity only, never places or edits. */
export interface DiagnosticIdentity {
  readonly rule: string;
  readonly package: string;
  readonly version: string;
}

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** The diagnostics of each file of a project; a file without findings has an empty list. */
export function diagnosticsOf(report: ProjectReport): ReadonlyMap<string, readonly PlainDiagnostic[]> {
  const known = diagnosticsByReport.get(report);
  if (known !== undefined) return known;
  const byFile = new Map<string, PlainDiagnostic[]>(report.files.map(({ file }) => [file, []]));
  for (const finding of report.findings.filter(({ foldedInto }) => foldedInto === null))
    byFile.get(finding.file)?.push(diagnostic(finding, report));
  diagnosticsByReport.set(report, byFile);
  return byFile;
}

/** Editors ask for code actions with every move of the cursor. */
const diagnosticsByReport = new WeakMap<ProjectReport, ReadonlyMap<string, readonly PlainDiagnostic[]>>();

function diagnostic(finding: Finding, report: ProjectReport): PlainDiagnostic {
  const { rule, severity, package: name, version } = finding;
  const identity: DiagnosticIdentity = { rule, package: name, version };
  const isDeprecation = RULES.some(({ meta }) => meta.id === rule && meta.deprecatedTag === true);
  const related = finding.related.map((place) => relatedInformation(place, report)).filter((entry) => entry !== null);
  return {
    range: rangeIn(report, finding.file, finding.span),
    severity: SEVERITY[severity],
    source: SOURCE,
    code: rule,
    codeDescription: { href: ruleDocs(rule) },
    message: messageWithAdvice(finding),
    data: identity,
    ...(isDeprecation ? { tags: [DiagnosticTag.Deprecated] } : {}),
    ...(related.length === 0 ? {} : { relatedInformation: related }),
  };
}

function relatedInformation(
  { file, span, message }: Finding["related"][number],
  report: ProjectReport,
): DiagnosticRelatedInformation | null {
  return linesOf(report, file) === null
    ? null
    : { location: { uri: file, range: rangeIn(report, file, span) }, message };
}

/** Of a place in the text that the report is of; at its beginning where that is not kept. */
export function rangeIn(report: ProjectReport, file: string, span: Finding["span"]): Diagnostic["range"] {
  return linesOf(report, file)?.rangeOf(span) ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
}

/** Reads `diagnostic.data` back, which went through a client; null when it is not ours. */
export function identityOf(diagnostic: Pick<Diagnostic, "source" | "data">): DiagnosticIdentity | null {
  if (diagnostic.source !== SOURCE) return null;
  const data: unknown = diagnostic.data;
  if (typeof data !== "object" || data === null) return null;
  const { rule, package: name, version } = data as Record<string, unknown>;
  return typeof rule === "string" && typeof name === "string" && typeof version === "string"
    ? { rule, package: name, version }
    : null;
}
