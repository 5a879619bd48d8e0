import { lockfileTampering } from "./lockfile-tampering.ts";
import type { ProjectRule } from "./rule.ts";

/** Contents that a package manager takes without the lockfile's hash are as good as a lockfile that was changed. */
export const unverifiedContent: ProjectRule = {
  meta: lockfileTampering.meta,
  fixes: [],
  check: ({ unverified }) => unverified.map(({ severity, message, at }) => ({ severity, message, at })),
};
