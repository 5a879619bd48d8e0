/** npm. https://docs.npmjs.com/cli/v11/configuring-npm/npmrc */
import { variable } from "../environment.ts";
import type { Load, Machine } from "./config.ts";
import { kindOf } from "./error-kind.ts";
import { personalLayers, type PersonalLayers } from "./npm-library.ts";
import { readNpmrc, type NamedFile, type NpmrcLayer } from "./npmrc.ts";
import { settingsFiles } from "./settings-files.ts";
import { whoseIs } from "./shaped-settings.ts";
import { configOf, settle } from "./merge-npmrc.ts";

export const loadNpm: Load = async (project, machine) => {
  const own = settingsFiles({ kind: "npm", version: null }, project, machine.places)
    .filter(({ author }) => author === "project")
    .map(({ path, author }) => readNpmrc(path, { author, expandsCredentials: true }, machine));
  const layers = await npmLayers(own, true, machine);
  const unread = layers.find((layer) => layer.unread !== null)?.unread ?? null;
  return configOf(
    settle(
      layers.map(({ values }) => values),
      machine,
    ),
    unread,
  );
};

/**
 * The layers of `.npmrc`, the weakest first: npm's defaults, the global file, the user's, the project's, the environment.
 * @param own the project's files, the weakest first
 * @param followsNamed a project's file may name another one for the user's or the global file, which then does not
 *   count. Tried: npm 11 and 12 and pnpm 9.15 do so, pnpm 10.34 and up do not. The environment holds over it.
 */
export async function npmLayers(
  own: readonly NpmrcLayer[],
  followsNamed: boolean,
  machine: Machine,
): Promise<readonly NpmrcLayer[]> {
  const personal = await personalOf(machine);
  const layerOf = (key: NamedFile): NpmrcLayer => {
    const named = own.findLast((layer) => layer.named?.[key] !== undefined)?.named?.[key];
    const names = [`npm_config_${key}`, `NPM_CONFIG_${key.toUpperCase()}`];
    const isFollowed = named !== undefined && followsNamed && variable(machine.env, ...names) === null;
    const shaped = variable(Object.fromEntries(machine.shaped), ...names);
    if (shaped !== null && shaped !== (isFollowed ? named : personal.paths[key]))
      return { values: personal[key], unread: whoseIs("which file has your settings") };
    if (!isFollowed) return { values: personal[key], unread: null };
    return machine.trusted
      ? readNpmrc(named, { author: "project", expandsCredentials: true }, machine)
      : { values: personal[key], unread: `${key} in .npmrc names another file` };
  };
  return [
    ...personal.defaults.map((values) => ({ values, unread: null })),
    layerOf("globalconfig"),
    layerOf("userconfig"),
    ...own,
    { values: personal.environment, unread: null },
  ];
}

/** Never throws: what cannot be loaded is left out with a warning. */
async function personalOf({ env, log }: Machine): Promise<PersonalLayers> {
  try {
    const layers = await personalLayers(env);
    for (const problem of layers.problems) log.warn(problem);
    return layers;
  } catch (error) {
    log.warn(`The user's npm configuration could not be read (${kindOf(error)}); it was ignored.`);
    return { defaults: [], globalconfig: {}, userconfig: {}, paths: {}, environment: {}, problems: [] };
  }
}
