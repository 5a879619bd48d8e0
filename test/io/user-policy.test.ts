import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { userNpmrc } from "../../server/src/io/registries/npm.ts";
import { userPolicy } from "../../server/src/io/user-policy.ts";

const HOME = "/home/someone";
const npmrcOf = (env: NodeJS.ProcessEnv) => userPolicy({ HOME, ...env }).files[0];

describe("the user's .npmrc", () => {
  it.each([
    ["none is named", {}, `${HOME}/.npmrc`],
    ["one is named", { npm_config_userconfig: "/etc/one" }, "/etc/one"],
    ["one is named in capitals", { NPM_CONFIG_USERCONFIG: "/etc/two" }, "/etc/two"],
    ["both are", { npm_config_userconfig: "/etc/one", NPM_CONFIG_USERCONFIG: "/etc/two" }, "/etc/one"],
    ["the variable is empty", { npm_config_userconfig: "", NPM_CONFIG_USERCONFIG: "" }, `${HOME}/.npmrc`],
  ])("is the same for the cooldown and for registries where %s", (_what, env, path) => {
    expect(npmrcOf(env)?.uri).toBe(pathToFileURL(path).href);
    expect(userNpmrc({ env, home: HOME })).toBe(path);
  });
});

it("an empty variable is none for the other files either", () => {
  const files = userPolicy({ HOME: "", USERPROFILE: HOME, YARN_RC_FILENAME: "", XDG_CONFIG_HOME: "" }).files;
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["~/.npmrc", "~/.yarnrc.yml", "~/.bunfig.toml"]),
  );
});
