/** Settings of a project by which its package manager installs contents that it does not check against the lockfile. */
import { intersects, lt, major } from "semver";
import { filledIn } from "../../config/variables.ts";
import type { ConfigKind } from "../../documents/config/index.ts";
import { entryAt, scalarAt, type ConfigMap, type ConfigScalar } from "../../documents/config/tree.ts";
import { lockedHashes, strongest } from "../../facts/integrity.ts";
import { oneLine } from "../../util/sanitize.ts";
import type { LockedPackage, Lockfile, LockfileFormat } from "../../model.ts";
import type { Document } from "../../project/document-store.ts";
import type { Manager } from "../../project/manager.ts";
import { fileNameOf, relativePath, resolvedFrom } from "../../util/uri.ts";
import type { Span } from "../../util/text.ts";
import { count, listed } from "../../util/words.ts";
import type { PolicyFile } from "../../config/layers.ts";
import { ownFile } from "./weakness.ts";
import { writtenAt } from "../../config/yarn-settings.ts";

export interface UnverifiedContent {
  /** Information where the package manager checks the contents, by hashes that came with them. */
  readonly severity: "error" | "warning" | "information";
  readonly message: string;
  /** The setting's value, in the project's own file, or the place in a lockfile (URI); null where neither says it. */
  readonly at:
    { readonly kind: ConfigKind; readonly span: Span } | { readonly uri: string; readonly span: Span } | null;
}

export interface ContentFacts {
  /** Every package manager that may install anything of the project; null is taken for npm. */
  readonly managers: readonly (Manager | null)[];
  /** The project's own files. */
  readonly own: readonly PolicyFile[];
  /** Those that say what is installed. */
  readonly lockfiles: readonly Document<Lockfile>[];
  /** The folder of its settings (URI). */
  readonly folder: string;
  /** The file with variables that moves Bun's cache, by its name; null where there is none. */
  readonly bunVariables: string | null;
  /** Whether this folder of the project (URI) holds archives of Yarn that are not kept out of the repository. */
  readonly holdsArchives: (folder: string) => boolean;
}

/**
 * What each package manager checks was tried with npm 11, pnpm 9 to 12, Yarn 1 and 4, and Bun 1.4.
 * pnpm checks the files of its store against the store's own index, so `verifyStoreIntegrity` does not help against a
 * store that came with the project.
 */
export function unverifiedContent(facts: ContentFacts): readonly UnverifiedContent[] {
  const found = facts.managers.flatMap((manager) => CHECKS[manager?.kind ?? "npm"](facts, manager));
  return [...new Map(found.map((each) => [`${fileOf(each)} ${each.message}`, each])).values()];
}

function fileOf({ at }: UnverifiedContent): string {
  if (at === null) return "";
  return "uri" in at ? at.uri : at.kind;
}

type Check = (facts: ContentFacts, manager: Manager | null) => readonly UnverifiedContent[];

const CHECKS: Readonly<Record<LockfileFormat, Check>> = {
  npm: (facts) => inProject(facts, "npmrc", ["cache"]).flatMap((folder) => ofUnhashed(facts, folder, "npm", "cache")),
  pnpm: (facts, manager) => [
    ...[
      ...inProject(facts, "pnpm-workspace", ["storeDir"]),
      ...(readsNpmrc(manager) ? inProject(facts, "npmrc", ["store-dir"]) : []),
    ].map((folder) => unchecked(folder, "pnpm", "store", "pnpm-lock.yaml")),
    ...turnedOff(facts, "pnpm-workspace", "verifyStoreIntegrity"),
    ...(readsNpmrc(manager) ? turnedOff(facts, "npmrc", "verify-store-integrity") : []),
  ],
  "yarn-classic": (facts) => [
    ...CLASSIC_FILES.flatMap((kind) => classicCaches(facts, kind)).map((folder) =>
      unchecked(folder, "Yarn", "cache", "yarn.lock"),
    ),
    ...CLASSIC_FILES.flatMap((kind) => inProject(facts, kind, ["yarn-offline-mirror"])).flatMap((folder) =>
      ofUnhashed(facts, folder, "Yarn", "offline mirror"),
    ),
    ...CLASSIC_FILES.flatMap((kind) => packsInMirror(facts, kind)),
    ...facts.lockfiles.flatMap(prebuiltIn),
  ],
  "yarn-berry": (facts, manager) => [
    ...checksums(facts),
    ...defaultProtocol(facts),
    ...committedCache(facts, manager?.version ?? null),
  ],
  bun: (facts) => [
    ...[
      ...inProject(facts, "bunfig", ["install", "cache"]),
      ...inProject(facts, "bunfig", ["install", "cache", "dir"]),
      ...inProject(facts, "npmrc", ["cache"]),
    ].map((folder) => unchecked(folder, "Bun", "cache", "bun.lock")),
    ...(facts.bunVariables === null
      ? []
      : [
          {
            severity: "warning" as const,
            message: `${facts.bunVariables} tells Bun where its cache is. Bun installs what it finds there without checking it against bun.lock. Remove the variable.`,
            at: null,
          },
        ]),
  ],
};

/** A folder of a package manager that a setting has put into the project. */
interface ProjectFolder {
  readonly kind: ConfigKind;
  readonly span: Span;
  /** `storeDir: .store` */
  readonly written: string;
}

function inProject({ own, folder }: ContentFacts, kind: ConfigKind, path: readonly string[]): readonly ProjectFolder[] {
  const settings = ownFile(own, kind);
  const scalar = settings === null ? null : scalarAt(settings, ...path);
  if (scalar === null || typeof scalar.value === "boolean" || scalar.value === null) return [];
  const env = own.find((file) => file.kind === kind)?.env;
  return mayLeadInside(kind, scalar.text, folder, env)
    ? [{ kind, span: scalar.span, written: writtenAs(kind, path, scalar) }]
    : [];
}

function writtenAs(kind: ConfigKind, path: readonly string[], { text }: ConfigScalar): string {
  const equals = { npmrc: "=", bunfig: " = ", "yarnrc-classic": " ", "pnpm-workspace": ": ", yarnrc: ": " }[kind];
  return `${oneLine(path.join("."), 60)}${equals}${oneLine(text, 60)}`;
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

function unchecked(
  { kind, span, written }: ProjectFolder,
  manager: string,
  what: string,
  lockfile: string,
): UnverifiedContent {
  return {
    severity: "warning",
    message: `${written} puts ${manager}'s ${what} into this project. ${manager} installs what it finds there without checking it against ${lockfile}. Remove the setting.`,
    at: { kind, span },
  };
}

/** Packages that one message names. */
const MOST_NAMED = 6;

/** Where a package manager checks the hash of a lockfile, only packages without one are installed unchecked. */
function ofUnhashed(
  { lockfiles }: ContentFacts,
  { kind, span, written }: ProjectFolder,
  manager: "npm" | "Yarn",
  what: string,
): readonly UnverifiedContent[] {
  const format = manager === "npm" ? "npm" : "yarn-classic";
  const own = lockfiles.filter(({ model }) => model.format === format);
  const [first] = own;
  const intro = `${written} puts ${manager}'s ${what} into this project, and`;
  if (first === undefined)
    return [
      {
        severity: "warning",
        message: `${intro} there is no lockfile that says which contents are right. Remove the setting, or lock the dependencies.`,
        at: { kind, span },
      },
    ];
  const unhashed = own.flatMap(({ model }) => model.packages.filter((locked) => isUnhashed(locked, format)));
  if (unhashed.length === 0) return [];
  const names = listed(
    unhashed.map(({ name, version }) => oneLine(`${name} ${version}`, 80)),
    MOST_NAMED,
  );
  return [
    {
      severity: "warning",
      message: `${intro} ${fileNameOf(first.uri)} has ${count(unhashed.length, "package")} without a hash, which ${manager} installs from there unchecked: ${names}. Remove the setting, or lock them again.`,
      at: { kind, span },
    },
  ];
}

function isUnhashed({ source, bundled, integrity, resolved }: LockedPackage, format: LockfileFormat): boolean {
  const isFetched = source === "registry" || source === "tarball";
  return isFetched && !bundled && strongest(lockedHashes({ format, integrity, resolved })).length === 0;
}

const PACKS_IN_MIRROR = "experimental-pack-script-packages-in-mirror";

/** Yarn takes any value for true but an empty one, 0 and `false`. */
function packsInMirror({ own }: ContentFacts, kind: (typeof CLASSIC_FILES)[number]): readonly UnverifiedContent[] {
  const settings = ownFile(own, kind);
  const scalar = settings === null ? null : scalarAt(settings, PACKS_IN_MIRROR);
  if (scalar === null || ["", "0", "false", "null"].includes(scalar.text)) return [];
  return [
    {
      severity: "warning",
      message: `${writtenAs(kind, [PACKS_IN_MIRROR], scalar)} lets Yarn install archives of its offline mirror that are not what the registry published. Remove the setting.`,
      at: { kind, span: scalar.span },
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
      message: `${fileNameOf(uri)} has prebuiltVariants, archives that Yarn installs in place of what the registry published, for ${names}. Remove them and ${PACKS_IN_MIRROR}.`,
      at: { uri, span: first.span },
    },
  ];
}

const CLASSIC_FILES = ["yarnrc-classic", "npmrc"] as const;

/** `cache-folder`; `.yarnrc` also has flags for all commands or one: `--install.cache-folder`. */
function classicCaches(facts: ContentFacts, kind: (typeof CLASSIC_FILES)[number]): readonly ProjectFolder[] {
  const keys = [...(ownFile(facts.own, kind)?.entries.keys() ?? [])];
  return keys
    .filter((key) => key === "cache-folder" || (kind === "yarnrc-classic" && /^--(?:[^.]+\.)?cache-folder$/.test(key)))
    .flatMap((key) => inProject(facts, kind, [key]));
}

/** From pnpm 11 on `.npmrc` has no settings of pnpm's. */
function readsNpmrc(manager: Manager | null): boolean {
  const { version = null, range = "*" } = manager ?? {};
  return version === null ? intersects(range, "<11.0.0") : lt(version, "11.0.0");
}

function turnedOff({ own }: ContentFacts, kind: "pnpm-workspace" | "npmrc", key: string): readonly UnverifiedContent[] {
  const settings = ownFile(own, kind);
  const scalar = settings === null ? null : scalarAt(settings, key);
  // Which other words turn it off is up to the version.
  if (scalar === null || /^(?:true|yes|on|y)$/i.test(scalar.text)) return [];
  return [
    {
      severity: "warning",
      message: `${writtenAs(kind, [key], scalar)} lets pnpm install files of its store that were changed since. Remove the setting.`,
      at: { kind, span: scalar.span },
    },
  ];
}

/** `throw` is the default; each other value takes contents that yarn.lock does not state. https://yarnpkg.com/configuration/yarnrc#checksumBehavior */
function checksums({ own }: ContentFacts): readonly UnverifiedContent[] {
  const settings = ownFile(own, "yarnrc");
  const written = settings === null ? null : writtenAt(settings, "checksumBehavior");
  if (written?.value.kind !== "scalar") return [];
  const { value: scalar } = written;
  if (filledIn("yarnrc", scalar.text, own.find(({ kind }) => kind === "yarnrc")?.env) === "throw") return [];
  return [
    {
      severity: "warning",
      message: `${writtenAs("yarnrc", ["checksumBehavior"], scalar)} lets Yarn install other contents than those whose checksum is in yarn.lock. Remove the setting.`,
      at: { kind: "yarnrc", span: scalar.span },
    },
  ];
}

/** What Yarn puts before each range that has no protocol. https://yarnpkg.com/configuration/yarnrc#defaultProtocol */
function defaultProtocol({ own }: ContentFacts): readonly UnverifiedContent[] {
  const settings = ownFile(own, "yarnrc");
  const written = settings === null ? null : writtenAt(settings, "defaultProtocol");
  if (written?.value.kind !== "scalar") return [];
  const { value: scalar } = written;
  if (filledIn("yarnrc", scalar.text, own.find(({ kind }) => kind === "yarnrc")?.env) === "npm:") return [];
  return [
    {
      severity: "error",
      message: `${writtenAs("yarnrc", ["defaultProtocol"], scalar)} lets Yarn install from there what asks a registry for a range. Remove the setting.`,
      at: { kind: "yarnrc", span: scalar.span },
    },
  ];
}

/** Yarn checks the archives by `yarn.lock`: both came with the repository. */
function committedCache(
  { own, folder, holdsArchives }: ContentFacts,
  version: string | null,
): readonly UnverifiedContent[] {
  const settings = ownFile(own, "yarnrc");
  const cache = berryCache(settings, folder, version);
  if (cache === null || !holdsArchives(cache.folder)) return [];
  const where = oneLine(relativePath(folder, cache.folder) ?? "a cache", 60);
  return [
    {
      severity: "information",
      message: `Yarn installs from ${where}, which comes with this repository, as do the checksums in yarn.lock that it is checked by. \`yarn install --check-cache\` compares both with the registry.`,
      at: cache.at,
    },
  ];
}

interface BerryCache {
  /** URI. */
  readonly folder: string;
  readonly at: UnverifiedContent["at"];
}

/** The folder in the project that Yarn has its archives in; null where that is elsewhere. https://yarnpkg.com/configuration/yarnrc#enableGlobalCache */
export function berryCache(settings: ConfigMap | null, folder: string, version: string | null): BerryCache | null {
  const isGlobal = settings === null ? undefined : entryAt(settings, "enableGlobalCache")?.value;
  const isOld = version !== null && major(version) < 4;
  const local = isGlobal?.kind === "scalar" ? isGlobal.text === "false" : isOld;
  if (!local) return null;
  const stated = settings === null ? null : scalarAt(settings, "cacheFolder");
  const cache = resolvedFrom(folder, stated?.text ?? ".yarn/cache");
  if (cache === null || relativePath(folder, cache) === null) return null;
  const scalar = stated ?? (isGlobal?.kind === "scalar" ? isGlobal : null);
  return { folder: cache, at: scalar === null ? null : { kind: "yarnrc", span: scalar.span } };
}
