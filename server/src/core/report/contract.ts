/** The JSON that other programs rely on: a change here is a breaking change. */
import { printable } from "../../../../common/shown-text.ts";
import { configKind } from "../documents/config/index.ts";
import type { FileReport, Finding } from "../engine/finding.ts";
import type { ProjectReport } from "../engine/inspect.ts";
import { fileNameOf, relativePath } from "../util/uri.ts";
import { releaseKey, unresolvedKey } from "../project/target.ts";
import type { Severity } from "../rules/rule.ts";
import type { Suppression } from "../settings/suppressions.ts";
import type { LineIndex, Range } from "../util/text.ts";

export interface ScanJson {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "depwarden"; readonly version: string };
  /** The moment of judgement, ISO 8601 in UTC. */
  readonly asOf: string;
  readonly files: readonly {
    readonly path: string;
    readonly kind: string;
    readonly packages: number;
    readonly error: string | null;
  }[];
  /** What settings of the scanned folder turned off. */
  readonly suppressed: readonly Suppression[];
  /** `packages` and `unchecked` count the same, as `packagesIn` says; of each severity the findings. */
  readonly summary: Readonly<Record<"files" | "packages" | Severity | "unchecked", number>>;
  readonly findings: readonly FindingJson[];
}

export interface FindingJson {
  readonly rule: string;
  readonly severity: Severity;
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly range: Range;
  readonly message: string;
  readonly advisories: readonly string[];
  readonly safeVersion: string | null;
  /** At most 20 entries: of a longer path the first 10 names, `… 7 more …`, and the last 9. */
  readonly path: readonly string[];
}

export interface ScanJsonInput {
  readonly reports: readonly ProjectReport[];
  readonly suppressed: readonly Suppression[];
  readonly toolVersion: string;
  /** The moment of judgement, ms since epoch. */
  readonly now: number;
  /** A file's path below the scanned folder, with `/`. */
  readonly pathOf: (uri: string) => string;
}

export function scanJson({ reports, suppressed, toolVersion, now, pathOf }: ScanJsonInput): ScanJson {
  const findings = reports.flatMap((report) => sorted(report.findings));
  const of = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  const { packages, unchecked } = packagesIn(reports);
  return {
    schemaVersion: 1,
    tool: { name: "depwarden", version: toolVersion },
    asOf: new Date(now).toISOString(),
    files: reports.flatMap((report) =>
      toldFiles(report).map(({ file, kind, packages, error }) => ({
        path: pathOf(file),
        kind,
        packages,
        error: error === null ? null : printable(error),
      })),
    ),
    suppressed: suppressed.map(({ by, what, detail }) => ({ by: printable(by), what, detail: printable(detail) })),
    summary: {
      files: reports.reduce((sum, report) => sum + toldFiles(report).length, 0),
      packages: packages.size,
      error: of("error"),
      warning: of("warning"),
      information: of("information"),
      hint: of("hint"),
      unchecked: unchecked.size,
    },
    findings: reports.flatMap((report) =>
      sorted(report.findings).map((finding) => findingJson(finding, linesOf(report, finding.file), pathOf)),
    ),
  };
}

/**
 * Distinct releases (a version of a package from one registry), and ranges of packages that stand for none that is known,
 * over all projects; and those of them of which something could not be checked.
 */
function packagesIn(reports: readonly ProjectReport[]): Record<"packages" | "unchecked", ReadonlySet<string>> {
  const [packages, unchecked] = [new Set<string>(), new Set<string>()];
  for (const { judged, unresolved } of reports) {
    for (const { target, gaps } of judged) {
      const key = releaseKey(target.release);
      packages.add(key);
      if (gaps.length > 0) unchecked.add(key);
    }
    for (const key of unresolved.map(unresolvedKey)) {
      packages.add(key);
      unchecked.add(key);
    }
  }
  return { packages, unchecked };
}

/** The files that a report is about: of policy files only those of which there is something to say. */
export function toldFiles({ files, findings }: ProjectReport): readonly FileReport[] {
  return files.filter(
    ({ file, error }) =>
      configKind(fileNameOf(file)) === null || error !== null || findings.some((finding) => finding.file === file),
  );
}

/** By file, then place. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.span.start - b.span.start));
}

export function linesOf({ manifests, lockfiles, configs }: ProjectReport, uri: string): LineIndex | null {
  return (
    (
      manifests.find(({ document }) => document.uri === uri)?.document ??
      [...lockfiles, ...configs].find((document) => document.uri === uri)
    )?.lines() ?? null
  );
}

const FILE_START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function findingJson(finding: Finding, lines: LineIndex | null, pathOf: (uri: string) => string): FindingJson {
  return {
    rule: finding.rule,
    severity: finding.severity,
    package: finding.package,
    version: finding.version,
    file: pathOf(finding.file),
    range: lines?.rangeOf(finding.span) ?? FILE_START,
    message: printable(finding.message),
    advisories: finding.advisories,
    safeVersion: finding.remedy.kind === "versions" ? finding.remedy.safe.preferred : null,
    path: finding.path,
  };
}

/** `uri` below `folder`; its whole address where it is not. */
export function pathBelow(folder: string, uri: string): string {
  return relativePath(folder, uri) ?? uri;
}
