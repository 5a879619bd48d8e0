/** The cooldown of a project, as its package manager has it. */
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

/** A cooldown for all but what `isExempt` says. */
export function cooldown(base: Age, isExempt: (name: string, version: string) => boolean, exemptBy: string): Cooldown {
  return { base, of: (name, version) => (isExempt(name, version) ? { ms: 0, origin: exemptBy } : base) };
}
