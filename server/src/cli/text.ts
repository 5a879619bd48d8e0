/** What a person reads in a terminal: a block for each release, the gravest first, with its places below; a summary last. */
import { Help } from "commander";
import { advisoryPage } from "../core/facts/osv.ts";
import { adviceOf } from "../core/engine/remedy.ts";
import { linesOf, toldFiles } from "../core/report/contract.ts";
import type { ScanJson } from "../core/report/contract.ts";
import { count } from "../core/util/words.ts";
import type { Finding } from "../core/engine/finding.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { oneLine } from "../core/util/sanitize.ts";
import { ruleDocs } from "../core/rules/index.ts";
import { SEVERITIES, type Severity } from "../core/rules/rule.ts";
import { styled } from "./printed.ts";
import type { Row, Style, Styled } from "./printed.ts";

export interface TextOptions {
  /** A file's path as the person would write it. */
  readonly displayPath: (uri: string) => string;
  /** Characters in a line of the terminal; null: lines are not wrapped. */
  readonly columns: number | null;
  /** `all`: hints too, and every place. `errors`: nothing else. */
  readonly detail: "all" | "usual" | "errors";
}

const EMPTY: Row = [];
/** Places of one finding. */
const MOST_PLACES = 5;

export function scanRows(
  reports: readonly ProjectReport[],
  summary: ScanJson["summary"],
  options: TextOptions,
): readonly Row[] {
  const all = blocksOf(reports, options.displayPath);
  const least = { all: SEVERITIES.length, usual: SEVERITIES.indexOf("hint"), errors: 1 }[options.detail];
  const shown = all.filter(({ severity }) => rank(severity) < least);
  const unread = reports.flatMap((report) => unreadRows(report, options));
  const named = new Set<string>();
  const rows = [...shown.flatMap((block) => [...blockRows(block, named, options), EMPTY]), ...unread];
  if (options.detail === "errors" && rows.length === 0) return [];
  return [...rows, ...(unread.length > 0 ? [EMPTY] : []), ...summaryRows(summary, all, options)];
}

/** The findings of one release, or one of a file, with all their places. */
interface Block {
  /** The gravest of its findings'. */
  readonly severity: Severity;
  readonly said: readonly Said[];
  /** Something is not known: it comes after what is. */
  readonly isGap: boolean;
  /** What it is about, for the order. */
  readonly subject: string;
}

/** What a rule says once, wherever it says it. */
interface Said {
  readonly finding: Finding;
  readonly places: readonly string[];
}

function blocksOf(reports: readonly ProjectReport[], displayPath: (uri: string) => string): readonly Block[] {
  const blocks = new Map<string, Map<string, { finding: Finding; places: Set<string> }>>();
  for (const report of reports) {
    for (const finding of report.findings) {
      if (finding.foldedInto !== null) continue;
      const { rule, package: name, version, message } = finding;
      const isRelease = name !== "" && finding.unknown === null;
      const key = JSON.stringify(isRelease ? [name, version] : [name, version, rule, message]);
      const block = blocks.get(key) ?? new Map<string, { finding: Finding; places: Set<string> }>();
      blocks.set(key, block);
      const what = JSON.stringify([rule, message, adviceOf(finding)]);
      const said = block.get(what) ?? { finding, places: new Set<string>() };
      block.set(what, said);
      said.places.add(placeOf(finding, report, displayPath));
    }
  }
  return [...blocks.values()].map((block) => blockOf([...block.values()])).sort(inOrder);
}

function blockOf(found: readonly { readonly finding: Finding; readonly places: ReadonlySet<string> }[]): Block {
  const said = found
    .map(({ finding, places }) => ({ finding, places: [...places].sort(manifestsFirst) }))
    .sort((a, b) => rank(a.finding.severity) - rank(b.finding.severity));
  const first = said[0]?.finding;
  return {
    said,
    severity: first?.severity ?? "hint",
    isGap: said.every(({ finding }) => finding.unknown !== null),
    subject: first === undefined ? "" : `${first.package}@${first.version}`,
  };
}

/** A person changes these; of the others, package managers take care. */
function manifestsFirst(a: string, b: string): number {
  const isManifest = (place: string): boolean => /(?:^|[\\/])package\.json:\d/.test(place);
  return Number(isManifest(b)) - Number(isManifest(a)) || (a < b ? -1 : 1);
}

function inOrder(a: Block, b: Block): number {
  const byGap = Number(a.isGap) - Number(b.isGap);
  const bySubject = a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0;
  return byGap || rank(a.severity) - rank(b.severity) || bySubject;
}

/** 0 for the gravest. */
function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** As editors and terminals open it: lines and columns from 1. */
function placeOf({ file, span, path }: Finding, report: ProjectReport, displayPath: (uri: string) => string): string {
  const start = linesOf(report, file)?.positionAt(span.start) ?? { line: 0, character: 0 };
  const via = path.length > 1 ? `  ${path.map((name) => oneLine(name, 80)).join(" › ")}` : "";
  return `${oneLine(displayPath(file), 1000)}:${start.line + 1}:${start.character + 1}${via}`;
}

const WIDTH = Math.max(...SEVERITIES.map(({ length }) => length));
const INDENT = " ".repeat(WIDTH + 2);

/** @param named rules whose pages were named above */
function blockRows({ said }: Block, named: Set<string>, options: TextOptions): readonly Row[] {
  const rows = said.flatMap(({ finding, places }, index): readonly Row[] => {
    const advice = adviceOf(finding);
    // Several rules say of the same places what they say.
    const next = said[index + 1]?.places;
    const isRepeated = next?.join("\n") === places.join("\n");
    return [
      ...labelled(severityText(finding.severity), oneLine(finding.message, 600), options),
      ...(advice === null ? [] : indented(advice, "bold", options)),
      ...(isRepeated ? [] : placeRows(places, options)),
    ];
  });
  return [...rows, ...linkRows(said, named)];
}

/** An address is not wrapped: it could not be opened. */
function linkRows(said: readonly Said[], named: Set<string>): readonly Row[] {
  const ids = [...new Set(said.map(({ finding: { rule } }) => rule))];
  const rules = ids.map((rule) => (named.has(rule) ? rule : `${rule}  ${ruleDocs(rule)}`));
  for (const rule of ids) named.add(rule);
  const pages = said.flatMap(({ finding }) => finding.advisories.flatMap((id) => advisoryPage(id) ?? []));
  return [...new Set([...rules, ...pages])].map((line) => [INDENT, styled("dim", line)]);
}

function placeRows(places: readonly string[], { detail }: TextOptions): readonly Row[] {
  const shown = detail === "all" ? places : places.slice(0, MOST_PLACES);
  const left = places.length - shown.length;
  const more = left > 0 ? [`${count(left, "more place")} (--verbose lists all)`] : [];
  return [...shown, ...more].map((place) => [INDENT, styled("cyan", place)]);
}

function unreadRows(report: ProjectReport, options: TextOptions): readonly Row[] {
  return toldFiles(report).flatMap(({ file, error }) => {
    if (error === null || report.findings.some((finding) => finding.file === file)) return [];
    const path = oneLine(options.displayPath(file), 1000);
    return labelled(styled("yellow", "not read".padEnd(WIDTH)), `${path}: ${oneLine(error)}`, options);
  });
}

function labelled(label: Styled, text: string, options: TextOptions): readonly Row[] {
  return wrapped(text, options).map((line, index) => (index === 0 ? [label, `  ${line}`] : [INDENT, line]));
}

function indented(text: string, style: Style, options: TextOptions): readonly Row[] {
  return wrapped(text, options).map((line) => [INDENT, styled(style, line)]);
}

function wrapped(text: string, { columns }: TextOptions): readonly string[] {
  return columns === null ? [text] : new Help().boxWrap(text, columns - INDENT.length).split("\n");
}

const SEVERITY_STYLES = { error: "red", warning: "yellow", information: "cyan", hint: "dim" } as const;

function severityText(severity: Severity): Styled {
  return styled(SEVERITY_STYLES[severity], severity.padEnd(WIDTH));
}

/** Each release counts once, by the gravest that is said of it, and so does each finding about a file. */
function summaryRows(
  { files, packages, unchecked }: ScanJson["summary"],
  blocks: readonly Block[],
  { detail }: TextOptions,
): readonly Row[] {
  const of = (severity: Severity): number =>
    blocks.filter((block) => block.severity === severity && !block.isGap).length;
  const [errors, warnings] = [of("error"), of("warning")];
  const verdict =
    errors + warnings === 0
      ? [styled("green", "no errors or warnings")]
      : [
          ...(errors > 0 ? [styled("red", count(errors, "error"))] : []),
          ...(errors > 0 && warnings > 0 ? [", "] : []),
          ...(warnings > 0 ? [styled("yellow", count(warnings, "warning"))] : []),
        ];
  const gaps = unchecked > 0 ? [" ", styled("yellow", `${count(unchecked, "package")} could not be checked.`)] : [];
  const hidden = detail === "usual" ? of("hint") : 0;
  const hints = [`${count(hidden, "hint")} not shown: --verbose shows ${hidden === 1 ? "it" : "them"}.`];
  return [
    [`${count(packages, "package")} in ${count(files, "file")}: `, ...verdict, ".", ...gaps],
    ...(hidden > 0 ? [hints] : []),
    ...(detail === "errors" ? [] : nextRows(blocks)),
  ];
}

/** What to do now. */
function nextRows(blocks: readonly Block[]): readonly Row[] {
  const grave = blocks.filter(({ severity }) => severity === "error" || severity === "warning");
  const [first] = grave;
  if (first === undefined) return [];
  const what = first.severity === "error" ? "Mend the errors" : "Look at the warnings";
  const release = grave.map(({ said }) => said[0]?.finding).find((finding) => finding?.version !== "");
  const explained = release === undefined ? null : oneLine(`${release.package}@${release.version}`, 300);
  return [
    [`${what} before the next install.`],
    ...(explained === null ? [] : [[`More: depwarden explain ${explained}`]]),
  ];
}
