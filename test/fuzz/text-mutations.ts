/** Damage to a text: what cuts, merges, editors, other tools and attackers do to the files that are read. */
import type { Choices } from "./random-choices.ts";

/** @param other a text to splice from */
type Mutation = (text: string, choices: Choices, other: string) => string;

/** A result that is longer is cut: repeated doubling would otherwise make a run of many inputs slow. */
const LONGEST = 24_000;
const MOST_MUTATIONS = 4;

const ODD = [
  "\u0000",
  "\ufeff",
  "\u2028",
  "\u0085",
  "\ud800",
  "\udc00",
  "\u202e",
  "\u200b",
  "\ufffd",
  "🦄",
  "é",
  "ſ",
  "\t",
  "\r",
  "\\",
  "\\u0000",
  "\\ud800",
  '"',
  "'",
  "#",
  "%",
  "&a ",
  "*a",
  "!!binary ",
  "<<: ",
  "|\n",
  ">-\n",
  "---\n",
  "...\n",
  "? ",
  "- ",
  ": ",
  ",",
  "@",
  "/",
  ">",
  "$",
  "${A:-${B}}",
  "//",
  "/*",
] as const;
const WORDS = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "null",
  "true",
  "~",
  "",
  "lockfileVersion",
  "packages",
  "dependencies",
  "node_modules/a",
  "workspace:*",
  "catalog:",
  "npm:a@1",
  "link:",
  "file:..",
  "patch:a@npm%3A1#x",
  "https://registry.example/a/-/a-1.0.0.tgz",
  "git+ssh://git@host/a.git#1",
  "@s/a",
  "a@npm:^1.0.0",
] as const;
const NUMBERS = [
  "0",
  "-1",
  "1e999",
  "9007199254740993",
  "99999999999999999999",
  "0x10",
  "1.0.0",
  "NaN",
  "1_0",
  "9.0",
] as const;
const BRACKETS = "{}[]()<>";
const CONFLICT = ["<<<<<<< HEAD", "=======", ">>>>>>> other", "||||||| base"] as const;

const flipByte: Mutation = (text, choices) => {
  const at = choices.below(text.length + 1);
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << choices.below(8))) + text.slice(at + 1);
};

const insertOdd: Mutation = (text, choices) => inserted(text, choices.below(text.length + 1), choices.of(ODD));

const dropStretch: Mutation = (text, choices) => {
  const at = choices.below(text.length + 1);
  return text.slice(0, at) + text.slice(at + 1 + choices.below(40));
};

const cutEnd: Mutation = (text, choices) => text.slice(0, choices.below(text.length + 1));

function ofLines(change: (lines: string[], at: number, choices: Choices, other: string) => void): Mutation {
  return (text, choices, other) => {
    const lines = text.split("\n");
    change(lines, choices.below(lines.length), choices, other);
    return lines.join("\n");
  };
}

const doubleLines = ofLines((lines, at, choices) => lines.splice(at, 0, ...lines.slice(at, at + 1 + choices.below(6))));
const dropLines = ofLines((lines, at, choices) => lines.splice(at, 1 + choices.below(6)));
const swapLines = ofLines((lines, at, choices) => {
  const to = choices.below(lines.length);
  [lines[at], lines[to]] = [lines[to] ?? "", lines[at] ?? ""];
});
const indentLines = ofLines((lines, at, choices) => {
  const indent = choices.of(["", " ", "  ", "    ", "\t"]);
  for (let line = at; line < Math.min(lines.length, at + 1 + choices.below(4)); line++)
    lines[line] = indent + (lines[line] ?? "").trimStart();
});
const spliceBlock = ofLines((lines, at, choices, other) => {
  const others = other.split("\n");
  const from = choices.below(others.length);
  lines.splice(at, choices.below(8), ...others.slice(from, from + 1 + choices.below(12)));
});
const markConflict = ofLines((lines, at, choices) => lines.splice(at, 0, choices.of(CONFLICT)));
const wholeConflict = ofLines((lines, at, choices, other) => {
  const count = choices.below(4);
  const others = other.split("\n").slice(0, choices.below(4));
  lines.splice(at, count, CONFLICT[0], ...lines.slice(at, at + count), CONFLICT[1], ...others, CONFLICT[2]);
});

/** Changes one of the places that a pattern finds. */
function atMatch(pattern: RegExp, change: (found: string, choices: Choices) => string): Mutation {
  return (text, choices) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return text;
    const { 0: old, index } = choices.of(found);
    return text.slice(0, index) + change(old, choices) + text.slice(index + old.length);
  };
}

const changeNumber = atMatch(/\d+(?:\.\d+)*/g, (_old, choices) => choices.of(NUMBERS));
const changeBracket = atMatch(/[{}[\]()]/g, (_old, choices) => BRACKETS.charAt(choices.below(BRACKETS.length)));
const changeWord = atMatch(/[\w@/.-]{2,}/g, (_old, choices) => choices.of(WORDS));
const changeQuoted = atMatch(/"[^"\n]*"/g, (old, choices) =>
  choices.of([`"${choices.of(WORDS)}"`, choices.of(NUMBERS), "null", "{}", "[]", '""', `[${old}]`, `{${old}: ${old}}`]),
);
const changeQuotes = atMatch(/["']/g, (_old, choices) => choices.of(['"', "'", "", "`", '""']));

const nestDeep: Mutation = (text, choices) => {
  const [open, close] = choices.of([
    ["[", "]"],
    ["{", "}"],
    ['{"a":', "}"],
    ['{"dependencies": {"a": {"version": "1.0.0", ', "}}}"],
    ["- ", ""],
    ["a:\n  ", ""],
    ["(", ")"],
    ["node_modules/a/", ""],
  ] as const);
  const depth = choices.of([2, 10, 70, 140, 1000]);
  return inserted(
    text,
    choices.below(text.length + 1),
    open.repeat(depth) + (choices.chance(0.5) ? close.repeat(depth) : ""),
  );
};

const changeLineEnds: Mutation = (text, choices) =>
  text.replaceAll(/\r?\n/g, choices.of(["\r\n", "\r", "\n\n", "\n", "\u2028"] as const));
const mixLineEnds: Mutation = (text, choices) => text.replaceAll("\n", () => (choices.chance(0.3) ? "\r\n" : "\n"));
const markBegin: Mutation = (text, choices) =>
  choices.of(["\ufeff", "\ufeff\ufeff", "\n", "# a\n", "//\n", "%YAML 1.2\n"]) + text;
const takeOther: Mutation = (_text, _choices, other) => other;

const MUTATIONS: readonly Mutation[] = [
  flipByte,
  insertOdd,
  insertOdd,
  dropStretch,
  cutEnd,
  doubleLines,
  doubleLines,
  dropLines,
  dropLines,
  swapLines,
  indentLines,
  spliceBlock,
  spliceBlock,
  markConflict,
  wholeConflict,
  changeNumber,
  changeNumber,
  changeBracket,
  changeWord,
  changeWord,
  changeQuoted,
  changeQuoted,
  changeQuotes,
  nestDeep,
  changeLineEnds,
  mixLineEnds,
  markBegin,
  takeOther,
];

export function mutated(text: string, choices: Choices, other: string): string {
  let result = text;
  const times = 1 + choices.below(MOST_MUTATIONS);
  for (let turn = 0; turn < times; turn++) result = choices.of(MUTATIONS)(result, choices, other).slice(0, LONGEST);
  return result;
}

/** A line with odd words and signs in it, for what is read of one value. */
export function mutatedLine(text: string, choices: Choices): string {
  let result = text;
  const times = choices.below(4);
  for (let turn = 0; turn < times; turn++) {
    const added = choices.chance(0.5) ? choices.of(ODD) : choices.of(WORDS);
    result = choices.chance(0.3)
      ? choices.of([changeNumber, flipByte, dropStretch])(result, choices, "")
      : inserted(result, choices.below(result.length + 1), choices.chance(0.02) ? added.repeat(3000) : added);
  }
  return result;
}

function inserted(text: string, at: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at);
}
