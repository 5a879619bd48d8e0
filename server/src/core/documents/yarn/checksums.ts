import type { Span } from "../../util/text.ts";
import { named } from "../truncation.ts";
import type { Problems } from "../problems.ts";

/** Kinds of keys that are kept: one that differs is enough to report. */
const MOST_KEYS = 8;

/** A cache version and how archives are compressed: `10c0`, `10`, `8`. `cacheKey` in @yarnpkg/core's Cache.ts. */
const CACHE_KEY = /^(\d{1,4})(?:c\w+)?$/;

/** Lockfiles from this version on are written by Yarn 4, which compares no checksum of an older cache version. */
const FIRST_OF_YARN_4 = 8;
const FIRST_COMPARED = 10;

/**
 * The cache keys that checksums are stated for: `10c0/<hash>`; without one, that of `__metadata` holds. Yarn compares no
 * checksum whose key is another than its own, and writes a new one in its place (`isChecksumCompatible` in
 * @yarnpkg/core's Cache.ts), so that all that it writes have one key. Tried: Yarn 4.18. A checksum that is missing is
 * not reported: `yarn install --mode=update-lockfile` writes none.
 */
export class ChecksumKeys {
  readonly #keys = new Map<string | null, Span>();
  /** The last key, with its slash. */
  #last: string | null = null;

  /** @param start of the checksum, without quotes */
  note(text: string, start: number, end: number): void {
    if (this.#last !== null && text.startsWith(this.#last, start)) {
      if (!text.slice(start + this.#last.length, end).includes("/")) return;
    }
    // All slashes but one are part of no hash.
    const slash = text.lastIndexOf("/", end - 1);
    const key = slash < start ? null : text.slice(start, slash);
    this.#last = key === null ? null : `${key}/`;
    if (this.#keys.size < MOST_KEYS && !this.#keys.has(key)) this.#keys.set(key, { start, end });
  }

  /** @param cacheKey of `__metadata` */
  report(
    { version, problems }: { readonly version: string | null; readonly problems: Problems },
    cacheKey: string | null,
  ): void {
    const isNew = Number(version) >= FIRST_OF_YARN_4;
    let usual = cacheKey;
    for (const [key, span] of this.#keys) {
      const own = key ?? cacheKey ?? "";
      const [, cacheVersion] = CACHE_KEY.exec(own) ?? [];
      const isKnown = cacheVersion !== undefined && (!isNew || Number(cacheVersion) >= FIRST_COMPARED);
      usual ??= own;
      if (isKnown && own === usual) continue;
      const what = own === "" ? "no cache key" : `the cache key ${JSON.stringify(named(own, 1))}`;
      problems.add("syntax", `it has checksums with ${what}, which Yarn may not compare`, span);
      return;
    }
  }
}
