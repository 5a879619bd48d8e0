/** Names that are one slip of the finger, or of the memory, away from a widely used one. */
import { lookAlikes, oneAway, oneMore, slipBetween, soundOf } from "./spelling.ts";
import { readPopularNames, scopeAndBare, type PopularNames } from "./names.ts";
import { isWidelyUsed } from "./widely-used.ts";

/** Among short names too many are one letter apart: ms, qs, rc. */
const SHORTEST = 5;
/** Scopes as short as this are told apart by what stands behind them too. */
const SHORTEST_SCOPE = 3;
/** Below this, two words differ by one letter too often (cline, clone), or by one more at an end, for that to mean anything. */
const SHORTEST_MISTAKEN = 7;
/** A name that also lacks its scope or prefix is another one too often below this. */
const SHORTEST_WITHOUT_PART = 10;
const LONGEST = 64;
/** What is added to the name of a package, or left out of it, without another one being meant. */
const SUFFIXES = [".js", "-js", "js"];
const SHORTEST_WITH_SUFFIX = 3;

/** Why a name may be a mistake for that of `meant`. */
export type Slip =
  | { readonly kind: "typo"; readonly meant: string }
  /** Only the scope, with its @, is widely used: nobody knows whether it has this package. */
  | { readonly kind: "scope typo"; readonly meant: string; readonly scope: string }
  /** The name has a part too much, as it is written: `.js`, `@lodash/`. */
  | { readonly kind: "part added"; readonly meant: string; readonly part: string }
  /** The name lacks a part, as it is written: `@anthropic-ai/`, `eslint-plugin-`, `.js`; and may have a typo in what is left. */
  | { readonly kind: "part left out"; readonly meant: string; readonly part: string; readonly typo: boolean };

/** The widely used name that was probably meant; null for a name that is itself widely used or in the scope of one that is, and for one that is like none. */
export function slipOf(name: string): Slip | null {
  if (name.length > LONGEST || isWidelyUsed(name)) return null;
  const popular = readPopularNames();
  // A scope is one owner's, who means what stands behind it: @types/expres, @smithy/signature-v4a.
  if (popular.scopes.has(scopeAndBare(name)?.[0] ?? "")) return null;
  return (
    misread(name, popular) ??
    slippedScope(name, popular) ??
    sameSound(name, popular) ??
    partAdded(name, popular) ??
    partLeftOut(name, popular) ??
    mistyped(name, popular) ??
    mistypedShortName(name, popular)
  );
}

function typo(meant: string | undefined): Slip | null {
  return meant === undefined ? null : { kind: "typo", meant };
}

function misread(name: string, { names }: PopularNames): Slip | null {
  return bareLength(name) < SHORTEST ? null : typo(lookAlikes(name).find((candidate) => names.has(candidate)));
}

/** `@bable/core`, `@type/node`: a widely used name but for its scope; `@bable/anything`: a scope one slip away from one with widely used packages. */
function slippedScope(name: string, { scopes, scopesBySound }: PopularNames): Slip | null {
  const [scope, bare] = scopeAndBare(name) ?? [];
  if (scope === undefined || bare === undefined) return null;
  const candidates = [...oneAway(scope, true)].filter((candidate) => candidate.length >= SHORTEST_SCOPE);
  const whole = candidates.map((candidate) => `@${candidate}/${bare}`).find(isWidelyUsed);
  if (whole !== undefined) return typo(whole);
  const sound = soundOf(scope);
  const meant =
    (sound.length < SHORTEST ? undefined : scopesBySound.get(sound)) ??
    lookAlikes(scope).find((candidate) => candidate.length >= SHORTEST && scopes.has(candidate)) ??
    candidates.find((candidate) => scopes.has(candidate) && isTellingScope(candidate, scope));
  return meant === undefined ? null : { kind: "scope typo", meant: `@${meant}/${bare}`, scope: `@${meant}` };
}

function isTellingScope(meant: string, scope: string): boolean {
  return meant.length >= (slipBetween(meant, scope) === "inside" ? SHORTEST : SHORTEST_MISTAKEN);
}

function sameSound(name: string, { bySound }: PopularNames): Slip | null {
  const sound = soundOf(name);
  return bareLength(name) < SHORTEST || sound.length < SHORTEST ? null : typo(bySound.get(sound));
}

/** `lodash.js`, and `@lodash/lodash` where nothing of that scope is widely used. */
function partAdded(name: string, { foremost }: PopularNames): Slip | null {
  const [scope, bare] = scopeAndBare(name) ?? [];
  if (scope !== undefined) {
    if (scope !== bare || !isWidelyUsed(scope)) return null;
    return { kind: "part added", meant: scope, part: `@${scope}/` };
  }
  for (const part of SUFFIXES) {
    const meant = name.slice(0, -part.length);
    if (name.endsWith(part) && meant.length >= SHORTEST_WITH_SUFFIX && foremost.has(meant))
      return { kind: "part added", meant, part };
  }
  return null;
}

/** `claude-code`, `unused-imports`, `chart`. */
function partLeftOut(name: string, { wellKnown, shortNames }: PopularNames): Slip | null {
  const short = shortNames.get(name);
  if (short !== undefined) return { kind: "part left out", ...short, typo: false };
  if (name.startsWith("@") || name.length < SHORTEST) return null;
  const part = SUFFIXES.find((suffix) => wellKnown.has(name + suffix));
  return part === undefined ? null : { kind: "part left out", meant: name + part, part, typo: false };
}

function mistyped(name: string, { names, foremost }: PopularNames): Slip | null {
  const length = bareLength(name);
  if (length === SHORTEST - 1)
    return name.startsWith("@") ? null : typo(oneMore(name).find((candidate) => foremost.has(candidate)));
  if (length < SHORTEST) return null;
  for (const candidate of oneAway(name, length >= SHORTEST_MISTAKEN)) {
    if (bareLength(candidate) >= SHORTEST && names.has(candidate)) return typo(candidate);
  }
  return null;
}

/** `claud-code`. */
function mistypedShortName(name: string, { shortNames }: PopularNames): Slip | null {
  if (name.startsWith("@") || name.length < SHORTEST_WITHOUT_PART - 1) return null;
  for (const candidate of oneAway(name, true)) {
    const short = candidate.length < SHORTEST_WITHOUT_PART ? undefined : shortNames.get(candidate);
    if (short !== undefined) return { kind: "part left out", ...short, typo: true };
  }
  return null;
}

function bareLength(name: string): number {
  return name.length - (name.indexOf("/") + 1);
}
