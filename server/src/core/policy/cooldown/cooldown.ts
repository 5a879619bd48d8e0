/** The cooldown of a project, as its package manager has it. */
import type { ConfigKind } from "../../documents/config/index.ts";
import type { ConfigMap, ConfigTree } from "../../documents/config/tree.ts";

export interface Age {
  readonly ms: number;
  /** Whose rule it is, for messages: `min-release-age in .npmrc`, `pnpm's default`. */
  readonly origin: string;
}

export interface Cooldown {
  readonly base: Age;
  /** The one for a release, where it has one of its own; `ms` is 0 for one that is exempt. */
  of(name: string, version: string): Age;
}

export interface PolicyFile {
  /** A policy file, or the manifest that holds policy too. */
  readonly kind: string;
  readonly model: ConfigTree;
}

/** The settings of a policy file; null where the project has none such, or one that cannot be read. */
export function settingsIn(files: readonly PolicyFile[], kind: ConfigKind): ConfigMap | null {
  const found = files.find((file) => file.kind === kind);
  return found === undefined || found.model.problems.length > 0 ? null : found.model.root;
}

/** A cooldown for all but what `isExempt` says. */
export function cooldown(base: Age, isExempt: (name: string, version: string) => boolean, exemptBy: string): Cooldown {
  return { base, of: (name, version) => (isExempt(name, version) ? { ms: 0, origin: exemptBy } : base) };
}
