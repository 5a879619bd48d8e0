/** The cooldown of a project, as its package manager has it. */

export interface Age {
  readonly ms: number;
  /** Whose rule it is, for messages: `min-release-age in .npmrc`, `pnpm's default`. */
  readonly origin: string;
}

export interface Cooldown {
  /** null where there is none but for some packages. */
  readonly base: Age | null;
  /** The one for a release: its own where it has one, else the base. `ms` is 0 for one that is exempt. */
  of(name: string, version: string): Age | null;
}

/** A cooldown for all but what `isExempt` says; null where neither says anything. */
export function cooldown(
  base: Age | null,
  isExempt: ((name: string, version: string) => boolean) | null,
  exemptBy: string,
): Cooldown | null {
  if (base === null && isExempt === null) return null;
  return { base, of: (name, version) => (isExempt?.(name, version) === true ? { ms: 0, origin: exemptBy } : base) };
}
