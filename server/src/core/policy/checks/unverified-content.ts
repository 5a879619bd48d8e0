/** Settings of a project by which its package manager installs contents that it does not check against the lockfile. */
import { major } from "semver";
import { filledIn } from "../../config/variables.ts";
import { writtenAt } from "../../config/yarn-settings.ts";
import type { ConfigKind } from "../../documents/config/index.ts";
import { scalarAt, type ConfigMap, type ConfigScalar } from "../../documents/config/tree.ts";
import { lockedHashes, strongest } from "../../facts/integrity.ts";
import { addressOf } from "../../facts/places.ts";
import { oneLine } from "../../util/sanitize.ts";
import type { LockedPackage, Lockfile, LockfileFormat } from "../../model.ts";
import type { Document } from "../../project/document-store.ts";
import type { Manager } from "../../project/manager.ts";
import { fileNameOf, join, relativePath, resolvedFrom } from "../../util/uri.ts";
import type { Span } from "../../util/text.ts";
import { count, listed } from "../../util/words.ts";
import type { PolicyFile } from "../../config/layers.ts";
import {
  DECIDING_SETTINGS,
  found,
  isReadIn,
  kindsOf,
  NPMRC_BEFORE_11,
  TAKES_ANY_NAME,
  writtenSetting,
} from "../../config/deciding-settings.ts";
import type { DecidingSetting, Effect, FileVariable, FoundSetting } from "../../config/deciding-settings.ts";
import { isDocumentedPnpmSetting } from "../../config/pnpm-setting-names.ts";
import { DOWNLOADS, inScripts } from "../../config/script-code.ts";
import { mirroredNode } from "./runtimes.ts";
import { ownFile, valueOf } from "./weakness.ts";

export interface UnverifiedContent {
  /** Information where the package manager checks the contents, by hashes that came with them. */
  readonly severity: "error" | "warning" | "information";
  readonly message: string;
  /** The setting's value, in the project's own file, or the place in a lockfile (URI); null where neither says it. */
  readonly at:
    { readonly kind: ConfigKind; readonly span: Span } | { readonly uri: string; readonly span: Span } | null;
}

/** What environment files of a project set for its package manager. */
export interface EnvironmentFiles {
  readonly found: readonly FileVariable[];
  /** Names of those that are there and could not be read. */
  readonly unread: readonly string[];
  /** How many more files `injectEnvironmentFiles` names than are read, and where its value is; null where all are read. */
  readonly leftOut: { readonly count: number; readonly span: Span } | null;
}

export const NO_ENVIRONMENT_FILES: EnvironmentFiles = { found: [], unread: [], leftOut: null };

export interface ContentFacts {
  /** Every package manager that may install anything of the project; null is taken for npm. */
  readonly managers: readonly (Manager | null)[];
  /** The project's own files. */
  readonly own: readonly PolicyFile[];
  /** Those that say what is installed. */
  readonly lockfiles: readonly Document<Lockfile>[];
  /** The folder of its settings (URI). */
  readonly folder: string;
  /** Those of the project that Bun loads. */
  readonly bunEnvironment: EnvironmentFiles;
  /** And Yarn 2 and up. */
  readonly yarnEnvironment: EnvironmentFiles;
  /** And Corepack, which finds and runs npm, pnpm and Yarn. */
  readonly corepackEnvironment: EnvironmentFiles;
  /** Whether this folder of the project (URI) holds anything for its package manager, and git does not ignore it. */
  readonly isCommitted: (folder: string) => boolean;
}

/**
 * What each package manager checks was tried with npm 11, pnpm 9 to 12, Yarn 1 and 4, and Bun 1.4.
 * pnpm checks the files of its store against the store's own index, so `verifyStoreIntegrity` does not help against a
 * store that came with the project.
 */
export function unverifiedContent(facts: ContentFacts): readonly UnverifiedContent[] {
  const all = facts.managers.flatMap((manager) => [
    ...bySettings(facts, manager),
    ...BESIDE[manager?.kind ?? "npm"](facts, manager),
  ]);
  return [...new Map(all.map((each) => [`${fileOf(each)} ${each.message}`, each])).values()];
}

function fileOf({ at }: UnverifiedContent): string {
  if (at === null) return "";
  return "uri" in at ? at.uri : at.kind;
}

type Check = (facts: ContentFacts, manager: Manager | null) => readonly UnverifiedContent[];

/** What is not a matter of one setting. */
const BESIDE: Readonly<Record<LockfileFormat, Check>> = {
  npm: (facts) => [
    ...inEnvironment(facts, facts.corepackEnvironment, "npm", "Corepack"),
    ...committedModules(facts, "npm"),
    ...facts.lockfiles.flatMap(scriptsIn),
    ...downloadHosts(facts, "npmrc"),
  ],
  pnpm: (facts, manager) => [
    ...inEnvironment(facts, facts.corepackEnvironment, "pnpm", "Corepack"),
    ...committedModules(facts, "pnpm"),
    ...(isReadIn({ versions: NPMRC_BEFORE_11 }, "npmrc", manager ?? { version: null })
      ? downloadHosts(facts, "npmrc")
      : []),
    ...ofAnyName(facts, manager ?? { version: null }),
    ...mirroredNode(facts.own, manager ?? { version: null }),
  ],
  "yarn-classic": (facts) => [
    ...inEnvironment(facts, facts.corepackEnvironment, "yarn-classic", "Corepack"),
    ...committedModules(facts, "yarn-classic"),
    ...facts.lockfiles.flatMap(prebuiltIn),
    ...downloadHosts(facts, "npmrc"),
    ...downloadHosts(facts, "yarnrc-classic"),
  ],
  "yarn-berry": (facts, manager) => [
    ...inEnvironment(facts, facts.corepackEnvironment, "yarn-berry", "Corepack"),
    ...committedCache(facts, manager?.version ?? null),
    ...committedUnplugged(facts),
    ...committedModules(facts, "yarn-berry"),
    ...inEnvironment(facts, facts.yarnEnvironment, "yarn-berry"),
  ],
  bun: (facts) => [...committedModules(facts, "bun"), ...inEnvironment(facts, facts.bunEnvironment, "bun")],
};

const NAMES: Readonly<Record<LockfileFormat, { readonly name: string; readonly lockfile: string }>> = {
  npm: { name: "npm", lockfile: "package-lock.json" },
  pnpm: { name: "pnpm", lockfile: "pnpm-lock.yaml" },
  "yarn-classic": { name: "Yarn", lockfile: "yarn.lock" },
  "yarn-berry": { name: "Yarn", lockfile: "yarn.lock" },
  bun: { name: "Bun", lockfile: "bun.lock" },
};

function bySettings(facts: ContentFacts, manager: Manager | null): readonly UnverifiedContent[] {
  const format = manager?.kind ?? "npm";
  return DECIDING_SETTINGS[format].flatMap((setting) =>
    kindsOf(setting).flatMap((kind) => {
      const settings = ownFile(facts.own, kind);
      if (settings === null || !isReadIn(setting, kind, manager ?? { version: null })) return [];
      const env = facts.own.find((file) => file.kind === kind)?.env;
      return found(setting, kind, settings, env).flatMap((one) => contentOf(facts, format, setting, one, env));
    }),
  );
}

function contentOf(
  facts: ContentFacts,
  format: LockfileFormat,
  { effect, says }: DecidingSetting,
  setting: FoundSetting,
  env: PolicyFile["env"],
): readonly UnverifiedContent[] {
  const { kind, scalar } = setting;
  const at = { kind, span: scalar.span };
  const written = writtenSetting(setting);
  const isText = typeof scalar.value !== "boolean" && scalar.value !== null;
  const isPath = isText && mayLeadInside(kind, scalar.text, facts.folder, env);
  const { name, lockfile } = NAMES[format];
  switch (effect) {
    case "lockfile ignored":
    case "other folder installed":
      return [];
    case "lockfile replaced by a host":
      return [{ severity: "error", message: `${written} ${says}. Remove the setting.`, at }];
    case "hash not checked":
    case "code loaded":
    case "other version run":
      return [{ severity: "warning", message: `${written} ${says}. Remove the setting.`, at }];
    case "other settings file":
      return isPath
        ? [{ severity: "warning", message: `${written} ${says}, which is not read here. Remove the setting.`, at }]
        : [];
    case "program run":
      return isPath && /[/\\]/.test(scalar.text)
        ? [{ severity: "warning", message: `${written} ${says}. Remove the setting.`, at }]
        : [];
    case "code from a host":
      return codeFromHost(setting, isPath, says);
    case "contents without a hash from a folder": {
      const intro = `${written} puts ${name}'s ${says} into this project, and`;
      const unlocked = `${intro} there is no lockfile that says which contents are right. Remove the setting, or lock the dependencies.`;
      if (!isPath) return [];
      return isLocked(facts, format)
        ? ofUnhashed(facts, at, format, intro)
        : [{ severity: "warning", message: unlocked, at }];
    }
    case "contents without a hash from another host":
      return ofUnhashed(facts, at, format, `${written} ${says}, and`);
    case "contents from a folder":
      return isPath
        ? [
            {
              severity: "warning",
              message: `${written} puts ${name}'s ${says} into this project. ${name} installs what it finds there without checking it against ${lockfile}. Remove the setting.`,
              at,
            },
          ]
        : [];
  }
}

/** Node.js's own headers, those of Electron, and the mirror of npm's that is used most in China. */
const HEADER_HOSTS: ReadonlySet<string> = new Set([
  ...["nodejs.org", "www.nodejs.org", "unofficial-builds.nodejs.org"],
  ...["electronjs.org", "www.electronjs.org", "artifacts.electronjs.org", "atom.io"],
  ...["npmmirror.com", "cdn.npmmirror.com", "registry.npmmirror.com"],
]);

/** A mirror of a company is usual, and nobody but the company knows it for one. */
function codeFromHost(setting: FoundSetting, isPath: boolean, says: string): readonly UnverifiedContent[] {
  const { kind, scalar } = setting;
  const at = { kind, span: scalar.span };
  const written = writtenSetting(setting);
  const address = addressOf(scalar.text);
  if (address === null)
    return isPath
      ? [
          {
            severity: "warning",
            message: `${written}: ${says} from a place that is not known. Remove the setting.`,
            at,
          },
        ]
      : [];
  if (address.isSecure && HEADER_HOSTS.has(address.host)) return [];
  const host = oneLine(address.host, 80);
  return address.isSecure
    ? [{ severity: "information", message: `${written}: ${says} from ${host}. Check that this host is meant.`, at }]
    : [{ severity: "warning", message: `${written}: ${says} from ${host}, without encryption. Use https.`, at }];
}

/** Once a file: mirrors are usual. */
function downloadHosts({ own }: ContentFacts, kind: ConfigKind): readonly UnverifiedContent[] {
  const settings = ownFile(own, kind);
  const stated = [...(settings?.entries.values() ?? [])].flatMap(({ key, value }) =>
    value.kind === "scalar" && DOWNLOADS.test(inScripts(kind, key))
      ? [{ key, scalar: value, address: addressOf(value.text) }]
      : [],
  );
  const unusual = stated.filter(
    ({ address }) => address === null || !address.isSecure || !HEADER_HOSTS.has(address.host),
  );
  const [first] = unusual;
  if (first === undefined) return [];
  const isOpen = unusual.some(({ address }) => address?.isSecure !== true);
  const names = listed(
    unusual.map(({ key }) => oneLine(key, 60)),
    MOST_NAMED,
  );
  const advice = isOpen ? "Use addresses with https that are meant, or remove them." : "Check that each is meant.";
  const message = `${names}: install scripts take programs from there, which no lockfile has a hash of. ${advice}`;
  return [{ severity: isOpen ? "warning" : "information", message, at: { kind, span: first.scalar.span } }];
}

/** What pnpm 10 takes from `pnpm-workspace.yaml` beside the settings that it documents. */
function ofAnyName(facts: ContentFacts, manager: Pick<Manager, "version" | "range">): readonly UnverifiedContent[] {
  const kind = "pnpm-workspace";
  const settings = ownFile(facts.own, kind);
  if (settings === null || !isReadIn({ versions: TAKES_ANY_NAME }, kind, manager)) return [];
  const reported = new Set(
    DECIDING_SETTINGS.pnpm.flatMap((setting) =>
      found(setting, kind, settings, undefined).map(({ path: [key] }) => key),
    ),
  );
  const others = [...settings.entries.values()].filter(({ key, value }) => {
    const isDownload = value.kind === "scalar" && DOWNLOADS.test(inScripts(kind, key));
    return !isDocumentedPnpmSetting(key) && !reported.has(key) && !isDownload;
  });
  const hosts = downloadHosts(facts, kind);
  const [first] = others;
  if (first === undefined) return hosts;
  const names = listed(
    others.map(({ key }) => oneLine(key, 60)),
    MOST_NAMED,
  );
  const rest =
    others.length === 1
      ? "is not a documented setting. Check that it is meant, or remove it."
      : "are not documented settings. Check that they are meant, or remove them.";
  const message = `pnpm 10 takes settings of any name from pnpm-workspace.yaml; ${names} ${rest}`;
  return [...hosts, { severity: "warning", message, at: { kind, span: first.keySpan } }];
}

function fileVariable({ name, effect, file, isOpen, isUsual }: FileVariable): readonly UnverifiedContent[] {
  const says: Partial<Readonly<Record<Effect, string>>> = {
    "contents from a folder": `${file} tells Bun where its cache is. Bun installs what it finds there without checking it against bun.lock. Remove the variable.`,
    "code loaded": `${name} in ${file} can have install scripts run other code than their own. ${isUsual === true ? "Check that it is meant." : "Remove the variable."}`,
    "program run": `${name} in ${file} can have Corepack run another program in place of the package manager. Remove the variable.`,
    "code from a host": `${name} in ${file}: install scripts take programs from there, which no lockfile has a hash of. ${isOpen === true ? "Use an address with https that is meant, or remove it." : "Check that it is meant."}`,
    "hash not checked": `${name} in ${file} lets Bun install other contents than those whose hash is in bun.lock. Remove the variable.`,
  };
  const message = says[effect];
  const isInformation = isUsual === true || (effect === "code from a host" && isOpen !== true);
  return message === undefined ? [] : [{ severity: isInformation ? "information" : "warning", message, at: null }];
}

function inEnvironment(
  facts: ContentFacts,
  { found, unread, leftOut }: EnvironmentFiles,
  format: LockfileFormat,
  name: string = NAMES[format].name,
): readonly UnverifiedContent[] {
  const shaped = found.filter(({ effect }) => effect === "contents without a hash from another host");
  const unhashed = shaped.flatMap((variable) =>
    ofUnhashed(
      facts,
      null,
      format,
      `${variable.name} in ${variable.file} shapes ${name}'s connection to registries, and`,
    ),
  );
  const notRead = unread.map((file): UnverifiedContent => {
    const message = `${file} could not be read. ${name} loads it, and variables there can change what is installed or run. Make it a plain and shorter file, or delete it.`;
    return { severity: "warning", message, at: null };
  });
  const all = [...found.flatMap(fileVariable), ...unhashed, ...notRead];
  if (leftOut === null) return all;
  const message = `injectEnvironmentFiles names ${count(leftOut.count, "more file")} than are read. Variables there can have install scripts run other code than their own. Name fewer files.`;
  return [...all, { severity: "warning", message, at: { kind: "yarnrc", span: leftOut.span } }];
}

/**
 * What package managers find there they take for installed, whatever its contents, but for `npm ci`. Tried: npm 11 and 12,
 * pnpm 10 to 12, Yarn 1 and 4, Bun 1.4.
 */
function committedModules(facts: ContentFacts, format: LockfileFormat): readonly UnverifiedContent[] {
  const { folder, own, isCommitted } = facts;
  const { name, lockfile } = NAMES[format];
  const [inside, which, severity] =
    format === "pnpm" ? ["/lock.yaml", "that it lists", "warning" as const] : ["", "in it", "information" as const];
  return installedModules(format, own, folder)
    .filter(isCommitted)
    .map((at) => {
      const path = oneLine(relativePath(folder, at) ?? "a folder", 80);
      const ignored = path.replace(/\/\.pnpm$/, "");
      const message = `git does not ignore ${path}${inside}. ${name} takes the packages ${which} for installed, without comparing them with ${lockfile}. Add ${ignored} to .gitignore, and take it out of the repository if it is there.`;
      return { severity, message, at: null };
    });
}

/** Settings that name another folder than `node_modules`. */
const MODULES_FOLDER: Partial<Record<LockfileFormat, readonly (readonly [kind: ConfigKind, key: string])[]>> = {
  pnpm: [
    ["pnpm-workspace", "modulesDir"],
    ["npmrc", "modules-dir"],
  ],
  "yarn-classic": [
    ["yarnrc-classic", "--modules-folder"],
    ["yarnrc-classic", "--install.modules-folder"],
  ],
};

/** The folders that show what a package manager has for installed (URIs), inside the project. */
export function installedModules(
  format: LockfileFormat,
  own: readonly PolicyFile[],
  folder: string,
): readonly string[] {
  const stated = (MODULES_FOLDER[format] ?? []).flatMap(([kind, key]) => {
    const settings = ownFile(own, kind);
    const scalar = settings === null ? null : scalarAt(settings, key);
    return scalar === null ? [] : (valueOf(own, kind, scalar) ?? []);
  });
  const folders = ["node_modules", ...stated].flatMap((path) => resolvedFrom(folder, path) ?? []);
  const inside = folders.filter((at) => relativePath(folder, at) !== null);
  return [...new Set(inside)].map((at) => (format === "pnpm" ? join(at, ".pnpm") : at));
}

/** Yarn leaves folders that are there already as they are: tried with 4.18. */
function committedUnplugged({ own, folder, isCommitted }: ContentFacts): readonly UnverifiedContent[] {
  const unplugged = berryUnplugged(ownFile(own, "yarnrc"), folder);
  if (unplugged === null || !isCommitted(unplugged)) return [];
  const where = oneLine(relativePath(folder, unplugged) ?? "a folder", 60);
  const message = `Yarn runs packages from ${where}, which comes with this repository, without checking them against yarn.lock. Delete the folder and install again to compare them.`;
  return [{ severity: "information", message, at: null }];
}

/** https://yarnpkg.com/configuration/yarnrc#pnpUnpluggedFolder; null where it is outside of the project (URI). */
export function berryUnplugged(settings: ConfigMap | null, folder: string): string | null {
  const stated = settings === null ? null : scalarAt(settings, "pnpUnpluggedFolder");
  const unplugged = resolvedFrom(folder, stated?.text ?? ".yarn/unplugged");
  return unplugged === null || relativePath(folder, unplugged) === null ? null : unplugged;
}

/** Variables that no repository sets, and that lead to folders of the person's. */
const PERSONAL =
  /^\$\{(?:HOME|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_CACHE_HOME|XDG_DATA_HOME|TMPDIR|TEMP|TMP)\}(?=[/\\]|$)/;
/** Links of Linux that lead to the folder that a program runs in. */
const RUNS_IN = /^\/(?:proc|dev)\//;

/** Whether a path may lead into the project, or beside it. What a variable stands for that is not known may be anything. */
function mayLeadInside(kind: ConfigKind, text: string, folder: string, env: PolicyFile["env"]): boolean {
  if (text === "") return false;
  const stepsBack = /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text);
  if (PERSONAL.test(text) || /^~(?:[/\\]|$)/.test(text)) return stepsBack;
  const path = filledIn(kind, text, env);
  if (path === null || stepsBack || RUNS_IN.test(path)) return true;
  const isAbsolute = /^(?:[/\\]|[A-Za-z]:)/.test(path);
  const at = resolvedFrom(folder, path.replace(/^(?=[A-Za-z]:)/, "/"));
  return !isAbsolute || (at !== null && relativePath(folder, at) !== null);
}

/** Packages that one message names. */
const MOST_NAMED = 6;

function isLocked({ lockfiles }: ContentFacts, format: LockfileFormat): boolean {
  return lockfiles.some(({ model }) => model.format === format);
}

/** Where a package manager checks the hash of a lockfile, only packages without one are installed unchecked. */
function ofUnhashed(
  { lockfiles }: ContentFacts,
  at: UnverifiedContent["at"],
  format: LockfileFormat,
  intro: string,
): readonly UnverifiedContent[] {
  const own = lockfiles.filter(({ model }) => model.format === format);
  const [first] = own;
  const unhashed = own.flatMap(({ model }) => model.packages.filter((locked) => isUnhashed(locked, format)));
  if (first === undefined || unhashed.length === 0) return [];
  const names = listed(
    unhashed.map(({ name, version }) => oneLine(`${name} ${version}`, 80)),
    MOST_NAMED,
  );
  return [
    {
      severity: "warning",
      message: `${intro} ${fileNameOf(first.uri)} has ${count(unhashed.length, "package")} without a hash, which ${NAMES[format].name} installs from there unchecked: ${names}. Remove the setting, or lock them again.`,
      at,
    },
  ];
}

function isUnhashed({ source, bundled, integrity, resolved }: LockedPackage, format: LockfileFormat): boolean {
  const isFetched = source === "registry" || source === "tarball";
  return isFetched && !bundled && strongest(lockedHashes({ format, integrity, resolved })).length === 0;
}

/** npm runs such commands whether or not the package has any, and writes none: tried with npm 11.19 and 12.2. */
function scriptsIn({ uri, model }: Document<Lockfile>): readonly UnverifiedContent[] {
  const [first] = model.scripted ?? [];
  if (first === undefined) return [];
  const names = listed(
    (model.scripted ?? []).map(({ name, version }) => oneLine(`${name} ${version}`.trimEnd(), 80)),
    MOST_NAMED,
  );
  return [
    {
      severity: "error",
      message: `${fileNameOf(uri)} has install scripts of its own, which npm runs and no registry states, for ${names}. Remove them.`,
      at: { uri, span: first.span },
    },
  ];
}

/** Such archives take the place of what `resolved` and `integrity` say. */
function prebuiltIn({ uri, model }: Document<Lockfile>): readonly UnverifiedContent[] {
  const [first] = model.prebuilt ?? [];
  if (first === undefined) return [];
  const names = listed(
    (model.prebuilt ?? []).map(({ name, version }) => oneLine(`${name} ${version}`, 80)),
    MOST_NAMED,
  );
  return [
    {
      severity: "error",
      message: `${fileNameOf(uri)} has prebuiltVariants, archives that Yarn installs in place of what the registry published, for ${names}. Remove them and experimental-pack-script-packages-in-mirror.`,
      at: { uri, span: first.span },
    },
  ];
}

/** Yarn checks the archives by `yarn.lock`: both came with the repository. */
function committedCache(
  { own, folder, isCommitted }: ContentFacts,
  version: string | null,
): readonly UnverifiedContent[] {
  return berryCaches(ownFile(own, "yarnrc"), folder, version)
    .filter((cache) => isCommitted(cache.folder))
    .map((cache) => {
      const where = oneLine(relativePath(folder, cache.folder) ?? "a cache", 60);
      const message = `Yarn installs from ${where}, which comes with this repository, as do the checksums in yarn.lock that it is checked by. \`yarn install --check-cache\` compares both with the registry.`;
      return { severity: "information", message, at: cache.at };
    });
}

interface BerryCache {
  /** URI. */
  readonly folder: string;
  readonly at: UnverifiedContent["at"];
}

/**
 * The folders in the project that Yarn has its archives in. Beside a cache of the project it takes them from the global
 * one too (`enableMirror`): tried with 4.18.
 * https://yarnpkg.com/configuration/yarnrc#enableGlobalCache, #enableMirror, #globalFolder
 */
export function berryCaches(settings: ConfigMap | null, folder: string, version: string | null): readonly BerryCache[] {
  const stated = (key: string): ConfigScalar | null => {
    const value = settings === null ? undefined : writtenAt(settings, key)?.value;
    return value?.kind === "scalar" ? value : null;
  };
  const isGlobal = stated("enableGlobalCache");
  const isOld = version !== null && major(version) < 4;
  const isLocal = isGlobal === null ? isOld : !/^(?:true|1)$/.test(isGlobal.text);
  const isMirrored = !isLocal || !/^(?:false|0)$/.test(stated("enableMirror")?.text ?? "");
  const cacheFolder = stated("cacheFolder");
  const globalFolder = stated("globalFolder");
  const local = { path: cacheFolder?.text ?? ".yarn/cache", scalar: cacheFolder ?? isGlobal };
  return [
    ...(isLocal ? [local] : []),
    ...(isMirrored && globalFolder !== null ? [{ path: `${globalFolder.text}/cache`, scalar: globalFolder }] : []),
  ].flatMap(({ path, scalar }) => {
    const cache = resolvedFrom(folder, path);
    if (cache === null || relativePath(folder, cache) === null) return [];
    return [{ folder: cache, at: scalar === null ? null : { kind: "yarnrc" as const, span: scalar.span } }];
  });
}
