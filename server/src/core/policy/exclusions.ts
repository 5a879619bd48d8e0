/**
 * Lists of packages that a policy does not hold for. Files that anybody may have written hold thousands of entries, and
 * lockfiles thousands of names: each list is read once, each name is held against it once, and all of it is bounded.
 */
import { Range, SemVer, valid } from "semver";
import type { PolicyFile } from "../config/layers.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import { LONGEST_NAME, LONGEST_SPECIFIER } from "../documents/limits.ts";
import { boundedGlob, globCost } from "../util/glob.ts";
import { MatchingBudget } from "../util/matching-budget.ts";

/** What an entry is for. */
export interface Exclusion {
  /** null: no name is meant but by `pattern`. */
  readonly name: string | null;
  /** null: no name is meant but `name`. */
  readonly pattern: string | null;
  /** null: every version. */
  readonly versions: ExcludedVersions | null;
}

export interface ExcludedVersions {
  readonly exact: readonly string[];
  /** As semver takes them. Where semver takes it for no range, the entry exempts nothing. */
  readonly range: string | null;
}

/** `cost` is what holding a name against a pattern takes, in nanoseconds. */
export interface NameMatcher {
  readonly matches: (name: string) => boolean;
  readonly cost: (name: string) => number;
}

/** How a package manager reads its lists. */
export interface Dialect {
  /** null for a pattern that cannot be matched in bounded time, and exempts nothing. */
  readonly compile: (pattern: string) => NameMatcher | null;
  /** Only the first entry that a name is like counts, whatever its versions. */
  readonly countsFirst: boolean;
}

/** Different patterns of one list that are matched: nobody writes more. */
export const MOST_PATTERNS = 200;
/** The same of ranges of versions for one name or pattern. */
const MOST_RANGES = 100;

/** All names and versions against all lists of a project, nanoseconds: 5,000 names and 20 patterns take a tenth of it. */
const MOST_WORK = 1_000_000_000;
/** What making a regular expression of a pattern takes. */
const COMPILING = 200_000;
/** What reading a range takes, for each UTF-16 code unit. */
const READING = 1_000;
/** What holding a version against one bound of a range takes. */
const COMPARING = 300;

/** As picomatch has it. null as with `Dialect`. */
export function globMatcher(pattern: string, options: Parameters<typeof boundedGlob>[1]): NameMatcher | null {
  const matches = boundedGlob(pattern, options);
  return matches === null ? null : { matches, cost: globCost(pattern) };
}

/** What entries say of the versions of one package. */
class Said {
  isAll = false;
  readonly #exact = new Set<string>();
  readonly #texts = new Set<string>();
  #ranges: readonly Range[] | null = null;
  /** Some ranges are not read. */
  #isCut = false;

  /** @param at the first entry's place in the list */
  constructor(readonly at: number) {}

  add(versions: ExcludedVersions | null): void {
    if (versions === null) this.isAll = true;
    for (const version of versions?.exact ?? []) this.#exact.add(version);
    const range = versions?.range ?? null;
    if (range === null || this.#texts.has(range)) return;
    if (range.length > LONGEST_SPECIFIER || this.#texts.size >= MOST_RANGES) this.#isCut = true;
    else this.#texts.add(range);
  }

  /** null where that is not known: ranges are too many or too long, or the budget is spent. */
  has(version: string, budget: MatchingBudget): boolean | null {
    if (this.isAll || this.#exact.has(version)) return true;
    const ranges = this.#ranges ?? this.#read(budget);
    if (ranges === null) return null;
    // What was read may have added some.
    if (this.#exact.has(version)) return true;
    const parsed = valid(version) === null ? null : new SemVer(version);
    for (const range of ranges) {
      if (!budget.spend(COMPARING * range.set.reduce((sum, bounds) => sum + bounds.length, 1))) return null;
      if (parsed !== null && range.test(parsed)) return true;
    }
    return this.#isCut ? null : false;
  }

  /** When the first version is held against them. null where that is too much. */
  #read(budget: MatchingBudget): readonly Range[] | null {
    const ranges: Range[] = [];
    for (const text of this.#texts) {
      if (!budget.spend(READING * text.length)) return null;
      const exact = text.split("||").map((one) => valid(one.trim()));
      if (exact.every((version) => version !== null)) for (const version of exact) this.#exact.add(version);
      else {
        const range = rangeIn(text);
        if (range !== null) ranges.push(range);
      }
    }
    this.#ranges = ranges;
    return ranges;
  }
}

function rangeIn(text: string): Range | null {
  try {
    return new Range(text);
  } catch {
    return null;
  }
}

type Matchers = readonly (readonly [matcher: NameMatcher, said: Said])[];

/** A list as its text has it. */
export class ExclusionList {
  readonly #named = new Map<string, Said>();
  readonly #patterns = new Map<string, Said>();
  #matchers: Matchers | null = null;

  constructor(
    entries: Iterable<Exclusion>,
    private readonly dialect: Dialect,
  ) {
    let at = 0;
    for (const { name, pattern, versions } of entries) {
      if (name !== null) this.#add(this.#named, name, at, versions);
      if (pattern !== null) this.#add(this.#patterns, pattern, at, versions);
      at++;
    }
  }

  /** How many different patterns it has. */
  get patterns(): number {
    return this.#patterns.size;
  }

  /** What is said of a name; `isWhole` is false where more may be. */
  saidOf(name: string, budget: MatchingBudget): { readonly said: readonly Said[]; readonly isWhole: boolean } {
    const named = this.#named.get(name);
    const said = named === undefined ? [] : [named];
    let isWhole = this.#patterns.size <= MOST_PATTERNS;
    // No registry has a longer name, or one with an empty part.
    if (name.length <= LONGEST_NAME && /^[^/\s]+(?:\/[^/\s]+)*$/.test(name)) {
      const matchers = this.#matchers ?? this.#compiled(budget);
      for (const [{ matches, cost }, own] of matchers ?? []) {
        if (!budget.spend(cost(name))) break;
        if (matches(name)) said.push(own);
      }
      isWhole &&= !budget.isSpent || matchers?.length === 0;
    }
    if (!this.dialect.countsFirst || said.length < 2) return { said, isWhole };
    const [first, ...others] = said;
    const least = others.reduce((best, own) => (best !== undefined && best.at < own.at ? best : own), first);
    return { said: least === undefined ? [] : [least], isWhole };
  }

  #add(to: Map<string, Said>, key: string, at: number, versions: ExcludedVersions | null): void {
    const present = to.get(key);
    if (present !== undefined && this.dialect.countsFirst) return;
    const said = present ?? new Said(at);
    to.set(key, said);
    said.add(versions);
  }

  /** When the first name is held against the list. null where that is too much. */
  #compiled(budget: MatchingBudget): Matchers | null {
    const made: (readonly [NameMatcher, Said])[] = [];
    for (const [pattern, said] of [...this.#patterns].slice(0, MOST_PATTERNS)) {
      if (!budget.spend(COMPILING)) return null;
      const matcher = this.dialect.compile(pattern);
      if (matcher !== null) made.push([matcher, said]);
    }
    this.#matchers = made;
    return made;
  }
}

/** Lists by the value that they were read from, which package managers and rules share. */
const READ = new WeakMap<object, Map<Dialect, ExclusionList>>();

/** @param value of the list, in a file as read: the same for as long as the file's text is */
export function exclusionList(value: object, dialect: Dialect, entries: () => Iterable<Exclusion>): ExclusionList {
  const byDialect = READ.get(value) ?? new Map<Dialect, ExclusionList>();
  READ.set(value, byDialect);
  const list = byDialect.get(dialect) ?? new ExclusionList(entries(), dialect);
  byDialect.set(dialect, list);
  return list;
}

/** Where a list is written. */
export interface ListPlace {
  readonly kind: ConfigKind;
  /** How messages call the file. */
  readonly file: string;
  readonly path: readonly string[];
}

/** A list that some name or version could not be held against: there it exempts nothing. */
export interface CutList extends ListPlace {
  /** How many different patterns it has. */
  readonly patterns: number;
}

/** The lists of one project, and what was held against them: one budget for all of them. */
export class Exclusions {
  readonly #budget = new MatchingBudget(MOST_WORK);
  readonly #known = new Map<ExclusionList, Map<string, NameExclusions>>();
  readonly #cut = new Map<ExclusionList, CutList>();

  /** Those that were not matched whole. */
  get cut(): readonly CutList[] {
    return [...this.#cut.values()];
  }

  /** Whether a list has a release. The list is looked at when the first one is asked about. */
  exemption(place: ListPlace, listOf: () => ExclusionList): (name: string, version: string) => boolean {
    let list: ExclusionList | null = null;
    return (name, version) => {
      list ??= listOf();
      const has = this.#has(list, name, version);
      if (has === null && !this.#cut.has(list)) this.#cut.set(list, { ...place, patterns: list.patterns });
      return has === true;
    };
  }

  #has(list: ExclusionList, name: string, version: string): boolean | null {
    const names = this.#known.get(list) ?? new Map<string, NameExclusions>();
    this.#known.set(list, names);
    const own = names.get(name) ?? new NameExclusions(list.saidOf(name, this.#budget));
    names.set(name, own);
    return own.has(version, this.#budget);
  }
}

/** What a list says of one name. */
class NameExclusions {
  readonly #said: readonly Said[];
  readonly #isWhole: boolean;
  /** By version: package managers and rules ask about the same ones. */
  readonly #known = new Map<string, boolean | null>();

  constructor({ said, isWhole }: ReturnType<ExclusionList["saidOf"]>) {
    const all = said.find(({ isAll }) => isAll);
    this.#said = all === undefined ? said : [all];
    this.#isWhole = isWhole;
  }

  /** null where that is not known. */
  has(version: string, budget: MatchingBudget): boolean | null {
    if (this.#said.length === 0) return this.#isWhole ? false : null;
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    let has: boolean | null = this.#isWhole ? false : null;
    for (const said of this.#said) {
      const own = said.has(version, budget);
      if (own === true) has = true;
      if (own === true) break;
      if (own === null) has = null;
    }
    this.#known.set(version, has);
    return has;
  }
}

const BY_FILES = new WeakMap<readonly PolicyFile[], Exclusions>();

/** The same for the same list of files. */
export function exclusionsIn(files: readonly PolicyFile[]): Exclusions {
  const exclusions = BY_FILES.get(files) ?? new Exclusions();
  BY_FILES.set(files, exclusions);
  return exclusions;
}
