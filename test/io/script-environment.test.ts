/** Whose word a variable is inside a package manager's script. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultCacheDir } from "../../server/src/io/cache-dir.ts";
import { createPorts } from "../../server/src/io/ports.ts";
import { RegistryConfigs } from "../../server/src/io/registries/index.ts";
import { ownEnvironment } from "../../server/src/io/script-environment.ts";
import { EMPTY_CATALOGUE } from "./world.ts";

const EXPORTED = "https://exported.example/";
const QUIET = { info: () => undefined, warn: () => undefined };

let folder: string;
let project: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "depwarden-script-")));
  project = join(folder, "project");
  write("project/package.json", "{}");
  write("home/.npmrc", "");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** As in a script of the project; nothing of this machine's own npm. */
function inScript(variables: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    HOME: join(folder, "home"),
    NPM_CONFIG_GLOBALCONFIG: join(folder, "home/global"),
    npm_lifecycle_event: "scan",
    npm_config_user_agent: "npm/11.19.1 node/v24.0.0 linux x64 workspaces/false",
    npm_config_local_prefix: project,
    ...variables,
  };
}

/** Where names of a package without a scope are asked for, in a folder of the test's; else why not. */
async function askedAt(
  env: NodeJS.ProcessEnv,
  { trusted = true, at = "project", name = "leftpad" } = {},
): Promise<string> {
  const configs = new RegistryConfigs({ trusted, registry: null, log: QUIET, env, cwd: project });
  const { url, refused } = await configs.resolve(name, pathToFileURL(join(folder, at)).href);
  return refused ?? url;
}

const REFUSED = /may be from a project or from you; if it is yours, set the variable in capitals/;

describe("a variable is the person's", () => {
  test("outside of scripts, whatever the project says", () => {
    write("project/.npmrc", `registry=https://other.example/\n`);
    const env = { HOME: join(folder, "home"), npm_config_registry: EXPORTED };
    expect(ownEnvironment(env, project)).toEqual({ env, shaped: new Map() });
  });

  test("if no file of the project says anything of the setting", async () => {
    write("project/.npmrc", "min-release-age=3\n");
    expect(await askedAt(inScript({ npm_config_registry: EXPORTED }))).toBe(EXPORTED);
  });

  test("in capitals, and for an address or a scope", () => {
    write(
      "project/.npmrc",
      "registry=https://other.example/\n//a.example/:_authToken=x\n@s:registry=https://b.example/\n",
    );
    const env = inScript({
      NPM_CONFIG_REGISTRY: EXPORTED,
      "npm_config_//a.example/:_authToken": "mine",
      "npm_config_@s:registry": EXPORTED,
    });
    expect(ownEnvironment(env, project).env).toEqual(env);
  });
});

describe("a variable may be the project's", () => {
  test.each([
    ["plainly", "proxy=http://p.example/"],
    ["as a list", "proxy[]=http://p.example/"],
    ["in quotes, with an escape", '"pr\\u006fxy"=http://p.example/'],
    ["in capitals", "PROXY=http://p.example/"],
    ["through a variable in the key", "pro${REST}=http://p.example/"],
    ["with a variable that is not set", "${NONE}=1"],
    ["in a file that it names", "userconfig=./other"],
    ["in a file that is not read whole", "[proxy\nproxy"],
  ])("if its file states the setting %s", (_how, text) => {
    write("project/.npmrc", `${text}\n`);
    const env = inScript({ npm_config_proxy: "http://p.example/", REST: "xy" });
    const { env: own, shaped } = ownEnvironment(env, project);
    expect(shaped.get("npm_config_proxy")).toBe("http://p.example/");
    expect(own["npm_config_proxy"]).toBeUndefined();
  });

  test("if a file around it does, or one of Yarn 1 or pnpm", () => {
    write(".npmrc", "strict-ssl=false\n");
    write("project/.yarnrc", 'https-proxy "http://p.example/"\n');
    write("project/pnpm-workspace.yaml", "minimumReleaseAge: 1\nregistries:\n  default: https://a.example/\n");
    const names = ["strict_ssl", "https_proxy", "minimum_release_age", "registry"].map((key) => `npm_config_${key}`);
    const env = inScript(Object.fromEntries([...names, "npm_config_ca"].map((name) => [name, "x"])));
    expect([...ownEnvironment(env, project).shaped.keys()]).toEqual(names);
  });

  test("but not if the person's own file does", () => {
    write("home/.npmrc", "proxy=http://p.example/\n");
    const env = inScript({ npm_config_proxy: "http://p.example/", npm_config_local_prefix: join(folder, "home/x") });
    expect(ownEnvironment(env, project).shaped.size).toBe(0);
  });

  test("no policy of the environment's comes of it", () => {
    write("project/.npmrc", "min-release-age=1\nignore-scripts=true\n");
    const env = inScript({ npm_config_min_release_age: "1", npm_config_ignore_scripts: "true" });
    const ports = createPorts({
      cacheDir: null,
      offline: true,
      registry: null,
      osv: { enabled: false, url: "http://127.0.0.1:1" },
      trusted: false,
      folders: () => [],
      asOf: null,
      log: QUIET,
      catalogue: EMPTY_CATALOGUE,
      env,
      cwd: project,
    });
    const told = Object.keys(ports.userSettings.env);
    expect(told).toContain("HOME");
    expect(told.filter((name) => /release_age|ignore_scripts/.test(name))).toEqual([]);
  });
});

describe("names whose registry depends on whose word it is", () => {
  test("are asked for where the files say, if that is the same", async () => {
    write("project/.npmrc", `registry=${EXPORTED}\n`);
    expect(await askedAt(inScript({ npm_config_registry: EXPORTED }))).toBe(EXPORTED);
  });

  test("are asked for nowhere if the files say otherwise", async () => {
    write("project/.npmrc", "registry=https://registry.npmjs.org/\n@s:registry=https://s.example/\n");
    const env = inScript({ npm_config_registry: EXPORTED });
    expect(await askedAt(env)).toMatch(REFUSED);
    expect(await askedAt(env, { trusted: false })).toMatch(REFUSED);
    // A scope's own registry does not depend on it.
    expect(await askedAt(env, { name: "@s/x" })).toBe("https://s.example/");
  });

  test("of another project do not go to the registry of the one whose script runs, nor elsewhere instead", async () => {
    write("project/.npmrc", `registry=${EXPORTED}\n`);
    write("other/package.json", "{}");
    write("other/package-lock.json", "{}");
    expect(await askedAt(inScript({ npm_config_registry: EXPORTED }), { at: "other" })).toMatch(REFUSED);
  });

  test("go to the files' registry if the variable only says what is public", async () => {
    write("project/.npmrc", `registry=${EXPORTED}\n`);
    expect(await askedAt(inScript({ npm_config_registry: "https://registry.yarnpkg.com" }))).toBe(EXPORTED);
  });

  test.each(["npm@11.0.0", "pnpm@9.0.0", "pnpm@11.0.0", "yarn@1.22.22"])(
    "are asked for nowhere if another file may have the settings: %s",
    async (packageManager) => {
      write("project/package.json", JSON.stringify({ packageManager }));
      write("project/.npmrc", "userconfig=./mine\n");
      write("elsewhere/.npmrc", `registry=${EXPORTED}\n`);
      const env = inScript({ npm_config_userconfig: join(folder, "elsewhere/.npmrc") });
      expect(await askedAt(env)).toMatch(REFUSED);
    },
  );

  test("with Yarn's files of variables, neither", async () => {
    write("project/package.json", JSON.stringify({ packageManager: "yarn@4.18.1" }));
    write("project/.env.yarn", "YARN_NPM_REGISTRY_SERVER=https://evil.example/\nYARN_RC_FILENAME=evil.yml\n");
    const env = { ...inScript(), PROJECT_CWD: project };
    expect(await askedAt({ ...env, YARN_NPM_REGISTRY_SERVER: "https://evil.example/" })).toMatch(REFUSED);
    expect(await askedAt({ ...env, YARN_RC_FILENAME: "evil.yml" })).toMatch(REFUSED);
    expect(await askedAt({ ...env, YARN_NPM_AUTH_TOKEN: "mine" })).toBe("https://registry.yarnpkg.com/");
    expect(await askedAt({ ...env, YARN_NPM_REGISTRY: "https://evil.example/" })).toBe("https://registry.yarnpkg.com/");
    write("project/.yarnrc.yml", "injectEnvironmentFiles: [x]\n");
    expect(Object.keys(ownEnvironment({ ...env, NPM_CONFIG_REGISTRY: EXPORTED }, project).env)).not.toContain(
      "NPM_CONFIG_REGISTRY",
    );
  });
});

describe("a variable that a project's files have Yarn set is the project's", () => {
  const ELSEWHERE = { HOME: "/elsewhere", XDG_CACHE_HOME: "/elsewhere/cache", HTTPS_PROXY: "http://p.example/" };
  const NAMES = [...Object.keys(ELSEWHERE), "NPM_CONFIG_USERCONFIG"];
  const script = (): Record<string, string> =>
    inScript({ ...ELSEWHERE, NPM_CONFIG_USERCONFIG: "/elsewhere/npmrc", PROJECT_CWD: project, OTHER: "x" });
  const lines = (form: (name: string) => string): string => NAMES.map((name) => `${form(name)}\n`).join("");

  test.each([
    ["env in Yarn 1's .yarnrc", ".yarnrc", `env:\n${lines((name) => `  ${name} "x"`)}`],
    ["the same in JSON", ".yarnrc", JSON.stringify({ env: Object.fromEntries(NAMES.map((name) => [name, "x"])) })],
    ["a .yarnrc that is not read whole", ".yarnrc", "<<<<<<< a\n=======\n>>>>>>> b\n"],
    ["another .yarnrc", ".yarnrc", '--use-yarnrc "./other"\n'],
    [".env.yarn", ".env.yarn", lines((name) => `export ${name} = x`)],
    ["files that .yarnrc.yml names", ".yarnrc.yml", "injectEnvironmentFiles: [other]\n"],
  ])("%s", (_what, file, text) => {
    for (const folder of ["", "project/"]) {
      write(`${folder}${file}`, text);
      const { env, shaped } = ownEnvironment(script(), project);
      expect([...shaped.keys()]).toEqual(expect.arrayContaining(NAMES));
      expect(env).toMatchObject({ HOME: userInfo().homedir, OTHER: "x" });
      expect(defaultCacheDir(script(), project, "linux")).toBe(join(userInfo().homedir, ".cache/depwarden"));
      rmSync(join(folder === "" ? dirname(project) : project, file));
    }
  });

  test("also where it names the project as the home folder", () => {
    write("project/.yarnrc", `env:\n  HOME "${project}"\n`);
    const { shaped } = ownEnvironment(inScript({ HOME: project }), project);
    expect(shaped.get("HOME")).toBe(project);
  });

  test("and what it changes is not asked for anywhere", async () => {
    write("project/.env.yarn", "HOME=/elsewhere\n");
    expect(await askedAt({ ...script(), HOME: "/elsewhere" })).toMatch(REFUSED);
  });

  test("but not what the person's own .yarnrc sets", () => {
    write("home/.yarnrc", 'env:\n  HTTPS_PROXY "http://p.example/"\n');
    const env = inScript({ HTTPS_PROXY: "http://p.example/", npm_config_local_prefix: join(folder, "home/x") });
    expect(ownEnvironment(env, join(folder, "home/x")).shaped.size).toBe(0);
  });
});
