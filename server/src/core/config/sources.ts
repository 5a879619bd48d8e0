/**
 * Where each package manager reads its settings, and which place holds over which. Written once: policy and registries
 * both ask here.
 */
import { gte, lt } from "semver";
import type { ConfigKind } from "../documents/config/index.ts";
import { configFileName } from "../documents/config/index.ts";
import type { LockfileFormat } from "../model.ts";
import { ancestorsOf, folderOf, join, pathText, relativePath } from "../util/uri.ts";

/** What the machine and the environment say of places. All are URIs; folders without a final `/`. */
export interface SettingsPlaces {
  readonly home: string;
  /** npm's user configuration: `npm_config_userconfig`, or `.npmrc` in the home folder. */
  readonly userNpmrc: string;
  /** What pnpm 11 and up reads logins from in its place: `pnpm_config_npmrc_auth_file`. */
  readonly pnpmAuthFile: string;
  /** The folder with pnpm's own settings. */
  readonly pnpm: string;
  /** The folder with Bun's own settings. */
  readonly bun: string;
  /** The folder with Yarn 1's settings for the whole machine. */
  readonly machine: string;
  /** How Yarn 2 and up calls its files: `YARN_RC_FILENAME`. */
  readonly yarnrcName: string;
}

/** The folders of a project that settings are looked for in, as URIs. */
export interface SettingsFolders {
  /** The folder with the settings of the project. */
  readonly root: string;
  /** The folder that is worked in: the root, or a workspace. */
  readonly own: string;
}

/** A package manager that reads a place, and which versions of it do. */
export interface Reader {
  readonly manager: LockfileFormat;
  /** The first version that does; without: all from the beginning. */
  readonly from?: string;
  /** The first version that does no more. */
  readonly before?: string;
  /** The first version that takes registries and logins from it alone. */
  readonly onlyRegistriesFrom?: string;
}

export interface SettingsSource {
  readonly kind: ConfigKind;
  readonly uri: string;
  /** `above`: it lies in a folder around the project, which may be anybody's. */
  readonly author: "project" | "above" | "person";
  readonly reader: Reader;
}

/** The manifest of a workspace, as a policy file: Bun alone takes approvals from it. */
export const WORKSPACE_MANIFEST = "workspace-package-json";

/** pnpm has settings in `pnpm-workspace.yaml` from here on. https://github.com/pnpm/pnpm/releases/tag/v10.5.0 */
export const FIRST_WITH_WORKSPACE_SETTINGS = "10.5.0";
/** From here on pnpm has settings of its own only in YAML, in the person's `config.yaml` too, and in `pnpm_config_*`. */
export const FIRST_WITHOUT_NPMRC = "11.0.0";

const NPM: Reader = { manager: "npm" };
const YARN_CLASSIC: Reader = { manager: "yarn-classic" };
const YARN: Reader = { manager: "yarn-berry" };
const BUN: Reader = { manager: "bun" };
const PNPM: Reader = { manager: "pnpm" };
const PNPM_WORKSPACE: Reader = { manager: "pnpm", from: FIRST_WITH_WORKSPACE_SETTINGS };
const PNPM_CONFIG: Reader = { manager: "pnpm", from: FIRST_WITHOUT_NPMRC };
const PNPM_LOGINS: Reader = { ...PNPM_CONFIG, onlyRegistriesFrom: FIRST_WITHOUT_NPMRC };
const PNPM_NPMRC: Reader = { manager: "pnpm", onlyRegistriesFrom: FIRST_WITHOUT_NPMRC };
const PNPM_FORMER: Reader = { manager: "pnpm", before: FIRST_WITHOUT_NPMRC };

type Sources = (folders: SettingsFolders | null, places: SettingsPlaces) => readonly SettingsSource[];

/**
 * Files, nearest first; the environment holds over all of them. Each kind is an order of its own: which kind holds over
 * which differs by setting, and is said where the setting is read.
 */
const SOURCES: Readonly<Record<LockfileFormat, Sources>> = {
  /**
   * https://docs.npmjs.com/cli/v11/configuring-npm/npmrc#files. A workspace's own does not count: npm says so itself
   * ("ignoring workspace config"). The machine's, and what npm was built with, npm's own library finds.
   */
  npm: (folders, { userNpmrc }) => [
    ...projects(folders?.root, "npmrc", NPM),
    { kind: "npmrc", uri: userNpmrc, author: "person", reader: NPM },
  ],
  /** https://pnpm.io/npmrc, https://pnpm.io/cli/config; pnpm: config/reader (loadNpmrcFiles.ts, index.ts) */
  pnpm: (folders, { userNpmrc, pnpmAuthFile, pnpm }) => [
    ...projects(folders?.root, "pnpm-workspace", PNPM_WORKSPACE),
    { kind: "pnpm-workspace", uri: join(pnpm, "config.yaml"), author: "person", reader: PNPM_CONFIG },
    ...(folders?.own === folders?.root ? [] : projects(folders?.own, "npmrc", PNPM_FORMER)),
    ...projects(folders?.root, "npmrc", PNPM_NPMRC),
    { kind: "npmrc", uri: join(pnpm, "auth.ini"), author: "person", reader: PNPM_LOGINS },
    { kind: "npmrc", uri: pnpmAuthFile, author: "person", reader: PNPM_LOGINS },
    { kind: "npmrc", uri: userNpmrc, author: "person", reader: PNPM_FORMER },
    { kind: "npmrc", uri: join(pnpm, "rc"), author: "person", reader: PNPM_FORMER },
  ],
  /** https://github.com/yarnpkg/yarn/blob/master/src/registries/npm-registry.js (`getPossibleConfigLocations`) */
  "yarn-classic": (folders, { userNpmrc, home, machine }) => [
    ...projects(folders?.own, "npmrc", YARN_CLASSIC),
    { kind: "npmrc", uri: userNpmrc, author: "person", reader: YARN_CLASSIC },
    { kind: "npmrc", uri: join(machine, "npmrc"), author: "person", reader: YARN_CLASSIC },
    ...above(folders?.own, ".npmrc", "npmrc", YARN_CLASSIC),
    ...projects(folders?.own, "yarnrc-classic", YARN_CLASSIC),
    { kind: "yarnrc-classic", uri: join(home, ".yarnrc"), author: "person", reader: YARN_CLASSIC },
    { kind: "yarnrc-classic", uri: join(machine, "yarnrc"), author: "person", reader: YARN_CLASSIC },
    ...above(folders?.own, ".yarnrc", "yarnrc-classic", YARN_CLASSIC),
  ],
  /** https://yarnpkg.com/configuration/yarnrc, packages/yarnpkg-core/sources/Configuration.ts (`findRcFiles`) */
  "yarn-berry": (folders, { home, yarnrcName }) => [
    ...projects(folders?.own, "yarnrc", YARN, yarnrcName),
    ...above(folders?.own, yarnrcName, "yarnrc", YARN),
    { kind: "yarnrc", uri: join(home, yarnrcName), author: "person", reader: YARN },
  ],
  /** https://bun.com/docs/runtime/bunfig#global-vs-local, https://bun.com/docs/pm/npmrc */
  bun: (folders, { home, bun }) => [
    ...projects(folders?.root, "bunfig", BUN),
    { kind: "bunfig", uri: join(bun, ".bunfig.toml"), author: "person", reader: BUN },
    ...projects(folders?.root, "npmrc", BUN),
    { kind: "npmrc", uri: join(home, ".npmrc"), author: "person", reader: BUN },
  ],
};

/** Nearest first, of one package manager. What is the person's own file is not the project's too. */
export function settingsSources(
  manager: LockfileFormat,
  folders: SettingsFolders | null,
  places: SettingsPlaces,
): readonly SettingsSource[] {
  const all = SOURCES[manager](folders, places);
  const persons = new Set(all.filter(({ author }) => author === "person").map(({ uri }) => uri));
  return all.filter(({ author, uri }) => author === "person" || !persons.has(uri));
}

/** Who reads a file of a kind that lies where it usually does. */
export function usualReaders(kind: string, isPersons: boolean): readonly Reader[] {
  switch (kind) {
    case "npmrc":
      return [NPM, PNPM_NPMRC, YARN_CLASSIC, BUN];
    case "pnpm-workspace":
      return [isPersons ? PNPM_CONFIG : PNPM_WORKSPACE];
    case "yarnrc":
      return [YARN];
    case "yarnrc-classic":
      return [YARN_CLASSIC];
    case "bunfig":
    case WORKSPACE_MANIFEST:
      return [BUN];
    case "package-json":
      return [NPM, PNPM, YARN, BUN];
    default:
      return [];
  }
}

/** Whether a version of the package manager reads settings there; null: some version does. */
export function isReadBy({ from, before }: Reader, version: string | null): boolean {
  if (version === null) return true;
  return (from === undefined || gte(version, from)) && (before === undefined || lt(version, before));
}

/** Likewise, and it takes more from there than registries and logins. */
export function takesPolicy(reader: Reader, version: string | null): boolean {
  const { from, onlyRegistriesFrom } = reader;
  if (onlyRegistriesFrom === undefined) return isReadBy(reader, version);
  if (onlyRegistriesFrom === from) return false;
  return isReadBy(reader, version) && (version === null || lt(version, onlyRegistriesFrom));
}

/** How messages call a file of the person's: `~/.npmrc`; a path where it is not below the home folder. */
export function personalName({ home }: SettingsPlaces, uri: string): string {
  const below = relativePath(home, uri);
  return below === null ? pathText(uri) : `~/${below}`;
}

function projects(
  folder: string | undefined,
  kind: ConfigKind,
  reader: Reader,
  name = configFileName(kind),
): readonly SettingsSource[] {
  return folder === undefined ? [] : [{ kind, uri: join(folder, name), author: "project", reader }];
}

/** In every folder that a project lies in, the root of the file system included. */
function above(folder: string | undefined, name: string, kind: ConfigKind, reader: Reader): readonly SettingsSource[] {
  if (folder === undefined) return [];
  const folders = ancestorsOf(folder);
  const root = folderOf(folders.at(-1) ?? folder);
  return [...folders, root].map((at) => ({ kind, uri: join(at, name), author: "above", reader }));
}
