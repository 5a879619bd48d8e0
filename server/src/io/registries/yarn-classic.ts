/** Yarn 1: `.npmrc` and `.yarnrc`, each from the project, the person and every folder above. */
import { basename, dirname, resolve } from "node:path";
import { DEFAULT_CONNECTION_OPTIONS } from "../connection.ts";
import { destinationOf, type Author } from "./address.ts";
import { authoritiesFile } from "./certificate-file.ts";
import { YARNPKG, type Load, type Machine } from "./config.ts";
import { CredentialIndex } from "./credential-index.ts";
import type { Values } from "./npm-library.ts";
import { NO_LAYER, noAddress, readNpmrc, type NpmrcLayer } from "./npmrc.ts";
import { settingsFiles } from "./settings-files.ts";
import { configOf, settle } from "./merge-npmrc.ts";

/**
 * A registry in any `.npmrc` holds over one in any `.yarnrc`, for the rest it is the other way round; the environment
 * holds over both. A login is for the very address that it names, not for what lies below. Unlike Yarn 1, one that names
 * no host (`_authToken=…`) goes nowhere.
 * https://github.com/yarnpkg/yarn/blob/master/src/registries/npm-registry.js (`getRegistry`, `getRegistryOption`, `getPossibleConfigLocations`)
 */
export const loadYarnClassic: Load = (project, machine) => {
  const files = settingsFiles({ kind: "yarn-classic", version: null }, project, machine.places).toReversed();
  const npmrcs = files
    .filter(({ kind }) => kind === "npmrc")
    .map(({ path, author }) => readNpmrc(path, { author, expandsCredentials: true }, machine));
  const yarnrcs = files
    .filter(({ kind }) => kind === "yarnrc-classic")
    .map(({ path, author }) => readYarnrc(path, author, machine));
  const environment = environmentOf(machine.env);
  const where = settle(
    [{ registry: YARNPKG }, ...yarnrcs.map(onlyRegistries), ...npmrcs.map(({ values }) => values), environment],
    machine,
  );
  const how = settle(
    [...npmrcs, ...yarnrcs].map(({ values }) => values),
    machine,
  );
  const unread = [...npmrcs, ...yarnrcs].find((layer) => layer.unread !== null)?.unread ?? null;
  const config = configOf({ ...where, options: { ...DEFAULT_CONNECTION_OPTIONS, ...how.options } }, unread);
  const index = new CredentialIndex(Object.entries(where.credentials));
  const withheld = new CredentialIndex(Object.entries(where.withheld));
  return {
    ...config,
    credentials: (url) => index.at(url),
    withheld: (url) => Object.values(withheld.at(url))[0] ?? null,
  };
};

/** `npm_config_registry` before `YARN_REGISTRY`. */
function environmentOf(env: NodeJS.ProcessEnv): Values {
  const text = named(env, "npm_config_registry") ?? named(env, "yarn_registry");
  return text === undefined ? {} : { registry: destinationOf(text) ?? noAddress("registry", "the environment") };
}

function named(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.entries(env).find(([key, value]) => key.toLowerCase() === name && value !== "")?.[1];
}

function onlyRegistries({ values }: NpmrcLayer): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => key === "registry" || /^@[^/]+:registry$/.test(key)),
  );
}

const TAKEN = new Set(["registry", "proxy", "https-proxy", "strict-ssl", "ca"]);

function readYarnrc(path: string, author: Author, machine: Machine): NpmrcLayer {
  const { files } = machine;
  const file = files.plain(path);
  // Yarn fails on what it cannot read, but for a folder.
  if (file.kind === "absent" || (file.kind === "refused" && file.code === "EISDIR")) return NO_LAYER;
  const tree = file.kind === "text" ? files.tree(path, "yarnrc-classic", file.text) : null;
  if (tree === null || tree.problems.length > 0)
    return { values: {}, unread: `${basename(path)} could not be read whole` };
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { key, value: written } of tree.root.entries.values()) {
    if (written.kind !== "scalar") continue;
    const value = written.text;
    if (key === "registry" || /^@[^/]+:registry$/.test(key)) {
      values[key] = value === "" && key !== "registry" ? null : (destinationOf(value) ?? noAddress(key, path));
    } else if (key === "cafile") {
      const named = authoritiesFile(resolve(dirname(path), value), author, machine);
      if ("path" in named) values[key] = named.path;
    } else if (TAKEN.has(key)) values[key] = key === "strict-ssl" ? value !== "false" : value;
  }
  return { values, unread: null };
}
