import type { UnknownCode } from "../core/facts/fact.ts";
import type { CliOptions } from "./options.ts";

/**
 * Whether something unknown is as it was meant to be, so that it is told and fails no run: names that stay with their
 * private registry, which has no advisories of its own, and under `--offline` whatever was not asked. Where the scanned
 * folder's own settings say `offline`, nobody who runs this has chosen it.
 */
export function isExpectedGap(code: UnknownCode, { offline }: Pick<CliOptions, "offline">): boolean {
  return code === "private" || (code === "offline" && offline === true);
}
