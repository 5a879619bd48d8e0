/** Variables that Yarn gives to scripts because a project's files say so. */
import { join } from "node:path";
import { configFileName, readConfig, type ConfigKind } from "../core/documents/config/index.ts";
import type { ConfigTree } from "../core/documents/config/tree.ts";
import { readPlainFile } from "./registries/plain-file.ts";
import { pathOf } from "./uri.ts";

/** What decides where settings and caches are, where names are asked for, and how. */
const CONFIGURING =
  /^((npm_config|pnpm_config|yarn|bun_config|node|ssl_cert|xdg)_.+|home|userprofile|(local)?appdata|prefix|(https?_|all_|no_)?proxy)$/i;

/** What a Yarn that runs a script reads. */
export interface YarnRun {
  /** Yarn 2 and up. Yarn 1 is taken into account in any case, as it leaves no sign that its own variables cannot change. */
  readonly isBerry: boolean;
  /** How Yarn 2 and up calls its files, where that is not as usual. */
  readonly rcName: string;
}

/**
 * Whether one of these folders' files sets a variable of this name. Where not all of them can be read, or they name
 * further files, every variable counts as set that decides where settings are, where names are asked for, and how.
 * - Yarn 1: `env` in `.yarnrc`. https://github.com/yarnpkg/yarn/blob/master/src/util/execute-lifecycle-script.js (`makeEnv`)
 * - Yarn 2 and up: `.env.yarn`, and `injectEnvironmentFiles`. https://yarnpkg.com/configuration/yarnrc#injectEnvironmentFiles
 * @param folders as URIs
 */
export function isSetByYarn(folders: readonly string[], run: YarnRun): (name: string) => boolean {
  const paths = folders.flatMap((folder) => pathOf(folder) ?? []);
  const names = new Set<string>();
  for (const path of paths) {
    const found = [setByClassic(path), ...(run.isBerry ? [setByBerry(path, run.rcName)] : [])];
    for (const set of found) {
      if (set === null) return (name) => CONFIGURING.test(name);
      for (const name of set) names.add(name.toLowerCase());
    }
  }
  // Windows knows no capitals in names.
  return (name) => names.has(name.toLowerCase());
}

/** null: not all is known. */
function setByClassic(folder: string): readonly string[] | null {
  const tree = treeAt("yarnrc-classic", join(folder, configFileName("yarnrc-classic")));
  if (tree === "absent") return [];
  if (tree === null || [...tree.root.entries.keys()].some((key) => key.includes("use-yarnrc"))) return null;
  const env = tree.root.entries.get("env")?.value;
  return env?.kind === "map" ? [...env.entries.keys()] : [];
}

/** null: not all is known. */
function setByBerry(folder: string, rcName: string): readonly string[] | null {
  for (const name of new Set([configFileName("yarnrc"), rcName])) {
    const tree = treeAt("yarnrc", join(folder, name));
    if (tree === null || (tree !== "absent" && tree.root.entries.has("injectEnvironmentFiles"))) return null;
  }
  const file = readPlainFile(join(folder, ".env.yarn"));
  if (file.kind === "odd") return null;
  // Every word, as a name is one: Yarn reads the file with dotenv, whose names hold these characters.
  return file.kind === "text" ? (file.text.match(/[\w.-]+/g) ?? []) : [];
}

/** null where the file cannot be read whole. */
export function treeAt(kind: ConfigKind, path: string): ConfigTree | "absent" | null {
  const file = readPlainFile(path);
  // Nobody reads a folder of that name, or what the system does not let one read.
  if (file.kind === "absent" || file.kind === "refused") return "absent";
  const tree = file.kind === "text" ? readConfig(kind, file.text) : null;
  return tree === null || tree.problems.length > 0 ? null : tree;
}
