/** Versions as a person lists them, exact ones and ranges, held against many releases. */
import { Range, SemVer, valid } from "semver";

/**
 * Each bound of each range is held against each version, so no more are followed than anybody writes: the ranges beyond
 * hold none.
 */
const MOST_RANGES = 100;
const MOST_BOUNDS = 400;

export class VersionSet {
  /** Null where there are ranges too; else all that it holds. */
  readonly only: ReadonlySet<string> | null;
  readonly #exact: ReadonlySet<string>;
  readonly #ranges: readonly Range[];

  /** @param versions valid ranges @param options as semver takes them */
  constructor(versions: Iterable<string>, options: { readonly includePrerelease?: boolean } = {}) {
    const exact = new Set<string>();
    const ranges = new Set<string>();
    for (const alternatives of versions)
      for (const written of alternatives.split("||")) {
        const version = valid(written.trim());
        if (version === null) ranges.add(written.trim());
        else exact.add(version);
      }
    this.#exact = exact;
    this.only = ranges.size === 0 ? exact : null;
    let bounds = 0;
    this.#ranges = [...ranges]
      .slice(0, MOST_RANGES)
      .map((range) => new Range(range, options))
      .filter(({ set }) => (bounds += set.reduce((sum, { length }) => sum + length, 0)) <= MOST_BOUNDS);
  }

  has(version: string): boolean {
    const exact = this.#exact.size === 0 ? null : valid(version);
    return (exact !== null && this.#exact.has(exact)) || this.#isInRange(version);
  }

  #isInRange(version: string): boolean {
    if (this.#ranges.length === 0 || valid(version) === null) return false;
    const parsed = new SemVer(version);
    return this.#ranges.some((range) => range.test(parsed));
  }
}
