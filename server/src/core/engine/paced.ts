/** Work over many items that leaves other work its turn, and does not hold the traces of all of it in memory at once. */
import type { Cancellation, Clock } from "../ports.ts";

/** Items under way at a time: more than any registry is asked at once, so that one that hangs does not hold up another. */
const AT_ONCE = 256;

/** Items started between two pauses: what comes of so many starts takes a few milliseconds. */
const STRIDE = 32;

type Breath = Pick<Clock, "breathe">;

/** The outcome for each item, in order. Throws the first failure, and takes up no item after it; `cancel` is looked at in the pauses alone. */
export async function allPaced<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  clock: Breath,
  cancel: Cancellation,
): Promise<readonly R[]> {
  const queue = items.entries();
  const outcomes: [number, R][] = [];
  let started = 0;
  let hasFailed = false;
  // One for all: what is in memory comes without a turn of the event loop, so those that did not pause would take it all.
  let gate = Promise.resolve();
  const drain = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (++started % STRIDE === 0) gate = pause(clock, cancel);
      await gate;
      if (hasFailed) return;
      outcomes.push([index, await work(item)]);
    }
  };
  const stop = (failure: unknown): never => {
    hasFailed = true;
    throw failure;
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, () => drain().catch(stop)));
  return outcomes.sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
}

/** `items` in pieces of at most `size`. */
export function pieces<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, piece) =>
    items.slice(piece * size, (piece + 1) * size),
  );
}

export async function pause(clock: Breath, cancel: Cancellation): Promise<void> {
  await clock.breathe();
  cancel.throwIfAborted();
}
