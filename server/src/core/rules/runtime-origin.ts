import { runtimeDoubts } from "../policy/checks/runtimes.ts";
import { lockfileTampering } from "./lockfile-tampering.ts";
import type { ProjectRule } from "./rule.ts";

/** A runtime is run as packages are, and a lockfile says where it is downloaded from. */
export const runtimeOrigin: ProjectRule = {
  meta: lockfileTampering.meta,
  fixes: [],
  check: ({ downloads, files }) =>
    downloads.flatMap(({ uri, all }) =>
      runtimeDoubts(all, files).map(({ severity, message, span }) => ({ severity, message, at: { uri, span } })),
    ),
};
