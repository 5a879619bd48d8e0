import type { Cancellation } from "./ports.ts";

/** Work that pauses, at each `yield`, so that its caller may let other work run. */
export type Task<T> = Generator<undefined, T, undefined>;

/** How many code units of text a reader goes through between two pauses: well under a millisecond. */
export const STRIDE = 1 << 15;

/**
 * The same where each few code units may be an entry that takes a quarter of a millisecond, such as a specifier that
 * npm-package-arg reads: 512 code units are some forty of those.
 */
export const ENTRY_STRIDE = 512;

/** How many packages a pass over what was read goes through between two pauses. */
export const PASS_STRIDE = 512;

/** Runs the work to its end in one go. */
export function runWhole<T>(work: Task<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Runs the work in slices of about `budgetMs`, breathing between them.
 * @throws whatever `cancel.throwIfAborted` throws, at the next pause after a cancel.
 */
export async function runInSlices<T>(
  work: Task<T>,
  breathe: () => Promise<void>,
  budgetMs: number,
  nowMs: () => number,
  cancel: Cancellation,
): Promise<T> {
  let started = nowMs();
  for (;;) {
    cancel.throwIfAborted();
    const step = work.next();
    if (step.done === true) return step.value;
    if (nowMs() - started < budgetMs) continue;
    await breathe();
    started = nowMs();
  }
}
