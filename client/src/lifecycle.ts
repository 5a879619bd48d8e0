/** One server at a time: starts, stops and restarts happen one after the other, in the order in which they are asked for. */

export interface Server {
  /** Rejects when it did not end in good order; it is given up all the same. */
  dispose(): Promise<void>;
}

export class Lifecycle<S extends Server> {
  #running: S | null = null;
  /** Ends when all that was asked for has happened; never rejects. */
  #last: Promise<void> = Promise.resolve();
  /** A restart that has not begun yet, with nothing asked for after it: it serves whoever asks for another. */
  #waiting: Promise<void> | null = null;

  /**
   * @param begin makes a server and starts it; null when it could not be started, which `begin` has told
   * @param failed told of a server that did not end in good order
   */
  constructor(
    private readonly begin: () => Promise<S | null>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** null: none runs. */
  get running(): S | null {
    return this.#running;
  }

  /** Starts a server where none runs. */
  start(): Promise<void> {
    return this.#then(() => this.#begin());
  }

  stop(): Promise<void> {
    return this.#then(() => this.#end());
  }

  restart(): Promise<void> {
    if (this.#waiting !== null) return this.#waiting;
    const restart = this.#then(async () => {
      if (this.#waiting === restart) this.#waiting = null;
      await this.#end();
      await this.#begin();
    });
    this.#waiting = restart;
    return restart;
  }

  #then(step: () => Promise<void>): Promise<void> {
    this.#waiting = null;
    const done = this.#last.then(step);
    this.#last = done.catch(this.failed);
    return done;
  }

  async #begin(): Promise<void> {
    this.#running ??= await this.begin();
  }

  async #end(): Promise<void> {
    const ended = this.#running;
    this.#running = null;
    try {
      await ended?.dispose();
    } catch (error) {
      this.failed(error);
    }
  }
}
