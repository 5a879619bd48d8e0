/** What of the environment may be the person's or a project's: where it matters which, nobody is asked. */
import { NPMJS_HOSTS } from "../../core/facts/places.ts";
import type { SettingsPlaces } from "../../core/config/sources.ts";
import type { LockfileFormat } from "../../core/model.ts";
import type { Manager } from "../../core/project/manager.ts";
import { settingsPlaces } from "../settings-places.ts";
import { destinationOf, isAt } from "./address.ts";
import type { Machine, RegistryConfig } from "./config.ts";
import { isRecentPnpm } from "./pnpm-version.ts";

/** Variables with the default registry. */
const REGISTRY: Readonly<Record<LockfileFormat, RegExp>> = {
  npm: /^npm_config_registry$/i,
  pnpm: /^npm_config_registry$/i,
  "yarn-classic": /^(npm_config|yarn)_registry$/i,
  "yarn-berry": /^yarn_npm_registry_server$/i,
  bun: /^(npm|bun)_config_registry$/i,
};
const RECENT_PNPM_REGISTRY = /^pnpm_config_registry$/i;

/** Which files depend on the environment beside the home folder. Of npm, and of pnpm before 11, `npmLayers` knows better. */
const PLACES: Readonly<Record<LockfileFormat, readonly (keyof SettingsPlaces)[]>> = {
  npm: [],
  pnpm: ["pnpm"],
  "yarn-classic": ["userNpmrc", "machine"],
  "yarn-berry": ["yarnrcName"],
  bun: ["bun"],
};
const RECENT_PNPM_PLACES = ["pnpmAuthFile", "pnpm"] as const;

/**
 * A configuration out of files and the person's own variables, beside those variables that a project may have set. These
 * do not count. A person who did set them may mean names to go elsewhere than the files say: such names are kept back.
 */
export function besideShaped(
  config: RegistryConfig,
  { kind, version }: Manager,
  { shaped, env, places }: Machine,
): RegistryConfig {
  if (shaped.size === 0) return config;
  const isRecent = kind === "pnpm" && isRecentPnpm(version);
  const whole = settingsPlaces({ ...env, ...Object.fromEntries(shaped) });
  const fields: readonly (keyof SettingsPlaces)[] = ["home", ...(isRecent ? RECENT_PNPM_PLACES : PLACES[kind])];
  if (fields.some((field) => whole[field] !== places[field])) {
    const reason = whoseIs("which file has your settings");
    return { ...config, registry: { refused: reason }, unread: config.unread ?? reason };
  }
  const named = isRecent ? RECENT_PNPM_REGISTRY : REGISTRY[kind];
  for (const [name, text] of shaped) {
    if (!named.test(name) || text === "") continue;
    const destination = destinationOf(text);
    const isPublic = destination !== null && "url" in destination && NPMJS_HOSTS.has(new URL(destination.url).host);
    const isSame = destination !== null && "url" in destination && isAt(config.registry, destination.url);
    if (!isPublic && !isSame) return { ...config, registry: { refused: whoseIs(`the registry (${name})`) } };
  }
  return config;
}

/** Why nobody is asked, as a clause. */
export function whoseIs(what: string): string {
  return `the package manager that runs this script says ${what} otherwise than the files here, and it may be from a project or from you; if it is yours, set the variable in capitals (NPM_CONFIG_…), or run Depwarden on its own`;
}
