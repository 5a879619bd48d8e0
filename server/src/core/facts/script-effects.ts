/**
 * What install scripts do, whatever their letters: `npm run setup` is what `setup` runs, and the release's own version, a
 * number of jobs, or a variable for the environment make no other script.
 */
import { parse } from "semver";
import { movedBinary } from "./binary-origins.ts";
import type { MovedBinary } from "./binary-origins.ts";
import { mentionedScripts } from "./called-scripts.ts";
import { installScripts } from "./install-scripts.ts";
import type { ScriptName } from "./install-scripts.ts";
import type { ReleaseFacts } from "./package.ts";

/** An install script that does something else than those of the release before. */
export interface ChangedScript {
  readonly name: ScriptName;
  /** What it says; behind that the first script that it runs by name and that is another than before. */
  readonly text: string;
  /** There was no script for this moment before. */
  readonly isNew: boolean;
  /** It runs other commands than before. */
  readonly isOther: boolean;
  /** Where it fetches a binary from by other words of the manifest than before; null where they lead to the same places. */
  readonly moved: MovedBinary | null;
  /** Each of its commands is one that an install script ran before, or a plain call of a tool that builds native code where there was a script before. */
  readonly isMild: boolean;
}

/**
 * @param before what is compared with; null where there is nothing, so that all are new
 * @param others established releases whose scripts are no news either
 */
export function changedScripts(
  release: ReleaseFacts,
  before: ReleaseFacts | null,
  others: readonly ReleaseFacts[] = [],
): readonly ChangedScript[] {
  const earlier = before === null ? new Map<ScriptName, string>() : installScripts(before);
  const earlierActs = new Map(
    [...earlier].map(([name, text]) => [name, before === null ? [] : actsOf(text, before)] as const),
  );
  const known = new Set([...earlierActs.values()].flat());
  for (const other of before === null ? [] : others)
    for (const text of installScripts(other).values()) for (const act of actsOf(text, other)) known.add(act);
  const binary = movedBinary(release, before);
  // Behind a beginning anything may follow.
  const isCut = release.scriptsCut || before?.scriptsCut === true;
  return [...installScripts(release)].flatMap(([name, text]) => {
    const acts = actsOf(text, release);
    const own = earlierActs.get(name);
    const isOther = isCut || acts.length !== own?.length || acts.some((act, at) => act !== own[at]);
    const moved = binary?.script === name ? binary : null;
    if (!isOther && moved === null) return [];
    const isKnown = (act: string): boolean =>
      known.has(act) || known.has(withoutOwnVersion(act)) || (own !== undefined && act.startsWith(BUILDS));
    const isMild = !isCut && acts.every(isKnown);
    const shown = isOther ? told(text, release, before) : text;
    return [{ name, text: shown, isNew: own === undefined, isOther, moved, isMild: isMild && moved === null }];
  });
}

function told(text: string, release: ReleaseFacts, before: ReleaseFacts | null): string {
  const other = mentionedScripts(text, release.calledScripts).find(
    (name) => release.calledScripts.get(name) !== before?.calledScripts.get(name),
  );
  return other === undefined ? text : `${text}; ${other}: ${release.calledScripts.get(other) ?? ""}`;
}

const BUILDS = "builds: ";

/** Each command as a text that is the same for all that run the same; those that do nothing are left out. */
function actsOf(text: string, release: ReleaseFacts): readonly string[] {
  const acts: string[] = [];
  const done = new Set<string>();
  // A script that is called like the version is another one with each.
  const isName = [...release.calledScripts.keys()].some((name) => name.includes(release.version));
  const add = (written: string): void => {
    const script = isName ? written : withoutVersion(written, release.version);
    const commands = commandsOf(script);
    if (commands === null) acts.push(script.trim().replace(/\s+/g, " "));
    for (const words of commands ?? []) addCommand(words);
    if (commands === null) for (const name of mentionedScripts(script, release.calledScripts)) addScript(name);
  };
  const addScript = (name: string): void => {
    const called = release.calledScripts.get(name);
    if (called === undefined || done.has(name)) return;
    done.add(name);
    add(called);
  };
  const addCommand = (written: readonly string[]): void => {
    const { variables, words } = withoutOwnCommands(withoutHarmlessVariables(written), add);
    const [program = ""] = words;
    // Without --run it runs a file of that name.
    const isFile = program === "node" && words[1] !== "--run";
    const called = isFile ? [] : mentionedScripts(words.join(" "), release.calledScripts);
    // Whatever else names a script may do more than run it: it counts as it is written, and what it names besides.
    const rest = runsByName(words, release.calledScripts);
    const act = rest === null ? identityOf(words) : rest.length === 0 ? null : `with ${shown(rest)}`;
    if (act !== null || variables.length > 0) acts.push([...variables, act ?? ""].join(" "));
    for (const name of called) addScript(name);
  };
  add(text);
  return acts;
}

/** Programs all of whose words are names of scripts. */
const RUN_ALL: ReadonlySet<string> = new Set(["npm-run-all", "npm-run-all2", "run-s", "run-p"]);
const MANAGERS: ReadonlySet<string> = new Set(["npm", "pnpm", "yarn", "bun"]);
const RUN_WORDS: ReadonlySet<string> = new Set(["run", "run-script", "rum", "urn"]);
/** In front of the script's name: how much is written, and that a script that is not there is no error. */
const QUIET_FLAGS: ReadonlySet<string> = new Set(["-s", "--if-present"]);

/**
 * What is left of a command that does nothing but run scripts by name: the words that they, or the program, are given. Null
 * for any other: `npm exec setup` and `pnpm dlx setup` run a package, whatever scripts are called so.
 */
function runsByName(words: readonly string[], scripts: ReadonlyMap<string, string>): readonly string[] | null {
  const [program = "", ...all] = words;
  if (RUN_ALL.has(program)) {
    const rest = all.filter((word) => !scripts.has(word.replace(/^npm:/, "")) && !word.includes("*"));
    return rest.length < all.length ? rest : null;
  }
  if (program === "node") return all[0] === "--run" && scripts.has(all[1] ?? "") ? all.slice(2) : null;
  if (!MANAGERS.has(program)) return null;
  const [verb = "", name = "", ...rest] = withoutQuietFlags(all);
  return RUN_WORDS.has(verb) && scripts.has(name) ? rest : null;
}

/** Behind the script's name such a flag may be the script's own. */
function withoutQuietFlags(words: readonly string[]): readonly string[] {
  const verb = words.findIndex((word) => !QUIET_FLAGS.has(word));
  const name = words.findIndex((word, at) => at > verb && !QUIET_FLAGS.has(word));
  return words.filter((word, at) => at >= name || !QUIET_FLAGS.has(word));
}

/**
 * Words of each command, those in brackets too; null where it is more than words: variables, substitution, redirection to
 * anywhere but nowhere, several lines, a part in the background.
 */
function commandsOf(script: string): readonly (readonly string[])[] | null {
  const commands: string[][] = [];
  let words: string[] = [];
  let at = 0;
  let depth = 0;
  const end = (): void => {
    commands.push(words);
    words = [];
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(script);
    if (found !== null) at += found[0].length;
    return found;
  };
  while (at < script.length) {
    if (take(/ +/y) !== null || take(TO_NOWHERE) !== null) continue;
    if (take(/&&|\|\||;/y) !== null) {
      end();
      continue;
    }
    // Elsewhere a bracket is no group: `f() { … }`, `case` and the like.
    if (words.length === 0 && take(/\(/y) !== null) {
      depth += 1;
      continue;
    }
    if (depth > 0 && take(GROUP_END) !== null) {
      depth -= 1;
      end();
      continue;
    }
    let word = "";
    let isWord = false;
    for (let piece = take(PIECE); piece !== null; piece = take(PIECE)) {
      word += piece[1] ?? piece[2] ?? piece[0];
      isWord = true;
    }
    if (!isWord) return null;
    words.push(word);
  }
  if (depth > 0) return null;
  end();
  return commands.map(withoutNoise).filter((command) => command.length > 0);
}

/** Output that is thrown away, or joined with the other stream. A digit in front is one only where it stands by itself. */
const TO_NOWHERE = /[12]?>>? *\/dev\/null(?=[ ;&|)]|$)|[12]?>&[12](?=[ ;&|)]|$)/y;
/** With nothing but an operator, another end or thrown-away output behind it. */
const GROUP_END = /\)(?= *(?:$|[;)]|&&|\|\||[12]?>))/y;

/**
 * Part of a word, in quotes or plain, that the shell of every system takes alike: on Windows single quotes are letters, `^`
 * takes the meaning of a sign away, and `%` is a variable, in quotes too.
 */
const PIECE = /"([^"$`%\\\n\r]*)"|'([^'"&|<>^%\n\r]*)'|[\w@./:=,+~*-]+/y;

interface Command {
  /** Assignments in front that may lead to other code. */
  readonly variables: readonly string[];
  readonly words: readonly string[];
}

/**
 * node-gyp-build has a shell run its first two words, before and after the build, whatever they look like:
 * https://github.com/prebuild/node-gyp-build/blob/v4.8.4/bin.js
 */
const RUNS_ITS_WORDS: ReadonlySet<string> = new Set(["node-gyp-build", "node-gyp-build-optional-packages"]);

/** Without the words that are commands themselves; `run` is given each of those. */
function withoutOwnCommands({ variables, words }: Command, run: (command: string) => void): Command {
  if (!RUNS_ITS_WORDS.has(words[0] ?? "")) return { variables, words };
  const isCommand = (word: string, at: number): boolean => at > 0 && !word.startsWith("-");
  words.filter(isCommand).forEach(run);
  return { variables, words: words.filter((word, at) => !isCommand(word, at)) };
}

/** How much is written, in which colours, and how many jobs run side by side. */
const NOISE =
  /^(?:--(?:silent|quiet|verbose|progress|no-progress|color|no-color|loglevel(?:=\w+)?|jobs(?:=\w+)?)|-j\d*)$/;
const TAKES_VALUE = /^(?:--(?:loglevel|jobs)|-j)$/;
const VALUE = /^(?:\d+|max|silent|error|warn|notice|http|info|verbose|silly|debug)$/;

function withoutNoise(words: readonly string[]): readonly string[] {
  return words.filter(
    (word, at) => at === 0 || !(NOISE.test(word) || (TAKES_VALUE.test(words[at - 1] ?? "") && VALUE.test(word))),
  );
}

/** Without `NAME=value` and `cross-env NAME=value` that cannot have other code run: the name leads to none, and the value is no path or host. */
function withoutHarmlessVariables(written: readonly string[]): Command {
  const start = /^(?:cross-env|cross-env-shell|env)$/.test(written[0] ?? "") ? 1 : 0;
  const variables: string[] = [];
  let at = start;
  for (; at < written.length; at++) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(written[at] ?? "") ?? [];
    if (name === undefined || value === undefined) break;
    if (!isHarmless(name, value)) variables.push(`${name}=${value}`);
  }
  return at === start ? { variables: [], words: written } : { variables, words: written.slice(at) };
}

/** Variables that say how much is written, in which language, with which date and by how many jobs, or that something is left out. */
const HARMLESS =
  /^(?:NODE_ENV|BABEL_ENV|CI|DEBUG|VERBOSE|FORCE_COLOR|NO_COLOR|COLOR|JOBS|NODE_NO_WARNINGS|HUSKY|TZ|LANG|LC_ALL|ZERO_AR_DATE|SOURCE_DATE_EPOCH|\w+_SKIP(?:_\w+)?|SKIP_\w+)$/;

function isHarmless(name: string, value: string): boolean {
  return HARMLESS.test(name) && /^[\w-]*$/.test(value);
}

/** What native packages build or fetch their binaries with, in whatever order. */
const BUILD_TOOLS: ReadonlySet<string> = new Set([
  "node-gyp",
  "node-gyp-build",
  "node-gyp-build-optional-packages",
  "node-pre-gyp",
  "prebuild-install",
  "cmake-js",
  "pkg-prebuilds-verify",
  "pkg-prebuilds-copy",
]);

/** Their words and flags that choose what is built, and not what runs: `--python` and the like name a program. */
const BUILD_WORDS: ReadonlySet<string> = new Set(["rebuild", "build", "install", "configure", "clean", "compile"]);
const BUILD_FLAG =
  /^(?:-[rtvj]|--(?:runtime|target|tag-prefix|release|debug|verbose|silent|fallback-to-build|build-from-source|update-binary|strip|arch|platform|napi|force|jobs|all))(?:=[\w.@/-]+)?$/;
/** What may follow such a flag: `-r napi`. */
const FLAG_VALUE = /^(?:napi|node|electron|v?\d[\d.]*|v)$/;

/** A file of the package that is run itself; of no other kind, as `node ./install` may take `install.js`. */
const OWN_FILE = /^(?:\.{1,2}|[\w@-][\w@.-]*)\/[\w@./-]*\.[cm]?js$/;

/**
 * Null for a command that does nothing. For a file of the package its path is what counts, whether Node is told to run it
 * or the system: its author could have changed that file without a word here. A flag to Node itself stays.
 */
function identityOf(words: readonly string[]): string | null {
  const [program = "", file = ""] = words;
  if (words.length === 0 || isNothing(words)) return null;
  // Several documented forms of one thing: https://github.com/nodejs/node-gyp#commands
  if (isBuild(words)) return program === "node-gyp" ? `${BUILDS}${program}` : `${BUILDS}${shown(words)}`;
  if (OWN_FILE.test(program)) return `node ${pathOf(program)}`;
  return program === "node" && file !== "" && !file.startsWith("-") ? `node ${pathOf(file)}` : shown(words);
}

function shown(words: readonly string[]): string {
  return words.map((word) => (word === "" || word.includes(" ") ? JSON.stringify(word) : word)).join(" ");
}

function pathOf(file: string): string {
  const parts: string[] = [];
  for (const part of file.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    const above = parts.at(-1);
    if (part === ".." && above !== undefined && above !== ".." && above !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/").replace(/\.[cm]?js$/, "");
}

function isBuild([program = "", ...words]: readonly string[]): boolean {
  if (!BUILD_TOOLS.has(program)) return false;
  return words.every(
    (word, index) =>
      BUILD_WORDS.has(word) ||
      BUILD_FLAG.test(word) ||
      (BUILD_FLAG.test(words[index - 1] ?? "") && FLAG_VALUE.test(word)),
  );
}

function isNothing(words: readonly string[]): boolean {
  return words[0] === "echo" || ["true", ":", "exit 0", "exit 1", "exit"].includes(words.join(" "));
}

/** A command that is told the release's own version too. As its first word it could be a file or a package to run. */
function withoutOwnVersion(act: string): string {
  return act
    .split(" ")
    .filter((word, at) => at < 2 || word !== OWN_VERSION)
    .join(" ");
}

const OWN_VERSION = "<version>";

/** The text with the release's own version left open: `install.js --version 1.2.3`. */
function withoutVersion(text: string, version: string): string {
  if (parse(version) === null) return text;
  const [first = "", ...rest] = text.split(version);
  let whole = first;
  let last = first;
  for (const part of rest) {
    const isOther = /[\d.]/.test(last.slice(-1)) || /^\.?\d/.test(part);
    whole += (isOther ? version : OWN_VERSION) + part;
    last = part;
  }
  return whole;
}
