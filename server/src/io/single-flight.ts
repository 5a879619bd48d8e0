import { untilAborted } from "./cancellation.ts";

/** One for all: making a reason, with its stack trace, for each of thousands of look-ups takes its time. */
const NOBODY_WAITS = new DOMException("Nobody waits for it any more", "AbortError");

interface Flight<T> {
  readonly promise: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * One run at a time for each key: those who ask while it runs share its outcome. One who cancels leaves the run to the
 * others; when the last one leaves, the run is aborted.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  async run(key: string, signal: AbortSignal | null, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#start(key, task);
    flight.waiting++;
    try {
      return await untilAborted(flight.promise, signal);
    } finally {
      flight.waiting--;
      if (flight.waiting === 0) {
        // A later caller must not join a run that is being aborted.
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.stop.abort(NOBODY_WAITS);
      }
    }
  }

  #start(key: string, task: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController();
    const promise = task(stop.signal);
    const flight: Flight<T> = { promise, stop, waiting: 0 };
    this.#flights.set(key, flight);
    // Whoever waits gets the rejection; with nobody left it must not surface as unhandled.
    promise.catch(() => undefined);
    return flight;
  }
}
