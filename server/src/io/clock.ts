import { setImmediate as immediate } from "node:timers/promises";
import type { Clock } from "../core/ports.ts";

/** The system's clock, or one that stands still at `asOf` (ms since epoch). */
export function createClock(asOf: number | null = null): Clock {
  return {
    asOf,
    now: () => asOf ?? Date.now(),
    elapsed: () => performance.now(),
    breathe: async () => {
      await immediate();
    },
  };
}
