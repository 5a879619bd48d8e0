/** How names are mistyped and misread. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

/** Digits that are read as letters: axi0s, l0dash, 1odash. */
const READ_AS: readonly Readonly<Record<string, string>>[] = [
  { "0": "o", "1": "l", "3": "e", "5": "s" },
  { "0": "o", "1": "i", "3": "e", "5": "s" },
];

/** cross-env, cross_env, crossenv, and @cross/env sound the same. */
export function soundOf(name: string): string {
  return name.replace(/[@/._-]/g, "");
}

/** The name with all digits that are read as letters, and with each by itself, as the letter; none for a name without such a digit. */
export function lookAlikes(name: string): readonly string[] {
  if (!/[0135]/.test(name)) return [];
  const letterFor = (at: number, letters: (typeof READ_AS)[number]): string =>
    letters[name.charAt(at)] ?? name.charAt(at);
  return READ_AS.flatMap((letters) => {
    const singly = Array.from(name, (_, at) => name.slice(0, at) + letterFor(at, letters) + name.slice(at + 1));
    return [Array.from(name, (_, at) => letterFor(at, letters)).join(""), ...singly.filter((one) => one !== name)];
  });
}

/** Every name with one letter more. */
export function oneMore(name: string): readonly string[] {
  return Array.from({ length: name.length + 1 }, (_, at) =>
    Array.from(LETTERS, (letter) => name.slice(0, at) + letter + name.slice(at)),
  ).flat();
}

/** Every name from which this one differs by a letter left out, put in, swapped with its neighbour, or, if `mistaken`, mistaken for another. */
export function* oneAway(name: string, mistaken: boolean): Generator<string> {
  for (let at = 0; at <= name.length; at++) {
    const [head, tail] = [name.slice(0, at), name.slice(at)];
    for (const letter of LETTERS) yield head + letter + tail;
    if (tail === "" || tail.startsWith("@") || tail.startsWith("/")) continue;
    yield head + tail.slice(1);
    if (mistaken) for (const letter of LETTERS) yield head + letter + tail.slice(1);
    if (tail.length > 1) yield head + tail.charAt(1) + tail.charAt(0) + tail.slice(2);
  }
}

/** Of two names that are one slip apart: at which kind of place they differ. */
export function slipBetween(one: string, other: string): "inside" | "at an end" | "mistaken" {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (shorter.length === longer.length) {
    const different = Array.from(one).filter((letter, at) => letter !== other.charAt(at)).length;
    return different === 1 ? "mistaken" : "inside";
  }
  // A letter that is typed twice is one where it stands.
  const doubled = longer.at(-1) === longer.at(-2) || longer.at(0) === longer.at(1);
  const atEnd = longer.slice(1) === shorter || longer.slice(0, -1) === shorter;
  return atEnd && !doubled ? "at an end" : "inside";
}
