import { unknown } from "./fact.ts";
import type { ReleaseFacts } from "./package.ts";
import { LONGEST_TEXT } from "./release.ts";

/** npm runs this when a package ships a binding.gyp and names no script of its own: https://docs.npmjs.com/cli/v11/using-npm/scripts */
const NODE_GYP = "node-gyp rebuild";

export type ScriptName = "preinstall" | "install" | "postinstall";
const SCRIPT_NAMES: readonly ScriptName[] = ["preinstall", "install", "postinstall"];

/** Of a release whose scripts are more than what is kept of them (`scriptsCut`): another may differ behind that. */
export const SCRIPT_TOO_LONG = unknown(
  "malformed",
  `its scripts are longer than ${LONGEST_TEXT} characters, or run too many others`,
);

/** Scripts by name. Empty where the release is known to run none, and where the texts are not known. */
export function installScripts(release: ReleaseFacts): ReadonlyMap<ScriptName, string> {
  const scripts = new Map<ScriptName, string>();
  for (const name of SCRIPT_NAMES) {
    const text = release.scripts?.[name];
    if (text !== undefined) scripts.set(name, text);
  }
  if (release.gypfile === true && !scripts.has("install") && !scripts.has("preinstall"))
    scripts.set("install", NODE_GYP);
  return scripts;
}

/** "a postinstall script", "preinstall and install scripts". */
export function scriptNames(names: readonly ScriptName[]): string {
  const [first] = names;
  if (names.length !== 1 || first === undefined) return `${names.join(" and ")} scripts`;
  return `${first === "install" ? "an" : "a"} ${first} script`;
}
