/** Questions that are asked many at a time. */
import { SingleFlight } from "./single-flight.ts";

export interface SharedBatchesOptions<Q, A> {
  readonly keyOf: (question: Q) => string;
  /** Into what is asked together. */
  readonly divide: (questions: readonly Q[]) => readonly (readonly Q[])[];
  /** One batch's answers, by key. */
  readonly ask: (batch: readonly Q[], signal: AbortSignal) => Promise<ReadonlyMap<string, A>>;
}

/**
 * A question that is under way in a batch is not asked again: whoever asks it shares that batch's outcome. One who cancels
 * leaves a batch to the others; when the last one leaves, it is aborted.
 */
export class SharedBatches<Q, A> {
  readonly #options: SharedBatchesOptions<Q, A>;
  readonly #flights = new SingleFlight<ReadonlyMap<string, A>>();
  /** The batch that a question is under way in. */
  readonly #batches = new Map<string, Batch<Q>>();
  #started = 0;

  constructor(options: SharedBatchesOptions<Q, A>) {
    this.#options = options;
  }

  /** By key, one for each question that `ask` answered. Throws the signal's reason, or what `ask` throws. */
  async ask(questions: readonly Q[], signal: AbortSignal): Promise<ReadonlyMap<string, A>> {
    signal.throwIfAborted();
    const { keyOf, divide } = this.#options;
    const unique = new Map(questions.map((question) => [keyOf(question), question]));
    const open = [...unique].flatMap(([key, question]) => (this.#batches.has(key) ? [] : [question]));
    for (const batch of divide(open)) this.#announce(batch);
    const wanted = new Set([...unique.keys()].flatMap((key) => this.#batches.get(key) ?? []));
    const answers = await Promise.all(
      [...wanted].map((batch) => this.#flights.run(batch.key, signal, (shared) => this.#run(batch, shared))),
    );
    return new Map(answers.flatMap((some) => [...some]));
  }

  #announce(questions: readonly Q[]): void {
    const batch = { key: String(++this.#started), questions };
    for (const question of questions) this.#batches.set(this.#options.keyOf(question), batch);
  }

  async #run(batch: Batch<Q>, signal: AbortSignal): Promise<ReadonlyMap<string, A>> {
    // At once, as a later caller must not join a batch that is being aborted.
    signal.addEventListener("abort", () => this.#forget(batch), { once: true });
    try {
      return await this.#options.ask(batch.questions, signal);
    } finally {
      this.#forget(batch);
    }
  }

  #forget(batch: Batch<Q>): void {
    for (const question of batch.questions) {
      const key = this.#options.keyOf(question);
      if (this.#batches.get(key) === batch) this.#batches.delete(key);
    }
  }
}

interface Batch<Q> {
  readonly key: string;
  readonly questions: readonly Q[];
}
