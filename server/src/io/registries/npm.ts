/** npm. https://docs.npmjs.com/cli/v11/configuring-npm/npmrc */
import { join } from "node:path";
import { variable } from "../environment.ts";
import type { Load, Machine } from "./config.ts";
import { kindOf } from "./error-kind.ts";
import { personalLayers, type PersonalLayers } from "./npm-library.ts";
import { NO_LAYER, readNpmrc } from "./npmrc.ts";
import { configOf, settle } from "./settled.ts";

/** A workspace's own `.npmrc` does not count: npm says so itself ("ignoring workspace config"). */
export const loadNpm: Load = async (project, machine) => {
  const { files, environment } = await personalOf(machine);
  const own =
    project === null || isUsersOwn(join(project.root, ".npmrc"), machine)
      ? NO_LAYER
      : readNpmrc(join(project.root, ".npmrc"), { author: "project", expandsCredentials: true }, machine);
  return configOf(settle([...files, own.values, environment], machine), own.unread);
};

/** Never throws: what cannot be loaded is left out with a warning. */
export async function personalOf({ env, log }: Machine): Promise<PersonalLayers> {
  try {
    const layers = await personalLayers(env);
    for (const problem of layers.problems) log.warn(problem);
    return layers;
  } catch (error) {
    log.warn(`The user's npm configuration could not be read (${kindOf(error)}); it was left out.`);
    return { files: [], environment: {}, problems: [] };
  }
}

/** The user's `.npmrc`: `npm_config_userconfig`, or the one in the home folder. */
export function userNpmrc({ env, home }: Pick<Machine, "env" | "home">): string {
  return variable(env, "npm_config_userconfig", "NPM_CONFIG_USERCONFIG") ?? join(home, ".npmrc");
}

/** A project in the home folder has no `.npmrc` of its own (@npmcli/config, loadProjectConfig). */
export function isUsersOwn(path: string, machine: Machine): boolean {
  return path === userNpmrc(machine);
}
