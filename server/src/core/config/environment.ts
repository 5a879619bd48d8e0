/** Settings in variables of the environment. */
import type { ConfigKind } from "../documents/config/index.ts";
import type { Environment } from "./variables.ts";

/** The prefix that each package manager has for its settings, and the name that a setting has behind it. Bun has none. */
const PREFIXES: ReadonlyMap<ConfigKind, { readonly prefix: RegExp; readonly nameOf: (rest: string) => string }> =
  new Map([
    // https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables
    ["npmrc", { prefix: /^npm_config_/i, nameOf: (rest) => rest.toLowerCase().replaceAll("_", "-") }],
    // pnpm 11: config/reader, env.ts
    ["pnpm-workspace", { prefix: /^pnpm_config_/i, nameOf: camelCase }],
    // packages/yarnpkg-core/sources/Configuration.ts (`getEnvironmentSettings`)
    ["yarnrc", { prefix: /^yarn_/i, nameOf: camelCase }],
  ]);

/** By the name of the setting: `YARN_NPM_REGISTRY_SERVER` is `npmRegistryServer`. Empty values are included. */
export function environmentSettings(kind: ConfigKind, env: Environment): ReadonlyMap<string, string> {
  const known = PREFIXES.get(kind);
  const settings = new Map<string, string>();
  if (known === undefined) return settings;
  for (const [variable, text] of Object.entries(env)) {
    const rest = variable.replace(known.prefix, "");
    if (text !== undefined && rest !== "" && rest !== variable) settings.set(known.nameOf(rest), text);
  }
  return settings;
}

function camelCase(rest: string): string {
  return rest.toLowerCase().replace(/(?<!_)_+([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}
