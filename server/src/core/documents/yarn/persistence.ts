import { satisfies, valid, validRange } from "semver";
import { LONGEST_SPECIFIER } from "../limits.ts";
import type { Body } from "./body.ts";
import { comparableDescriptor, nameEnd, patchOf } from "./descriptor.ts";
import { berrySource, locatedVersion } from "./identity.ts";
import type { Manifests } from "./manifests.ts";

/** The last metadata version for which Yarn puts `npm:` before ranges in keys that have no protocol. */
const LAST_COMPLETED = 6;
/** `TAG_REGEXP` in @yarnpkg/core's semverUtils.ts. */
const TAG = /^(?!v)[a-z0-9._-]+$/i;
/** `TARBALL_REGEXP` in @yarnpkg/core's tarballUtils.ts. */
const TARBALL = /^[^?]*\.(?:tar\.gz|tgz)(?:\?.*)?$/;

/** How those begin that `isGitUrl` in plugin-git's gitUtils.ts takes: a patch that ends in `#commit=` is not kept. */
const GIT = /^(?:git(?:\+[^:]+)?:|git@|ssh:|https?:|github:|[\w.-]+\/)/;

/**
 * Which descriptors an entry of Berry locks. Yarn drops an entry whose locator it does not keep (`shouldPersistResolution`
 * of its resolvers, `forgetTransientResolutions` in Project.ts) and resolves the descriptors anew. Where these ask a
 * registry, it takes the newest release that fits; others lead to the same folder again. Tried: Yarn 4.18.
 */
export class Persistence {
  readonly #completesKeys: boolean;
  readonly #workspaces: ReadonlyMap<string, string | null> | null;

  constructor({ version }: Body, manifests: Manifests) {
    this.#completesKeys = version !== null && Number(version) <= LAST_COMPLETED;
    this.#workspaces = versionsIn(manifests);
  }

  /** Whether the locator is what Yarn takes for the descriptor. For a patch, where `sourceOf` is locked. */
  locks(descriptor: string, locator: string): boolean {
    const at = nameEnd(descriptor);
    const range = descriptor.slice(at + 1);
    const reference = locator.slice(nameEnd(locator) + 1);
    const isBare = isPlainRange(range);
    if (isBare && !this.#completesKeys) return false;
    if (!isBare && !asksRegistry(range)) return true;
    return reference.startsWith("workspace:")
      ? this.#isWorkspace(descriptor.slice(0, at), range.replace(/^npm:/, ""))
      : isKept(locator, reference);
  }

  /** What a patch of a registry's package is made from again, as comparable descriptor; null for what is no such patch. */
  sourceOf(descriptor: string, locator: string): string | null {
    const patch = patchOf(descriptor.slice(nameEnd(descriptor) + 1));
    if (patch === null || isKept(locator, locator.slice(nameEnd(locator) + 1))) return null;
    const range = patch.source.slice(nameEnd(patch.source) + 1);
    const isFollowed = range.startsWith("patch:") || asksRegistry(range) || isPlainRange(range);
    return isFollowed ? comparableDescriptor(patch.source) : null;
  }

  /** `accepts` in @yarnpkg/core's Workspace.ts. */
  #isWorkspace(name: string, range: string): boolean {
    if (this.#workspaces === null) return true;
    const version = this.#workspaces.get(name) ?? null;
    return version !== null && range.length <= LONGEST_SPECIFIER && satisfies(version, range);
  }
}

/** Whether Yarn keeps a locator: one of a registry, of a tarball's address, or of git. */
function isKept(locator: string, reference: string): boolean {
  switch (berrySource(reference)) {
    case "registry":
      return reference.startsWith("jsr:") || (reference.startsWith("npm:") && valid(locatedVersion(locator)) !== null);
    case "tarball":
      return TARBALL.test(reference);
    case "git":
      return GIT.test(reference);
    case "workspace":
    case "link":
    case "file":
      return false;
  }
}

function asksRegistry(range: string): boolean {
  return range.startsWith("npm:") || range.startsWith("jsr:");
}

/** A range or a tag without a protocol. */
function isPlainRange(range: string): boolean {
  if (range.includes(":")) return false;
  return TAG.test(range) || (range.length <= LONGEST_SPECIFIER && validRange(range) !== null);
}

/** Versions by name, null for a package without; the project's own package is among them. null where they were not read. */
function versionsIn({ root, workspaces }: Manifests): ReadonlyMap<string, string | null> | null {
  if (root === null || (root.workspaces.length > 0 && workspaces.size === 0)) return null;
  return new Map([root, ...workspaces.values()].map(({ name, version }) => [name ?? "", version]));
}
