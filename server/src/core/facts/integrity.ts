/** Subresource integrity as npm, pnpm and Yarn 1 read it: ssri's lib/index.js. https://github.com/npm/ssri */
import type { Distribution } from "./package.ts";
import type { LockedFacts } from "./places.ts";

export interface Hash {
  /** As written: `sha512`. */
  readonly algorithm: string;
  /** Base64, as written. */
  readonly digest: string;
}

/** One hash; algorithms are in lower case. ssri's `SRI_REGEX`. */
const HASH = /^([a-z0-9]+)-([^?]+)(?:\?[?\S*]*)?$/;

/** Only the strongest algorithm is checked: ssri's `DEFAULT_PRIORITY`, weakest first. Any other is weaker. */
const PRIORITY: readonly string[] = ["md5", "whirlpool", "sha1", "sha224", "sha256", "sha384", "sha512"];

/** The hashes of an integrity. Other text, such as `SHA512-…`, is ignored, as package managers do. */
export function hashesOf(integrity: string): readonly Hash[] {
  return integrity.split(/\s+/).flatMap((written) => {
    const [, algorithm, digest] = HASH.exec(written) ?? [];
    return algorithm === undefined || digest === undefined ? [] : [{ algorithm, digest }];
  });
}

/** Those of the strongest algorithm, any of which a package manager takes. */
export function strongest(hashes: readonly Hash[]): readonly Hash[] {
  const most = hashes.reduce((best, { algorithm }) => Math.max(best, PRIORITY.indexOf(algorithm)), -1);
  return hashes.filter(({ algorithm }) => PRIORITY.indexOf(algorithm) === most);
}

/** The SHA-1 that Yarn 1 writes behind an address, or a file's name, and checks. */
const FRAGMENT = /#([0-9a-f]{40})$/i;

type StatesHashes = Pick<LockedFacts, "format" | "integrity" | "resolved">;

/**
 * What a place of a lockfile states of the tarball: its integrity, and in a yarn.lock of Yarn 1 the hash behind
 * `resolved`.
 */
export function lockedHashes({ format, integrity, resolved }: StatesHashes): readonly Hash[] {
  const locked = integrity === null ? [] : hashesOf(integrity);
  const hex = format === "yarn-classic" && resolved !== null ? FRAGMENT.exec(resolved)?.[1] : undefined;
  return hex === undefined ? locked : [...locked, { algorithm: "sha1", digest: base64OfHex(hex) }];
}

/** What a registry states of a release's tarball: `dist.integrity`, and `dist.shasum`, which is a SHA-1. */
export function statedHashes({ integrity, shasum }: Pick<Distribution, "integrity" | "shasum">): readonly Hash[] {
  const stated = integrity === null ? [] : hashesOf(integrity);
  return shasum === null ? stated : [...stated, { algorithm: "sha1", digest: base64OfHex(shasum) }];
}

/** Whether what a place of a lockfile states of the tarball, as far as package managers check it, is what the registry states. */
export function isConfirmed(place: StatesHashes, distribution: Pick<Distribution, "integrity" | "shasum">): boolean {
  const stated = new Set(statedHashes(distribution).map(written));
  const checked = strongest(lockedHashes(place));
  return checked.length > 0 && checked.every((hash) => stated.has(written(hash)));
}

function written({ algorithm, digest }: Hash): string {
  return `${algorithm}-${digest}`;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Three bytes are six digits of hex and four of base64. https://datatracker.ietf.org/doc/html/rfc4648#section-4 */
function base64OfHex(hex: string): string {
  let base64 = "";
  for (let at = 0; at < hex.length; at += 6) {
    const part = hex.slice(at, at + 6);
    const bits = Number.parseInt(part.padEnd(6, "0"), 16);
    for (let digit = 0; digit < 4; digit++) {
      base64 += digit <= part.length / 2 ? DIGITS.charAt((bits >> (18 - 6 * digit)) & 63) : "=";
    }
  }
  return base64;
}
