/** The scope that a package's name begins with, `@` included; null for a name without one. */
export function scopeOf(name: string): string | null {
  return /^(@[^/]+)\//.exec(name)?.[1] ?? null;
}
