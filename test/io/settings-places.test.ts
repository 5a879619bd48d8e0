import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { personalName, settingsSources } from "../../server/src/core/config/sources.ts";
import type { LockfileFormat } from "../../server/src/core/model.ts";
import { settingsPlaces } from "../../server/src/io/settings-places.ts";

const HOME = "/home/someone";

describe("the user's .npmrc", () => {
  it.each([
    ["none is named", {}, `${HOME}/.npmrc`],
    ["one is named", { npm_config_userconfig: "/etc/one" }, "/etc/one"],
    ["one is named in capitals", { NPM_CONFIG_USERCONFIG: "/etc/two" }, "/etc/two"],
    ["both are", { npm_config_userconfig: "/etc/one", NPM_CONFIG_USERCONFIG: "/etc/two" }, "/etc/one"],
    ["the variable is empty", { npm_config_userconfig: "", NPM_CONFIG_USERCONFIG: "" }, `${HOME}/.npmrc`],
  ])("is found where %s", (_what, env, path) => {
    expect(settingsPlaces({ HOME, ...env }).userNpmrc).toBe(pathToFileURL(path).href);
  });
});

it("an empty variable is none for the other files either", () => {
  const places = settingsPlaces({ HOME: "", USERPROFILE: HOME, YARN_RC_FILENAME: "", XDG_CONFIG_HOME: "" });
  const namesOf = (manager: LockfileFormat): readonly string[] =>
    settingsSources(manager, null, places).map(({ uri }) => personalName(places, uri));
  expect(namesOf("npm")).toEqual(["~/.npmrc"]);
  expect(namesOf("yarn-berry")).toEqual(["~/.yarnrc.yml"]);
  expect(namesOf("bun")).toEqual(["~/.bunfig.toml", "~/.npmrc"]);
});

it("a project in the home folder has no file of its own where the person's is", () => {
  const places = settingsPlaces({ HOME });
  const folders = { root: pathToFileURL(HOME).href, own: pathToFileURL(HOME).href };
  const authors = (["npm", "yarn-berry", "bun"] as const).map((manager) =>
    settingsSources(manager, folders, places)
      .filter(({ kind }) => kind !== "bunfig")
      .filter(({ uri }) => uri.startsWith(`${folders.root}/`))
      .map(({ author }) => author),
  );
  expect(authors).toEqual([["person"], ["person"], ["person"]]);
});
