import { setMaxListeners } from "node:events";
import type { Cancellation } from "../core/ports.ts";

/** The signal behind a cancellation, for what can stop at once; null where there is none and it can only be looked at. */
export function signalOf(cancel: Cancellation): AbortSignal | null {
  return cancel instanceof AbortSignal ? cancel : null;
}

/** Settles as the promise does, or rejects with the signal's reason as soon as that comes. The promise is left to itself. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | null): Promise<T> {
  if (signal === null) return promise;
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const stops = stopsOf(signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    stops.add(stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop !== undefined) stops.delete(stop);
  }
}

type Stops = Set<() => void>;

const listening = new WeakMap<AbortSignal, Stops>();

/** What to call when the signal comes, behind one listener: adding a listener takes as long as there are others. */
function stopsOf(signal: AbortSignal): Stops {
  const present = listening.get(signal);
  if (present !== undefined) return present;
  // Hundreds of look-ups wait under one signal; Node takes more than ten listeners for a leak and says so on stderr.
  setMaxListeners(0, signal);
  const stops: Stops = new Set();
  listening.set(signal, stops);
  signal.addEventListener(
    "abort",
    () => {
      for (const stop of stops) stop();
    },
    { once: true },
  );
  return stops;
}
