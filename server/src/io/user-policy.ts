/** Where package managers look for the settings of the person who runs them. */
import { homedir } from "node:os";
import { join, relative, sep } from "node:path";
import type { UserPolicy, UserPolicyFile } from "../core/ports.ts";
import { pnpmConfigFolder } from "./pnpm-folder.ts";
import { uriOf } from "./uri.ts";

/**
 * - npm: https://docs.npmjs.com/cli/v11/configuring-npm/npmrc#files
 * - pnpm: `config.yaml` from pnpm 11 on, `rc` until 10, both in its own folder. https://pnpm.io/cli/config
 * - Yarn: `.yarnrc.yml` in the home folder. https://yarnpkg.com/configuration/yarnrc
 * - Bun: https://bun.com/docs/runtime/bunfig#global-vs-local
 */
export function userPolicy(env: NodeJS.ProcessEnv, home = env["HOME"] ?? env["USERPROFILE"] ?? homedir()): UserPolicy {
  const pnpm = pnpmConfigFolder(env, home);
  const files: readonly Omit<UserPolicyFile, "name">[] = [
    { kind: "npmrc", uri: env["NPM_CONFIG_USERCONFIG"] ?? env["npm_config_userconfig"] ?? join(home, ".npmrc") },
    { kind: "npmrc", uri: join(pnpm, "rc"), only: "pnpm" },
    { kind: "pnpm-workspace", uri: join(pnpm, "config.yaml") },
    { kind: "yarnrc", uri: join(home, env["YARN_RC_FILENAME"] ?? ".yarnrc.yml") },
    { kind: "bunfig", uri: join(env["XDG_CONFIG_HOME"] ?? home, ".bunfig.toml") },
  ];
  return { files: files.map(({ uri: path, ...file }) => ({ ...file, uri: uriOf(path), name: told(path, home) })), env };
}

function told(path: string, home: string): string {
  const below = relative(home, path);
  return below.startsWith("..") ? path : `~/${below.split(sep).join("/")}`;
}
