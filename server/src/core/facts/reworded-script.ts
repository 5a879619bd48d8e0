/** Whether a changed install script is the old one in other words. */

/** What native packages build or fetch their binaries with, in whatever order. */
const BUILD_TOOLS: ReadonlySet<string> = new Set([
  "node-gyp",
  "node-gyp-build",
  "node-gyp-build-optional-packages",
  "node-pre-gyp",
  "prebuild-install",
  "cmake-js",
]);

/** Their words and flags that choose what is built, and not what runs: `--python` and the like name a program. */
const BUILD_WORDS: ReadonlySet<string> = new Set(["rebuild", "build", "install", "configure", "clean", "compile"]);
const BUILD_FLAG =
  /^(?:-[rtvj]|--(?:runtime|target|tag-prefix|release|debug|verbose|silent|fallback-to-build|build-from-source|update-binary|strip|arch|platform|napi|force|jobs|all))(?:=[\w.]+)?$/;
/** What may follow such a flag: `-r napi`. */
const FLAG_VALUE = /^(?:napi|node|electron|v?\d[\d.]*|v)$/;

/** All that a plain script is written with: no quotes, no variables, no substitution, no redirection, one line. */
const PLAIN = /^[\w@./:=,+\- &|;]*$/;

/**
 * Whether every command of `after` is one that `before` ran, a plain call of a tool that builds native code, or nothing at
 * all. For a file that Node runs its path is what counts: its author could have changed that file without a word here.
 */
export function isReworded(before: string, after: string): boolean {
  const [known, commands] = [commandsOf(before), commandsOf(after)];
  if (commands === null || commands.length === 0) return false;
  const earlier = new Set((known ?? []).map(identityOf));
  return commands.every((command) => earlier.has(identityOf(command)) || isBuild(command) || isNothing(command));
}

/** Words of each command; null where a part runs in the background or reads what another writes. */
function commandsOf(script: string): readonly (readonly string[])[] | null {
  if (!PLAIN.test(script)) return null;
  const parts = script.split(/&&|\|\||;/);
  if (parts.some((part) => /[&|]/.test(part))) return null;
  return parts.map((part) => part.split(" ").filter((word) => word !== "")).filter((words) => words.length > 0);
}

/** The same for commands that run the same: `node ./install.js --quiet` and `node install`. A flag to Node itself stays. */
function identityOf(words: readonly string[]): string {
  const [program = "", file = ""] = words;
  return program === "node" && file !== "" && !file.startsWith("-") ? `node ${pathOf(file)}` : words.join(" ");
}

function pathOf(file: string): string {
  const parts: string[] = [];
  for (const part of file.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    const above = parts.at(-1);
    if (part === ".." && above !== undefined && above !== ".." && above !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/").replace(/\.js$/, "");
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
  return ["true", "exit 0", "exit 1", "exit"].includes(words.join(" "));
}
