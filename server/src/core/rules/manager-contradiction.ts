import type { ProjectRule } from "./rule.ts";
import { unchecked } from "./unchecked.ts";

/** Where the manifest and the lockfile disagree, which package manager installs cannot be checked. */
export const managerContradiction: ProjectRule = {
  meta: unchecked.meta,
  fixes: [],
  check: ({ contradiction }) =>
    contradiction === null
      ? []
      : [{ message: contradiction.message, at: { kind: "package-json", span: contradiction.span } }],
};
