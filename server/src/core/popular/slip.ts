/** Names that are one slip of the finger, or of the memory, away from a widely used one. Popularity: the npm-high-impact package. */
import { npmHighImpact } from "npm-high-impact";

/** Names are worth an attacker's while where many type them. */
const TARGETS = 10_000;
/** Among short names too many are one letter apart: ms, qs, rc. */
const SHORTEST = 5;
/** Below this, two words differ by one letter too often (cline, clone) for a mistaken one to mean anything. */
const SHORTEST_MISTAKEN = 7;
const LONGEST = 64;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

interface Names {
  readonly known: ReadonlySet<string>;
  readonly targets: ReadonlySet<string>;
  /** Without scope marks and separators → the name. */
  readonly bySound: ReadonlyMap<string, string>;
}

let names: Names | null = null;

/** The widely used name that was probably meant; null for a name that is itself widely used, and for one that is like none. */
export function slipOf(name: string): string | null {
  // Types are called after what they are for, and their scope is one owner's.
  if (name.startsWith("@types/") || name.length > LONGEST || bareLength(name) < SHORTEST) return null;
  const { known, targets, bySound } = (names ??= read());
  if (known.has(name)) return null;
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
  return { known: new Set(npmHighImpact), targets: new Set(targets), bySound };
}

/** cross-env, cross_env, crossenv, and @cross/env sound the same. */
function soundOf(name: string): string {
  return name.replace(/[@/._-]/g, "");
}

function bareLength(name: string): number {
  return name.length - (name.indexOf("/") + 1);
}

/** Every name from which this one differs by a letter left out, put in, mistaken, or swapped with its neighbour. */
function* oneAway(name: string): Generator<string> {
  for (let at = 0; at <= name.length; at++) {
    const [head, tail] = [name.slice(0, at), name.slice(at)];
    for (const letter of LETTERS) yield head + letter + tail;
    if (tail === "" || tail.startsWith("@") || tail.startsWith("/")) continue;
    yield head + tail.slice(1);
    if (bareLength(name) >= SHORTEST_MISTAKEN) for (const letter of LETTERS) yield head + letter + tail.slice(1);
    if (tail.length > 1) yield head + tail.charAt(1) + tail.charAt(0) + tail.slice(2);
  }
}
