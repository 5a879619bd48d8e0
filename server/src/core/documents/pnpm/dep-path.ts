import type { PackageSource } from "../../model.ts";
import { exactVersion } from "../exact-version.ts";
import { registryNameOf } from "../named-registry.ts";
import { textOf, type Pair } from "./pairs.ts";
import type { KeyStyle } from "./key-style.ts";

/** What a key of `packages` says of its package. Offsets are in the key. */
export interface DepPath {
  readonly name: string;
  readonly nameAt: number;
  /** A version of a registry, as written (`1.0.0`, `v1.0.0`), or "" when the key holds none. */
  readonly version: string;
  readonly versionAt: number;
  /** The name of the registry, where the key has one. */
  readonly registryName: string | null;
  /** Behind the name, where that is no version: a URL, a path; the whole key where it begins with no name. */
  readonly reference: string;
}

/**
 * Takes a key apart, in the forms that pnpm has written (pnpm: deps/path, before that packages/dependency-path):
 * - 5.x: `/foo/1.0.0`, `/@scope/foo/1.0.0_bar@2.0.0`, `registry.example/foo/1.0.0` for one that is not the default
 * - 6.0: `/foo@1.0.0(bar@2.0.0)`, `registry.example/foo@1.0.0`
 * - 9.0: `foo@1.0.0`, `foo@https://…`, `foo@file:…`, `node@runtime:…`
 * - not from a registry, 5.x and 6.0: `github.com/user/foo/<commit>`, `file:foo.tgz`, `@codeload.example/…`
 */
export function parseDepPath(key: string, style: KeyStyle): DepPath {
  // Before 9.0 the key of a registry's package begins with a slash or a host, and that of a URL with an @.
  if (style !== "at" && key.startsWith("@")) return wholly(key);
  const start = key.startsWith("/") ? 1 : 0;
  const own = parseAt(key, start);
  if (own !== null) return own;
  // Behind a host, which has no colon: pnpm writes that of a port as a plus.
  const slash = start === 0 ? key.indexOf("/") : -1;
  const hosted = slash === -1 || key.slice(0, slash).includes(":") ? null : parseAt(key, slash + 1);
  return hosted ?? wholly(key);
}

function wholly(reference: string): DepPath {
  return { name: "", nameAt: 0, version: "", versionAt: 0, registryName: null, reference };
}

/** null where no name begins at `start`, or where a slash behind it begins no version. */
function parseAt(key: string, start: number): DepPath | null {
  const scope = key.startsWith("@", start) ? key.indexOf("/", start) : start;
  if (scope === -1 || scope === start + 1) return null;
  const at = key.indexOf("@", scope + 1);
  const slash = key.indexOf("/", scope + 1);
  const isAt = at !== -1 && (slash === -1 || at < slash);
  const nameEnd = isAt ? at : slash;
  // Not even one character of a name.
  if (nameEnd <= (scope === start ? start : scope + 1)) return null;
  const name = key.slice(start, nameEnd);
  if (name.includes(":") || name.includes("(")) return null;
  const rest = key.slice(nameEnd + 1);
  // No version holds a parenthesis: what is from a registry needs no balance of them.
  let version = isAt ? beforeParenthesis(rest) : rest.slice(0, endOfVersion(rest));
  let versionAt = nameEnd + 1;
  const registryName = isAt ? registryNameOf(version) : null;
  if (registryName !== null) {
    version = version.slice(registryName.length + 1);
    versionAt += registryName.length + 1;
  }
  if (exactVersion(version) !== null) return { name, nameAt: start, version, versionAt, registryName, reference: "" };
  return isAt
    ? { name, nameAt: start, version: "", versionAt: nameEnd + 1, registryName: null, reference: withoutSuffix(rest) }
    : null;
}

function beforeParenthesis(rest: string): string {
  const open = rest.indexOf("(");
  return open === -1 ? rest : rest.slice(0, open);
}

/** Where the suffix of 5.x begins, `_bar@2.0.0`, or `/bar@2.0.0` before that. No version holds either. */
function endOfVersion(rest: string): number {
  const end = rest.search(/[_/(]/);
  return end === -1 ? rest.length : end;
}

/** Without `(patch_hash=…)` and peers: the trailing groups in parentheses (pnpm: deps/path, `indexOfDepPathSuffix`). */
export function withoutSuffix(path: string): string {
  if (!path.endsWith(")")) return path;
  let open = 1;
  for (let at = path.length - 2; at >= 0; at--) {
    const mark = path.charAt(at);
    if (mark === "(") open--;
    else if (mark === ")") open++;
    else if (open === 0) return path.slice(0, at + 1);
  }
  return path;
}

/** Where a package is from whose key holds no version. */
export function sourceOf(reference: string, resolution: readonly Pair[]): PackageSource {
  const type = textOf(resolution, "type");
  if (type === "git" || /^git(?:\+[a-z]+)?:/.test(reference)) return "git";
  if (type === "directory" || reference.startsWith("file:")) return "file";
  if (reference.startsWith("link:")) return "link";
  // A git host's archive, any other URL, or what is no package of npm at all: `node@runtime:22.0.0`.
  return textOf(resolution, "tarball")?.startsWith("file:") === true ? "file" : "tarball";
}
