/**
 * A bound on all the work of holding a list of foreign patterns against a list of foreign texts. Each of the two is
 * bounded, and their product is not. Who holds a budget matches nothing once it is spent, and reports that.
 */
export class MatchingBudget {
  #left: number;

  /** @param nanoseconds roughly, on a machine of 2025 */
  constructor(nanoseconds: number) {
    this.#left = nanoseconds;
  }

  /** Some work was refused. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** Takes away what a step costs, in nanoseconds; false where that is not left: then the step is not to be taken. */
  spend(nanoseconds: number): boolean {
    if (this.#left >= 0) this.#left -= nanoseconds;
    return this.#left >= 0;
  }
}
