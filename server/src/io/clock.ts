import { setImmediate as immediate } from "node:timers/promises";
import type { Clock } from "../core/ports.ts";

/** As near to now as a moment given by the minute can be. */
const PRESENT = 60_000;

/**
 * The system's clock, or one that stands still at `asOf` (ms since epoch). A moment that is not past is no earlier one:
 * everything that is known now was known then, what nobody dates too.
 */
export function createClock(asOf: number | null = null): Clock {
  return {
    asOf: asOf !== null && asOf < Date.now() - PRESENT ? asOf : null,
    now: () => asOf ?? Date.now(),
    elapsed: () => performance.now(),
    breathe: async () => {
      await immediate();
    },
  };
}
