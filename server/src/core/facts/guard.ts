/** A mistake in reading one release, file or project, whoever made it, must not lose what is known of the others. */
import { unknown } from "./fact.ts";
import type { Unknown } from "./fact.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Cancellation } from "../ports.ts";

/** What `work` gives, or what `otherwise` makes of its failure. Throws only what `cancel` throws. */
export async function guarded<T>(
  work: () => T | Promise<T>,
  otherwise: (failure: Unknown) => T,
  cancel: Cancellation,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    cancel.throwIfAborted();
    return otherwise(failureOf(error));
  }
}

/** An error of Depwarden's own, in words that nobody takes for a registry's. */
export function failureOf(error: unknown): Unknown {
  return unknown(
    "malformed",
    `an error in Depwarden, which is worth a report (${oneLine(error instanceof Error ? error.message : String(error), 120)})`,
  );
}
