/** pnpm: the registry settings of `.npmrc`, and those of `pnpm-workspace.yaml`. */
import { lt, parse } from "semver";
import { entryAt, mapAt, scalarAt, scalarsAt, type ConfigMap } from "../../core/documents/config/tree.ts";
import type { ConnectionOptions, Credentials } from "../connection.ts";
import { uriOf } from "../uri.ts";
import { expandPnpm } from "../../core/config/variables.ts";
import { addressText, destinationOf, type Author, type Destination } from "./address.ts";
import { variable } from "../environment.ts";
import { JSR, NPMJS, type Load, type Machine, type RegistryConfig } from "./config.ts";
import { readConfigFile, type ConfigFile } from "./config-file.ts";
import { CredentialIndex } from "./credential-index.ts";
import { npmLayers } from "./npm.ts";
import type { Values } from "./npm-library.ts";
import { destinationFrom, noAddress, readNpmrc, type NpmrcLayer } from "./npmrc.ts";
import { isRecentPnpm } from "./pnpm-version.ts";
import { settingsFiles, type SettingsFile } from "./settings-files.ts";
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
  const sources = settingsFiles({ kind: "pnpm", version: stated }, project, machine.places).toReversed();
  const npmrcOf = ({ path, author }: SettingsFile): NpmrcLayer =>
    readNpmrc(
      path,
      { author, expandsCredentials: author === "person" || expandsCredentials, stopsAtEmpty: true },
      machine,
    );
  const npmrcs = sources.filter(({ kind }) => kind === "npmrc");
  const layers = isNew
    ? recentLayers(npmrcs.map(npmrcOf), machine)
    : [
        // What is the user's for npm is taken from npm's own library.
        ...npmrcs.filter(({ path, author }) => author === "person" && !isUsers(path, machine)).map(npmrcOf),
        ...(await npmLayers(
          npmrcs.filter(({ author }) => author === "project").map(npmrcOf),
          version === null || lt(version, "10.34.0"),
          machine,
        )),
      ];
  const files: Written = sources
    .filter(({ kind }) => kind === "pnpm-workspace")
    .map(({ path, author }) => ({ file: readConfigFile(path, "pnpm-workspace", machine), author }));
  const settled = settle(
    layers.map(({ values }) => values),
    machine,
  );
  const destinations = new Map(settled.destinations);
  for (const { file, author } of files) addRegistries(destinations, file, author, isNew, machine);
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

/** Files in YAML, the weakest first. */
type Written = readonly { readonly file: ConfigFile; readonly author: Author }[];

function recentLayers(npmrcs: readonly NpmrcLayer[], { env }: Machine): readonly NpmrcLayer[] {
  return [
    { values: { registry: NPMJS, "@jsr:registry": JSR }, unread: null },
    ...npmrcs,
    { values: urlScoped(env), unread: null },
  ];
}

function isUsers(path: string, { places }: Machine): boolean {
  return uriOf(path) === places.userNpmrc;
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
