/** Versions that are held against ranges, with a bound on all of it together. */
import { Range, SemVer } from "semver";
import { LONGEST_SPECIFIER } from "../documents/limits.ts";

/** Comparisons of a version with one bound of a range; some tenths of a second. */
const MOST_COMPARISONS = 500_000;
/** Steps that are cheap each: looking at a place, or at what is known already. */
const MOST_STEPS = 5_000_000;

export interface TestOptions {
  readonly includePrerelease: boolean;
}

/** More was asked than is worked out. Nothing is known then. */
export class TooMuchWork extends Error {
  override readonly name = "TooMuchWork";
}

/** Each range and each version is read once, and each pair compared once. Methods throw TooMuchWork. */
export class VersionTests {
  readonly #ranges = new Map<string, Range | null>();
  readonly #versions = new Map<string, SemVer | null>();
  readonly #known = new Map<string, Map<string, boolean>>();
  #comparisons = MOST_COMPARISONS;
  #steps = MOST_STEPS;

  /** Notes steps of the caller's own. */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new TooMuchWork();
  }

  /** Whether the version is in the range; null if the text is no range, or too long to be read. */
  isIn(version: string, text: string, { includePrerelease }: TestOptions): boolean | null {
    this.spend(1);
    const key = `${String(includePrerelease)} ${text}`;
    const range = this.#rangeOf(key, text, includePrerelease);
    if (range === null) return null;
    const known = this.#known.get(key) ?? new Map<string, boolean>();
    this.#known.set(key, known);
    const before = known.get(version);
    if (before !== undefined) return before;
    this.#comparisons -= range.set.reduce((sum, bounds) => sum + bounds.length, 1);
    if (this.#comparisons < 0) throw new TooMuchWork();
    const parsed = this.#versionOf(version);
    const isIn = parsed !== null && range.test(parsed);
    known.set(version, isIn);
    return isIn;
  }

  #rangeOf(key: string, text: string, includePrerelease: boolean): Range | null {
    const known = this.#ranges.get(key);
    if (known !== undefined) return known;
    const range = text.length > LONGEST_SPECIFIER ? null : readRange(text, includePrerelease);
    this.#ranges.set(key, range);
    return range;
  }

  #versionOf(text: string): SemVer | null {
    const known = this.#versions.get(text);
    if (known !== undefined) return known;
    const version = readVersion(text);
    this.#versions.set(text, version);
    return version;
  }
}

function readRange(text: string, includePrerelease: boolean): Range | null {
  try {
    return new Range(text, { loose: true, includePrerelease });
  } catch {
    return null;
  }
}

function readVersion(text: string): SemVer | null {
  try {
    return new SemVer(text, { loose: true });
  } catch {
    return null;
  }
}
