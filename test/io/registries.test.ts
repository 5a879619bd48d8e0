import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegistryConfigs, type RegistryConfigsOptions } from "../../server/src/io/registries/index.ts";
import { World } from "./world.ts";

const NPMJS = "https://registry.npmjs.org/";
let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

function configs(options: Partial<RegistryConfigsOptions> = {}): RegistryConfigs {
  return new RegistryConfigs({
    trusted: true,
    registry: null,
    env: world.env,
    log: { info: () => undefined, warn: (message) => world.warnings.push(message) },
    ...options,
  });
}

const uri = (path: string) => pathToFileURL(join(world.folder, path)).href;

describe("the registry of a name", () => {
  it("is npmjs where nothing says otherwise", async () => {
    const found = await configs().resolve("leftpad", world.projectUri);
    expect([found.url, found.isPublic, found.connection.hasCredentials(NPMJS)]).toEqual([NPMJS, true, false]);
    expect(world.warnings).toEqual([]);
  });

  it("is the project's before the user's, and a scope's own before both", async () => {
    world.write("home/.npmrc", "registry=https://user.example/npm\n@mine:registry=https://mine.example/\n");
    world.write("project/.npmrc", "registry=https://project.example\n");
    const config = configs();
    expect((await config.resolve("leftpad", world.projectUri)).url).toBe("https://project.example/");
    expect((await config.resolve("@mine/x", world.projectUri)).url).toBe("https://mine.example/");
    expect((await config.resolve("@other/x", world.projectUri)).url).toBe("https://project.example/");
    expect((await config.resolve("leftpad", "untitled:Untitled-1")).url).toBe("https://user.example/npm/");
  });

  it("is the one given for this run, but for scopes", async () => {
    world.write("project/.npmrc", "registry=https://project.example\n@mine:registry=https://mine.example/\n");
    const config = configs({ registry: "https://given.example/npm" });
    const given = await config.resolve("leftpad", world.projectUri);
    expect([given.url, given.isPublic]).toEqual(["https://given.example/npm/", true]);
    expect((await config.resolve("@mine/x", world.projectUri)).url).toBe("https://mine.example/");
  });

  it("comes from the workspace's root for its packages, whatever they have of their own", async () => {
    world.write("project/package.json", JSON.stringify({ workspaces: ["packages/*"] }));
    world.write("project/.npmrc", "registry=https://root.example\n");
    world.write("project/packages/a/package.json", "{}");
    world.write("project/packages/b/package.json", "{}");
    world.write("project/packages/b/.npmrc", "registry=https://b.example\n");
    mkdirSync(join(world.folder, "project/packages/a/src"));
    const config = configs();
    expect((await config.resolve("x", uri("project/packages/a"))).url).toBe("https://root.example/");
    expect((await config.resolve("x", uri("project/packages/a/src"))).url).toBe("https://root.example/");
    // "npm warn config ignoring workspace config at …/packages/b/.npmrc"
    expect((await config.resolve("x", uri("project/packages/b"))).url).toBe("https://root.example/");
  });

  it("does not come from workspaces above a project that is none of them, but their scopes are kept back", async () => {
    world.write("project/package.json", JSON.stringify({ workspaces: ["packages/*", "!packages/odd"] }));
    world.write("project/.npmrc", "registry=https://root.example\n@mine:registry=https://mine.example/\n");
    world.write("project/tools/foo/package.json", "{}");
    world.write("project/tools/foo/.npmrc", "registry=https://foo.example\n");
    world.write("project/packages/odd/package.json", "{}");
    const config = configs();
    expect((await config.resolve("x", uri("project/tools/foo"))).url).toBe("https://foo.example/");
    expect((await config.resolve("x", uri("project/packages/odd"))).url).toBe(NPMJS);
    expect((await config.resolve("@mine/x", uri("project/tools/foo"))).refused).toBe(
      "../../.npmrc has a registry for @mine, and the project's package manager does not read it",
    );
    world.write("project/tools/foo/.npmrc", "@mine:registry=https://foo.example\n");
    config.refresh();
    expect((await config.resolve("@mine/x", uri("project/tools/foo"))).url).toBe("https://foo.example/");
  });

  it("comes by the package manager of the workspaces around it where a project names none", async () => {
    world.write("project/package.json", JSON.stringify({ packageManager: "yarn@4.18.1", workspaces: ["packages/*"] }));
    world.write("project/.yarnrc.yml", "npmRegistryServer: https://berry.example\n");
    world.write("project/tools/foo/package.json", "{}");
    world.write("project/tools/bar/package.json", "{}");
    world.write("project/tools/bar/.npmrc", "registry=https://npm.example\n");
    const config = configs();
    expect((await config.resolve("x", uri("project/tools/foo"))).url).toBe("https://berry.example/");
    expect((await config.resolve("x", uri("project/tools/bar"))).url).toBe("https://npm.example/");
  });

  it("is that of pnpm's workspace file for all that lies below it", async () => {
    world.write("project/pnpm-workspace.yaml", "packages: ['packages/*']\n");
    world.write("project/.npmrc", "registry=https://root.example\n");
    world.write("project/tools/foo/package.json", "{}");
    expect((await configs().resolve("x", uri("project/tools/foo"))).url).toBe("https://root.example/");
  });

  it("does not come from above a project that belongs to no workspace", async () => {
    world.write(".npmrc", "registry=https://above.example\n");
    world.write("package.json", "{}");
    expect((await configs().resolve("x", world.projectUri)).url).toBe(NPMJS);
  });

  it("is read anew after a refresh, and not before", async () => {
    const config = configs();
    await config.resolve("x", world.projectUri);
    world.write("project/.npmrc", "registry=https://later.example\n");
    expect((await config.resolve("x", world.projectUri)).url).toBe(NPMJS);
    config.refresh();
    expect((await config.resolve("x", world.projectUri)).url).toBe("https://later.example/");
  });
});

describe("a registry that a specifier names", () => {
  const WORKSPACE = `namedRegistries:
  work: https://work.example/npm
  both: https://deprecated.example/
  bad: work.example
registries:
  https://both.example/:
    prefix: both
    scopes: ['@both']
`;
  const asked = async (name: string, config: RegistryConfigs, of = "x") => {
    const { url, isPublic, refused } = await config.resolveNamed(name, of, world.projectUri);
    return refused ?? [url, isPublic];
  };

  it("is the one that pnpm-workspace.yaml has under that name, or one of pnpm's own", async () => {
    world.write("project/package.json", '{"packageManager":"pnpm@11.28.10"}');
    world.write("project/pnpm-workspace.yaml", WORKSPACE);
    world.write("project/.npmrc", "//work.example/npm/:_authToken=of-work\n@s:registry=https://s.example/\n");
    const config = configs();
    expect(await asked("work", config)).toEqual(["https://work.example/npm/", false]);
    expect(await asked("work", config, "@s/x")).toEqual(["https://work.example/npm/", false]);
    expect(await asked("both", config)).toEqual(["https://both.example/", false]);
    expect(await asked("npmjs", config)).toEqual([NPMJS, true]);
    expect(await asked("gh", config)).toEqual(["https://npm.pkg.github.com/", false]);
    expect(await asked("bad", config)).toContain("is not an http or https address");
    expect(await asked("play", config)).toBe("the project's configuration has no registry called play");
    expect(
      (await config.resolveNamed("work", "x", world.projectUri)).connection.hasCredentials("https://work.example/npm/"),
    ).toBe(true);
    expect((await config.resolve("x", world.projectUri)).url).toBe(NPMJS);
  });

  it.each(["pnpm@10.34.9", "npm@11.19.1", "yarn@4.18.1"])(
    "is nobody's for %s, which knows no such names",
    async (packageManager) => {
      world.write("project/package.json", JSON.stringify({ packageManager }));
      world.write("project/pnpm-workspace.yaml", WORKSPACE);
      expect(await asked("work", configs())).toBe("the project's configuration has no registry called work");
    },
  );

  it("is not asked where the file cannot be read, nor where a workspace names it that is not trusted", async () => {
    world.write("project/package.json", '{"packageManager":"pnpm@11.28.10"}');
    world.write("project/pnpm-workspace.yaml", `${WORKSPACE}  npmjs: [\n`);
    expect(await asked("npmjs", configs())).toContain("pnpm-workspace.yaml");
    world.write("project/pnpm-workspace.yaml", WORKSPACE.replace("both:", "npmjs:"));
    const wary = configs({ trusted: false });
    const kept = "the workspace, which is not trusted, names a private registry for it";
    expect([await asked("work", wary), await asked("npmjs", wary)]).toEqual([kept, kept]);
    expect(await asked("gh", wary)).toEqual(["https://npm.pkg.github.com/", false]);
  });
});

describe("a registry that an environment file of Bun names", () => {
  const asked = async (files: Readonly<Record<string, string>>, options: Parameters<typeof configs>[0] = {}) => {
    world.write("project/package.json", '{"packageManager":"bun@1.4.4"}');
    for (const [path, text] of Object.entries(files)) world.write(`project/${path}`, text);
    return configs(options).resolve("leftpad", world.projectUri);
  };
  const BUNFIG = { "bunfig.toml": '[install]\nregistry = "https://bunfig.example/"\n' };

  it.each<[string, Readonly<Record<string, string>>]>([
    ["a", { ...BUNFIG, ".env": "BUN_CONFIG_REGISTRY=https://a.example\n" }],
    ["a", { ".npmrc": "registry=https://npmrc.example/\n", ".env": "npm_config_registry=https://a.example\n" }],
    ["a", { ".env": "X=1\nexport NPM_CONFIG_REGISTRY='https://a.example'\n" }],
    ["a", { ".env.local": "BUN_CONFIG_REGISTRY=https://a.example", ".env": "BUN_CONFIG_REGISTRY=https://b.example" }],
    ["a", { ".env.local": "NPM_CONFIG_REGISTRY=https://b.example", ".env": "BUN_CONFIG_REGISTRY=https://a.example" }],
    [
      "a",
      {
        ".env.production": "BUN_CONFIG_REGISTRY: https://a.example",
        ".env.test": "BUN_CONFIG_REGISTRY=https://b.example",
      },
    ],
    ["a", { ".env": "BUN_CONFIG_REGISTRY=https://b.example\nBUN_CONFIG_REGISTRY=https://a.example\n" }],
    ["bunfig", { ...BUNFIG, ".env": "PORT=3000\n# BUN_CONFIG_REGISTRY=https://b.example\n" }],
    [
      "bunfig",
      { "bunfig.toml": `env = false\n${BUNFIG["bunfig.toml"]}`, ".env": "BUN_CONFIG_REGISTRY=https://b.example" },
    ],
  ])("is asked as Bun would: %s, %j", async (host, files) => {
    expect((await asked(files)).url).toBe(`https://${host}.example/`);
  });

  it("gives way to the same variable of the environment, not to a weaker one", async () => {
    const files = { ".env": "BUN_CONFIG_REGISTRY=https://file.example" };
    const env = (name: string) => ({ env: { ...world.env, [name]: "https://env.example" } });
    expect((await asked(files, env("BUN_CONFIG_REGISTRY"))).url).toBe("https://env.example/");
    expect((await asked(files, env("npm_config_registry"))).url).toBe("https://file.example/");
  });

  it.each([
    "BUN_CONFIG_REGISTRY=https://$HOST\n",
    "BUN_CONFIG_REGISTRY=https://a.example # c\n",
    'X="\nBUN_CONFIG_REGISTRY=https://a.example\n"\n',
  ])("makes it uncertain where it is not plain: %j", async (text) => {
    expect((await asked({ ...BUNFIG, ".env": text })).refused).toBe(
      ".env may set Bun's registry and could not be read whole",
    );
  });

  it("keeps names back where a workspace that is not trusted has a token for it", async () => {
    const files = { ".env": "BUN_CONFIG_REGISTRY=https://own.example\nBUN_CONFIG_TOKEN=t\n" };
    expect((await asked(files, { trusted: false })).refused).toBe(
      "the workspace, which is not trusted, names a private registry for it",
    );
  });
});

describe("the package manager whose configuration counts", () => {
  const FILES = {
    ".npmrc": "registry=https://npm.example/\n",
    ".yarnrc": 'registry "https://classic.example/"\n',
    ".yarnrc.yml": 'npmRegistryServer: "https://berry.example/"\n',
    "bunfig.toml": '[install]\nregistry = "https://bun.example/"\n',
    "pnpm-workspace.yaml": "registries:\n  default: https://pnpm.example/\n",
  };

  it.each([
    [
      "packageManager",
      { "package.json": '{"packageManager":"bun@1.4.4"}', "package-lock.json": "{}" },
      "https://bun.example/",
    ],
    ["packageManager, Yarn 1", { "package.json": '{"packageManager":"yarn@1.22.22"}' }, "https://npm.example/"],
    [
      "devEngines",
      { "package.json": '{"devEngines":{"packageManager":{"name":"pnpm","version":">=11"}}}', "yarn.lock": "" },
      "https://pnpm.example/",
    ],
    ["package-lock.json", { "package-lock.json": "{}" }, "https://npm.example/"],
    ["pnpm-lock.yaml", { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" }, "https://pnpm.example/"],
    ["bun.lock", { "bun.lock": "{}" }, "https://bun.example/"],
    ["bun.lockb", { "bun.lockb": "#!/usr/bin/env bun" }, "https://bun.example/"],
    [
      "yarn.lock of Berry",
      { "yarn.lock": "# This file is generated.\n\n__metadata:\n  version: 8\n" },
      "https://berry.example/",
    ],
    ["the policy files alone", {}, "https://pnpm.example/"],
    ["policy files beside what is no manifest", { "package.json": "[" }, "https://pnpm.example/"],
  ] as const)("is said by %s", async (_what, files, url) => {
    for (const [path, text] of Object.entries({ ...FILES, ...files })) world.write(`project/${path}`, text);
    expect((await configs().resolve("x", world.projectUri)).url).toBe(url);
  });

  it.each([
    ["pnpm-workspace.yaml", "registries:\n  default: https://own.example/\n"],
    [".yarnrc.yml", 'npmRegistryServer: "https://own.example/"\n'],
    ["bunfig.toml", '[install]\nregistry = "https://own.example/"\n'],
    [".yarnrc", 'registry "https://own.example/"\n'],
  ])("is said by %s where nothing else says it", async (file, text) => {
    world.write("project/package.json", "{}");
    world.write(`project/${file}`, text);
    expect((await configs().resolve("x", world.projectUri)).url).toBe("https://own.example/");
  });

  it.each([
    [".npmrc", "@own:registry=https://own.example/\n", "yarn@4.18.1"],
    [".yarnrc", '"@own:registry" "https://own.example/"\n', "npm@11.19.1"],
    [".yarnrc.yml", "npmScopes:\n  own:\n    npmRegistryServer: https://own.example/\n", "npm@11.19.1"],
    ["bunfig.toml", '[install.scopes]\nown = "https://own.example/"\n', "npm@11.19.1"],
    ["pnpm-workspace.yaml", "registries:\n  '@own': https://own.example/\n", "npm@11.19.1"],
  ])("does not read %s: a scope that has a registry there is asked for nowhere", async (file, text, packageManager) => {
    world.write("project/package.json", JSON.stringify({ packageManager }));
    world.write(`project/${file}`, text);
    expect(await configs().resolve("@own/x", world.projectUri)).toMatchObject({
      isPublic: false,
      refused: `${file} has a registry for @own, and the project's package manager does not read it`,
    });
    expect(await configs().resolve("@other/x", world.projectUri)).toMatchObject({ refused: null });
    expect(await configs().resolve("x", world.projectUri)).toMatchObject({ refused: null });
  });

  it("lets a scope be asked for that another file sends to a public registry", async () => {
    world.write("project/package.json", '{"packageManager":"npm@11.19.1"}');
    world.write("project/.yarnrc.yml", "npmScopes:\n  own:\n    npmRegistryServer: https://registry.npmjs.org\n");
    expect(await configs().resolve("@own/x", world.projectUri)).toMatchObject({ url: NPMJS, refused: null });
  });

  it("is Yarn 1 for a yarn.lock without Berry's head, and .npmrc holds over .yarnrc there", async () => {
    world.write("project/yarn.lock", "# yarn lockfile v1\n");
    world.write("project/.yarnrc", FILES[".yarnrc"]);
    expect((await configs().resolve("x", world.projectUri)).url).toBe("https://classic.example/");
    world.write("project/.npmrc", FILES[".npmrc"]);
    expect((await configs().resolve("x", world.projectUri)).url).toBe("https://npm.example/");
  });

  it("is the one that Yarn 1 reads in .yarnrc, in whichever form of it", async () => {
    world.write("project/yarn.lock", "# yarn lockfile v1\n");
    for (const text of [
      'registry "https://a.example" # mirror\n',
      'x, registry "https://a.example"',
      'a b registry "https://a.example"\n',
    ]) {
      world.write("project/.yarnrc", text);
      expect((await configs().resolve("x", world.projectUri)).url).toBe("https://a.example/");
    }
  });

  it.each(["yarn@1.22.22", "yarn@4.18.1"])(
    "has Yarn's own address of the public registry where nobody says otherwise: %s",
    async (packageManager) => {
      world.write("project/package.json", JSON.stringify({ packageManager }));
      const { url, isPublic } = await configs().resolve("x", world.projectUri);
      expect([url, isPublic]).toEqual(["https://registry.yarnpkg.com/", true]);
    },
  );

  it("gives way to the registry of this run, whichever it is, but for scopes", async () => {
    world.write("project/package.json", '{"packageManager":"yarn@4.18.1"}');
    world.write(
      "project/.yarnrc.yml",
      'npmRegistryServer: "https://berry.example/"\nnpmScopes:\n  mine:\n    npmRegistryServer: "https://mine.example/"\n',
    );
    const config = configs({ registry: "https://given.example" });
    expect((await config.resolve("x", world.projectUri)).url).toBe("https://given.example/");
    expect((await config.resolve("@mine/x", world.projectUri)).url).toBe("https://mine.example/");
  });
});

describe("one connection serves", () => {
  it.each([
    ["npm@11.0.0", ".npmrc", "//inner.example/:_authToken=t\n"],
    ["pnpm@11.28.10", ".npmrc", "//inner.example/:_authToken=t\n//other.example/:@own:_authToken=t\n"],
    ["pnpm@9.15.0", ".npmrc", "//inner.example/:_authToken=t\n"],
    ["yarn@1.22.22", ".npmrc", "//inner.example/:_authToken=t\n"],
    ["yarn@4.18.1", ".yarnrc.yml", "npmRegistries:\n  //inner.example: {npmAuthToken: t}\n"],
    ["bun@1.3.0", "bunfig.toml", '[install.scopes]\nown = {token = "t", url = "https://other.example"}\n'],
  ])("all scopes that the settings of %s do not name", async (packageManager, file, text) => {
    world.write("project/package.json", JSON.stringify({ packageManager }));
    world.write(`project/${file}`, text);
    const config = configs();
    const connections = new Set<unknown>();
    for (let index = 0; index < 100; index++)
      connections.add((await config.resolve(`@s${index}/x`, world.projectUri)).connection);
    expect(connections.size).toBe(1);
  });

  it("all scopes with the same registry", async () => {
    const scopes = Array.from({ length: 100 }, (_, index) => `@s${index}`);
    world.write("project/.npmrc", scopes.map((scope) => `${scope}:registry=https://inner.example/\n`).join(""));
    const config = configs();
    const connections = new Set<unknown>();
    for (const scope of scopes) connections.add((await config.resolve(`${scope}/x`, world.projectUri)).connection);
    expect(connections.size).toBe(1);
  });

  it.each(["npm@11.0.0", "pnpm@11.28.10", "bun@1.3.0"])("all workspaces of %s", async (packageManager) => {
    world.write("project/package.json", JSON.stringify({ packageManager, workspaces: ["packages/*"] }));
    if (packageManager.startsWith("pnpm")) world.write("project/pnpm-workspace.yaml", "packages: [packages/*]\n");
    const config = configs();
    const connections = new Set<unknown>();
    for (let index = 0; index < 100; index++) {
      world.write(`project/packages/p${index}/package.json`, "{}");
      connections.add((await config.resolve("x", uri(`project/packages/p${index}`))).connection);
    }
    expect(connections.size).toBe(1);
  });
});

describe("what Yarn says of the network", () => {
  it("holds by the registry's host, the longest pattern first, for whatever it redirects to", async () => {
    world.write("project/package.json", '{"packageManager":"yarn@4.18.1"}');
    world.write("project/ca.pem", "CA");
    world.write(
      "project/.yarnrc.yml",
      'npmRegistryServer: "http://a.inner.example"\nnpmScopes:\n  b: {npmRegistryServer: "https://b.example"}\n' +
        'httpsProxy: "http://usual.example:3128"\nhttpsCaFilePath: ./ca.pem\nenableStrictSsl: false\nnetworkSettings:\n  "*.inner.example":\n    httpsProxy: "http://inner.example:3128"\n  "a.*.example":\n    httpsProxy: "http://short.example:3128"\n    httpProxy: "http://plain.example:3128"\n',
    );
    const { connection } = await configs().resolve("x", world.projectUri);
    const { tls } = connection.to("https://a.inner.example/x");
    expect([tls.proxy, tls.ca, tls.strictSSL]).toEqual(["http://inner.example:3128", ["CA"], false]);
    expect(connection.to("https://elsewhere.example/x").tls).toEqual(tls);
    expect(connection.to("http://a.inner.example/x").tls.proxy).toBe("http://plain.example:3128");
    const other = await configs().resolve("@b/x", world.projectUri);
    expect(other.connection.to("https://b.example/x").tls.proxy).toBe("http://usual.example:3128");
  });
});

it("a proxy that Yarn's settings leave empty is none, without a word", async () => {
  world.write("project/package.json", '{"packageManager":"yarn@4.18.1"}');
  world.write(
    "project/.yarnrc.yml",
    'npmRegistryServer: "http://a.example"\nhttpProxy: "${NONE_SUCH:-}"\nhttpsProxy: "${NONE_SUCH:-}"\n',
  );
  const { connection } = await configs().resolve("x", world.projectUri);
  expect(connection.to("https://a.example/x").tls.proxy).toBeNull();
  expect(world.warnings).toEqual([]);
});

describe("the editor's proxy", () => {
  const http = { proxy: "http://editor.example:3128", noProxy: ["*.inner.example", "localhost"], strictSSL: false };
  const reached = async (options: Partial<RegistryConfigsOptions>) =>
    (await configs({ http, ...options }).resolve("x", world.projectUri)).connection.to("https://registry.npmjs.org/x")
      .tls;

  it("serves registries and advisory services alike where nothing else does", async () => {
    const expected = { proxy: http.proxy, noProxy: ".inner.example,localhost", strictSSL: false };
    expect(await reached({})).toMatchObject(expected);
    expect((await configs({ http }).publicConnection()).to("https://api.osv.dev/").tls).toMatchObject(expected);
  });

  it.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "proxy"])("gives way to the environment's %s", async (name) => {
    expect(await reached({ env: { ...world.env, [name]: "http://env.example" } })).toMatchObject({
      proxy: null,
      strictSSL: true,
    });
  });

  it("gives way to the package manager's, and loosens nothing for that", async () => {
    world.write("home/.npmrc", "https-proxy=http://npms.example:3128\n");
    expect(await reached({})).toMatchObject({ proxy: "http://npms.example:3128", strictSSL: true });
  });

  it("that is no address is left out", async () => {
    expect(await reached({ http: { ...http, proxy: "not an address" } })).toMatchObject({
      proxy: null,
      strictSSL: true,
    });
  });
});

describe("a name is public", () => {
  it.each([
    ["on npmjs, login or not", "//registry.npmjs.org/:_authToken=t", "x", true],
    ["on Yarn's mirror of npmjs", "registry=https://registry.yarnpkg.com", "x", true],
    ["on a default registry without a login", "registry=https://mirror.example", "x", true],
    ["not on a default registry with one", "registry=https://inner.example\n//inner.example/:_authToken=t", "x", false],
    [
      "not on one with a user and password",
      "registry=https://inner.example\n//inner.example/:username=u\n//inner.example/:_password=cA==",
      "x",
      false,
    ],
    ["not in a scope with a registry of its own", "@mine:registry=https://inner.example", "@mine/x", false],
    [
      "in a scope whose registry is the default one",
      "registry=https://mirror.example\n@mine:registry=https://mirror.example",
      "@mine/x",
      true,
    ],
    [
      "in a scope that is sent to npmjs",
      "registry=https://inner.example\n@open:registry=https://registry.npmjs.org",
      "@open/x",
      true,
    ],
    ["in another scope", "@mine:registry=https://inner.example", "@other/x", true],
  ])("%s", async (_what, text, name, expected) => {
    world.write("project/.npmrc", `${text}\n`);
    expect((await configs().resolve(name, world.projectUri)).isPublic).toBe(expected);
  });
});

describe("credentials", () => {
  it.each([
    ["npm@11.19.1", "//inner.example/", "Bearer t"],
    ["npm@11.19.1", "//inner.example/npm", "Bearer t"],
    ["pnpm@10.34.9", "//inner.example/", "Bearer t"],
    ["pnpm@10.34.9", "//inner.example/npm", null],
    ["yarn@1.22.22", "//inner.example/", null],
    ["yarn@1.22.22", "//inner.example/npm", null],
    ["yarn@1.22.22", "//inner.example/npm/", "Bearer t"],
  ])("are for a path as the package manager has it: %s, %s", async (packageManager, key, authorization) => {
    world.write("project/package.json", JSON.stringify({ packageManager }));
    world.write("project/.npmrc", `registry=https://inner.example/npm/\n${key}:_authToken=t\n`);
    const { connection, isPublic } = await configs().resolve("x", world.projectUri);
    expect([connection.to("https://inner.example/npm/x").authorization, isPublic]).toEqual([authorization, false]);
  });

  it("are for their host, port and path only", async () => {
    world.write("project/.npmrc", "registry=https://inner.example/npm/\n//inner.example/npm/:_authToken=t\n");
    const { connection } = await configs().resolve("x", world.projectUri);
    expect(connection.to("https://inner.example/npm/x").authorization).toBe("Bearer t");
    for (const other of [
      "https://evil.example/npm/x",
      "https://inner.example:8443/npm/x",
      "https://inner.example.evil.example/npm/x",
    ]) {
      expect(connection.to(other).authorization).toBeNull();
    }
  });
});

/** By package manager: the file, its line for `@s`, its line for all others. */
const LINES: readonly (readonly [
  manager: string,
  file: string,
  scope: (address: string) => string,
  usual: (address: string) => string,
])[] = [
  ["npm@11.19.1", ".npmrc", (address) => `@s:registry=${address}`, (address) => `registry=${address}`],
  ["pnpm@10.34.9", ".npmrc", (address) => `@s:registry=${address}`, (address) => `registry=${address}`],
  [
    "pnpm@11.28.10",
    "pnpm-workspace.yaml",
    (address) => `registries:\n  "@s": ${JSON.stringify(address)}`,
    (address) => `registries:\n  default: ${JSON.stringify(address)}`,
  ],
  ["yarn@1.22.22", ".yarnrc", (address) => `"@s:registry" "${address}"`, (address) => `registry "${address}"`],
  ["yarn@1.22.22", ".npmrc", (address) => `@s:registry=${address}`, (address) => `registry=${address}`],
  [
    "yarn@4.18.1",
    ".yarnrc.yml",
    (address) => `npmScopes:\n  s:\n    npmRegistryServer: ${JSON.stringify(address)}`,
    (address) => `npmRegistryServer: ${JSON.stringify(address)}`,
  ],
  [
    "bun@1.4.4",
    "bunfig.toml",
    (address) => `[install.scopes]\ns = "${address}"`,
    (address) => `[install]\nregistry = "${address}"`,
  ],
  [
    "bun@1.4.4",
    "bunfig.toml",
    (address) => `[install.scopes]\ns = { url = "${address}" }`,
    (address) => `[install]\nregistry = { url = "${address}" }`,
  ],
  ["bun@1.4.4", ".npmrc", (address) => `@s:registry=${address}`, (address) => `registry=${address}`],
];
const NO_ADDRESSES = ["npm.invalid", "//npm.invalid/", "not a url", "file:///etc/passwd", "http://", "true"];
const NO_ADDRESS = LINES.flatMap((line) => NO_ADDRESSES.map((address) => [...line, address] as const));

describe("a registry that is no address", () => {
  it.each(NO_ADDRESS)(
    "of a scope has nobody asked for it: %s, %s, %#",
    async (packageManager, file, scope, _usual, address) => {
      world.write("project/package.json", JSON.stringify({ packageManager }));
      world.write(`project/${file}`, `${scope(address)}\n`);
      // A weaker file that names one does not serve in its place.
      for (const home of [".npmrc", ".yarnrc"])
        world.write(`home/${home}`, file === home ? `${scope("https://weaker.example/")}\n` : "");
      const config = configs();
      expect((await config.resolve("@s/x", world.projectUri)).refused).toContain(
        ` in ${file} is not an http or https address`,
      );
      expect((await config.resolve("leftpad", world.projectUri)).refused).toBeNull();
    },
  );

  it.each(NO_ADDRESS)(
    "of a scope keeps it back where the workspace is not trusted: %s, %s, %#",
    async (packageManager, file, scope, _usual, address) => {
      world.write("project/package.json", JSON.stringify({ packageManager }));
      world.write(`project/${file}`, `${scope(address)}\n`);
      const config = configs({ trusted: false });
      expect((await config.resolve("@s/x", world.projectUri)).refused).toBe(
        "the workspace, which is not trusted, names a private registry for it",
      );
      expect((await config.resolve("leftpad", world.projectUri)).refused).toBeNull();
    },
  );

  it.each(NO_ADDRESS)(
    "has nobody asked for the others: %s, %s, %#",
    async (packageManager, file, _scope, usual, address) => {
      world.write("project/package.json", JSON.stringify({ packageManager }));
      world.write(`project/${file}`, `${usual(address)}\n`);
      expect((await configs().resolve("leftpad", world.projectUri)).refused).toContain(
        `in ${file} is not an http or https address`,
      );
    },
  );

  it.each([
    ["npm@11.19.1", "npm_config_registry"],
    ["pnpm@10.34.9", "npm_config_registry"],
    ["pnpm@11.28.10", "pnpm_config_registry"],
    ["yarn@1.22.22", "YARN_REGISTRY"],
    ["yarn@4.18.1", "YARN_NPM_REGISTRY_SERVER"],
    ["bun@1.4.4", "BUN_CONFIG_REGISTRY"],
  ])("is heeded in the environment: %s", async (packageManager, name) => {
    world.write("project/package.json", JSON.stringify({ packageManager }));
    expect(
      (await configs({ env: { ...world.env, [name]: "npm.invalid" } }).resolve("leftpad", world.projectUri)).refused,
    ).toMatch(/ in (the environment|npm's configuration) is not an http or https address$/);
  });

  it("is heeded in the user's own file", async () => {
    world.write("home/.npmrc", "@s:registry=npm.invalid\n");
    expect((await configs().resolve("@s/x", world.projectUri)).refused).toContain("@s:registry");
    expect((await configs().resolve("leftpad", world.projectUri)).url).toBe(NPMJS);
  });

  it.each([
    ["pnpm@11.28.10", "pnpm-workspace.yaml", 'registries:\n  "@s": [https://a.example]'],
    ["pnpm@11.28.10", "pnpm-workspace.yaml", 'registries:\n  npm.invalid: { scopes: ["@s"] }'],
    ["pnpm@11.28.10", "pnpm-workspace.yaml", 'registries:\n  "@s":'],
    ["bun@1.4.4", "bunfig.toml", '[install.scopes]\ns = ["https://a.example"]'],
    ["yarn@4.18.1", ".yarnrc.yml", "npmScopes:\n  s:\n    npmRegistryServer: [https://a.example]"],
    ["yarn@4.18.1", ".yarnrc.yml", "npmScopes:\n  s:\n    npmRegistryServer:"],
    ["yarn@4.18.1", ".yarnrc.yml", "npmScopes: []"],
    ["yarn@4.18.1", ".yarnrc.yml", "npmScopes:\n  s: https://a.example"],
    ["npm@11.19.1", ".npmrc", "@s:registry[]=https://a.example"],
    ["npm@11.19.1", ".npmrc", "@s:registry"],
  ])("is also what is no text: %s, %s, %#", async (packageManager, file, text) => {
    world.write("project/package.json", JSON.stringify({ packageManager }));
    world.write(`project/${file}`, `${text}\n`);
    expect((await configs().resolve("@s/x", world.projectUri)).refused).toContain(` in ${file} is not `);
  });

  it.each(LINES.filter(([manager]) => !/^(pnpm|yarn@4)/.test(manager)))(
    "but empty takes the scope back to the default registry: %s, %s, %#",
    async (packageManager, file, scope) => {
      world.write("project/package.json", JSON.stringify({ packageManager }));
      for (const home of [".npmrc", ".yarnrc", ".bunfig.toml"])
        world.write(`home/${home}`, file.endsWith(home.slice(1)) ? `${scope("https://weaker.example/")}\n` : "");
      world.write(`project/${file}`, `${scope("")}\n`);
      expect((await configs().resolve("@s/x", world.projectUri)).url).toMatch(
        /^https:\/\/registry\.(npmjs\.org|yarnpkg\.com)\/$/,
      );
    },
  );

  it.each(LINES.filter(([manager]) => /^(pnpm|yarn@4)/.test(manager)))(
    "nor is an empty one: %s, %s",
    async (packageManager, file, scope) => {
      world.write("project/package.json", JSON.stringify({ packageManager }));
      world.write(`project/${file}`, `${scope("")}\n`);
      expect((await configs().resolve("@s/x", world.projectUri)).refused).toContain(
        `in ${file} is not an http or https address`,
      );
    },
  );
});

describe("a scope with a login of its own", () => {
  it.each([
    ["yarn@4.18.1", ".yarnrc.yml", "npmScopes:\n  s:\n    npmAuthToken: t1", "https://registry.yarnpkg.com/"],
    [
      "yarn@4.18.1",
      ".yarnrc.yml",
      "npmRegistryServer: https://mirror.example\nnpmScopes:\n  s:\n    npmAuthIdent: u:p",
      "https://registry.yarnpkg.com/",
    ],
    [
      "yarn@4.18.1",
      ".yarnrc.yml",
      "npmScopes:\n  s:\n    npmRegistryServer: https://registry.npmjs.org\n    npmAuthToken: ${NOT_SET}",
      NPMJS,
    ],
    ["bun@1.4.4", "bunfig.toml", '[install.scopes]\ns = { token = "t1" }', NPMJS],
    ["pnpm@11.28.10", ".npmrc", "//registry.npmjs.org/:@s:_authToken=t1", NPMJS],
  ])("is private, also at a public registry: %s, %#", async (packageManager, file, text, url) => {
    world.write("project/package.json", JSON.stringify({ packageManager }));
    world.write(`project/${file}`, `${text}\n`);
    for (const trusted of [true, false]) {
      const config = configs({ trusted });
      const found = await config.resolve("@s/x", world.projectUri);
      expect(found.isPublic).toBe(false);
      if (trusted) expect([found.url, found.refused]).toEqual([url, null]);
      expect((await config.resolve("@t/y", world.projectUri)).isPublic).toBe(true);
    }
  });

  it("of the user's is asked for nowhere where an untrusted workspace names its registry", async () => {
    world.write("project/package.json", '{"packageManager":"yarn@4.18.1"}');
    world.write("home/.yarnrc.yml", "npmScopes:\n  s:\n    npmAuthToken: t1\n");
    world.write("project/.yarnrc.yml", "npmScopes:\n  s:\n    npmRegistryServer: https://inner.example\n");
    expect((await configs({ trusted: false }).resolve("@s/x", world.projectUri)).refused).toBe(
      "the workspace, which is not trusted, names a private registry for it",
    );
  });
});

describe("a workspace that is not trusted", () => {
  it.each([
    [
      "yarn@4.18.1",
      ".yarnrc.yml",
      "<<<<<<< HEAD\nnpmScopes:\n  s:\n    npmRegistryServer: https://inner.example\n=======\n",
    ],
    ["yarn@4.18.1", ".yarnrc.yml", "npmScopes:\n  s:\n    npmRegistryServer: https://inner.example\n\ta: b\n"],
    ["pnpm@11.28.10", "pnpm-workspace.yaml", "registries:\n  '@s': https://inner.example\n<<<<<<< HEAD\n"],
    ["bun@1.4.4", "bunfig.toml", '[install.scopes]\ns = "https://inner.example"\n<<<<<<< HEAD\n'],
  ])("with a file that cannot be read keeps back what it may name: %s, %#", async (packageManager, file, text) => {
    world.write("project/package.json", JSON.stringify({ packageManager }));
    world.write(`project/${file}`, text);
    const config = configs({ trusted: false });
    expect((await config.resolve("@s/x", world.projectUri)).refused).toBe(`${file} has an error in it`);
    expect((await config.resolve("leftpad", world.projectUri)).refused).toBeNull();
  });

  it("chooses nothing", async () => {
    world.write("home/.npmrc", "@mine:registry=https://mine.example/\n");
    world.write(
      "project/.npmrc",
      [
        "registry=https://evil.example/${SECRET}/",
        "@mine:registry=https://evil.example/",
        "//registry.npmjs.org/:_authToken=${SECRET}",
        "https-proxy=http://evil.example:3128",
        "strict-ssl=false",
        "userconfig=./evil",
        "cafile=/dev/zero",
      ].join("\n"),
    );
    const config = configs({ trusted: false, env: { ...world.env, SECRET: "hush" } });
    const found = await config.resolve("leftpad", world.projectUri);
    expect(found.url).toBe(NPMJS);
    const sent = found.connection.to(NPMJS);
    expect(sent.authorization).toBeNull();
    expect([sent.tls.proxy, sent.tls.strictSSL, sent.tls.ca]).toEqual([null, true, null]);
    expect((await config.resolve("@mine/x", world.projectUri)).url).toBe("https://mine.example/");
  });
});

describe("hostile configuration", () => {
  it.each([
    ["a section of that name", "; ours\n[registry]\na=b"],
    ["a key into the prototype", "__proto__=x\n[__proto__]\nregistry=https://evil.example"],
    ["settings that exclude each other", "before=2020-01-01\nmin-release-age=3"],
    ["a certificate file that never ends", "cafile=/dev/zero"],
    ["a key file that never ends", "//registry.npmjs.org/:certfile=/dev/zero\n//registry.npmjs.org/:keyfile=/dev/zero"],
    ["settings that npm dropped", "_auth=abc\n_authToken=def\nproduction=true\nunknown-thing=1"],
    ["nothing but noise", "\u0000\u0001=\u0002\n====\n[[[]]]"],
  ])("does no harm: %s", async (_what, text) => {
    const before = JSON.stringify(process.env);
    const title = process.title;
    world.write("project/.npmrc", `${text}\n`);
    const { url, connection } = await configs().resolve("leftpad", world.projectUri);
    expect(url).toBe(NPMJS);
    expect(connection.to(NPMJS).authorization).toBeNull();
    expect(JSON.stringify(process.env)).toBe(before);
    expect(process.title).toBe(title);
  });

  it("that is a folder is left out with a warning", async () => {
    mkdirSync(join(world.project, ".npmrc"));
    expect((await configs().resolve("leftpad", world.projectUri)).url).toBe(NPMJS);
    expect(world.warnings).toHaveLength(1);
    expect(world.warnings[0]).toContain(".npmrc");
  });

  it("of the user that is a folder leaves the project's in place", async () => {
    world.write("project/.npmrc", "registry=https://project.example\n");
    const config = configs({ env: { ...world.env, npm_config_userconfig: world.folder } });
    expect((await config.resolve("leftpad", world.projectUri)).url).toBe("https://project.example/");
    expect(world.warnings.join()).toContain("is not a file that can be read");
  });

  it("is not quoted, as it may hold secrets", async () => {
    world.write("project/.npmrc", "registry=ftp://user:hush@evil.example\n");
    const { refused } = await configs().resolve("leftpad", world.projectUri);
    expect(refused).toBe("registry in .npmrc is not an http or https address");
    expect(world.warnings.join()).not.toContain("hush");
  });
});
