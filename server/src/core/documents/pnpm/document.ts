import type { DependencySection } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import type { Problems } from "../problems.ts";
import type { Task } from "../../task.ts";
import { ofArchives, type Archive, type ArchiveReader } from "./archives.ts";
import type { BlockReader } from "./block.ts";
import { textOf, type Pair } from "./pairs.ts";
import { isPlainResolution, isResolution } from "./resolutions.ts";
import { OF_DOCUMENT, OF_ENTRY, OF_IMPORTER } from "./shapes.ts";
import type { UnreadValues } from "./unread.ts";

/** What an entry of `packages` says, or of `snapshots` (lockfileVersion 9). */
export interface PnpmEntry {
  readonly key: string;
  /** As written, without the quotes: longer than the key where that has escapes. */
  readonly keySpan: Span;
  resolution: readonly Pair[];
  /** Where it is a runtime: what of it is downloaded. */
  archives: readonly Archive[];
  /** Only where the key alone does not say it. */
  name: string | null;
  version: { readonly value: string; readonly span: Span } | null;
  dev: boolean;
  optional: boolean;
  requiresBuild: boolean;
  /** It says what it depends on, be it nothing. */
  statesNeeds: boolean;
  /** Aliases, and what each refers to: `1.0.0(react@18.2.0)`, `/real/1.0.0`, `link:../a`. */
  needs: readonly Pair[];
  optionalNeeds: readonly Pair[];
}

export interface PnpmImporter {
  readonly alias: string;
  /** Of the alias, without its quotes. */
  readonly aliasSpan: Span;
  /** Of what it resolves to, where that is a link; else that of the alias. */
  readonly toSpan: Span;
  readonly section: DependencySection;
  readonly to: string;
  /** What the manifest asks for, with pnpm's overrides put in; null where it stands apart (5.x), or nowhere. */
  readonly specifier: string | null;
}

/** One YAML document of a lockfile: since pnpm 10 its own tools stand in one before the project's. */
export interface PnpmDocument {
  version: string | null;
  /** By path, as written: `.` is the lockfile's own folder. */
  readonly importers: Map<string, PnpmImporter[]>;
  /** Of 5.x: by importer's path, what the manifest asks for. */
  readonly specifiers: Map<string, ReadonlyMap<string, string | null>>;
  /** Selectors and what is put in the place of what they match. */
  overrides: readonly Pair[];
  readonly packages: PnpmEntry[];
  /** null before lockfileVersion 9, and in a file that is cut before it comes to them. */
  snapshots: PnpmEntry[] | null;
  hasPackages: boolean;
  /** A pnpmfile had its hooks run (`pnpmfileChecksum`, of lockfileVersion 9). */
  hasHook: boolean;
  /** Not one entry was met. */
  isBlank: boolean;
}

/** Of a pnpmfile, as pnpm writes it: in base 32, or with its algorithm. pnpm 12 takes anything that YAML reads as null for no checksum. */
const CHECKSUM = /^[\w+/=-]{8,}$/;

const SECTIONS: ReadonlyMap<string, DependencySection> = new Map<string, DependencySection>([
  ["dependencies", "dependencies"],
  ["devDependencies", "devDependencies"],
  ["optionalDependencies", "optionalDependencies"],
  // The tools of the project itself: plugins of pnpm, and the pnpm that it is installed with.
  ["configDependencies", "devDependencies"],
  ["packageManagerDependencies", "devDependencies"],
]);

/** What the readers of one lockfile share. */
export interface Reading {
  readonly reader: BlockReader;
  readonly archives: ArchiveReader;
  readonly unread: UnreadValues;
  readonly problems: Problems;
}

/**
 * Reads one document, from its beginning to its end. What stands beside the sections read here (`settings`, `catalogs`,
 * `patchedDependencies`, `time`…) locks nothing.
 */
export function* readDocument(reading: Reading): Task<PnpmDocument> {
  const { reader, unread, problems } = reading;
  const document: PnpmDocument = {
    version: null,
    importers: new Map(),
    specifiers: new Map(),
    overrides: [],
    packages: [],
    snapshots: null,
    hasPackages: false,
    hasHook: false,
    isBlank: true,
  };
  for (;;) {
    const step = reader.next(0);
    if (step === "end") return document;
    if (step === "pause") {
      yield;
      continue;
    }
    const { key } = reader;
    document.isBlank = false;
    switch (key) {
      case "lockfileVersion":
        document.version = reader.string();
        break;
      case "importers":
        yield* readImporters(reading, document);
        break;
      case "overrides":
        document.overrides = reader.texts();
        break;
      case "specifiers":
        readSpecifiers(reader, ".", document, problems);
        break;
      case "packages":
        document.hasPackages = true;
        yield* readEntries(reading, document, document.packages);
        break;
      case "snapshots":
        document.snapshots ??= [];
        yield* readEntries(reading, document, document.snapshots);
        break;
      default: {
        if (key === "pnpmfileChecksum") document.hasHook = CHECKSUM.test(reader.string() ?? "");
        // Before lockfileVersion 6.1, a project without workspaces stands in no `importers`.
        const section = SECTIONS.get(key);
        if (section !== undefined) readSection(reading, section, importerAt(document.importers, "."));
        else yield* unread.checkInSlices(OF_DOCUMENT.get(key));
      }
    }
  }
}

function importerAt(importers: Map<string, PnpmImporter[]>, path: string): PnpmImporter[] {
  const known = importers.get(path);
  if (known !== undefined) return known;
  const made: PnpmImporter[] = [];
  importers.set(path, made);
  return made;
}

function* readImporters(reading: Reading, document: PnpmDocument): Task<void> {
  const { reader, unread, problems } = reading;
  const level = enterFilled(reading);
  if (level === -1) return;
  for (let step = reader.next(level); step !== "end"; step = reader.next(level)) {
    if (step === "pause") {
      yield;
      continue;
    }
    const path = reader.key;
    const declared = importerAt(document.importers, path);
    const inner = enterFilled(reading);
    if (inner === -1) continue;
    while (reader.nextWithin(inner)) {
      const section = SECTIONS.get(reader.key);
      if (section !== undefined) readSection(reading, section, declared);
      else if (reader.key === "specifiers") readSpecifiers(reader, path, document, problems);
      else unread.check(OF_IMPORTER.get(reader.key));
    }
  }
}

/** As the reader's `enter`. Where there is nothing to enter pnpm writes empty braces: only a cut text has nothing at all. */
function enterFilled({ reader, unread, problems }: Reading): number {
  if (reader.isEmpty) problems.addOfFile("syntax", "an entry holds nothing", reader.keySpan);
  else if (reader.isWrittenEmpty) unread.refuse(reader.keySpan);
  return reader.enter();
}

function readSpecifiers(reader: BlockReader, path: string, { specifiers }: PnpmDocument, problems: Problems): void {
  if (reader.isEmpty) problems.addOfFile("syntax", "an entry holds nothing", reader.keySpan);
  else specifiers.set(path, new Map(reader.texts().map(({ key, value }) => [key, value])));
}

/** `alias: version`, or since lockfileVersion 6 `alias: {specifier, version}`. */
function readSection(reading: Reading, section: DependencySection, declared: PnpmImporter[]): void {
  const { reader, unread, problems } = reading;
  const level = enterFilled(reading);
  if (level === -1) return;
  while (reader.nextWithin(level)) {
    const { key: alias, keySpan } = reader;
    const resolved = reader.pairs();
    const to = resolved === null ? reader.string() : textOf(resolved, "version");
    const link = resolved === null ? reader.link(to) : (resolved.find(({ key }) => key === "version")?.link ?? null);
    if (to === null) problems.addOfFile("syntax", "a dependency of an importer has no version", keySpan);
    else {
      if (resolved !== null && !isDependency(resolved)) unread.refuse(keySpan);
      const specifier = resolved === null ? null : textOf(resolved, "specifier");
      declared.push({ alias, aliasSpan: keySpan, section, to, toSpan: link ?? keySpan, specifier });
    }
  }
}

/** pnpm takes no other members, and both have to be there. */
function isDependency(pairs: readonly Pair[]): boolean {
  return (
    pairs.length === 2 &&
    pairs.every(
      ({ key, value }) =>
        (key === "specifier" || key === "version") && value !== null && value !== "~" && value !== "null",
    )
  );
}

const NONE: readonly Pair[] = [];

export function emptyEntry(key: string, keySpan: Span): PnpmEntry {
  return {
    key,
    keySpan,
    resolution: NONE,
    archives: [],
    name: null,
    version: null,
    dev: false,
    optional: false,
    requiresBuild: false,
    statesNeeds: false,
    needs: NONE,
    optionalNeeds: NONE,
  };
}

function* readEntries(reading: Reading, document: PnpmDocument, entries: PnpmEntry[]): Task<void> {
  const { reader, unread } = reading;
  const ofPackages = entries === document.packages;
  const isOld = /^[56](?:\.|$)/.test(document.version ?? "");
  if (reader.isWrittenEmpty) unread.refuse(reader.keySpan);
  const level = reader.enter();
  if (level === -1) return;
  for (let step = reader.next(level); step !== "end"; step = reader.next(level)) {
    if (step === "pause") {
      yield;
      continue;
    }
    const { key, keySpan } = reader;
    const entry = emptyEntry(key, keySpan);
    entries.push(entry);
    const members = readEntry(reading, entry, isOld);
    // pnpm 12, which ignores the file for it, reads no old one.
    if (ofPackages && members !== "resolved" && !(isOld && members === "none")) unread.refuse(keySpan);
  }
}

/** Says whether the entry has members at all, and a resolution. */
function readEntry(reading: Reading, entry: PnpmEntry, isOld: boolean): "none" | "unresolved" | "resolved" {
  const { reader, archives, unread, problems } = reading;
  const level = enterFilled(reading);
  if (level === -1) return "none";
  let isResolved = false;
  while (reader.nextWithin(level)) {
    switch (reader.key) {
      case "resolution": {
        const { keySpan } = reader;
        entry.resolution = reader.map();
        isResolved = true;
        if (ofArchives(entry.resolution)) entry.archives = archives.read(reader.linesOf(keySpan), keySpan);
        if (!isPlainResolution(entry.resolution))
          unread.checkTaken(reader.linesOf(keySpan).text, keySpan, (value) => isResolution(value, isOld));
        break;
      }
      case "name":
        entry.name = reader.string();
        break;
      case "version":
        entry.version = reader.scalar();
        break;
      case "dev":
        entry.dev = readFlag(reader, problems);
        break;
      case "optional":
        entry.optional = readFlag(reader, problems);
        break;
      case "requiresBuild":
        entry.requiresBuild = readFlag(reader, problems);
        break;
      case "dependencies":
        entry.statesNeeds = true;
        entry.needs = reader.texts();
        break;
      case "optionalDependencies":
        entry.statesNeeds = true;
        entry.optionalNeeds = reader.texts();
        break;
      default:
        unread.check(OF_ENTRY.get(reader.key));
    }
  }
  return isResolved ? "resolved" : "unresolved";
}

/** pnpm takes a text for true, or ignores the whole file. */
function readFlag(reader: BlockReader, problems: Problems): boolean {
  const { keySpan } = reader;
  const text = reader.string();
  if (text !== "true" && text !== "false")
    problems.addOfFile("unsupported", "a flag is neither true nor false", keySpan);
  return text === "true";
}
