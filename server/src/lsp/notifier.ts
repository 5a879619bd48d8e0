/** Wakes those who wait for the next step of something under way. */
export class Notifier {
  readonly #waiting = new Set<() => void>();

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves with the next step. Rejects when cancelled, and is waited for no longer. */
  next(cancel: AbortSignal): Promise<void> {
    cancel.throwIfAborted();
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        cancel.removeEventListener("abort", fail);
        resolve();
      };
      const fail = (): void => {
        this.#waiting.delete(wake);
        reject(new Error("cancelled"));
      };
      cancel.addEventListener("abort", fail, { once: true });
      this.#waiting.add(wake);
    });
  }

  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
