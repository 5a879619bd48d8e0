/** Where package managers look for the settings of the person who runs them, and for the machine's. */
import { dirname, join } from "node:path";
import type { SettingsPlaces } from "../core/config/sources.ts";
import { homeOf, variable } from "./environment.ts";
import { uriOf } from "./uri.ts";

export function settingsPlaces(env: NodeJS.ProcessEnv): SettingsPlaces {
  const home = homeOf(env);
  const userNpmrc = variable(env, "npm_config_userconfig", "NPM_CONFIG_USERCONFIG") ?? join(home, ".npmrc");
  return {
    home: uriOf(home),
    userNpmrc: uriOf(userNpmrc),
    pnpmAuthFile: uriOf(variable(env, "pnpm_config_npmrc_auth_file", "PNPM_CONFIG_NPMRC_AUTH_FILE") ?? userNpmrc),
    pnpm: uriOf(pnpmFolder(env, home)),
    bun: uriOf(variable(env, "XDG_CONFIG_HOME") ?? home),
    machine: uriOf(join(prefixOf(env), "etc")),
    yarnrcName: variable(env, "YARN_RC_FILENAME") ?? ".yarnrc.yml",
  };
}

/** pnpm: config/reader, dirs.ts (`getConfigDir`) */
function pnpmFolder(env: NodeJS.ProcessEnv, home: string): string {
  const configHome = variable(env, "XDG_CONFIG_HOME");
  if (configHome !== null) return join(configHome, "pnpm");
  if (process.platform === "darwin") return join(home, "Library/Preferences/pnpm");
  const appData = process.platform === "win32" ? variable(env, "LOCALAPPDATA") : null;
  return appData === null ? join(home, ".config/pnpm") : join(appData, "pnpm/config");
}

/** https://github.com/yarnpkg/yarn/blob/master/src/registries/npm-registry.js (`getGlobalPrefix`) */
function prefixOf(env: NodeJS.ProcessEnv): string {
  const stated = variable(env, "PREFIX");
  if (stated !== null) return stated;
  return process.platform === "win32" ? dirname(process.execPath) : dirname(dirname(process.execPath));
}
