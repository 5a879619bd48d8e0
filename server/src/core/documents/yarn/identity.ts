import validRange from "semver/ranges/valid.js";
import type { PackageSource } from "../../model.ts";
import { isMirrorFile } from "../../offline-mirror.ts";
import { exactVersion } from "../exact-version.ts";
import { sourceOf } from "../npm/source.ts";
import type { Body, Entry } from "./body.ts";
import { DEEPEST_PATCH, nameEnd, parameters, patchOf, withoutVirtual } from "./descriptor.ts";

/** Which package a block locks, behind the name that it is installed under. */
export interface Identity {
  readonly name: string;
  readonly source: PackageSource;
  readonly resolved: string | null;
}

const WORKSPACE = "workspace:";

/** The folder of a Berry workspace (`name@workspace:packages/a`), "" for the project's own; null for any other entry. */
export function workspacePath({ flavour }: Body, { resolved }: Entry): string | null {
  if (flavour === "classic" || resolved === null) return null;
  const at = nameEnd(resolved) + 1;
  if (!resolved.startsWith(WORKSPACE, at)) return null;
  const path = resolved.slice(at + WORKSPACE.length);
  return path === "." ? "" : path;
}

/**
 * What a Berry entry resolves to. The locator says it: `name@npm:1.0.0`. An entry that is cut before its `resolution`
 * has its first descriptor judged instead.
 */
export function berryIdentity(body: Body, entry: Entry): Identity {
  const locator = entry.resolved ?? body.firstOf(entry);
  // What is patched is the package that is fetched.
  const fetched = unpatched(locator);
  if (fetched === null) {
    const span = { start: entry.versionStart, end: entry.versionEnd };
    body.problems.add("unsupported", `patches nested more than ${DEEPEST_PATCH} levels deep are not read`, span);
    return { name: locator.slice(0, nameEnd(locator)), source: "file", resolved: null };
  }
  const at = nameEnd(fetched);
  const name = fetched.slice(0, at);
  const reference = withoutVirtual(fetched.slice(at + 1));
  const source = berrySource(reference);
  if (source !== "registry") return { name, source, resolved: isUrl(reference) ? reference : null };
  const alias = entry.resolved === null ? aliased(reference) : null;
  const [archive = null, another] = parameters(reference, "__archiveUrl");
  if (another !== undefined) body.syntax("a resolution with two archives", entry.versionStart, entry.versionEnd);
  return { name: alias ?? name, source, resolved: archive };
}

/** The locator that a patched one is made from, any other as it is; null where it is patched too often. */
function unpatched(locator: string): string | null {
  let inner = locator;
  for (let depth = 0; depth < DEEPEST_PATCH; depth++) {
    const patch = patchOf(withoutVirtual(inner.slice(nameEnd(inner) + 1)));
    if (patch === null) return inner;
    inner = patch.source;
  }
  return null;
}

/** `name@npm:1.0.0`, before metadata version 7 also `name@1.0.0`, with or without parameters behind it. */
const LOCATED = /^(?:npm:)?(.*?)(?:::|$)/s;

/** The version, as written, that a Berry locator leads to, which is what Yarn fetches; null for one that leads to no registry. */
export function locatedVersion(locator: string): string | null {
  const fetched = unpatched(locator);
  const located = fetched === null ? null : LOCATED.exec(withoutVirtual(fetched.slice(nameEnd(fetched) + 1)))?.[1];
  return located === undefined || located === null || exactVersion(located) === null ? null : located;
}

/** https://yarnpkg.com/protocols; a range without a protocol is a registry's, as before metadata version 7. */
export function berrySource(reference: string): PackageSource {
  if (reference.startsWith("npm:")) return "registry";
  const protocol = /^[a-z+]+:/i.exec(reference)?.[0].toLowerCase();
  switch (protocol) {
    case "jsr:":
      return "registry";
    case "workspace:":
      return "workspace";
    case "link:":
    case "portal:":
      return "link";
    case "http:":
    case "https:":
      return isGit(reference) ? "git" : "tarball";
    case undefined:
      return isGit(reference) || isShorthand(reference) ? "git" : "registry";
    default:
      // Others that plugins add (exec:, builtin:…) name nothing that a registry could be asked for.
      return isGit(reference) ? "git" : "file";
  }
}

/** Classic: what the key asks for decides where it is no range; else where the content came from. */
export function classicIdentity(body: Body, entry: Entry, version: string): Identity {
  const { resolved } = entry;
  const descriptor = body.firstOf(entry);
  const at = nameEnd(descriptor);
  const range = descriptor.slice(at + 1);
  // A URL alone, without a name before it: only `name` tells it.
  const isNameless = /[:\\]|^[./]/.test(descriptor.slice(0, at));
  const own = isNameless ? (entry.name ?? descriptor) : descriptor.slice(0, at);
  const asked = askedSource(isNameless ? descriptor : range);
  const alias = aliasedName(body, entry);
  if (alias === null && asked === null && isPlainly(resolved, own, version))
    return { name: own, source: "registry", resolved };
  const name = alias ?? (asked === null ? nameInUrl(resolved, own, version) : null) ?? own;
  return { name, source: asked ?? resolvedSource(resolved, name, version), resolved };
}

/** The source that a classic range states; null for a range, a tag, or an alias. */
function askedSource(range: string): PackageSource | null {
  if (range.startsWith("npm:") || !/[:/]/.test(range)) return null;
  if (range.startsWith("link:")) return "link";
  if (range.startsWith("workspace:")) return "workspace";
  if (range.startsWith("file:") || /^\.{0,2}\//.test(range)) return "file";
  if (isGit(range) || isShorthand(range)) return "git";
  return /^https?:/i.test(range) ? "tarball" : null;
}

function resolvedSource(resolved: string | null, name: string, version: string): PackageSource {
  if (resolved === null) return "registry";
  if (isGit(resolved)) return "git";
  if (isMirrorFile(resolved, name, version)) return "registry";
  return sourceOf(resolved, name, version);
}

/** The most common shape, told quickly: `https://registry.example/name/-/name-1.0.0.tgz`. */
function isPlainly(resolved: string | null, name: string, version: string): boolean {
  if (resolved === null || !resolved.startsWith("https://") || resolved.includes("?")) return false;
  const base = name.slice(name.lastIndexOf("/") + 1);
  const at = resolved.indexOf(`/${name}/-/${base}-${version}.tgz`);
  return at !== -1 && resolved.lastIndexOf("#", at) === -1;
}

/** Of `x@npm:real@^1.0.0`, wherever in the key it stands: one block may hold the alias and the real name. */
function aliasedName(body: Body, entry: Entry): string | null {
  if (!body.text.slice(entry.keyStart, entry.keyEnd).includes("@npm:")) return null;
  for (const descriptor of body.descriptorsOf(entry)) {
    const at = nameEnd(descriptor) + 1;
    if (!descriptor.startsWith("npm:", at)) continue;
    const name = aliased(descriptor.slice(at));
    if (name !== null) return name;
  }
  return null;
}

/** The real package of `npm:real@^1.0.0` or `npm:real`; null for a range of the package itself. */
function aliased(range: string): string | null {
  if (!range.startsWith("npm:")) return null;
  const target = range.slice("npm:".length);
  const at = nameEnd(target);
  if (at < target.length) return target.slice(0, at);
  return target === "" || validRange(target, { loose: true }) !== null ? null : target;
}

/** The package that a registry's URL names, where it is plainly another: a `resolutions` entry may put it there. */
function nameInUrl(resolved: string | null, own: string, version: string): string | null {
  const dash = resolved?.indexOf("/-/") ?? -1;
  if (resolved === null || dash === -1 || !isUrl(resolved) || resolved.startsWith(`/${own}/-/`, dash - own.length - 1))
    return null;
  const path = resolved.slice(0, dash).replaceAll(/%2f/gi, "/").replaceAll("%40", "@");
  const slash = path.lastIndexOf("/");
  const scope = path.lastIndexOf("/", slash - 1) + 1;
  const base = path.slice(slash + 1);
  // Some registries serve scopes without the mark: `…/acme/core/-/core-1.0.0.tgz`.
  if (`@${path.slice(scope)}` === own) return null;
  const name = path.startsWith("@", scope) ? path.slice(scope) : base;
  return resolved.startsWith(`/-/${base}-${version}.tgz`, dash) ? name : null;
}

function isUrl(reference: string): boolean {
  return /^https?:/i.test(reference);
}

/** https://github.com/yarnpkg/berry/blob/master/packages/plugin-git/sources/gitUtils.ts, `isGitUrl`; yarn's git-resolver. */
function isGit(reference: string): boolean {
  return (
    /^(?:git(?:\+[a-z]+)?:|git@|ssh:|(?:github|gitlab|bitbucket|gist):)/i.test(reference) ||
    /\.git(?:#|$)|[#&]commit=/.test(reference)
  );
}

/** `user/repository`, on GitHub. */
function isShorthand(reference: string): boolean {
  return /^[\w.-]+\/[\w.-]+(?:#.*)?$/.test(reference);
}
