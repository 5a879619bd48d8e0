import { MarkupKind } from "vscode-languageserver";
import type { Hover, Position } from "vscode-languageserver";
import { folderOf, fileNameOf } from "../core/util/uri.ts";
import { configKind } from "../core/documents/config/index.ts";
import { documentKind } from "../core/documents/index.ts";
import type { DocumentStore } from "../core/project/document-store.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { inLockfile, inManifest, inPolicy } from "../core/report/at-position.ts";
import type { PlaceFound } from "../core/report/at-position.ts";
import { pathTo } from "../core/graph.ts";
import { releaseHover } from "../core/report/hover.ts";
import { plainText } from "../core/report/plain-text.ts";
import type { Cancellation } from "../core/ports.ts";
import type { LineIndex } from "../core/util/text.ts";

/** The hover on a dependency's name or version; null elsewhere. */
export async function hoverAt(
  uri: string,
  position: Position,
  report: ProjectReport,
  store: DocumentStore,
  kind: MarkupKind,
  cancel: Cancellation,
): Promise<Hover | null> {
  const place = await placeAt(uri, position, report, store, cancel);
  if (place === null) return null;
  const { found, lines, path } = place;
  const markdown = releaseHover(report, { judged: found.judged, path, isUnderlined: isUnderlined(found) });
  const value = kind === MarkupKind.Markdown ? markdown : plainText(markdown);
  return { contents: { kind, value }, range: lines.rangeOf(found.span) };
}

interface HoverPlace {
  readonly found: PlaceFound;
  readonly lines: LineIndex;
  /** From the project down to a locked package; empty in a manifest. */
  readonly path: readonly string[];
}

async function placeAt(
  uri: string,
  position: Position,
  report: ProjectReport,
  store: DocumentStore,
  cancel: Cancellation,
): Promise<HoverPlace | null> {
  const name = fileNameOf(uri);
  const declared = (found: PlaceFound | null, lines: LineIndex): HoverPlace | null =>
    found === null ? null : { found, lines, path: [] };
  if (configKind(name) !== null) {
    const document = await store.config(uri, cancel);
    if (!document.known) return null;
    const lines = document.value.lines();
    return declared(inPolicy(report, uri, document.value.kind, document.value.model, lines.offsetAt(position)), lines);
  }
  if (documentKind(name) === "package-json") {
    const document = await store.manifest(uri, cancel);
    if (!document.known) return null;
    const lines = document.value.lines();
    const offset = lines.offsetAt(position);
    const config = report.configs.find((entry) => entry.uri === uri);
    const found =
      inManifest(report, uri, document.value.model, offset) ??
      (config === undefined ? null : inPolicy(report, uri, config.kind, config.model, offset));
    return declared(found, lines);
  }
  const document = await store.lockfile(uri, cancel);
  if (!document.known) return null;
  const lines = document.value.lines();
  const found = inLockfile(report, document.value, lines.offsetAt(position));
  const id = found?.lockedId ?? null;
  if (found === null || id === null) return null;
  const root = report.manifests.find(({ importer }) => importer === "")?.document.model.name;
  return { found, lines, path: [root ?? fileNameOf(folderOf(uri)), ...pathTo(document.value.model, id)] };
}

/** The version carries the findings as diagnostics, which the editor shows there by itself; the name does not. */
function isUnderlined({ onVersion, judged }: PlaceFound): boolean {
  return onVersion && judged.judgements.length > 0;
}
