/**
 * One package of the fake registry, and how registries write it down.
 * Shapes: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
 */
import { createHash } from "node:crypto";
import semver from "semver";
import { packTarball } from "./tarball.ts";

export interface PublisherInput {
  readonly name: string;
  readonly email?: string;
  /** The `oidcConfigId` of a trusted publisher. */
  readonly trustedPublisher?: string;
}

/** What `npm publish` would send, and when. */
export interface ReleaseInput {
  /** Publish time, ISO 8601. */
  readonly at: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly bundleDependencies?: readonly string[];
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly directories?: Readonly<Record<string, string>>;
  /** What node-pre-gyp and prebuild-install read. */
  readonly binary?: Readonly<Record<string, string | boolean>>;
  /** What go-npm reads. */
  readonly goBinary?: Readonly<Record<string, string>>;
  readonly repository?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly deprecated?: string;
  readonly publisher?: PublisherInput;
  readonly provenance?: boolean;
  /** Sets the flag alone, without the `install` script that npm adds beside it, and packs a binding.gyp. */
  readonly gypfile?: boolean;
  /** In the abbreviated form; computed from `scripts` when left out. */
  readonly hasInstallScript?: boolean;
  /** Instead of the tarball's own. */
  readonly integrity?: string;
  /** URL instead of the registry's own. */
  readonly tarball?: string;
  /** Further content of the tarball, by path inside `package/`. */
  readonly files?: Readonly<Record<string, string>>;
  /** dist-tag that moves to it; `latest` when left out. */
  readonly tag?: string;
}

export interface StoredRelease extends ReleaseInput {
  readonly version: string;
  /** No longer served by npmjs. */
  readonly removed: boolean;
}

export interface StoredPackage {
  readonly name: string;
  readonly releases: Map<string, StoredRelease>;
  readonly distTags: Map<string, string>;
  /** When it was last changed, where that is later than its newest release; ISO. */
  changed: string | null;
  unpublishedAt: string | null;
  description: string | null;
  /** Served as it is, instead of everything else. */
  raw: { readonly body: string; readonly headers: Readonly<Record<string, string>> } | null;
}

/** How a registry writes: `url` ends in "/". `mirroredAt` is set for a poor mirror, and is when it was filled. */
export interface Style {
  readonly url: string;
  readonly mirroredAt: string | null;
}

export function newPackage(name: string): StoredPackage {
  return {
    name,
    releases: new Map(),
    distTags: new Map(),
    changed: null,
    unpublishedAt: null,
    description: null,
    raw: null,
  };
}

/** The releases that this registry serves: a poor mirror keeps what has been removed elsewhere. */
export function servedReleases(stored: StoredPackage, style: Style): StoredRelease[] {
  return [...stored.releases.values()].filter((release) => style.mirroredAt !== null || !release.removed);
}

export function modified(stored: StoredPackage): string {
  if (stored.changed !== null) return stored.changed;
  return newest([...stored.releases.values()].map((release) => iso(release.at)));
}

export function fullPackument(stored: StoredPackage, style: Style): unknown {
  const all = [...stored.releases.values()];
  const created = all.map((release) => iso(release.at)).sort()[0];
  const times = all.map((release, at): [string, string] => [release.version, timeOf(release, at, style)]);
  const time = Object.fromEntries([["created", created], ["modified", modified(stored)], ...times]);
  const head = { _id: stored.name, _rev: `${all.length}-${digest("md5", stored.name, "hex")}`, name: stored.name };
  if (stored.unpublishedAt !== null && style.mirroredAt === null) {
    return {
      ...head,
      time: { ...time, unpublished: { time: stored.unpublishedAt, versions: all.map((one) => one.version) } },
    };
  }
  if (style.mirroredAt !== null) delete time["modified"];
  return {
    ...head,
    "dist-tags": Object.fromEntries(stored.distTags),
    versions: Object.fromEntries(
      servedReleases(stored, style).map((one) => [one.version, manifest(stored, one, style)]),
    ),
    time,
    maintainers: [{ name: "maintainer", email: "maintainer@example.com" }],
    ...(stored.description === null ? {} : { description: stored.description }),
    license: "MIT",
    readme: "",
  };
}

/** The form that npm itself asks for when it installs. */
export function abbreviatedPackument(stored: StoredPackage, style: Style): unknown {
  if (stored.unpublishedAt !== null) return { name: stored.name, modified: modified(stored) };
  const versions = servedReleases(stored, style).map(
    (one) => [one.version, abbreviatedManifest(stored, one, style)] as const,
  );
  return {
    name: stored.name,
    "dist-tags": Object.fromEntries(stored.distTags),
    versions: Object.fromEntries(versions),
    modified: modified(stored),
  };
}

export function manifest(stored: StoredPackage, release: StoredRelease, style: Style): unknown {
  const { publisher } = release;
  const user =
    publisher === undefined
      ? { name: "maintainer", email: "maintainer@example.com" }
      : {
          name: publisher.name,
          email: publisher.email ?? `${publisher.name}@example.com`,
          ...(publisher.trustedPublisher === undefined
            ? {}
            : { trustedPublisher: { id: "github", oidcConfigId: publisher.trustedPublisher } }),
        };
  return {
    ...packageJson(stored.name, release),
    _id: `${stored.name}@${release.version}`,
    ...(style.mirroredAt === null ? { _npmUser: user, _hasShrinkwrap: false } : {}),
    dist: dist(stored.name, release, style),
    ...(release.gypfile === undefined ? {} : { gypfile: release.gypfile }),
    ...(release.deprecated === undefined ? {} : { deprecated: release.deprecated }),
  };
}

function abbreviatedManifest(stored: StoredPackage, release: StoredRelease, style: Style): unknown {
  const scripts = release.scripts ?? {};
  const runs =
    release.hasInstallScript ?? ["preinstall", "install", "postinstall"].some((name) => Object.hasOwn(scripts, name));
  return {
    ...packageJson(stored.name, release),
    description: undefined,
    license: undefined,
    scripts: undefined,
    binary: undefined,
    goBinary: undefined,
    repository: undefined,
    dist: dist(stored.name, release, style),
    deprecated: release.deprecated,
    // npmjs leaves the key out rather than writing false.
    hasInstallScript: runs ? true : undefined,
  };
}

function packageJson(name: string, release: StoredRelease) {
  const {
    version,
    description,
    scripts,
    dependencies,
    optionalDependencies,
    devDependencies,
    peerDependencies,
    peerDependenciesMeta,
    bundleDependencies,
    bin,
    directories,
    binary,
    goBinary,
    repository,
    engines,
  } = release;
  return {
    name,
    version,
    description,
    license: "MIT",
    scripts,
    dependencies,
    optionalDependencies,
    devDependencies,
    peerDependencies,
    peerDependenciesMeta,
    bundleDependencies,
    bin,
    directories,
    binary,
    goBinary,
    repository,
    engines,
  };
}

function dist(name: string, release: StoredRelease, style: Style): unknown {
  const content = tarballOf(name, release);
  const integrity = release.integrity ?? `sha512-${digest("sha512", content, "base64")}`;
  const provenance = {
    url: `${style.url}-/npm/v1/attestations/${name}@${release.version}`,
    provenance: { predicateType: "https://slsa.dev/provenance/v1" },
  };
  return {
    integrity,
    shasum: digest("sha1", content, "hex"),
    tarball: release.tarball ?? `${style.url}${name}/-/${tarballName(name, release.version)}`,
    fileCount: 1 + Object.keys(release.files ?? {}).length,
    unpackedSize: content.length,
    ...(release.provenance === true && style.mirroredAt === null ? { attestations: provenance } : {}),
    signatures: [{ keyid: "SHA256:key-of-the-fake-registry", sig: digest("sha256", integrity, "base64") }],
  };
}

export function tarballName(name: string, version: string): string {
  return `${name.slice(name.indexOf("/") + 1)}-${version}.tgz`;
}

export function tarballOf(name: string, release: StoredRelease): Buffer {
  return packTarball({
    "package.json": `${JSON.stringify(packageJson(name, release), null, 2)}\n`,
    ...(release.gypfile === true ? { "binding.gyp": '{ "targets": [] }\n' } : {}),
    ...release.files,
  });
}

/** Where `latest` falls back to: the highest version left, as `npm unpublish` does it (libnpmpublish/lib/unpublish.js). */
export function highestLeft(stored: StoredPackage): string | undefined {
  const left = [...stored.releases.values()].filter((release) => !release.removed).map((release) => release.version);
  return left.sort(semver.compareLoose).at(-1);
}

/** A mirror that was filled late dates part of the older releases by when it fetched them. */
function timeOf(release: StoredRelease, at: number, style: Style): string {
  const published = iso(release.at);
  return style.mirroredAt !== null && at % 2 === 0 ? newest([published, style.mirroredAt]) : published;
}

function newest(times: readonly string[]): string {
  return times.toSorted().at(-1) ?? iso("1970-01-01");
}

/** As registries write times: UTC, with milliseconds. Throws on what is no time. */
export function iso(time: string): string {
  return new Date(time).toISOString();
}

export function digest(algorithm: string, content: string | Buffer, encoding: "hex" | "base64"): string {
  return createHash(algorithm).update(content).digest(encoding);
}
