/** What a mistaken name can have been meant for. Popularity: the npm-high-impact package, the most widely used first. */
import { npmHighImpact } from "npm-high-impact";
import { soundOf } from "./spelling.ts";

/** Names are worth an attacker's while where many type them. */
const TARGETS = 10_000;
/** Names that are like those of so many other packages, as `bytes.js` is like `bytes`, must be worth the more. */
const WELL_KNOWN = 5_000;
const FOREMOST = 1_000;
/** A word of which so few other owners have packages says whose package it is: claude, not code. */
const OTHER_OWNERS = 1;
const SHORTEST_WORD = 4;
/** Prefixes that a tool's configuration leaves out, so that the rest is known as a name by itself. */
const PREFIXES = [
  "eslint-plugin-",
  "eslint-config-",
  "babel-plugin-",
  "babel-preset-",
  "@babel/plugin-",
  "@babel/preset-",
];

/** A widely used package, and the part of its name that is often left out, as it is written: `@anthropic-ai/`, `eslint-plugin-`. */
export interface ShortName {
  readonly meant: string;
  readonly part: string;
}

export interface PopularNames {
  readonly names: ReadonlySet<string>;
  /** The first of them, and the very first. */
  readonly wellKnown: ReadonlySet<string>;
  readonly foremost: ReadonlySet<string>;
  /** Without scope marks and separators → the name. */
  readonly bySound: ReadonlyMap<string, string>;
  /** Scopes of all widely used packages, without the @. */
  readonly scopes: ReadonlySet<string>;
  /** Without separators → the scope. */
  readonly scopesBySound: ReadonlyMap<string, string>;
  /** What is left of a name without its scope or prefix, where that says enough by itself → the package. */
  readonly shortNames: ReadonlyMap<string, ShortName>;
}

let popular: PopularNames | null = null;

export function readPopularNames(): PopularNames {
  return (popular ??= read());
}

/** The scope without its @, and what stands behind it; null for a name without a scope. */
export function scopeAndBare(name: string): readonly [string, string] | null {
  const [, scope, bare] = /^@([^/]+)\/(.+)$/.exec(name) ?? [];
  return scope === undefined || bare === undefined ? null : [scope, bare];
}

function read(): PopularNames {
  const names = npmHighImpact.slice(0, TARGETS);
  const scopes = npmHighImpact.flatMap((name) => scopeAndBare(name)?.[0] ?? []);
  return {
    names: new Set(names),
    wellKnown: new Set(names.slice(0, WELL_KNOWN)),
    foremost: new Set(names.slice(0, FOREMOST)),
    bySound: bySound(names),
    scopes: new Set(scopes),
    scopesBySound: bySound(scopes),
    shortNames: shortNames(names),
  };
}

function bySound(names: readonly string[]): ReadonlyMap<string, string> {
  return firstOfEach(names.map((name) => [soundOf(name), name]));
}

/** More widely used ones come first, and stay. */
function firstOfEach<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  return new Map(entries.toReversed());
}

/**
 * `claude-code` of `@anthropic-ai/claude-code`, `unused-imports` of `eslint-plugin-unused-imports`. One word (`core`, `cli`)
 * names many things, and so does what stands behind several scopes, or has only words that many use (`http-client`).
 */
function shortNames(names: readonly string[]): ReadonlyMap<string, ShortName> {
  const scopesOf = new Map<string, number>();
  const ownersOf = new Map<string, Set<string>>();
  for (const name of npmHighImpact) {
    const [scope, bare] = scopeAndBare(name) ?? [null, name];
    if (scope !== null) scopesOf.set(bare, (scopesOf.get(bare) ?? 0) + 1);
    for (const word of wordsOf(bare)) ownersOf.set(word, (ownersOf.get(word) ?? new Set()).add(scope ?? name));
  }
  const isTelling = (word: string): boolean =>
    word.length >= SHORTEST_WORD && (ownersOf.get(word)?.size ?? 0) <= OTHER_OWNERS + 1;
  const unscoped = names.flatMap((meant): [string, ShortName][] => {
    const [scope, bare] = scopeAndBare(meant) ?? [];
    // Types are called after what they are for.
    if (scope === undefined || bare === undefined || scope === "types" || scopesOf.get(bare) !== 1) return [];
    return wordsOf(bare).some(isTelling) ? [[bare, { meant, part: `@${scope}/` }]] : [];
  });
  const unprefixed = npmHighImpact.flatMap((meant) =>
    PREFIXES.filter((part) => meant.startsWith(part)).map((part): [string, ShortName] => [
      meant.slice(part.length),
      { meant, part },
    ]),
  );
  return firstOfEach([...unscoped, ...unprefixed].filter(([short]) => wordsOf(short).length > 1));
}

function wordsOf(bare: string): readonly string[] {
  return bare.split(/[._-]/).filter((word) => word !== "");
}
