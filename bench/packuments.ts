/** Made-up packuments, as long as those of packages that people depend on: about 1 KB a release, most of it hashes. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { integrityOf, needsOf } from "./projects.ts";

/** A body as it is sent. */
export interface PreparedBody {
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly type: string;
}

export interface PreparedPackument {
  readonly abbreviated: PreparedBody;
  readonly full: PreparedBody;
}

export interface PackumentOptions {
  readonly name: string;
  /** Its place among the packages of the project, and how many those are. */
  readonly index: number;
  readonly count: number;
  /** The locked version counts. */
  readonly releases: number;
  /** Base URL of the registry, ending in "/". */
  readonly registry: string;
}

export const ABBREVIATED = "application/vnd.npm.install-v1+json";
const LONG_AGO = "2024-05-06T07:08:09.000Z";
/** The last level costs four times as much and saves two percent. */
const LEVEL = 6;

export function preparedPackument({ name, index, count, releases, registry }: PackumentOptions): PreparedPackument {
  const noise = noiseFrom(index + 1);
  const versions = Array.from({ length: releases }, (_, minor) => (minor === 0 ? "1.2.3" : `1.${minor + 2}.0`));
  const short = versions.map((version): [string, Readonly<Record<string, unknown>>] => [
    version,
    {
      name,
      version,
      dependencies: Object.fromEntries(needsOf(index, count).map((needed) => [needed, "^1.0.0"])),
      devDependencies: { typescript: "^5.4.0", vitest: "^1.6.0", eslint: "^9.1.0", prettier: "^3.2.5" },
      engines: { node: ">=18" },
      dist: {
        integrity: version === "1.2.3" ? integrityOf(name) : `sha512-${noise(64).toString("base64")}`,
        shasum: noise(20).toString("hex"),
        tarball: `${registry}${name}/-/${name.slice(name.indexOf("/") + 1)}-${version}.tgz`,
        fileCount: 12,
        unpackedSize: 34_567,
        signatures: [
          {
            keyid: "SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U",
            sig: `MEUCIQ${noise(66).toString("base64")}`,
          },
        ],
      },
    },
  ]);
  const person = { name: "maintainer", email: "maintainer@example.com" };
  const head = { name, "dist-tags": { latest: versions.at(-1) } };
  const full = {
    ...head,
    _id: name,
    versions: Object.fromEntries(
      short.map(([version, manifest]) => [
        version,
        {
          ...manifest,
          description: "A package that does one thing",
          license: "MIT",
          main: "index.js",
          repository: { type: "git", url: `git+https://example.com/${name}.git` },
          scripts: { build: "tsc", test: "vitest run", lint: "eslint ." },
          maintainers: [person],
          _npmUser: person,
          _id: `${name}@${version}`,
          _nodeVersion: "20.12.2",
          _npmVersion: "10.5.0",
        },
      ]),
    ),
    time: {
      created: LONG_AGO,
      modified: LONG_AGO,
      ...Object.fromEntries(versions.map((version) => [version, LONG_AGO])),
    },
    maintainers: [person],
    license: "MIT",
    readme: "It does one thing. ".repeat(100),
  };
  return {
    abbreviated: prepared({ ...head, versions: Object.fromEntries(short), modified: LONG_AGO }, ABBREVIATED),
    full: prepared(full, "application/json"),
  };
}

function prepared(value: unknown, type: string): PreparedBody {
  const gzipped = gzipSync(JSON.stringify(value), { level: LEVEL });
  return { gzipped, etag: `"${createHash("md5").update(gzipped).digest("hex")}"`, type };
}

/** Bytes that do not compress, as hashes do not; the same each time. xorshift32: `crypto` takes ten times as long. */
function noiseFrom(seed: number): (bytes: number) => Buffer {
  let state = Math.imul(seed, 2_654_435_761) | 1;
  return (bytes) => {
    const made = Buffer.allocUnsafe(bytes);
    for (let at = 0; at < bytes; at++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      made[at] = state >>> 8;
    }
    return made;
  };
}
