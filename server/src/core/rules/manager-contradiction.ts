import type { ProjectRule } from "./rule.ts";
import { unchecked } from "./unchecked.ts";

/** Which package manager installs is not known where the manifest and the lockfile disagree: a thing that could not be checked. */
export const managerContradiction: ProjectRule = {
  meta: unchecked.meta,
  check: ({ contradiction }) => (contradiction === null ? [] : [{ message: contradiction.message, at: { kind: "package-json", span: contradiction.span } }]),
};
