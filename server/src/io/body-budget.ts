/** Bytes of all bodies that are on their way, bounded together. */
import { untilAborted } from "./cancellation.ts";

/** A body has no room beside the others now. It is given up, and asked for again when there is room. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";

  /** `bytes`: what it needs at least. */
  constructor(readonly bytes: number) {
    super("no room for a body");
  }
}

interface Waiting {
  readonly bytes: number;
  go: () => void;
}

export class BodyBudget {
  readonly #limit: number;
  #held = 0;
  readonly #waiting = new Set<Waiting>();

  /** `limit` in bytes. A body that is alone may be larger. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  share(): BodyShare {
    return new BodyShare(this);
  }

  /** Resolves when so many bytes fit, or nothing else is held. Rejects with the signal's reason. */
  async room(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#fits(bytes)) return;
    const waiting: Waiting = { bytes, go: () => undefined };
    const fits = new Promise<void>((resolve) => {
      waiting.go = resolve;
    });
    this.#waiting.add(waiting);
    try {
      await untilAborted(fits, signal);
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /** `own`: what the one who takes holds already. */
  take(bytes: number, own: number): boolean {
    if (!this.#fits(bytes) && this.#held > own) return false;
    this.#held += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#held -= bytes;
    for (const one of this.#waiting) {
      if (!this.#fits(one.bytes)) return;
      this.#waiting.delete(one);
      one.go();
    }
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#limit;
  }
}

/** What one body holds. */
export class BodyShare {
  readonly #budget: BodyBudget;
  #bytes = 0;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  /** Throws NoRoom. */
  take(bytes: number): void {
    if (!this.#budget.take(bytes, this.#bytes)) throw new NoRoom(this.#bytes + bytes);
    this.#bytes += bytes;
  }

  /** All of it. */
  release(): void {
    const bytes = this.#bytes;
    this.#bytes = 0;
    if (bytes > 0) this.#budget.release(bytes);
  }
}
