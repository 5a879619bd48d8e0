import { strengthenPolicy } from "../fixes/setting/strengthen-policy.ts";
import { weaknessesOf } from "../policy/checks/index.ts";
import type { ProjectRule } from "./rule.ts";

export const weakCooldown: ProjectRule = {
  meta: {
    id: "weak-cooldown",
    says: "the project's package manager has no cooldown, or one that is mistaken or turned off",
    severity: "information",
  },
  fixes: [strengthenPolicy],
  check: (policy, now) => weaknessesOf(policy, now).map(({ message, at }) => ({ message, at })),
};
