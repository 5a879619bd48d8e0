/** An amount of time that some waiting does not count against. */
import { setMaxListeners } from "node:events";

export class Deadline {
  readonly #over = new AbortController();
  readonly #reason: () => Error;
  #left: number;
  #since = Date.now();
  #timer: NodeJS.Timeout | null = null;

  /** `time` in ms. `reason`: what the signal is aborted with; made only then, as an error takes long to make. */
  constructor(time: number, reason: () => Error) {
    this.#left = time;
    this.#reason = reason;
    setMaxListeners(0, this.#over.signal);
    this.#start();
  }

  /** Aborts when the time is up, or when `abort` is called. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** The time stands still until the promise settles. */
  async without<T>(waiting: Promise<T>): Promise<T> {
    this.#stop();
    try {
      return await waiting;
    } finally {
      this.#start();
    }
  }

  /** The time no longer counts. */
  end(): void {
    this.#stop();
  }

  /** As if the time were over. */
  abort(): void {
    this.#stop();
    this.#over.abort(this.#reason());
  }

  #start(): void {
    if (this.signal.aborted) return;
    this.#since = Date.now();
    this.#timer = setTimeout(() => {
      this.#over.abort(this.#reason());
    }, this.#left);
  }

  #stop(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#left = Math.max(0, this.#left - (Date.now() - this.#since));
  }
}
