import type { DependencySection } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import type { JsonCursor, JsonKind, JsonString } from "../json.ts";

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
  /** Only in `dependencies` (1): what was asked for, which npm installs where nothing else says what is installed. */
  from: JsonString | null;
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
  /** The place of `scripts`, which npm runs in place of the package's own. Only in `packages` (2 and 3). */
  scriptsSpan: Span | null;
  /** A member has a value of a JSON type that npm does not write there, and may take for one that it does. */
  isMistyped: boolean;
  /** It has a member that npm follows and never writes. */
  hasUnwritten: boolean;
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
    from: null,
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
    scriptsSpan: null,
    isMistyped: false,
    hasUnwritten: false,
  };
}

const TEXT: readonly JsonKind[] = ["string"];
const FLAG: readonly JsonKind[] = ["boolean"];
const MAP: readonly JsonKind[] = ["object"];

/**
 * The JSON types that npm writes. It compares none of them: what is no text it makes one of (`["evil"]` is `evil`), 1 is
 * as good as true, and a list is a map whose names are 0, 1, 2. Tried: npm 11.19, 12.2.
 */
const TYPES: ReadonlyMap<string, readonly JsonKind[]> = new Map([
  ["version", TEXT],
  ["name", TEXT],
  // npm 6 writes `false` for what is bundled.
  ["resolved", [...TEXT, "boolean"]],
  ["integrity", TEXT],
  ["from", TEXT],
  ...["link", "dev", "optional", "devOptional", "bundled", "inBundle", "hasInstallScript", "hasShrinkwrap"].map(
    (flag) => [flag, FLAG] as const,
  ),
  ["dependencies", MAP],
  ["optionalDependencies", MAP],
  ["peerDependencies", MAP],
  ["peerDependenciesMeta", MAP],
  ["bundleDependencies", ["array", "boolean"]],
  ["requires", [...MAP, "boolean"]],
  ["workspaces", ["array", "object"]],
]);

/**
 * Members of `packages` that npm takes as it takes them from a package.json: lib/node.js of @npmcli/arborist, lib/index.js
 * of @npmcli/package-json. Tried with npm 11.19: an entry without `resolved` is installed from `_resolved`.
 */
const UNWRITTEN: ReadonlySet<string> = new Set(["_resolved", "_integrity", "_hasShrinkwrap", "bundledDependencies"]);

/** Notes whether the member at the cursor has a value of the wrong type. */
export function checkType(cursor: JsonCursor, entry: Entry): void {
  const { kind } = cursor;
  if (kind === "null" || kind === "none") return;
  if (TYPES.get(cursor.key)?.includes(kind) === false) entry.isMistyped = true;
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
  checkType(cursor, entry);
  if (UNWRITTEN.has(cursor.key) && cursor.kind !== "null") entry.hasUnwritten = true;
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
    case "scripts":
      if (cursor.kind !== "null") entry.scriptsSpan = cursor.keySpan;
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
    if (cursor.kind !== "string") entry.isMistyped = true;
    if (isProject) declared.push({ alias: cursor.key, section, raw: cursor.readText() });
  }
  if (declared.length > 0) entry.declared = [...entry.declared, ...declared];
}

/**
 * An npm alias that is written into the version: `npm:react@18.2.0`. npm writes it so in lockfileVersion 1, and follows
 * it in any where there is no address.
 */
export function readAlias(entry: Entry): void {
  if (entry.version?.value.startsWith("npm:") !== true) return;
  const { value, span } = entry.version;
  const at = value.lastIndexOf("@");
  if (at <= "npm:".length) return;
  const version = value.slice(at + 1);
  entry.name = value.slice("npm:".length, at);
  const isAsWritten = span.end - span.start === value.length;
  entry.version = { value: version, span: isAsWritten ? { start: span.end - version.length, end: span.end } : span };
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
