/**
 * One thread for all runs of a Vitest that is started again and again. Vitest ends its threads after each run, and
 * Stryker runs it once for each mutant: loading the modules anew takes longer than most tests. Built on how the pools of
 * Vitest 4.1 talk to their workers.
 */
import type { PoolRunnerInitializer, PoolWorker, WorkerRequest } from "vitest/node";
import { ThreadsPoolWorker } from "vitest/node";

type Listener = (message: unknown) => void;
type Start = Extract<WorkerRequest, { readonly type: "start" }>;

export function keptWorker(): PoolRunnerInitializer {
  let thread: ThreadsPoolWorker | null = null;
  return {
    name: "kept",
    createPoolWorker(options) {
      const isNew = thread === null;
      thread ??= new ThreadsPoolWorker(options);
      return new Run(thread, isNew);
    },
  };
}

/** The thread as one run sees it: as a new one, which it starts and stops. */
class Run implements PoolWorker {
  readonly name = "threads";
  readonly #listeners: (readonly [event: string, listener: Listener])[] = [];
  /** Which tests are to run, among others. A thread takes it when it starts. */
  #config: Start["context"]["config"] | null = null;

  constructor(
    private readonly thread: ThreadsPoolWorker,
    private readonly isNew: boolean,
  ) {}

  async start(): Promise<void> {
    if (this.isNew) await this.thread.start();
  }

  /** The thread stays; it goes with the process. */
  stop(): Promise<void> {
    for (const [event, listener] of this.#listeners) this.thread.off(event, listener);
    return Promise.resolve();
  }

  send(message: WorkerRequest): void {
    if (message.type === "start" && !this.isNew) {
      this.#config = message.context.config;
      this.#answer("started");
    } else if (message.type === "stop") this.#answer("stopped");
    else if (message.type === "run" && this.#config !== null) {
      const context = { ...message.context, config: this.#config };
      this.thread.send({ ...message, context });
    } else this.thread.send(message);
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener]);
    this.thread.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    this.thread.off(event, listener);
  }

  deserialize(message: unknown): unknown {
    return this.thread.deserialize(message);
  }

  #answer(type: "started" | "stopped"): void {
    const answer = { __vitest_worker_response__: true, type };
    for (const [event, listener] of [...this.#listeners])
      if (event === "message") queueMicrotask(() => listener(answer));
  }
}
