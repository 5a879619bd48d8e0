/** Names that are one slip of the finger, or of the memory, away from a widely used one. Popularity: the npm-high-impact package. */
import { npmHighImpact } from "npm-high-impact";
import { isWidelyUsed } from "./widely-used.ts";

/** Names are worth an attacker's while where many type them. */
const TARGETS = 10_000;
/** Among short names too many are one letter apart: ms, qs, rc. */
const SHORTEST = 5;
/** A name of one letter less may stand for one of these: the shorter it is, the more it must be worth. */
const FOREMOST = 1_000;
/** Below this, two words differ by one letter too often (cline, clone) for a mistaken one to mean anything. */
const SHORTEST_MISTAKEN = 7;
const LONGEST = 64;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

interface Names {
  readonly targets: ReadonlySet<string>;
  /** The first of them. */
  readonly foremost: ReadonlySet<string>;
  /** Without scope marks and separators → the name. */
  readonly bySound: ReadonlyMap<string, string>;
}

let names: Names | null = null;

/** The widely used name that was probably meant; null for a name that is itself widely used, and for one that is like none. */
export function slipOf(name: string): string | null {
  // Types are called after what they are for, and their scope is one owner's.
  if (name.startsWith("@types/") || name.length > LONGEST) return null;
  if (isWidelyUsed(name)) return null;
  const { targets, foremost, bySound } = (names ??= read());
  const alike = lookAlikes(name).find((candidate) => targets.has(candidate)) ?? slippedScope(name, targets);
  if (alike !== null) return alike;
  if (bareLength(name) === SHORTEST - 1)
    return name.startsWith("@") ? null : (oneMore(name).find((candidate) => foremost.has(candidate)) ?? null);
  if (bareLength(name) < SHORTEST) return null;
  const sound = soundOf(name);
  const same = sound.length < SHORTEST ? undefined : bySound.get(sound);
  if (same !== undefined && same !== name) return same;
  for (const candidate of oneAway(name)) {
    if (bareLength(candidate) >= SHORTEST && targets.has(candidate)) return candidate;
  }
  return null;
}

function read(): Names {
  const targets = npmHighImpact.slice(0, TARGETS);
  const bySound = new Map<string, string>();
  // More widely used ones come first, and stay.
  for (const name of targets) if (!bySound.has(soundOf(name))) bySound.set(soundOf(name), name);
  return {
    targets: new Set(targets),
    foremost: new Set(targets.slice(0, FOREMOST)),
    bySound,
  };
}

/** cross-env, cross_env, crossenv, and @cross/env sound the same. */
function soundOf(name: string): string {
  return name.replace(/[@/._-]/g, "");
}

function bareLength(name: string): number {
  return name.length - (name.indexOf("/") + 1);
}

/** Digits that are read as letters: axi0s, l0dash, 1odash. */
const READ_AS: readonly Readonly<Record<string, string>>[] = [
  { "0": "o", "1": "l", "3": "e", "5": "s" },
  { "0": "o", "1": "i", "3": "e", "5": "s" },
];

/** The name with all such digits, and with each by itself, as the letter. */
function lookAlikes(name: string): readonly string[] {
  if (bareLength(name) < SHORTEST || !/[0135]/.test(name)) return [];
  const letterFor = (at: number, letters: (typeof READ_AS)[number]): string =>
    letters[name.charAt(at)] ?? name.charAt(at);
  return READ_AS.flatMap((letters) => {
    const singly = Array.from(name, (_, at) => name.slice(0, at) + letterFor(at, letters) + name.slice(at + 1));
    return [Array.from(name, (_, at) => letterFor(at, letters)).join(""), ...singly.filter((one) => one !== name)];
  });
}

/** `@bable/core`, `@type/node`: a widely used name but for its scope, which is one slip away. What stands behind the scope may be short. */
function slippedScope(name: string, targets: ReadonlySet<string>): string | null {
  const [, scope, bare] = /^@([^/]+)(\/.+)$/.exec(name) ?? [];
  if (scope === undefined || bare === undefined || scope.length < SHORTEST - 1) return null;
  for (const candidate of oneAway(scope, SHORTEST))
    if (candidate.length >= SHORTEST && targets.has(`@${candidate}${bare}`)) return `@${candidate}${bare}`;
  return null;
}

/** Every name with one letter more. */
function oneMore(name: string): readonly string[] {
  return Array.from({ length: name.length + 1 }, (_, at) =>
    Array.from(LETTERS, (letter) => name.slice(0, at) + letter + name.slice(at)),
  ).flat();
}

/** Every name from which this one differs by a letter left out, put in, mistaken, or swapped with its neighbour. */
function* oneAway(name: string, shortestMistaken = SHORTEST_MISTAKEN): Generator<string> {
  for (let at = 0; at <= name.length; at++) {
    const [head, tail] = [name.slice(0, at), name.slice(at)];
    for (const letter of LETTERS) yield head + letter + tail;
    if (tail === "" || tail.startsWith("@") || tail.startsWith("/")) continue;
    yield head + tail.slice(1);
    if (bareLength(name) >= shortestMistaken) for (const letter of LETTERS) yield head + letter + tail.slice(1);
    if (tail.length > 1) yield head + tail.charAt(1) + tail.charAt(0) + tail.slice(2);
  }
}
