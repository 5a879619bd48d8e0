/** What a person reads in a terminal: findings by file, a summary last. */
import { createColors } from "picocolors";
import { adviceOf } from "../core/remedy.ts";
import { linesOf, sorted, toldFiles } from "../core/contract.ts";
import type { ScanJson } from "../core/contract.ts";
import { count } from "../core/words.ts";
import type { Finding } from "../core/engine/finding.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { oneLine } from "../core/foreign-text.ts";
import type { Severity } from "../core/rules/rule.ts";

export interface TextOptions {
  readonly colors: boolean;
  /** A file's path as the person would write it. */
  readonly displayPath: (uri: string) => string;
}

type Colors = ReturnType<typeof createColors>;

export function scanText(reports: readonly ProjectReport[], summary: ScanJson["summary"], { colors, displayPath }: TextOptions): string {
  const paint = createColors(colors);
  const groups = reports.flatMap((report) =>
    toldFiles(report).map(({ file, error }) => fileText(file, error, sorted(report.findings.filter((finding) => finding.file === file)), report, displayPath, paint)),
  );
  return [...groups.filter((text) => text !== ""), summaryText(summary, paint)].join("\n\n").concat("\n");
}

function fileText(file: string, error: string | null, findings: readonly Finding[], report: ProjectReport, displayPath: TextOptions["displayPath"], paint: Colors): string {
  if (findings.length === 0 && error === null) return "";
  const path = oneLine(displayPath(file), 1000);
  const entries = findings.map((finding) => findingText(finding, path, report, paint));
  const unread = error !== null && findings.length === 0 ? [`  ${paint.yellow("unread")}  ${oneLine(error)}`] : [];
  return [paint.underline(path), ...unread, ...entries].join("\n");
}

const WIDTH = "information".length;

function findingText(finding: Finding, path: string, report: ProjectReport, paint: Colors): string {
  const start = linesOf(report, finding.file)?.positionAt(finding.span.start) ?? { line: 0, character: 0 };
  const advice = adviceOf(finding);
  const via = finding.path.length > 1 ? `  ${finding.path.map((name) => oneLine(name, 80)).join(" › ")}` : "";
  const indent = " ".repeat(WIDTH + 4);
  return [
    `  ${severityText(finding.severity, paint)}  ${oneLine(finding.message, 600)}`,
    ...(advice === null ? [] : [`${indent}${paint.bold(advice)}`]),
    `${indent}${paint.dim(`${path}:${start.line + 1}:${start.character + 1}  ${finding.rule}${via}`)}`,
  ].join("\n");
}

function severityText(severity: Severity, paint: Colors): string {
  const padded = severity.padEnd(WIDTH);
  if (severity === "error") return paint.red(padded);
  if (severity === "warning") return paint.yellow(padded);
  return severity === "information" ? paint.cyan(padded) : paint.dim(padded);
}

function summaryText(summary: ScanJson["summary"], paint: Colors): string {
  const { files, packages, error, warning, information, hint, unchecked } = summary;
  const scanned = `${count(packages, "package")} in ${count(files, "file")}`;
  const others = information + hint;
  const found = [error > 0 ? paint.red(count(error, "error")) : null, warning > 0 ? paint.yellow(count(warning, "warning")) : null].filter((part) => part !== null);
  const verdict = found.length > 0 ? found.join(", ") : paint.green("no errors or warnings");
  const rest = others > 0 && found.length > 0 ? `, ${count(others, "note")}` : "";
  return `${scanned}: ${verdict}${rest}.${unchecked > 0 ? ` ${paint.yellow(`${count(unchecked, "package")} could not be checked.`)}` : ""}`;
}
