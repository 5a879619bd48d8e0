/** Where package managers look for the settings of the person who runs them. */
import { join, relative, sep } from "node:path";
import type { UserPolicy, UserPolicyFile } from "../core/ports.ts";
import { homeOf, variable } from "./environment.ts";
import { pnpmConfigFolder } from "./pnpm-folder.ts";
import { userNpmrc } from "./registries/npm.ts";
import { uriOf } from "./uri.ts";

/**
 * - npm: https://docs.npmjs.com/cli/v11/configuring-npm/npmrc#files
 * - pnpm: `config.yaml` from pnpm 11 on, `rc` until 10, both in its own folder. https://pnpm.io/cli/config
 * - Yarn: `.yarnrc.yml` in the home folder. https://yarnpkg.com/configuration/yarnrc
 * - Bun: https://bun.com/docs/runtime/bunfig#global-vs-local
 */
export function userPolicy(env: NodeJS.ProcessEnv): UserPolicy {
  const home = homeOf(env);
  const pnpm = pnpmConfigFolder(env, home);
  const files: readonly (Omit<UserPolicyFile, "name" | "uri"> & { readonly path: string })[] = [
    { kind: "npmrc", path: userNpmrc({ env, home }) },
    { kind: "npmrc", path: join(pnpm, "rc"), only: "pnpm" },
    { kind: "pnpm-workspace", path: join(pnpm, "config.yaml") },
    { kind: "yarnrc", path: join(home, variable(env, "YARN_RC_FILENAME") ?? ".yarnrc.yml") },
    { kind: "bunfig", path: join(variable(env, "XDG_CONFIG_HOME") ?? home, ".bunfig.toml") },
  ];
  return { files: files.map(({ path, ...file }) => ({ ...file, uri: uriOf(path), name: told(path, home) })), env };
}

function told(path: string, home: string): string {
  const below = relative(home, path);
  return below.startsWith("..") ? path : `~/${below.split(sep).join("/")}`;
}
