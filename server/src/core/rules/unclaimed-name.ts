import { NPMJS_HOSTS } from "../facts/places.ts";
import type { Fact } from "../facts/fact.ts";
import type { Rule, Verdict } from "./rule.ts";

export const unclaimedName: Rule = {
  meta: {
    id: "unclaimed-name",
    says: "the registry has no package of this name: anybody can register it",
    severity: "warning",
  },
  fixes: [],
  check: (subject, { isAsOf }) => {
    const { name, registryHost, isRegistryPublic } = subject;
    const verdict = isAsOf ? null : unclaimed({ name, registryHost, isRegistryPublic, answer: subject.package });
    return verdict === null ? [] : [verdict];
  },
};

export interface NameAnswer {
  readonly name: string;
  readonly registryHost: string;
  /** Names of this registry are no secret: it has no login, and no scope of its own. */
  readonly isRegistryPublic: boolean;
  /** What the registry said of the name. */
  readonly answer: Fact<unknown>;
}

/** What is said of a name that a registry does not have; null where that does not show that it is free. */
export function unclaimed({ name, registryHost, isRegistryPublic, answer }: NameAnswer): Verdict | null {
  if (answer.known || answer.code !== "not-found" || !isRegistryPublic || !isFree(name)) return null;
  const found = `There is no package ${name}: ${answer.reason}`;
  const message = NPMJS_HOSTS.has(registryHost)
    ? `${found}. Anybody can register the name, and an install would then run their code.`
    : `${found}. If no other registry has it, anybody can register the name there, and a registry that mirrors that one would then serve their code.`;
  return { message, advice: null, isInPlaceOfUnchecked: true };
}

const LONGEST_FREE_NAME = 214;

/**
 * Names that npm lets anybody register. A name in a scope is for the scope's owner, and a registry may answer 404 for one
 * that is private. https://docs.npmjs.com/package-name-guidelines
 */
function isFree(name: string): boolean {
  return name.length <= LONGEST_FREE_NAME && /^[a-z0-9~-][a-z0-9._~-]*$/.test(name);
}
