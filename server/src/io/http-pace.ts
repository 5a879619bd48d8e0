/** How many requests are under way at one origin: fewer when it says that they are too many, more again as it answers. */
import pLimit, { type LimitFunction } from "p-limit";

export class HttpPace {
  readonly #most: number;
  readonly #limit: LimitFunction;
  #round = 0;
  #answers = 0;

  constructor(most: number) {
    this.#most = most;
    this.#limit = pLimit(most);
  }

  /** So many at most now. */
  get current(): number {
    return this.#limit.concurrency;
  }

  /** Which lowering a request comes after; for `refused`. */
  get round(): number {
    return this.#round;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#limit(work);
  }

  /** A quarter more after as many answers as there are requests under way. */
  answered(): void {
    const { current } = this;
    if (current === this.#most || ++this.#answers < current) return;
    this.#answers = 0;
    this.#limit.concurrency = Math.min(this.#most, current + Math.ceil(current / 4));
  }

  /**
   * The origin asks for fewer: half as many. `round` is what it was when the request was sent: those that were under
   * way together are refused together, and lower the number once.
   */
  refused(round: number): void {
    if (round !== this.#round) return;
    this.#round++;
    this.#answers = 0;
    this.#limit.concurrency = Math.max(1, this.current >> 1);
  }
}
