/** pnpm: the registry settings of `.npmrc`, and those of `pnpm-workspace.yaml`. */
import { join } from "node:path";
import { lt, parse, type SemVer } from "semver";
import { entryAt, mapAt, scalarAt, scalarsAt, type ConfigMap } from "../../core/documents/config/tree.ts";
import type { ConnectionOptions, Credentials } from "../connection.ts";
import { pnpmConfigFolder } from "../pnpm-folder.ts";
import { expandPnpm } from "../../core/config/variables.ts";
import { addressText, destinationOf, type Author, type Destination } from "./address.ts";
import { variable } from "../environment.ts";
import { JSR, NPMJS, type Load, type Machine, type RegistryConfig } from "./config.ts";
import { readConfigFile, type ConfigFile } from "./config-file.ts";
import { CredentialIndex } from "./credential-index.ts";
import { isUsersOwn, npmLayers, userNpmrc } from "./npm.ts";
import type { Values } from "./npm-library.ts";
import { destinationFrom, noAddress, readNpmrc, type NpmrcLayer } from "./npmrc.ts";
import type { RegistryScope } from "./registry-scope.ts";
import { configOf, settle, type Settled } from "./merge-npmrc.ts";

/**
 * Of pnpm 11 and up: https://pnpm.io/npmrc, config/reader (loadNpmrcFiles.ts, index.ts). Until pnpm 10 `.npmrc` counted
 * as it does for npm, a workspace's own before its root's, and the environment's `npm_config_…`; `pnpm-workspace.yaml`
 * has `registries` from pnpm 10 on. A version that is not stated is taken for a new one.
 */
export const loadPnpm: Load = async (project, machine, stated) => {
  const version = parse(stated);
  const isNew = isRecentPnpm(stated);
  // "environment variables are not expanded in registry credentials that come from a project .npmrc": from 10.34.2 on.
  const expandsCredentials = version !== null && lt(version, "10.34.2");
  const own = ownNpmrcs(project, !isNew, expandsCredentials, machine);
  const { layers, files } = isNew
    ? recentLayers(project, own, machine)
    : await formerLayers(project, own, version, machine);
  const settled = settle(
    layers.map(({ values }) => values),
    machine,
  );
  const destinations = new Map(settled.destinations);
  for (const { file, author } of version !== null && version.major < 10 ? [] : files)
    addRegistries(destinations, file, author, isNew, machine);
  const environment = isNew ? variable(machine.env, "pnpm_config_registry", "PNPM_CONFIG_REGISTRY") : null;
  if (environment !== null)
    destinations.set("registry", destinationOf(environment) ?? noAddress("pnpm_config_registry", "the environment"));
  const unread = [...layers, ...files.map(({ file }) => file)].find((layer) => layer.unread !== null)?.unread ?? null;
  const credentials = isNew ? settled.credentials : withFinalSlash(settled.credentials);
  const config = configOf({ ...settled, destinations, credentials }, unread);
  const options = isNew
    ? optionsOf(
        settled.options,
        files.map(({ file, author }) => ({ settings: file.settings, author })),
        machine,
      )
    : settled.options;
  if (!isNew) return { ...config, options: () => options };
  return {
    ...config,
    credentials: credentialsOf(settled),
    scopesWithLogin: scopesWithLogin(settled),
    named: namedRegistries(files, machine),
    options: () => options,
  };
};

/** From pnpm 11 on a workspace's own `.npmrc` does not count. */
export function isRecentPnpm(stated: string | null): boolean {
  const version = parse(stated);
  return version === null || version.major >= 11;
}

function ownNpmrcs(
  project: RegistryScope | null,
  ofWorkspace: boolean,
  expandsCredentials: boolean,
  machine: Machine,
): readonly NpmrcLayer[] {
  if (project === null) return [];
  const folders = ofWorkspace && project.own !== project.root ? [project.root, project.own] : [project.root];
  const paths = folders.map((folder) => join(folder, ".npmrc")).filter((path) => !isUsersOwn(path, machine));
  return paths.map((path) => readNpmrc(path, { author: "project", expandsCredentials, stopsAtEmpty: true }, machine));
}

/** Files in YAML, the weakest first. */
type Written = readonly { readonly file: ConfigFile; readonly author: Author }[];
interface Sources {
  /** The weakest first. */
  readonly layers: readonly NpmrcLayer[];
  readonly files: Written;
}

function recentLayers(project: RegistryScope | null, own: readonly NpmrcLayer[], machine: Machine): Sources {
  const { env } = machine;
  const personal = { author: "person", expandsCredentials: true, stopsAtEmpty: true } as const;
  const folder = pnpmConfigFolder(machine.env, machine.home);
  const layers: readonly NpmrcLayer[] = [
    { values: { registry: NPMJS, "@jsr:registry": JSR }, unread: null },
    readNpmrc(
      variable(env, "pnpm_config_npmrc_auth_file", "PNPM_CONFIG_NPMRC_AUTH_FILE") ?? userNpmrc(machine),
      personal,
      machine,
    ),
    readNpmrc(join(folder, "auth.ini"), personal, machine),
    ...own,
    { values: urlScoped(env), unread: null },
  ];
  const files: Written = [
    { file: readConfigFile(join(folder, "config.yaml"), "pnpm-workspace", machine), author: "person" },
    ...(project === null
      ? []
      : [
          {
            file: readConfigFile(join(project.root, "pnpm-workspace.yaml"), "pnpm-workspace", machine),
            author: "project" as const,
          },
        ]),
  ];
  return { layers, files };
}

async function formerLayers(
  project: RegistryScope | null,
  own: readonly NpmrcLayer[],
  version: SemVer | null,
  machine: Machine,
): Promise<Sources> {
  const followsNamed = version === null || lt(version, "10.34.0");
  const layers: readonly NpmrcLayer[] = [
    readNpmrc(
      join(pnpmConfigFolder(machine.env, machine.home), "rc"),
      { author: "person", expandsCredentials: true, stopsAtEmpty: true },
      machine,
    ),
    ...(await npmLayers(own, followsNamed, machine)),
  ];
  return {
    layers,
    files:
      project === null
        ? []
        : [
            {
              file: readConfigFile(join(project.root, "pnpm-workspace.yaml"), "pnpm-workspace", machine),
              author: "project",
            },
          ],
  };
}

/** `npm_config_//host/:_authToken` and `pnpm_config_//…`, of which the latter holds. */
function urlScoped(env: NodeJS.ProcessEnv): Values {
  const found = Object.entries(env).flatMap(([name, value]) => {
    const [, prefix, key] = /^(p?npm_config_)(\/\/.+)$/i.exec(name) ?? [];
    return prefix === undefined || key === undefined || value === "" || key.endsWith(":tokenHelper")
      ? []
      : [{ isPnpm: /^p/i.test(prefix), key, value }];
  });
  return Object.fromEntries(
    found.toSorted((a, b) => Number(a.isPnpm) - Number(b.isPnpm)).map(({ key, value }) => [key, value]),
  );
}

/** `registries` by scope (`default` for all others) or, from pnpm 11 on, by address with its `scopes`; and `registry`. */
function addRegistries(
  destinations: Map<string, Destination>,
  { path, settings }: ConfigFile,
  author: Author,
  isNew: boolean,
  { env }: Machine,
): void {
  const nameOf = (scope: string): string => (scope === "default" || scope === "@" ? "registry" : `${scope}:registry`);
  const add = (scope: string, text: string, key: string): void => {
    destinations.set(nameOf(scope), destinationFrom(expandPnpm(text, env), author, path, key));
  };
  const registry = isNew ? scalarAt(settings, "registry") : null;
  if (registry !== null) add("default", registry.text, "registry");
  for (const { key, value } of mapAt(settings, "registries").entries.values()) {
    if (value.kind === "scalar") add(key, value.text, `registries.${key}`);
    else if (value.kind === "map" && isNew)
      for (const scope of scalarsAt(value, "scopes")) add(scope.text, key, `registries, for ${scope.text},`);
    else destinations.set(nameOf(key), noAddress(`registries.${key}`, path));
  }
}

/**
 * What a specifier may have before its colon: `namedRegistries`, and before that the `prefix` of a registry among
 * `registries` (pnpm: config/reader, getOptionsFromRootManifest.ts).
 */
function namedRegistries(files: Written, { env }: Machine): ReadonlyMap<string, Destination> {
  const named = new Map<string, Destination>(BUILT_IN);
  for (const {
    file: { path, settings },
    author,
  } of files) {
    const add = (name: string, address: string, key: string) =>
      named.set(name, destinationFrom(expandPnpm(address, env), author, path, key));
    for (const { key, value } of mapAt(settings, "namedRegistries").entries.values())
      add(key, value.kind === "scalar" ? value.text : "", `namedRegistries.${key}`);
    for (const { key, value } of mapAt(settings, "registries").entries.values()) {
      const prefix = value.kind === "map" ? scalarAt(value, "prefix") : null;
      if (prefix !== null) add(prefix.text, key, `registries, for ${prefix.text}:,`);
    }
  }
  return named;
}

/** pnpm: core/constants, BUILTIN_REGISTRIES_BY_PREFIX. */
const BUILT_IN: readonly (readonly [name: string, destination: Destination])[] = [
  ["gh", { url: "https://npm.pkg.github.com/", login: null }],
  ["npmjs", NPMJS],
];

/** pnpm 10 and its like passed over `//host:_authToken`. */
function withFinalSlash(credentials: Credentials): Credentials {
  return Object.fromEntries(Object.entries(credentials).filter(([key]) => /\/:[^/:]+$/.test(key)));
}

/** `//host/:@scope:_authToken` is for names of that scope, before `//host/:_authToken`. */
function credentialsOf({ credentials }: Settled): RegistryConfig["credentials"] {
  const usual: (readonly [string, string])[] = [];
  const byScope = new Map<string, (readonly [string, string])[]>();
  for (const [key, value] of Object.entries(credentials)) {
    const [, host, scope, rest] = SCOPED_KEY.exec(key) ?? [];
    if (host === undefined || scope === undefined || rest === undefined) {
      usual.push([key, value]);
      continue;
    }
    const scoped = byScope.get(scope) ?? [];
    if (scoped.length === 0) byScope.set(scope, scoped);
    scoped.push([`${host}:${rest}`, value]);
  }
  const index = new CredentialIndex(usual);
  const scopedIndices = new Map([...byScope].map(([scope, scoped]) => [scope, new CredentialIndex(scoped)]));
  return (url, scope) => ({
    ...index.around(url),
    ...(scope === null ? {} : scopedIndices.get(scope)?.around(url)),
  });
}

function scopesWithLogin({ logins }: Settled): ReadonlySet<string> {
  return new Set(logins.map((key) => SCOPED_KEY.exec(key)?.[2]).filter((scope) => scope !== undefined));
}

const SCOPED_KEY = /^(\/\/.*):(@[^/:]+):(_?\w+)$/;

function optionsOf(
  base: ConnectionOptions,
  files: readonly { readonly settings: ConfigMap; readonly author: Author }[],
  { env, log }: Machine,
): ConnectionOptions {
  let { proxy, noProxy, strictSSL } = base;
  for (const { settings, author } of files) {
    const setting = scalarAt(settings, "httpsProxy") ?? scalarAt(settings, "httpProxy") ?? scalarAt(settings, "proxy");
    const pieces = typeof setting?.value === "string" ? expandPnpm(setting.text, env) : null;
    const address = pieces === null ? null : addressText(pieces, author);
    if (address !== null && URL.canParse(address)) proxy = address;
    else if (typeof setting?.value === "string")
      log.warn("pnpm's proxy setting is not an address that can be followed; it was ignored.");
    const none = scalarAt(settings, "noProxy") ?? scalarAt(settings, "noproxy");
    if (none !== null && typeof none.value === "string") noProxy = none.text;
    const strict = entryAt(settings, "strictSsl")?.value;
    if (strict?.kind === "scalar" && typeof strict.value === "boolean") strictSSL = strict.value;
  }
  return { ...base, proxy, noProxy, strictSSL };
}
