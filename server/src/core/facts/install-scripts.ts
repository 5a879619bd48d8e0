import type { ReleaseFacts } from "./package.ts";

/** npm runs this when a package ships a binding.gyp and names no script of its own: https://docs.npmjs.com/cli/v11/using-npm/scripts */
const NODE_GYP = "node-gyp rebuild";

export type ScriptName = "preinstall" | "install" | "postinstall";
const SCRIPT_NAMES: readonly ScriptName[] = ["preinstall", "install", "postinstall"];

/** Scripts by name. Empty where the release is known to run none, and where the texts are not known. */
export function installScripts(release: ReleaseFacts): ReadonlyMap<ScriptName, string> {
  const scripts = new Map<ScriptName, string>();
  for (const name of SCRIPT_NAMES) {
    const text = release.scripts?.[name];
    if (text !== undefined) scripts.set(name, text);
  }
  if (release.gypfile === true && !scripts.has("install") && !scripts.has("preinstall")) scripts.set("install", NODE_GYP);
  return scripts;
}

/** What native packages build or fetch their binaries with, in whatever order. */
const BUILD_TOOLS = new Set(["node-gyp", "node-gyp-build", "node-gyp-build-optional-packages", "node-pre-gyp", "prebuild-install", "prebuildify", "cmake-js", "napi-postinstall"]);

/**
 * Whether a changed script is the old one in other words: it runs the file that the old one ran, or nothing but tools that
 * build native code. Its author could have changed that file without a word here.
 */
export function isReworded(before: string, after: string): boolean {
  const commands = after.split(/[&|;]+/).map((command) => command.trim()).filter((command) => command !== "");
  if (commands.length === 0 || !commands.every(isOrdinary)) return false;
  if (!commands.some((command) => /^node\s/.test(command))) return true;
  const files = new Set(filesIn(before));
  const run = filesIn(after);
  return run.length > 0 && run.every((file) => files.has(file));
}

/** A build tool, Node with a file, another script of the package, or nothing at all. */
function isOrdinary(command: string): boolean {
  const [program = "", argument] = command.split(/\s+/);
  return BUILD_TOOLS.has(program) || ["node", "exit", "true"].includes(program) || (program === "npm" && argument === "run");
}

/** The files that a script names, without folders and extension: `node ./bin/post-install.js` has `post-install`. */
function filesIn(script: string): readonly string[] {
  return [...script.matchAll(/(?:^|[\s"'(=])(?:node\s+)?((?:\.{0,2}\/)?[\w@-]+(?:\/[\w@.-]+)+|[\w-]+\.[cm]?js)\b/g)].map(([, path]) => (path ?? "").replace(/^.*\//, "").replace(/\.[cm]?js$/, ""));
}

/** "a postinstall script", "preinstall and install scripts". */
export function scriptNames(names: readonly ScriptName[]): string {
  const [first] = names;
  if (names.length !== 1 || first === undefined) return `${names.join(" and ")} scripts`;
  return `${first === "install" ? "an" : "a"} ${first} script`;
}
