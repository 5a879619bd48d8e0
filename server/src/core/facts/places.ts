/** Where a release stands in the project's files, as far as rules go by it. */
import type { EntryDifference } from "./entry-differences.ts";
import type { Brought, LockedPackage, LockfileFormat, PackageSource } from "../model.ts";
import { parsedUrl } from "../util/url.ts";

export interface PlaceRef {
  /** URI. */
  readonly uri: string;
  /** Offset of the version, or of the range, in the text. */
  readonly start: number;
}

/** One registry under two names: npm takes its own in a lockfile for whichever default registry is configured (`replace-registry-host`). */
export const NPMJS_HOSTS: ReadonlySet<string> = new Set(["registry.npmjs.org", "registry.yarnpkg.com"]);

/** An http(s) address, as far as rules go by it. */
export interface Address {
  /** False: http. */
  readonly isSecure: boolean;
  /** With its port where that is not the usual one. */
  readonly host: string;
  /** Without query and fragment. */
  readonly path: string;
}

/** An address whose path leads nowhere else, however it is read. */
const PLAIN = /^(https?:\/\/[a-z0-9.:-]+)(\/[\w@/.+~-]*)(?:[?#]|$)/;

/** The packages of a lockfile come from few hosts: what each leads to, by its text from the scheme to the port. */
const hosts = new Map<string, Omit<Address, "path">>();
const MOST_HOSTS = 1000;

/**
 * Where an http(s) address leads; null for any other, and for one that cannot be read. As package managers read it, by
 * the URL standard: there a backslash is a slash and blanks are left out, so that `https://evil.example\@registry.example/`
 * is fetched from evil.example. https://url.spec.whatwg.org/#url-parsing
 */
export function addressOf(text: string | null): Address | null {
  if (text === null) return null;
  const [, origin, path] = PLAIN.exec(text) ?? [];
  if (origin === undefined || path === undefined || path.includes("/.")) return parsedAddress(text);
  const host = hostAt(origin);
  return host === null ? null : { ...host, path };
}

function hostAt(origin: string): Omit<Address, "path"> | null {
  const present = hosts.get(origin);
  if (present !== undefined) return present;
  const address = parsedAddress(origin);
  if (address === null) return null;
  if (hosts.size >= MOST_HOSTS) hosts.clear();
  // A text of its own: `origin` may be a part of a lockfile, which would be kept with it.
  hosts.set(`${address.isSecure ? "https" : "http"}://${address.host}`, address);
  return address;
}

function parsedAddress(text: string): Address | null {
  const url = parsedUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return null;
  return { isSecure: url.protocol === "https:", host: url.host, path: url.pathname };
}

/** A path from the root of a registry, which joined to its host leads to no other, however it is joined. */
const ROOTED = /^\/[\w@%][\w@/.+~%-]*(?:[?#]|$)/;

/**
 * Where the `resolved` of a lockfile leads: as `addressOf`, and a path from a registry's root to that registry, as pnpm
 * and Yarn take it (pnpm up to 7 writes such paths). Null for all other texts.
 */
export function fetchedFrom(resolved: string | null, registryUrl: string): Address | null {
  const registry = resolved !== null && ROOTED.test(resolved) ? addressOf(registryUrl) : null;
  if (registry === null) return addressOf(resolved);
  const address = addressOf(`https://${registry.host}${resolved ?? ""}`);
  return address === null ? null : { ...address, isSecure: registry.isSecure };
}

export function hostOfAddress(text: string | null): string | null {
  return addressOf(text)?.host ?? null;
}

/** What a package of no registry is that has no address either, for a message. */
export function localKind({
  source,
  version,
  resolved,
}: Pick<LockedPackage, "source" | "version" | "resolved">): string {
  return source === "file" && /\.(?:tgz|tar\.gz|tar)(?:[#:?]|$)/i.test(resolved ?? version) ? "a file" : "a folder";
}

/** One place of a lockfile. */
export interface LockedFacts extends PlaceRef {
  /** Of its lockfile. */
  readonly format: LockfileFormat;
  /** Subresource integrity as the lockfile writes it. */
  readonly integrity: string | null;
  readonly resolved: string | null;
  /** Where `resolved` leads; null where it is no address. */
  readonly address: Address | null;
  /** Where its content comes from. */
  readonly source: PackageSource;
  /** Another version that its entry states beside the one that is installed; null for none. */
  readonly otherVersion: string | null;
  /** A range that its own entry is for, and that the version is not in; null for none. */
  readonly outOf: string | null;
  /** What is asked for in its place; null where that is what is locked. */
  readonly insteadOf: LockedPackage["insteadOf"];
  /** What it depends on from elsewhere than a registry, where the lockfile alone says so. */
  readonly brings: readonly Brought[];
  /** How its entry differs from what its registry states; empty where that is not known. */
  readonly differences: readonly EntryDifference[];
  /** Its lockfile says whether a hook of the project may have changed what packages depend on. */
  readonly isHookTold: boolean;
  /** Shipped inside its parent's tarball. */
  readonly isBundled: boolean;
  /** Names of what its tarball brings along that the lockfile marks as running an install script. */
  readonly bundledScripts: readonly string[];
  /** Hosts that the greater part of the lockfile comes from. */
  readonly usualHosts: ReadonlySet<string>;
}

/** One range of a manifest, or of a catalog, that takes the release. */
export interface AskedFacts extends PlaceRef {
  readonly range: string;
}
