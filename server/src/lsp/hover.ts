import { MarkupKind } from "vscode-languageserver";
import type { Hover, Position } from "vscode-languageserver";
import { folderOf, fileNameOf } from "../core/project/uri.ts";
import { configKind } from "../core/documents/config/index.ts";
import { documentKind } from "../core/documents/index.ts";
import type { DocumentStore } from "../core/project/document-store.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { inCatalog, inLockfile, inManifest } from "../core/report/at-position.ts";
import type { PlaceFound } from "../core/report/at-position.ts";
import { pathTo } from "../core/graph.ts";
import { hoverMarkdown } from "../core/report/hover.ts";
import type { Cancellation } from "../core/ports.ts";
import type { LineIndex } from "../core/text.ts";

/** The hover on a dependency's name or version; null elsewhere. */
export async function hoverAt(
  uri: string,
  position: Position,
  report: ProjectReport,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<Hover | null> {
  if (configKind(fileNameOf(uri)) !== null) return configHover(uri, position, report, store, cancel);
  const isManifest = documentKind(fileNameOf(uri)) === "package-json";
  return isManifest
    ? manifestHover(uri, position, report, store, cancel)
    : lockfileHover(uri, position, report, store, cancel);
}

async function configHover(
  uri: string,
  position: Position,
  report: ProjectReport,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<Hover | null> {
  const document = await store.config(uri, cancel);
  if (!document.known) return null;
  const { model, lines } = document.value;
  return declaredHover(inCatalog(report, uri, model, lines().offsetAt(position)), lines(), report);
}

async function manifestHover(
  uri: string,
  position: Position,
  report: ProjectReport,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<Hover | null> {
  const document = await store.manifest(uri, cancel);
  if (!document.known) return null;
  const { model, lines } = document.value;
  const offset = lines().offsetAt(position);
  const config = report.configs.find((entry) => entry.uri === uri);
  return declaredHover(
    inManifest(report, uri, model, offset) ??
      (config === undefined ? null : inCatalog(report, uri, config.model, offset)),
    lines(),
    report,
  );
}

function declaredHover(found: PlaceFound | null, lines: LineIndex, report: ProjectReport): Hover | null {
  if (found === null) return null;
  return hover(
    hoverMarkdown({
      judged: found.judged,
      path: [],
      now: report.context.now,
      approvals: report.context.approvals ?? null,
      isUnderlined: isUnderlined(found),
      isWhole: report.isWhole,
    }),
    lines.rangeOf(found.span),
  );
}

async function lockfileHover(
  uri: string,
  position: Position,
  report: ProjectReport,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<Hover | null> {
  const document = await store.lockfile(uri, cancel);
  if (!document.known) return null;
  const { model, lines } = document.value;
  const found = inLockfile(report, document.value, lines().offsetAt(position));
  const id = found?.lockedId ?? null;
  if (found === null || id === null) return null;
  const root =
    report.manifests.find(({ importer }) => importer === "")?.document.model.name ?? fileNameOf(folderOf(uri));
  const path = [root, ...pathTo(model, id)];
  return hover(
    hoverMarkdown({
      judged: found.judged,
      path,
      now: report.context.now,
      approvals: report.context.approvals ?? null,
      isUnderlined: isUnderlined(found),
      isWhole: report.isWhole,
    }),
    lines().rangeOf(found.span),
  );
}

/** The version carries the findings as diagnostics, which the editor shows there by itself; the name does not. */
function isUnderlined({ onVersion, judged }: PlaceFound): boolean {
  return onVersion && judged.judgements.length > 0;
}

function hover(value: string, range: Hover["range"]): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, ...(range === undefined ? {} : { range }) };
}
