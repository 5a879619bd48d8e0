import type { PackageSource } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import type { JsonCursor, JsonString } from "../json.ts";

/** What one entry of `packages` says. */
export interface BunEntry {
  readonly name: string;
  /** The part behind `name@`: a version, or where else the package is from, as written. */
  readonly reference: string;
  readonly referenceSpan: Span;
  readonly source: PackageSource;
  /** The reference is a plain version, not an address. */
  readonly isVersion: boolean;
  readonly resolved: string | null;
  readonly integrity: string | null;
  /** Of git: the name of the folder in Bun's cache that it installs, which for others than GitHub's is the commit. */
  readonly tag: string | null;
  readonly info: BunInfo;
}

/** The object of an entry: what the package depends on, and whether it says that its parent's tarball holds it. */
export interface BunInfo {
  /** Aliases, of all sections but `optionalDependencies`; peers among them. */
  readonly needs: string[];
  /** Those without which Bun refuses the file: all but peers. */
  readonly required: string[];
  readonly optional: string[];
  /** Where the specifier of each of these stands in the text. */
  readonly needsAt: number[];
  readonly optionalAt: number[];
  readonly bundled: boolean;
}

const VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;
const NOTHING: BunInfo = { needs: [], required: [], optional: [], needsAt: [], optionalAt: [], bundled: false };

/**
 * Reads the array that the cursor stands at. Its shapes, after bun's own writer (src/install/lockfile/bun.lock):
 * - npm: `["name@1.0.0", registry or tarball URL or "", INFO, integrity]`
 * - a link, a folder: `["name@link:path", INFO]`, `["name@file:path", INFO]`
 * - a tarball, of a URL or a path: `["name@https://…", INFO, integrity]`, integrity since bun 1.3
 * - git, GitHub: `["name@git+…#commit", INFO, cache tag, integrity]`, `["name@github:…", …]`, integrity since bun 1.3
 * - a workspace: `["name@workspace:path"]`, with INFO in version 0; the project itself: `["name@root:", …]`
 *
 * @returns null for what is none of these
 */
export function readBunEntry(cursor: JsonCursor): BunEntry | null {
  if (!cursor.enterArray()) return null;
  let specifier: JsonString | null = null;
  let registry: string | null = null;
  let info: BunInfo | null = null;
  const behind: string[] = [];
  for (let index = 0; cursor.nextElement(); index++) {
    if (index === 0) specifier = cursor.readString();
    else if (cursor.kind === "object") info = readInfo(cursor);
    else {
      const text = cursor.readText();
      if (text !== null && info === null) registry ??= text;
      if (text !== null && info !== null) behind.push(text);
    }
  }
  if (specifier === null) return null;
  const { value, span } = specifier;
  const at = value.indexOf("@", 1);
  if (at === -1 || at === value.length - 1) return null;
  const reference = value.slice(at + 1);
  const source = sourceOf(reference, registry !== null);
  const isAsWritten = span.end - span.start === value.length;
  return {
    name: value.slice(0, at),
    reference,
    referenceSpan: isAsWritten ? { start: span.end - reference.length, end: span.end } : span,
    source,
    isVersion: VERSION.test(reference),
    resolved: source === "registry" ? filled(registry) : source === "tarball" || source === "git" ? reference : null,
    integrity: filled(behind[source === "git" ? 1 : 0]),
    tag: source === "git" ? (behind[0] ?? null) : null,
    info: info ?? NOTHING,
  };
}

/** Whether the tag is that of the commit in the reference, as Bun writes it: `abcdef…`, or `owner-repository-abcdef1`. */
export function isTagOf({ reference, source, tag }: Pick<BunEntry, "reference" | "source" | "tag">): boolean {
  if (source !== "git" || tag === null) return true;
  const commit = reference.slice(reference.lastIndexOf("#") + 1);
  if (!reference.startsWith("github:")) return tag === commit;
  return /^[\w.-]+$/.test(tag) && tag.endsWith(`-${commit}`);
}

/** bun writes "" for the registry that is configured, and for an integrity that it does not know. */
function filled(text: string | null | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

/** As bun tells them apart (`Resolution.fromTextLockfile`). Only npm entries have a string in second place. */
export function sourceOf(reference: string, hasRegistry: boolean): PackageSource {
  if (VERSION.test(reference)) return "registry";
  const colon = reference.indexOf(":");
  const protocol = colon === -1 ? "" : reference.slice(0, colon);
  if (protocol === "workspace" || protocol === "root") return "workspace";
  if (protocol === "link") return "link";
  if (protocol === "file") return "file";
  if (protocol === "http" || protocol === "https") return "tarball";
  if (protocol === "github" || protocol === "git" || protocol.startsWith("git+")) return "git";
  return hasRegistry ? "registry" : "file";
}

function readInfo(cursor: JsonCursor): BunInfo {
  const info = {
    needs: [] as string[],
    required: [] as string[],
    optional: [] as string[],
    needsAt: [] as number[],
    optionalAt: [] as number[],
    bundled: false,
  };
  if (!cursor.enterObject()) return info;
  while (cursor.nextMember()) {
    switch (cursor.key) {
      case "dependencies":
      case "devDependencies": {
        const before = info.needs.length;
        readAliases(cursor, info.needs, info.needsAt);
        for (const need of info.needs.slice(before)) info.required.push(need);
        break;
      }
      case "peerDependencies":
        readAliases(cursor, info.needs, info.needsAt);
        break;
      case "optionalDependencies":
        readAliases(cursor, info.optional, info.optionalAt);
        break;
      case "bundled":
        info.bundled = cursor.readBoolean() === true;
        break;
    }
  }
  return info;
}

function readAliases(cursor: JsonCursor, aliases: string[], offsets: number[]): void {
  if (!cursor.enterObject()) return;
  while (cursor.nextMember()) {
    aliases.push(cursor.key);
    offsets.push(cursor.offset);
  }
}
