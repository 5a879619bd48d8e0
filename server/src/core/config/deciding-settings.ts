/**
 * Settings by which a package manager ignores or replaces the lockfile, or installs contents that it does not compare
 * with it: one table a package manager, which all checks read.
 *
 * Each manager's whole list of settings was gone through, as it ships it; what is not here was decided to be harmless:
 * - npm 11.19: @npmcli/config, lib/definitions
 * - pnpm 9.15, 10.34, 11.28, 12.21: config/reader (types.ts, localConfig.ts, unknownSettings.ts). `remoteSideEffectsCache`:
 *   a project may say which packages, not whose signature; `trustLockfile` leaves out the cooldown, not the hashes;
 *   what `mergeGitBranchLockfiles` brings in is checked in the lockfiles of those branches.
 * - Yarn 1.22.22: all that `getOption` is asked for, and the options of `yarn install`, which `.yarnrc` may have as flags.
 *   `modules-folder` and `global-folder` only say where to.
 * - Yarn 4.18: `yarn config --json`. A changed `compressionLevel` has archives fetched again: tried.
 * - Bun 1.4: the `BUN_*` names in the program, https://bun.com/docs/runtime/bunfig. `install.lockfile.load` and
 *   `XDG_CACHE_HOME` in `.env` have no effect: tried.
 */
import { intersects, satisfies } from "semver";
import type { ConfigKind } from "../documents/config/index.ts";
import { scalarsAt, type ConfigMap, type ConfigScalar } from "../documents/config/tree.ts";
import type { LockfileFormat } from "../model.ts";
import { oneLine } from "../util/sanitize.ts";
import {
  DOWNLOADS,
  HEADERS_HOST,
  inScripts,
  loadsCode,
  NPM_VARIABLE,
  OF_NODE_GYP,
  PROGRAM_VARIABLES,
  REMOTE_CHECKSUMS,
  type ProgramVariable,
} from "./script-code.ts";
import { FIRST_WITHOUT_NPMRC } from "./sources.ts";
import { filledIn, type Environment } from "./variables.ts";
import { writtenAt } from "./yarn-settings.ts";

export type Effect =
  | "lockfile ignored"
  | "other folder installed"
  /** Or by an address of the setting: what is installed is not what the project asks a registry for. */
  | "lockfile replaced by a host"
  /** What lies in the folder is installed as it is. */
  | "contents from a folder"
  /** Likewise, but what the lockfile has a hash of is compared with that. */
  | "contents without a hash from a folder"
  | "contents without a hash from another host"
  | "hash not checked"
  | "other settings file"
  /** A program of the project in place of a usual one. */
  | "program run"
  /** Another version of the package manager than the one that is stated. */
  | "other version run"
  /** Code that comes from an address. */
  | "code from a host"
  /** Code that the setting names, in each program of Node.js that install scripts run. */
  | "code loaded";

export interface DecidingSetting {
  readonly effect: Effect;
  /**
   * The path of keys in each kind of file that may hold it. What the first says holds over the next. `*` is any key, as
   * a host, and `*:ca` any that ends so.
   */
  readonly keys: Partial<Readonly<Record<ConfigKind, readonly string[]>>>;
  /** Install scripts get it as a variable, and read it there in any spelling that leads to the same one. */
  readonly isHandedOn?: true;
  /** Yarn 1 takes it as a flag of any command: `--cache-folder`, `--install.cache-folder`. `only`: in no other way. */
  readonly flag?: "also" | "only";
  /** Which versions read it in a kind of file, as a semver range; without: all. */
  readonly versions?: Partial<Readonly<Record<ConfigKind, string>>>;
  /** Whether a value has the effect; without: any that is one. What a variable stands for may be any. */
  readonly when?: (scalar: ConfigScalar) => boolean;
  /** What the folder is (`store`), or what the setting does, as the rest of a sentence that begins with it. */
  readonly says: string;
}

/** Of pnpm, for settings that say nothing of registries. */
export const NPMRC_BEFORE_11 = { npmrc: `<${FIRST_WITHOUT_NPMRC}-0` };

/** The versions of pnpm that take settings of any name from `pnpm-workspace.yaml`: tried with 9 to 12. */
export const TAKES_ANY_NAME = { "pnpm-workspace": ">=10.0.0-0 <11.0.0-0" };

const isFalse = ({ text }: ConfigScalar): boolean => /^(?:false|no|off|n|0|null|~|)$/i.test(text);
const isNotTrue = ({ text }: ConfigScalar): boolean => !/^(?:true|yes|on|y)$/i.test(text);
const hasVariable = ({ text }: ConfigScalar): boolean => text.includes("${");
/** Yarn 1 takes any value for true but an empty one, 0 and `false`. */
const isTruthy = ({ text }: ConfigScalar): boolean => !["", "0", "false", "null"].includes(text);

const mayLoadCode = (scalar: ConfigScalar): boolean => loadsCode(scalar.text) || hasVariable(scalar);

const HEADERS = "where a package is compiled, headers of Node.js, which can run commands, are taken";

/** Settings of a project that shape the connection to registries: only a hash tells that what came is what was published. */
function connection(
  name: string,
  kinds: readonly ConfigKind[],
  { proxies = [], authorities = [], strict = [] }: ConnectionKeys,
  more: Pick<DecidingSetting, "flag" | "versions"> = {},
): readonly DecidingSetting[] {
  const setting = (key: string, says: string, when: DecidingSetting["when"]): DecidingSetting => ({
    ...more,
    effect: "contents without a hash from another host",
    keys: Object.fromEntries(kinds.map((kind) => [kind, key.split(".")])),
    ...(when === undefined ? {} : { when }),
    says: `has ${name} ${says}`,
  });
  return [
    ...proxies.map((key) => setting(key, "ask registries through a proxy of this project", isStated)),
    ...authorities.map((key) => setting(key, "trust other certificates than usual", isStated)),
    ...strict.map((key) => setting(key, "take any certificate", isFalse)),
  ];
}

/** What install scripts take programs and code from. `programs`: what names one. */
function handedOn(
  name: string,
  kinds: readonly ConfigKind[],
  programs: typeof OF_NODE_GYP,
  more: Pick<DecidingSetting, "versions"> = {},
): readonly DecidingSetting[] {
  const setting = (key: string, effect: Effect, says: string): DecidingSetting => ({
    ...more,
    effect,
    keys: Object.fromEntries(kinds.map((kind) => [kind, [key]])),
    isHandedOn: true,
    says,
  });
  return [
    ...programs.map(({ key, says }) => setting(key, "program run", `has ${name} use a file of this project ${says}`)),
    ...HEADERS_HOST.map((key) => setting(key, "code from a host", HEADERS)),
    {
      ...setting(
        REMOTE_CHECKSUMS,
        "hash not checked",
        "has Electron compared with hashes that come from where it does",
      ),
      when: isTruthy,
    },
  ];
}

const NODE_GYP = { key: "node-gyp", says: "in place of node-gyp" };

/** Paths of keys, with dots. */
interface ConnectionKeys {
  readonly proxies?: readonly string[];
  readonly authorities?: readonly string[];
  readonly strict?: readonly string[];
}

const isStated = ({ text }: ConfigScalar): boolean => !/^(?:false|null|)$/.test(text);

const INI_PROXIES = ["proxy", "https-proxy"];
const INI_TRUST: ConnectionKeys = { authorities: ["cafile", "ca"], strict: ["strict-ssl"] };

const NPM: readonly DecidingSetting[] = [
  ...["package-lock", "shrinkwrap"].map((key): DecidingSetting => ({
    effect: "lockfile ignored",
    keys: { npmrc: [key] },
    when: (scalar) => /^(?:false|null|undefined|)$/.test(scalar.text) || hasVariable(scalar),
    says: "npm install ignores it",
  })),
  {
    effect: "lockfile ignored",
    keys: { npmrc: ["location"] },
    when: (scalar) => scalar.text === "global" || hasVariable(scalar),
    says: "npm install ignores it",
  },
  {
    effect: "lockfile ignored",
    keys: { npmrc: ["global"] },
    when: (scalar) => !/^(?:false|null|undefined|)$/.test(scalar.text),
    says: "npm install ignores it",
  },
  { effect: "contents without a hash from a folder", keys: { npmrc: ["cache"] }, says: "cache" },
  {
    effect: "contents without a hash from another host",
    keys: { npmrc: ["replace-registry-host"] },
    // The default, which is what addresses are judged by.
    when: ({ text }) => !["", "npmjs", "registry.npmjs.org"].includes(text),
    says: "has npm fetch from other hosts than it does by default",
  },
  ...["userconfig", "globalconfig"].map((key): DecidingSetting => ({
    effect: "other settings file",
    keys: { npmrc: [key] },
    says: "has npm read another settings file",
  })),
  { effect: "program run", keys: { npmrc: ["git"] }, says: "has npm run a program of this project in place of git" },
  {
    effect: "program run",
    keys: { npmrc: ["node-gyp"] },
    says: "has npm run a program of this project in place of node-gyp",
  },
  {
    effect: "program run",
    keys: { npmrc: ["script-shell"] },
    says: "has npm run install scripts with a program of this project",
  },
  {
    effect: "code loaded",
    keys: { npmrc: ["node-options"] },
    when: mayLoadCode,
    says: "has Node.js load that code in every script that npm runs",
  },
  ...handedOn("npm", ["npmrc"], OF_NODE_GYP),
  ...connection("npm", ["npmrc"], { ...INI_TRUST, proxies: INI_PROXIES }),
];

const PNPM: readonly DecidingSetting[] = [
  // No version reads it in both: 10.34 has another name for it in its own file. Tried, with 11.28 and 12.21 too.
  {
    effect: "lockfile ignored",
    keys: { "pnpm-workspace": ["lockfile"] },
    versions: { "pnpm-workspace": `>=${FIRST_WITHOUT_NPMRC}-0` },
    when: isFalse,
    says: "pnpm ignores it",
  },
  {
    effect: "lockfile ignored",
    keys: { npmrc: ["lockfile"] },
    versions: NPMRC_BEFORE_11,
    when: isFalse,
    says: "pnpm until 10 ignores it",
  },
  // What pnpm has under these names for itself: config/config/lib/index.js. Tried: 10.34.
  {
    effect: "lockfile ignored",
    keys: { "pnpm-workspace": ["update"] },
    versions: TAKES_ANY_NAME,
    when: ({ value }) => value === true,
    says: "pnpm 10 updates what it locks",
  },
  {
    effect: "lockfile ignored",
    keys: { "pnpm-workspace": ["useLockfile"] },
    versions: TAKES_ANY_NAME,
    when: (scalar) => [false, null, 0, ""].some((value) => value === scalar.value) || hasVariable(scalar),
    says: "pnpm 10 ignores it",
  },
  {
    effect: "contents from a folder",
    keys: { "pnpm-workspace": ["pnpmHomeDir"] },
    versions: TAKES_ANY_NAME,
    says: "home (its store, and the pnpm that it runs)",
  },
  {
    effect: "other version run",
    keys: { "pnpm-workspace": ["wantedPackageManager", "version"] },
    versions: TAKES_ANY_NAME,
    says: "has pnpm 10 run that version of pnpm, whatever package.json states",
  },
  {
    effect: "lockfile replaced by a host",
    keys: { "pnpm-workspace": ["pnprServer"] },
    versions: { "pnpm-workspace": ">=11.0.0-0" },
    says: "has pnpm install what that server answers in place of what pnpm-lock.yaml says",
  },
  pnpm("storeDir", { effect: "contents from a folder", says: "store" }),
  pnpm("virtualStoreDir", {
    effect: "contents from a folder",
    when: ({ text }) => !/^(?:\.\/)?node_modules\/\.pnpm\/?$/.test(text),
    says: "virtual store",
  }),
  pnpm("globalVirtualStoreDir", { effect: "contents from a folder", says: "global virtual store" }),
  pnpm("cacheDir", { effect: "contents from a folder", says: "cache of what registries say" }),
  pnpm("verifyStoreIntegrity", {
    effect: "hash not checked",
    when: isNotTrue,
    says: "lets pnpm install files of its store that were changed since",
  }),
  ...["userconfig", "globalconfig"].map((key): DecidingSetting => ({
    effect: "other settings file",
    keys: { npmrc: [key] },
    versions: NPMRC_BEFORE_11,
    says: "has pnpm read another settings file",
  })),
  pnpm("npmrcAuthFile", { effect: "other settings file", says: "has pnpm read another settings file" }),
  pnpm("scriptShell", {
    effect: "program run",
    says: "has pnpm run install scripts with a program of this project",
  }),
  {
    effect: "code loaded",
    keys: { "pnpm-workspace": ["nodeOptions"] },
    // pnpm 9 to 11 only export it under a name of npm's: tried.
    versions: { "pnpm-workspace": ">=12.0.0-0" },
    when: mayLoadCode,
    says: "has Node.js load that code in every script that pnpm runs",
  },
  ...handedOn("pnpm", ["pnpm-workspace", "npmrc"], [...OF_NODE_GYP, NODE_GYP], {
    versions: { "pnpm-workspace": `<${FIRST_WITHOUT_NPMRC}-0`, ...NPMRC_BEFORE_11 },
  }),
  // From pnpm 11 on it takes nothing without a hash, whatever the connection: tried.
  ...connection(
    "pnpm",
    ["npmrc"],
    { ...INI_TRUST, proxies: INI_PROXIES, authorities: ["cafile", "ca", "*:cafile", "*:ca"] },
    { versions: NPMRC_BEFORE_11 },
  ),
  ...connection(
    "pnpm",
    ["pnpm-workspace"],
    { proxies: ["proxy", "httpProxy", "httpsProxy"], authorities: ["cafile", "ca"], strict: ["strictSsl"] },
    { versions: { "pnpm-workspace": `<${FIRST_WITHOUT_NPMRC}-0` } },
  ),
];

/** In `pnpm-workspace.yaml`, and until pnpm 10 in `.npmrc` in kebab case. https://pnpm.io/settings */
function pnpm(key: string, setting: Omit<DecidingSetting, "keys" | "versions">): DecidingSetting {
  const inIni = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { ...setting, keys: { "pnpm-workspace": [key], npmrc: [inIni] }, versions: NPMRC_BEFORE_11 };
}

const YARN_CLASSIC: readonly DecidingSetting[] = [
  {
    effect: "lockfile ignored",
    keys: { "yarnrc-classic": ["no-lockfile"] },
    flag: "only",
    when: ({ value }) => value === true,
    says: "Yarn ignores it",
  },
  {
    effect: "other folder installed",
    keys: { "yarnrc-classic": ["cwd"] },
    flag: "only",
    says: "Yarn installs another folder",
  },
  ...["cache-folder", "preferred-cache-folder"].map((key): DecidingSetting => ({
    effect: "contents from a folder",
    keys: { "yarnrc-classic": [key], npmrc: [key] },
    flag: "also",
    says: "cache",
  })),
  {
    effect: "contents without a hash from a folder",
    keys: { "yarnrc-classic": ["yarn-offline-mirror"], npmrc: ["yarn-offline-mirror"] },
    says: "offline mirror",
  },
  {
    effect: "hash not checked",
    keys: {
      "yarnrc-classic": ["experimental-pack-script-packages-in-mirror"],
      npmrc: ["experimental-pack-script-packages-in-mirror"],
    },
    when: isTruthy,
    says: "lets Yarn install archives of its offline mirror that are not what the registry published",
  },
  {
    effect: "hash not checked",
    keys: { "yarnrc-classic": ["update-checksums"] },
    flag: "only",
    when: ({ value }) => value === true,
    says: "lets Yarn install other contents than those whose hash is in yarn.lock",
  },
  {
    effect: "other settings file",
    keys: { "yarnrc-classic": ["use-yarnrc"] },
    flag: "only",
    says: "has Yarn read another settings file",
  },
  {
    effect: "program run",
    keys: { "yarnrc-classic": ["script-shell"], npmrc: ["script-shell"] },
    says: "has Yarn run install scripts with a program of this project",
  },
  ...handedOn("Yarn", ["yarnrc-classic", "npmrc"], [...OF_NODE_GYP, NODE_GYP]),
  ...connection("Yarn", ["yarnrc-classic", "npmrc"], INI_TRUST),
  ...connection("Yarn", ["yarnrc-classic", "npmrc"], { proxies: INI_PROXIES }, { flag: "also" }),
  // Variables for all that Yarn runs: src/util/execute-lifecycle-script.js, `makeEnv`.
  ...PROGRAM_VARIABLES.map(({ name, when }): DecidingSetting => ({
    effect: "code loaded",
    keys: { "yarnrc-classic": ["env", name] },
    when: ({ text }) => when(text),
    says: "can have install scripts run other code than their own",
  })),
];

const YARN: readonly DecidingSetting[] = [
  // https://yarnpkg.com/configuration/yarnrc#defaultProtocol: what Yarn puts before each range that has no protocol
  {
    effect: "lockfile replaced by a host",
    keys: { yarnrc: ["defaultProtocol"] },
    when: ({ text }) => text !== "npm:",
    says: "lets Yarn install from there what asks a registry for a range",
  },
  {
    effect: "lockfile ignored",
    keys: { yarnrc: ["lockfileFilename"] },
    versions: { yarnrc: "<4.0.0-0" },
    when: ({ text }) => text !== "yarn.lock",
    says: "Yarn uses another file",
  },
  {
    effect: "hash not checked",
    keys: { yarnrc: ["checksumBehavior"] },
    // `throw` is the default; each other value takes contents that yarn.lock does not state.
    when: ({ text }) => text !== "throw",
    says: "lets Yarn install other contents than those whose checksum is in yarn.lock",
  },
  {
    effect: "contents from a folder",
    keys: { yarnrc: ["pnpmStoreFolder"] },
    when: ({ text }) => !/^(?:\.\/)?node_modules\/\.store\/?$/.test(text),
    says: "store",
  },
  ...connection("Yarn", ["yarnrc"], {
    proxies: ["httpProxy", "httpsProxy", "networkSettings.*.httpProxy", "networkSettings.*.httpsProxy"],
    authorities: ["httpsCaFilePath", "networkSettings.*.httpsCaFilePath"],
    strict: ["enableStrictSsl"],
  }),
  ...connection(
    "Yarn",
    ["yarnrc"],
    { authorities: ["caFilePath", "networkSettings.*.caFilePath"] },
    { versions: { yarnrc: "<4.0.0-0" } },
  ),
];

const BUN: readonly DecidingSetting[] = [
  { effect: "contents from a folder", keys: { bunfig: ["install", "cache"], npmrc: ["cache"] }, says: "cache" },
  { effect: "contents from a folder", keys: { bunfig: ["install", "cache", "dir"] }, says: "cache" },
  // It takes no proxy from there, nor from .npmrc: tried.
  ...connection("Bun", ["bunfig"], { authorities: ["install.cafile", "install.ca"] }),
  ...connection("Bun", ["npmrc"], { authorities: ["cafile", "ca"] }),
];

export const DECIDING_SETTINGS: Readonly<Record<LockfileFormat, readonly DecidingSetting[]>> = {
  npm: NPM,
  pnpm: PNPM,
  "yarn-classic": YARN_CLASSIC,
  "yarn-berry": YARN,
  bun: BUN,
};

/** Variables that Bun takes from a project's `.env` and its like. https://bun.com/docs/runtime/environment-variables */
const BUN_VARIABLES: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ["BUN_CONFIG_SKIP_LOAD_LOCKFILE", "lockfile ignored"],
  ["BUN_CONFIG_NO_VERIFY", "hash not checked"],
  ["BUN_INSTALL_CACHE_DIR", "contents from a folder"],
  ["BUN_INSTALL", "contents from a folder"],
  // The connection to registries.
  ...[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "NODE_EXTRA_CA_CERTS",
  ].map((name) => [name, "contents without a hash from another host"] as const),
]);

/** A variable that a file of the project sets for its package manager. */
export interface FileVariable {
  readonly name: string;
  readonly effect: Effect;
  /** The name of the file, without its folder; of a workspace's, its path. */
  readonly file: string;
  /** Of an address: it may be one without https. */
  readonly isOpen?: true;
  /** Projects have it for programs of their own. */
  readonly isUsual?: true;
}

/**
 * Variables that Corepack takes from `.corepack.env` beside a `package.json`, of those that decide which program it runs:
 * where from, with which signature, out of which folder. Tried: Corepack 0.36.
 * https://github.com/nodejs/corepack#environment-variables
 */
const COREPACK_VARIABLES = [
  "COREPACK_NPM_REGISTRY",
  "COREPACK_INTEGRITY_KEYS",
  "COREPACK_HOME",
  "COREPACK_ENABLE_UNSAFE_CUSTOM_URLS",
  "COREPACK_ENABLE_PROJECT_SPEC",
];

/** Those that a file mentions outside of comments. */
export function corepackVariablesIn(file: string, text: string): readonly FileVariable[] {
  const mentioned = mentionedIn(text);
  return COREPACK_VARIABLES.filter((name) => mentioned.has(name)).map((name) => ({
    name,
    effect: "program run",
    file,
  }));
}

/** Those that a file mentions outside of comments: how Bun takes its lines apart is not followed. */
export function bunVariablesIn(file: string, text: string): readonly FileVariable[] {
  const mentioned = mentionedIn(text);
  const own = [...BUN_VARIABLES].flatMap(([name, effect]) => (mentioned.has(name) ? [{ name, effect, file }] : []));
  return [...own, ...programVariables(file, text, mentioned, ({ isAlwaysSet }) => isAlwaysSet !== true)];
}

/**
 * Likewise, of what install scripts get. Bun and Yarn 2 and up hand all variables of such files on: tried. Yarn takes no
 * settings from there (`YARN_…`): tried, 4.18.
 */
export function programVariablesIn(file: string, text: string): readonly FileVariable[] {
  return programVariables(file, text, mentionedIn(text), () => true);
}

function programVariables(
  file: string,
  text: string,
  mentioned: ReadonlySet<string>,
  isTaken: (variable: ProgramVariable) => boolean,
): readonly FileVariable[] {
  const ofNpm = new Map(
    [...mentioned].flatMap((word): [string, string][] => {
      const lower = word.toLowerCase();
      return lower.startsWith(NPM_VARIABLE) ? [[lower, word]] : [];
    }),
  );
  const set = setIn(text);
  const programs = PROGRAM_VARIABLES.filter(isTaken).flatMap((variable): FileVariable[] => {
    const written = writtenIn(variable, text, { mentioned, ofNpm, set });
    if (written === null) return [];
    const isUsual = variable.isUsual === true && file !== YARN_ENVIRONMENT;
    return [{ name: written, effect: "code loaded", file, ...(isUsual ? { isUsual } : {}) }];
  });
  // One is enough to report.
  const [, download] = [...ofNpm].find(([lower]) => DOWNLOADS.test(lower)) ?? [];
  if (download === undefined) return programs;
  const isOpen = readingsOf(text).some((reading) => /http:|\$/i.test(reading));
  return [...programs, { name: download, effect: "code from a host", file, ...(isOpen ? { isOpen } : {}) }];
}

/** The file that Yarn 2 and up loads, and nobody else: https://yarnpkg.com/configuration/yarnrc#injectEnvironmentFiles */
const YARN_ENVIRONMENT = ".env.yarn";

/** The name as a file has it, where a value of it has scripts run other code; else null. */
function writtenIn(
  { name, when, search }: ProgramVariable,
  text: string,
  {
    mentioned,
    ofNpm,
    set,
  }: {
    readonly mentioned: ReadonlySet<string>;
    readonly ofNpm: ReadonlyMap<string, string>;
    readonly set: ReadonlyMap<string, readonly Assignment[]>;
  },
): string | null {
  const found = set.get(name.toLowerCase()) ?? [];
  const anyCase = found[0]?.name ?? null;
  const exact = mentioned.has(name) ? name : (ofNpm.get(name) ?? null);
  if (search === "whole file") return readingsOf(text).some(when) ? (exact ?? anyCase) : null;
  const leading = found.find(({ value }) => when(value));
  if (leading !== undefined) return leading.name;
  // It appears where nothing shows whether it is set, and to what.
  return search === "mention" && found.length === 0 ? exact : null;
}

interface Assignment {
  readonly name: string;
  /** As written. */
  readonly value: string;
}

/** Variables that lines set, by their names in small letters: on Windows they are the same in any case. */
function setIn(text: string): ReadonlyMap<string, readonly Assignment[]> {
  const found = new Map<string, Assignment[]>();
  for (const line of linesOf(text)) {
    const match = /^\W*(?:export\s+)?(\w+)\s*[=:]/.exec(line);
    const [start, name] = match ?? [];
    if (start === undefined || name === undefined) continue;
    const one = { name, value: line.slice(start.length).trim() };
    const before = found.get(name.toLowerCase());
    if (before === undefined) found.set(name.toLowerCase(), [one]);
    else before.push(one);
  }
  return found;
}

/** Without comments, in all readings. */
function linesOf(text: string): readonly string[] {
  const lines = readingsOf(text).flatMap((reading) => reading.split(/[\n\r\v\f\u0085\u2028\u2029]/));
  return lines.filter((line) => !line.trimStart().startsWith("#"));
}

/**
 * A carriage return ends a line, as in Bun; or it is nothing at all, wherever it stands, as in Node.js (`util.parseEnv`),
 * by which Corepack reads its file. Tried: Node.js 22, Bun 1.4.
 */
function readingsOf(text: string): readonly string[] {
  return text.includes("\r") ? [text, text.replaceAll("\r", "")] : [text];
}

function mentionedIn(text: string): ReadonlySet<string> {
  return new Set(linesOf(text).flatMap((line) => line.split(/\W/)));
}

/** The kinds of file that may hold a setting, nearest first. */
export function kindsOf({ keys }: DecidingSetting): readonly ConfigKind[] {
  return (Object.keys(keys) as ConfigKind[]).filter((kind) => keys[kind] !== undefined);
}

export interface FoundSetting {
  readonly kind: ConfigKind;
  /** As messages have it. */
  readonly path: readonly string[];
  readonly scalar: ConfigScalar;
}

/** Of one file, what has an effect. Whether a folder or program lies in the project is not asked here. */
export function found(
  { effect, keys, isHandedOn, flag, when = () => true }: DecidingSetting,
  kind: ConfigKind,
  settings: ConfigMap,
  env: Environment | undefined,
): readonly FoundSetting[] {
  const path = keys[kind];
  if (path === undefined) return [];
  const command = effect === "lockfile ignored" || effect === "other folder installed" ? /^(?:install|\*)$/ : /^/;
  const isFlag = (key: string): boolean => {
    const [, of, option] = /^--(?:([^.]+)\.)?([^.]+)$/.exec(key) ?? [];
    return option === path[0] && (of === undefined || command.test(of));
  };
  const flags = flag === undefined || kind !== "yarnrc-classic" ? [] : [...settings.entries.keys()].filter(isFlag);
  const stated = isHandedOn === true ? spelled(kind, path, settings) : expanded(path, settings);
  const paths = [...(flag === "only" ? [] : stated), ...flags.map((key) => [key])];
  const all = paths.flatMap((at) => {
    const scalars = kind === "yarnrc" ? inYarnrc(settings, at, env) : scalarsAt(settings, ...at);
    return scalars.filter(when).map((scalar) => ({ kind, path: at, scalar }));
  });
  // Of many hosts one is enough to report.
  return path.some(isPattern) ? all.slice(0, 1) : all;
}

/** The paths that install scripts get as the same variable. */
function spelled(kind: ConfigKind, [key = ""]: readonly string[], settings: ConfigMap): readonly (readonly string[])[] {
  const variable = inScripts(kind, key);
  return [...settings.entries.keys()].filter((one) => inScripts(kind, one) === variable).map((one) => [one]);
}

const isPattern = (key: string): boolean => key.startsWith("*");

/** The paths that a path with a pattern stands for. */
function expanded(path: readonly string[], settings: ConfigMap): readonly (readonly string[])[] {
  // Variables: on Windows their names are the same in any case.
  if (path[0] === "env") {
    const variables = writtenAt(settings, "env")?.value;
    const keys = variables?.kind === "map" ? [...variables.entries.keys()] : [];
    return keys.filter((key) => key.toLowerCase() === path[1]?.toLowerCase()).map((key) => ["env", key]);
  }
  const at = path.findIndex(isPattern);
  if (at === -1) return [path];
  const ending = path[at]?.slice(1) ?? "";
  const around = at === 0 ? settings : writtenAt(settings, ...path.slice(0, at))?.value;
  if (around?.kind !== "map") return [];
  const keys = [...around.entries.keys()].filter((key) => key.endsWith(ending));
  return keys.map((key) => [...path.slice(0, at), key, ...path.slice(at + 1)]);
}

/** Yarn takes `{onConflict, value}` in place of a value, and fills in variables. */
function inYarnrc(settings: ConfigMap, path: readonly string[], env: Environment | undefined): readonly ConfigScalar[] {
  const value = writtenAt(settings, ...path)?.value;
  if (value?.kind !== "scalar") return [];
  const filled = filledIn("yarnrc", value.text, env);
  return [filled === "throw" || filled === "" ? { ...value, text: filled } : value];
}

/** Whether the version, or if that is not known one in the range, reads it in such a file. */
export function isReadIn(
  { versions }: Pick<DecidingSetting, "versions">,
  kind: ConfigKind,
  { version, range }: { readonly version: string | null; readonly range?: string },
): boolean {
  const readers = versions?.[kind];
  if (readers === undefined) return true;
  return version === null
    ? intersects(range ?? "*", readers)
    : satisfies(version, readers, { includePrerelease: true });
}

const EQUALS: Readonly<Record<ConfigKind, string>> = {
  npmrc: "=",
  bunfig: " = ",
  "yarnrc-classic": " ",
  "pnpm-workspace": ": ",
  yarnrc: ": ",
};

/** As its file has it, for messages: `storeDir: .store`. */
export function writtenSetting({ kind, path, scalar }: FoundSetting): string {
  // A proxy's address may hold a login.
  const at = scalar.text.lastIndexOf("@");
  const start = scalar.text.indexOf("//") + 2;
  const text = start > 1 && at > start ? scalar.text.slice(0, start) + scalar.text.slice(at + 1) : scalar.text;
  return `${oneLine(path.join("."), 60)}${EQUALS[kind]}${oneLine(text, 60)}`;
}
