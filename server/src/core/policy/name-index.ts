/** Entries of a list by the package names that they are for: a list may have thousands, and so may a lockfile. */

/** What an entry is for: one name, what `matches`, or both. */
export interface NamePattern<Entry> {
  readonly entry: Entry;
  /** null: no name is meant but by `matches`. */
  readonly name: string | null;
  /** null: no name is meant but `name`. */
  readonly matches: ((name: string) => boolean) | null;
}

/** Each pattern is held against each name, so no more are followed than anybody writes; those beyond exempt nothing. */
const MOST_PATTERNS = 200;

export class NameIndex<Entry> {
  readonly #named = new Map<string, number[]>();
  readonly #patterns: { readonly at: number; readonly matches: (name: string) => boolean }[] = [];
  readonly #found = new Map<string, readonly Entry[]>();

  constructor(private readonly entries: readonly NamePattern<Entry>[]) {
    for (const [at, { name, matches }] of entries.entries()) {
      if (name !== null) {
        const present = this.#named.get(name);
        if (present === undefined) this.#named.set(name, [at]);
        else present.push(at);
      }
      if (matches !== null && this.#patterns.length < MOST_PATTERNS) this.#patterns.push({ at, matches });
    }
  }

  /** Those that are for a name, in the order of the list. */
  of(name: string): readonly Entry[] {
    const present = this.#found.get(name);
    if (present !== undefined) return present;
    const matching = this.#patterns.flatMap(({ at, matches }) => (matches(name) ? [at] : []));
    const places = [...new Set([...(this.#named.get(name) ?? []), ...matching])].toSorted((a, b) => a - b);
    const found = places.flatMap((at) => {
      const own = this.entries[at];
      return own === undefined ? [] : [own.entry];
    });
    this.#found.set(name, found);
    return found;
  }
}
