/** What a person reads in a terminal: findings by file, a summary last. */
import { adviceOf } from "../core/engine/remedy.ts";
import { linesOf, sorted, toldFiles } from "../core/report/contract.ts";
import type { ScanJson } from "../core/report/contract.ts";
import { count } from "../core/util/words.ts";
import type { Finding } from "../core/engine/finding.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { oneLine } from "../core/util/sanitize.ts";
import type { Severity } from "../core/rules/rule.ts";
import { styled } from "./printed.ts";
import type { Row, Styled } from "./printed.ts";

const EMPTY: Row = [];

/** @param displayPath a file's path as the person would write it */
export function scanRows(
  reports: readonly ProjectReport[],
  summary: ScanJson["summary"],
  displayPath: (uri: string) => string,
): readonly Row[] {
  const groups = reports.flatMap((report) =>
    toldFiles(report).map(({ file, error }) =>
      fileRows(displayPath(file), error, sorted(report.findings.filter((finding) => finding.file === file)), report),
    ),
  );
  return [...groups.filter((rows) => rows.length > 0).flatMap((rows) => [...rows, EMPTY]), summaryRow(summary)];
}

function fileRows(
  displayed: string,
  error: string | null,
  findings: readonly Finding[],
  report: ProjectReport,
): readonly Row[] {
  if (findings.length === 0 && error === null) return [];
  const path = oneLine(displayed, 1000);
  const unread: readonly Row[] =
    error !== null && findings.length === 0 ? [["  ", styled("yellow", "unread"), `  ${oneLine(error)}`]] : [];
  return [[styled("underline", path)], ...unread, ...findings.flatMap((finding) => findingRows(finding, path, report))];
}

const WIDTH = "information".length;

function findingRows(finding: Finding, path: string, report: ProjectReport): readonly Row[] {
  const start = linesOf(report, finding.file)?.positionAt(finding.span.start) ?? { line: 0, character: 0 };
  const advice = adviceOf(finding);
  const via = finding.path.length > 1 ? `  ${finding.path.map((name) => oneLine(name, 80)).join(" › ")}` : "";
  const indent = " ".repeat(WIDTH + 4);
  return [
    ["  ", severityText(finding.severity), `  ${oneLine(finding.message, 600)}`],
    ...(advice === null ? [] : [[indent, styled("bold", advice)]]),
    [indent, styled("dim", `${path}:${start.line + 1}:${start.character + 1}  ${finding.rule}${via}`)],
  ];
}

const SEVERITY_STYLES = { error: "red", warning: "yellow", information: "cyan", hint: "dim" } as const;

function severityText(severity: Severity): Styled {
  return styled(SEVERITY_STYLES[severity], severity.padEnd(WIDTH));
}

function summaryRow(summary: ScanJson["summary"]): Row {
  const { files, packages, error, warning, information, hint, unchecked } = summary;
  const others = information + hint;
  const errors = error > 0 ? [styled("red", count(error, "error"))] : [];
  const warnings = warning > 0 ? [styled("yellow", count(warning, "warning"))] : [];
  const verdict =
    error + warning === 0
      ? [styled("green", "no errors or warnings")]
      : [...errors, ...(error > 0 && warning > 0 ? [", "] : []), ...warnings];
  const rest = others > 0 && error + warning > 0 ? `, ${count(others, "note")}` : "";
  const gaps = unchecked > 0 ? [" ", styled("yellow", `${count(unchecked, "package")} could not be checked.`)] : [];
  return [`${count(packages, "package")} in ${count(files, "file")}: `, ...verdict, `${rest}.`, ...gaps];
}
