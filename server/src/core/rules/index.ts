/** Every rule, in the order in which a person should read their findings. */
import { compromised } from "./compromised.ts";
import { deprecated } from "./deprecated.ts";
import { freshRelease } from "./fresh-release.ts";
import { newInstallScript } from "./new-install-script.ts";
import { removedVersion } from "./removed-version.ts";
import type { Rule } from "./rule.ts";
import { unchecked } from "./unchecked.ts";

export const RULES: readonly Rule[] = [compromised, removedVersion, newInstallScript, freshRelease, deprecated, unchecked];

const REPOSITORY = "https://github.com/depwarden/depwarden";

/** The rule's page. */
export function ruleDocs(id: string): string {
  return `${REPOSITORY}/blob/main/docs/rules/${id}.md`;
}
