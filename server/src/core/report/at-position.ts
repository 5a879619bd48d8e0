/** What a report says of a place in the current text, which may have moved since. */
import { readCatalogs } from "../documents/catalogs.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { contains } from "../util/text.ts";
import { readWorkspaceOverrides } from "../documents/workspace-overrides.ts";
import type { CatalogEntry, Lockfile, Manifest } from "../model.ts";
import { packageExtensionsOf } from "../project/asks.ts";
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

/**
 * The judged release under an offset of a policy file, or of what of policy a manifest holds: an entry of a catalog, an
 * override or a dependency that is added to a package; on its name or on what it asks for.
 */
export function inPolicy(
  report: ProjectReport,
  uri: string,
  kind: string,
  { root }: ConfigTree,
  offset: number,
): PlaceFound | null {
  const isAt = ({ nameSpan, specSpan }: { readonly nameSpan: Span; readonly specSpan: Span }): boolean =>
    contains(nameSpan, offset) || contains(specSpan, offset);
  const entry = readCatalogs(root).find(isAt);
  if (entry !== undefined) return inCatalog(report, uri, entry, offset);
  const overrides = kind === "pnpm-workspace" ? readWorkspaceOverrides(root, []) : [];
  const asks = [
    ...overrides.map(({ override }) => ({ ...override, alias: override.name })),
    ...packageExtensionsOf(kind, root).map(({ extension }) => extension),
  ];
  const ask = asks.find(isAt);
  if (ask === undefined) return null;
  const places = report.judged.flatMap((judged) =>
    judged.target.declared
      .filter((place) => place.uri === uri && place.alias === ask.alias)
      .map((place) => ({ judged, place })),
  );
  // One package may be asked for at several places of a file. The text may have moved since.
  const found = places.find(({ place }) => place.span.start === ask.specSpan.start) ?? places[0];
  return found === undefined
    ? null
    : { judged: found.judged, ...placeIn(offset, ask.nameSpan, ask.specSpan), lockedId: null };
}

function inCatalog(report: ProjectReport, uri: string, entry: CatalogEntry, offset: number): PlaceFound | null {
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
