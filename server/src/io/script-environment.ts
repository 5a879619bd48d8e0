/** The environment inside a package manager's script: which variables are the person's own. */
import { dirname, isAbsolute } from "node:path";
import type { ConfigKind } from "../core/documents/config/index.ts";
import { settingsSources, type SettingsPlaces } from "../core/config/sources.ts";
import { filledIn } from "../core/config/variables.ts";
import { ancestorsOf } from "../core/util/uri.ts";
import { accountHome, variable } from "./environment.ts";
import { settingsPlaces } from "./settings-places.ts";
import { pathOf, uriOf } from "./uri.ts";
import { isSetByYarn, treeAt } from "./yarn-variables.ts";

export interface OwnEnvironment {
  /** Without what a project's files may have set. */
  readonly env: NodeJS.ProcessEnv;
  /** What is left out, by the name of the variable. Empty outside of scripts. */
  readonly shaped: ReadonlyMap<string, string>;
}

/** Variables that package managers set for what they run. Seen in npm 11 and 12, pnpm 9 to 12, Yarn 1 and 4, Bun 1.4. */
const SET_IN_SCRIPTS = [
  "npm_lifecycle_event",
  "npm_lifecycle_script",
  "npm_command",
  "npm_execpath",
  "npm_node_execpath",
  "npm_package_json",
  "npm_config_user_agent",
  "npm_config_local_prefix",
  "npm_config_argv",
];

/** Folders of the project whose script runs; `npm_package_json` names a file. */
const FOLDERS_IN_SCRIPTS = ["npm_config_local_prefix", "INIT_CWD", "PNPM_SCRIPT_SRC_DIR", "PROJECT_CWD"];

/**
 * npm (`npm run`, `npx`, `npm exec`), pnpm until 10 and Yarn 1 export what they are configured with as `npm_config_…`, in
 * small letters. There a variable is the person's only if no file of the project says anything of that setting. In
 * capitals it is always the person's, and so are addresses (`npm_config_//host/:_authToken`) and scopes, which no
 * manager exports under their own names. https://github.com/npm/cli/blob/latest/workspaces/config/lib/set-envs.js
 *
 * Yarn sets whatever files of the project say: see yarn-variables.ts. Such a variable is the project's in any case. Where
 * the home folder is among them, it is the one of the account.
 */
export function ownEnvironment(env: NodeJS.ProcessEnv, cwd: string): OwnEnvironment {
  if (SET_IN_SCRIPTS.every((name) => variable(env, name) === null)) return { env, shaped: new Map() };
  const folders = projectFolders(env, cwd);
  const places = personsPlaces(folders, env);
  const isExported = exportedFrom(projectFiles(folders, places), env);
  const isSet = isSetByYarn(
    folders.filter((folder) => folder !== places.home),
    yarnRun(env),
  );
  const shaped = new Map<string, string>();
  const own: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (isExported(name) || isSet(name) || isDefaultOfYarn(name, value)) shaped.set(name, value);
    else own[name] = value;
  }
  return { env: HOMES.some((name) => shaped.has(name)) ? { ...own, HOME: accountHome() } : own, shaped };
}

const HOMES = ["HOME", "USERPROFILE"];

function yarnRun(env: NodeJS.ProcessEnv): { readonly isBerry: boolean; readonly rcName: string } {
  return {
    isBerry: variable(env, "PROJECT_CWD", "BERRY_BIN_FOLDER") !== null,
    rcName: settingsPlaces(env).yarnrcName,
  };
}

/**
 * Where the person's own files are. They too may set variables, but where one of them or the project's says where they
 * are, nobody can tell which they are: then they are where they usually are.
 */
function personsPlaces(folders: readonly string[], env: NodeJS.ProcessEnv): SettingsPlaces {
  const isSet = isSetByYarn(folders, yarnRun(env));
  const left = Object.entries(inCapitals(env)).filter(([name]) => !isSet(name));
  const home = HOMES.some(isSet) ? { HOME: accountHome() } : {};
  return settingsPlaces({ ...Object.fromEntries(left), ...home });
}

/** As URIs, those around them included. */
function projectFolders(env: NodeJS.ProcessEnv, cwd: string): readonly string[] {
  const manifest = variable(env, "npm_package_json");
  const stated = FOLDERS_IN_SCRIPTS.flatMap((name) => variable(env, name) ?? []);
  const paths = [cwd, ...stated, ...(manifest === null ? [] : [dirname(manifest)])];
  const nearest = paths.filter(isAbsolute).map(uriOf);
  return [...new Set(nearest.flatMap((folder) => [folder, ...ancestorsOf(folder)]))];
}

interface ProjectFile {
  readonly kind: ConfigKind;
  readonly path: string;
}

/** Files that settings are exported from, wherever a package manager may have looked for them. Not the person's own. */
function projectFiles(folders: readonly string[], places: SettingsPlaces): readonly ProjectFile[] {
  const files = new Map<string, ConfigKind>();
  for (const folder of folders)
    for (const manager of ["npm", "pnpm", "yarn-classic"] as const)
      for (const { kind, uri, author } of settingsSources(manager, { root: folder, own: folder }, places))
        if (author !== "person") files.set(uri, kind);
  return [...files].flatMap(([uri, kind]) => {
    const path = pathOf(uri);
    return path === null ? [] : [{ kind, path }];
  });
}

/** Without what a package manager may have written: the person's own files are not where a project says. */
function inCapitals(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(EXPORTED)));
}

const EXPORTED = "npm_config_";

/** Yarn 1 exports its own default registry, whatever npm's files and the environment say. */
function isDefaultOfYarn(name: string, value: string): boolean {
  return name === "npm_config_registry" && /^https:\/\/registry\.yarnpkg\.com\/?$/.test(value);
}

/** With these in a project's file, settings come from files elsewhere that are the project's too. */
const LEADING_ELSEWHERE = ["userconfig", "globalconfig", "prefix"];
const EVERYTHING = (): boolean => true;

function exportedFrom(files: readonly ProjectFile[], env: NodeJS.ProcessEnv): (name: string) => boolean {
  const settings = settingsIn(files, env);
  const isMentioned =
    settings === null || LEADING_ELSEWHERE.some((key) => settings.has(key))
      ? EVERYTHING
      : (key: string) => settings.has(key);
  return (name) => {
    const key = name.startsWith(EXPORTED) ? name.slice(EXPORTED.length) : "";
    return /^[^/@]/.test(key) && isMentioned(normalized(key));
  };
}

/** The names of all settings in them; null where not all is known. */
function settingsIn(files: readonly ProjectFile[], env: NodeJS.ProcessEnv): ReadonlySet<string> | null {
  const settings = new Set<string>();
  for (const { kind, path } of files) {
    const keys = keysOf(kind, path);
    if (keys === null) return null;
    for (const key of keys) {
      const filled = kind === "npmrc" ? filledIn(kind, key, env) : key;
      if (filled === null) return null;
      settings.add(normalized(filled));
      if (filled === "registries") settings.add("registry");
    }
  }
  return settings;
}

/** null where the file cannot be read whole. */
function keysOf(kind: ConfigKind, path: string): readonly string[] | null {
  const tree = treeAt(kind, path);
  return tree === "absent" ? [] : tree === null ? null : [...tree.root.entries.keys()];
}

/** `httpsProxy`, `https_proxy` and `HTTPS-PROXY` are `https-proxy`. */
function normalized(key: string): string {
  return (/^[a-z]+([A-Z][a-z]*)+$/.test(key) ? key.replace(/[A-Z]/g, "-$&") : key).replaceAll("_", "-").toLowerCase();
}
