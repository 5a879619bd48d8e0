/** Ranges that are held against each other. */
import Range from "semver/classes/range.js";
import { LONGEST_SPECIFIER } from "./limits.ts";

/** "unread": one of them is no range; "beyond": one is too long to be read, or there were too many comparisons before. */
export type Overlap = boolean | "unread" | "beyond";

/**
 * Each range is read once, and each pair compared once. What is bounded is the comparisons of two bounds: ranges of some
 * hundred alternatives take thousands each.
 */
export class Ranges {
  readonly #read = new Map<string, Range | null>();
  readonly #known = new Map<string, Map<string, Overlap>>();
  #left: number;

  constructor(mostComparisons: number) {
    this.#left = mostComparisons;
  }

  /** Whether some version may be of both. */
  overlap(one: string, other: string): Overlap {
    const known = this.#known.get(one) ?? new Map<string, Overlap>();
    this.#known.set(one, known);
    const overlap = known.get(other) ?? this.#overlap(one, other);
    known.set(other, overlap);
    return overlap;
  }

  #overlap(one: string, other: string): Overlap {
    if (this.#left < 0 || one.length > LONGEST_SPECIFIER || other.length > LONGEST_SPECIFIER) return "beyond";
    const [a, b] = [this.#rangeOf(one), this.#rangeOf(other)];
    if (a === null || b === null) return "unread";
    this.#left -= (boundsIn(a) + boundsIn(b)) ** 2;
    return this.#left < 0 ? "beyond" : a.intersects(b, { loose: true });
  }

  #rangeOf(text: string): Range | null {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const range = rangeIn(text);
    this.#read.set(text, range);
    return range;
  }
}

function rangeIn(text: string): Range | null {
  try {
    return new Range(text, { loose: true });
  } catch {
    return null;
  }
}

function boundsIn(range: Range): number {
  return range.set.reduce((sum, bounds) => sum + bounds.length, 0);
}
