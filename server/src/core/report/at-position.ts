/** What a report says of a place in the current text, which may have moved since. */
import { readCatalogs } from "../documents/catalogs.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { contains } from "../util/text.ts";
import type { Lockfile, Manifest } from "../model.ts";
import type { Span } from "../util/text.ts";
import type { Document } from "../project/document-store.ts";
import type { ProjectReport } from "../engine/inspect.ts";
import { mentionAt } from "./reference-at.ts";
import type { Judged } from "../engine/findings.ts";

export interface PlaceFound {
  readonly judged: Judged;
  readonly span: Span;
  /** On the version, not on the name. */
  readonly onVersion: boolean;
  /** The lockfile's own package, when the place is in one. */
  readonly lockedId: number | null;
}

/** The judged release under an offset of a manifest; on its name or on what it asks for. */
export function inManifest(report: ProjectReport, uri: string, manifest: Manifest, offset: number): PlaceFound | null {
  const declared = [...manifest.dependencies, ...manifest.overrides].find(
    ({ nameSpan, specSpan }) => contains(nameSpan, offset) || contains(specSpan, offset),
  );
  if (declared === undefined) return null;
  const alias = "alias" in declared ? declared.alias : declared.name;
  const judged = report.judged.find(({ target }) =>
    target.declared.some((place) => place.uri === uri && place.alias === alias),
  );
  return judged === undefined
    ? null
    : { judged, ...placeIn(offset, declared.nameSpan, declared.specSpan), lockedId: null };
}

/** The judged release under an offset of a file that defines a catalog; on its name or on its range. */
export function inCatalog(report: ProjectReport, uri: string, config: ConfigTree, offset: number): PlaceFound | null {
  const entry = readCatalogs(config.root).find(
    ({ nameSpan, specSpan }) => contains(nameSpan, offset) || contains(specSpan, offset),
  );
  if (entry === undefined) return null;
  const stands = (catalog: string, other: string): boolean => catalog === entry.catalog && other === entry.name;
  const asking = report.manifests.flatMap(({ document }) =>
    document.model.dependencies
      .filter(({ specifier, alias }) => specifier.source === "catalog" && stands(specifier.catalog, alias))
      .map(({ alias }) => ({ uri: document.uri, alias })),
  );
  const judged = report.judged.find(({ target }) =>
    target.declared.some((place) => asking.some((other) => other.uri === place.uri && other.alias === place.alias)),
  );
  return judged?.target.declared.some((place) => place.uri === uri) !== true
    ? null
    : { judged, ...placeIn(offset, entry.nameSpan, entry.specSpan), lockedId: null };
}

/** The judged release under an offset of a lockfile: where it is locked, or where it is spoken of. */
export function inLockfile(
  report: ProjectReport,
  { uri, text, model }: Pick<Document<Lockfile>, "uri" | "text" | "model">,
  offset: number,
): PlaceFound | null {
  const place = model.packages.find(
    ({ versionSpan, nameSpan }) => contains(versionSpan, offset) || contains(nameSpan, offset),
  );
  const mention = place === undefined ? mentionAt(model, text, offset) : null;
  const locked = place ?? mention?.locked;
  if (locked === undefined) return null;
  const judged = report.judged.find(
    ({ subject, target }) =>
      subject.name === locked.name &&
      subject.version === locked.version &&
      target.locked.some((place) => place.uri === uri),
  );
  if (judged === undefined) return null;
  const where =
    mention === null ? placeIn(offset, locked.nameSpan, locked.versionSpan) : { span: mention.span, onVersion: false };
  return { judged, ...where, lockedId: locked.id };
}

function placeIn(offset: number, name: Span, version: Span): Pick<PlaceFound, "span" | "onVersion"> {
  return contains(name, offset) ? { span: name, onVersion: false } : { span: version, onVersion: true };
}
