import { fileNameOf } from "../util/uri.ts";
import type { ProjectRule } from "./rule.ts";

export const unusedLockfile: ProjectRule = {
  meta: {
    id: "unused-lockfile",
    severity: "information",
    says: "the project's package manager ignores this lockfile",
  },
  fixes: [],
  check: ({ unused }) =>
    unused.map(({ uri, reason }) => ({
      message: `${fileNameOf(uri)} is not used: ${reason}. What it locks is checked all the same. Delete it if nothing installs from it.`,
      at: { uri },
    })),
};
