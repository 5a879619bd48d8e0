import type { LockedDownload, LockedPackage, PackageSource } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import type { Problems } from "../problems.ts";
import { exactVersion } from "../exact-version.ts";
import { parseDepPath, sourceOf } from "./dep-path.ts";
import type { PnpmEntry } from "./document.ts";
import { textOf, type Pair } from "./pairs.ts";
import type { KeyStyle } from "./key-style.ts";
import type { Place } from "./store.ts";

/** A package under way: what others say of it (its aliases, whether it is of the development tree) comes later. */
export type Draft = { -readonly [Field in keyof LockedPackage]: LockedPackage[Field] };

/** Members of a resolution that decide what is installed. https://github.com/pnpm/spec/blob/master/lockfile/9.0.md */
const TEXTS: ReadonlySet<string> = new Set([
  "type",
  "tarball",
  "integrity",
  "url",
  "repo",
  "commit",
  "directory",
  "path",
]);

/**
 * What a place locks, by itself. The key says which package it is; `name` and `version` of the entry say what the key does
 * not. Where they contradict it there is one more place for what they say.
 */
export function lockedBy({ entry, against, isLink }: Place, style: KeyStyle, id: number, problems: Problems): Draft {
  // A link has a key in one form alone.
  const path = parseDepPath(entry.key, isLink === true ? "at" : style);
  const { resolution } = entry;
  const source: PackageSource = path.version === "" ? sourceOf(path.reference, resolution) : "registry";
  if (
    source === "tarball" &&
    textOf(resolution, "tarball") === null &&
    textOf(resolution, "type") === null &&
    !/^[a-z]+:/.test(path.reference)
  ) {
    problems.add("unsupported", "a key of packages holds no version that could be read", entry.keySpan);
  }
  const written = path.version === "" ? path.reference : path.version;
  if (resolution.some(({ key, value }) => value === null && TEXTS.has(key))) {
    problems.add("unsupported", "a resolution holds something else than a text", entry.keySpan);
  }
  const repo = textOf(resolution, "repo");
  const git = repo === null ? null : `${repo}#${textOf(resolution, "commit") ?? ""}`;
  const name = against?.name ?? (path.name === "" ? (entry.name ?? entry.key) : path.name);
  const ownVersion = against?.version ?? (path.version === "" ? entry.version : null);
  const stated = ownVersion?.value ?? written;
  const version = source === "registry" ? exactVersion(stated) : stated;
  if (version === null)
    problems.add(
      "unsupported",
      "a package is locked to something that is not an exact version",
      ownVersion?.span ?? entry.keySpan,
    );
  const draft: Draft = {
    id,
    key: entry.key,
    alias: name,
    name,
    version: version ?? stated,
    source,
    versionSpan: ownVersion?.span ?? partOfKey(entry, path.versionAt, written.length),
    nameSpan: partOfKey(entry, path.nameAt, path.name === "" ? entry.key.length : path.name.length),
    resolved: textOf(resolution, "tarball") ?? textOf(resolution, "url") ?? git,
    integrity: textOf(resolution, "integrity"),
    hasInstallScript: null,
    dev: entry.dev,
    optional: entry.optional,
    bundled: false,
    insteadOf: source === "registry" && isElsewhere(resolution) ? { name: path.name, range: path.version } : null,
  };
  if (path.registryName !== null) draft.registryName = path.registryName;
  return draft;
}

/** What a place downloads that is no package of a registry. */
export function downloadsOf({ entry, against }: Place, style: KeyStyle): readonly LockedDownload[] {
  if (entry.archives.length === 0 || against !== undefined) return [];
  const { name, version, reference } = parseDepPath(entry.key, style);
  const isRuntime = reference.startsWith(RUNTIME);
  return entry.archives.map((archive) => ({
    ...archive,
    name: name === "" ? entry.key : name,
    version: isRuntime ? reference.slice(RUNTIME.length) : version,
    kind: isRuntime ? "runtime" : null,
  }));
}

const RUNTIME = "runtime:";

/**
 * Behind the key of a registry's package pnpm writes no type, an integrity, and a tarball's URL where that is not the
 * usual one.
 */
function isElsewhere(resolution: readonly Pair[]): boolean {
  return textOf(resolution, "type") !== null || /^(?:file:|git)/.test(textOf(resolution, "tarball") ?? "");
}

/** A place within the key; the whole key where it has escapes. */
function partOfKey({ key, keySpan }: PnpmEntry, at: number, length: number): Span {
  const isAsWritten = keySpan.end - keySpan.start === key.length;
  return isAsWritten ? { start: keySpan.start + at, end: keySpan.start + at + length } : keySpan;
}
