import type { DependencySection } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import type { JsonCursor, JsonString } from "../json.ts";

/**
 * What one entry of an npm lockfile says, of lockfileVersion 1 (`dependencies`) or 2 and 3 (`packages`).
 * Fields: https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export interface Entry {
  version: JsonString | null;
  /** The real package where it differs from the folder's name (2 and 3); a project's own name. */
  name: string | null;
  resolved: string | null;
  /** The span of `resolved` in the text, without its quotes. */
  resolvedSpan: Span | null;
  integrity: string | null;
  link: boolean;
  dev: boolean;
  optional: boolean;
  /** Needed by the development tree and, optionally, by the rest. */
  devOptional: boolean;
  /** It says of itself that its parent brings it along. */
  bundled: boolean;
  /** Aliases that its tarball brings along. Only in `packages` (2 and 3). */
  bundles: readonly string[];
  hasInstallScript: boolean;
  /** Aliases that it depends on; null when the entry does not say (before npm 5). */
  requires: string[] | null;
  /** Where the specifier of each of these stands in the text. */
  requiresAt: number[];
  /** And the section that each is in. */
  requiresIn: DependencySection[];
  /** Peers that it can do without (`peerDependenciesMeta`). */
  optionalPeers: readonly string[];
  /** Its tarball brings a lockfile of its own, by which npm installs what it depends on. */
  hasShrinkwrap: boolean;
  /** For a project or workspace: its dependencies by section, with their specifiers. */
  declared: readonly Declared[];
  workspaces: readonly string[];
}

export interface Declared {
  readonly alias: string;
  readonly section: DependencySection;
  /** null when it is not a string. */
  readonly raw: string | null;
}

/** Shared by the many entries that declare nothing. */
const NONE: readonly never[] = [];

export function emptyEntry(): Entry {
  return {
    version: null,
    name: null,
    resolved: null,
    resolvedSpan: null,
    integrity: null,
    link: false,
    dev: false,
    optional: false,
    devOptional: false,
    bundled: false,
    bundles: NONE,
    hasInstallScript: false,
    requires: null,
    requiresAt: [],
    requiresIn: [],
    optionalPeers: NONE,
    hasShrinkwrap: false,
    declared: NONE,
    workspaces: NONE,
  };
}

/** Reads the member of an entry that the cursor stands at, for fields that all lockfile versions share. */
export function readCommonField(cursor: JsonCursor, entry: Entry): void {
  switch (cursor.key) {
    case "version":
      entry.version = cursor.readString();
      return;
    case "resolved": {
      const resolved = cursor.readString();
      entry.resolved = resolved?.value ?? null;
      entry.resolvedSpan = resolved?.span ?? null;
      return;
    }
    case "integrity":
      entry.integrity = cursor.readText();
      return;
    case "dev":
      entry.dev = cursor.readBoolean() === true;
      return;
    case "optional":
      entry.optional = cursor.readBoolean() === true;
      return;
    case "bundled":
    case "inBundle":
      entry.bundled = cursor.readBoolean() === true;
      return;
  }
}

/** Reads the member that the cursor stands at, of an entry of `packages`. */
export function readPackagesField(cursor: JsonCursor, entry: Entry, isProject: boolean): void {
  switch (cursor.key) {
    case "name":
      entry.name = cursor.readText();
      return;
    case "link":
      entry.link = cursor.readBoolean() === true;
      return;
    case "devOptional":
      entry.devOptional = cursor.readBoolean() === true;
      return;
    case "hasInstallScript":
      entry.hasInstallScript = cursor.readBoolean() === true;
      return;
    case "hasShrinkwrap":
      entry.hasShrinkwrap = cursor.readBoolean() === true;
      return;
    case "peerDependenciesMeta":
      entry.optionalPeers = readOptionalPeers(cursor);
      return;
    case "dependencies":
    case "optionalDependencies":
    case "peerDependencies":
      readSection(cursor, entry, cursor.key, isProject);
      return;
    case "devDependencies":
      if (isProject) readSection(cursor, entry, cursor.key, isProject);
      return;
    case "bundleDependencies":
      entry.bundles = readTexts(cursor);
      return;
    case "workspaces":
      entry.workspaces = readWorkspaces(cursor);
      return;
    default:
      readCommonField(cursor, entry);
  }
}

function readSection(cursor: JsonCursor, entry: Entry, section: DependencySection, isProject: boolean): void {
  if (!cursor.enterObject()) return;
  entry.requires ??= [];
  const declared: Declared[] = [];
  while (cursor.nextMember()) {
    entry.requires.push(cursor.key);
    entry.requiresAt.push(cursor.offset);
    entry.requiresIn.push(section);
    if (isProject) declared.push({ alias: cursor.key, section, raw: cursor.readText() });
  }
  if (declared.length > 0) entry.declared = [...entry.declared, ...declared];
}

/** The peers of `peerDependenciesMeta` that are optional. */
export function readOptionalPeers(cursor: JsonCursor): string[] {
  const found: string[] = [];
  if (!cursor.enterObject()) return found;
  while (cursor.nextMember()) {
    const { key } = cursor;
    if (!cursor.enterObject()) continue;
    let isOptional = false;
    while (cursor.nextMember()) if (cursor.key === "optional") isOptional = cursor.readBoolean() === true;
    if (isOptional) found.push(key);
  }
  return found;
}

/** `workspaces` as an array of globs, or as an object with `packages`. */
export function readWorkspaces(cursor: JsonCursor): string[] {
  if (!cursor.enterObject()) return readTexts(cursor);
  let globs: string[] = [];
  while (cursor.nextMember()) if (cursor.key === "packages") globs = readTexts(cursor);
  return globs;
}

/** The texts of the array at the cursor; empty where something else is there. */
function readTexts(cursor: JsonCursor): string[] {
  const texts: string[] = [];
  if (!cursor.enterArray()) return texts;
  while (cursor.nextElement()) {
    const text = cursor.readText();
    if (text !== null) texts.push(text);
  }
  return texts;
}
