/** Which registry each real package manager asks, and with which login, beside what Depwarden would do. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { RegistryConfigs } from "../../server/src/io/registries/index.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { casesToRun, kindOf } from "../package-managers/share.ts";
import { fetchTools, runTool, TOOLS, type ToolName } from "../package-managers/tools.ts";

/** `A` to `D` are registries: `#A#` is one's address, `#a#` its host and port. What is asked: its letter and the login, or `nobody`. */
type Asked = Readonly<Record<string, string>>;
interface Row {
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly asked: Asked;
  /** Where Depwarden is stricter on purpose. */
  readonly stricter?: Asked;
  /** What both would ask, were it to be had here. */
  readonly elsewhere?: Asked;
  /** The folder that the manager runs in, below the project. */
  readonly from?: string;
}
type Rows = Readonly<Record<string, Row>>;

const PROJECT = "project";
const npmrc = (text: string): Record<string, string> => ({ "project/.npmrc": text });

/** Only npm follows it. */
const NAMES_FILE = {
  ...npmrc("userconfig=./x.npmrc"),
  "project/x.npmrc": "registry=#B#",
  "home/.npmrc": "registry=#A#",
};

const OF_NPM: Rows = {
  "the project's .npmrc before the user's": {
    files: { ...npmrc("registry=#A#\n@s:registry=#C#"), "home/.npmrc": "registry=#B#\n@t:registry=#D#" },
    asked: { leftpad: "A", "@s/x": "C", "@t/y": "D" },
  },
  "the environment before both": {
    files: npmrc("registry=#A#"),
    env: { npm_config_registry: "#B#" },
    asked: { leftpad: "B" },
  },
  "a login for the host": {
    files: npmrc("registry=#A#\n//#a#/:_authToken=t1"),
    asked: { leftpad: "A Bearer t1", "@s/x": "A Bearer t1" },
  },
  "a login for another path": {
    files: npmrc("registry=#A#\n@s:registry=#B#\n//#b#/zz/:_authToken=t1"),
    asked: { "@s/x": "B" },
  },
  "a login from the environment": {
    files: npmrc("registry=#A#\n//#a#/:_authToken=${NPM_TOKEN}"),
    env: { NPM_TOKEN: "t2" },
    asked: { leftpad: "A Bearer t2" },
  },
  "a secret that is for something else": {
    files: npmrc("registry=#A#\n//#a#/:_authToken=${AWS_SECRET_ACCESS_KEY}"),
    env: { AWS_SECRET_ACCESS_KEY: "s1" },
    asked: { leftpad: "A Bearer s1" },
    stricter: { leftpad: "A" },
  },
  "a user and a password": {
    files: npmrc("registry=#A#\n//#a#/:username=u\n//#a#/:_password=cA=="),
    asked: { leftpad: "A Basic dTpw" },
  },
  "the user's login, the project's registry": {
    files: { ...npmrc("registry=#A#"), "home/.npmrc": "registry=#B#\n//#b#/:_authToken=t1" },
    asked: { leftpad: "A" },
  },
  "an address that is a variable": {
    files: npmrc("registry=${PLACE}"),
    env: { PLACE: "#A#" },
    asked: { leftpad: "A" },
  },
  "an address that is none": {
    files: { ...npmrc("registry=npm.invalid"), "home/.npmrc": "registry=#A#" },
    asked: { leftpad: "nobody" },
  },
  "a scope's address that is none": {
    files: { ...npmrc("@s:registry=//npm.invalid/"), "home/.npmrc": "registry=#A#\n@s:registry=#B#" },
    asked: { "@s/x": "nobody" },
  },
  "a scope's address that is empty": {
    files: { ...npmrc("@s:registry="), "home/.npmrc": "registry=#A#\n@s:registry=#B#" },
    asked: { "@s/x": "A" },
  },
  "an address that is none in the environment": {
    files: npmrc("registry=#A#"),
    env: { npm_config_registry: "npm.invalid" },
    asked: { leftpad: "nobody" },
  },
  "a user's file that the project names": {
    files: {
      ...npmrc("userconfig=./x.npmrc"),
      "project/x.npmrc": "registry=#B#\n@s:registry=#C#\n//#c#/:_authToken=t1",
      "home/.npmrc": "registry=#A#\n@t:registry=#D#",
    },
    asked: { leftpad: "B", "@s/x": "C Bearer t1", "@t/y": "B" },
  },
  "a global file that the project names": {
    files: {
      ...npmrc("globalconfig=x.npmrc"),
      "project/x.npmrc": "registry=#B#\n@s:registry=#C#",
      "home/.npmrc": "registry=#A#",
    },
    env: { npm_config_globalconfig: "" },
    asked: { leftpad: "A", "@s/x": "C" },
  },
  "a workspace's own .npmrc": {
    files: {
      "project/package.json": '{"name":"r","workspaces":["p/*"]}',
      ...npmrc("registry=#A#"),
      "project/p/a/.npmrc": "registry=#B#",
    },
    from: "p/a",
    asked: { leftpad: "A" },
  },
  "a project below workspaces, none of them": {
    files: {
      "project/package.json": '{"name":"r","workspaces":["p/*"]}',
      ...npmrc("registry=#A#"),
      "project/tools/a/.npmrc": "registry=#B#",
    },
    from: "tools/a",
    asked: { leftpad: "B" },
  },
};

const workspace = (text: string): Record<string, string> => ({
  "project/pnpm-workspace.yaml": `packages: ['p/*']\n${text}\n`,
});
const OF_EVERY_PNPM: Rows = {
  "a user's file that the project names": { files: NAMES_FILE, asked: { leftpad: "A" } },
  "the project's .npmrc before the user's": {
    files: { ...npmrc("registry=#A#\n@s:registry=#C#"), "home/.npmrc": "registry=#B#\n@t:registry=#D#" },
    asked: { leftpad: "A", "@s/x": "C", "@t/y": "D" },
  },
  "registries in pnpm-workspace.yaml before .npmrc": {
    files: { ...workspace('registries:\n  default: #A#\n  "@s": #B#'), ...npmrc("registry=#C#\n@s:registry=#D#") },
    asked: { leftpad: "A", "@s/x": "B" },
  },
  "a login for the host": {
    files: { ...workspace("registries:\n  default: #A#"), ...npmrc("//#a#/:_authToken=t1") },
    asked: { leftpad: "A Bearer t1" },
  },
  "a login with a variable, in the project": {
    files: npmrc("registry=#A#\n//#a#/:_authToken=${TOKEN}"),
    env: { TOKEN: "t2" },
    asked: { leftpad: "A" },
  },
  "a login with a variable, of the user": {
    files: { ...npmrc("registry=#A#"), "home/.npmrc": "//#a#/:_authToken=${TOKEN}" },
    env: { TOKEN: "t2" },
    asked: { leftpad: "A Bearer t2" },
  },
  "an address that is none": {
    files: { ...npmrc("registry=npm.invalid"), "home/.npmrc": "registry=#A#" },
    asked: { leftpad: "nobody" },
  },
  "a scope's address that is none": {
    files: { ...npmrc("@s:registry=//npm.invalid/"), "home/.npmrc": "registry=#A#\n@s:registry=#B#" },
    asked: { "@s/x": "nobody" },
  },
  "a scope's address that is empty": {
    files: { ...npmrc("@s:registry="), "home/.npmrc": "registry=#A#\n@s:registry=#B#" },
    asked: { "@s/x": "nobody" },
  },
  "a scope's address that is none in pnpm-workspace.yaml": {
    files: { ...workspace('registries:\n  default: #A#\n  "@s": npm.invalid'), "home/.npmrc": "@s:registry=#B#" },
    asked: { "@s/x": "nobody" },
  },
  "a scope's address that is empty in pnpm-workspace.yaml": {
    files: { ...workspace('registries:\n  default: #A#\n  "@s": ""'), "home/.npmrc": "@s:registry=#B#" },
    asked: { "@s/x": "nobody" },
  },
  "registries before npm's environment": {
    files: workspace("registries:\n  default: #A#"),
    env: { npm_config_registry: "#B#" },
    asked: { leftpad: "A" },
  },
};
const MEMBER = {
  "project/package.json": '{"name":"r","version":"1.0.0"}',
  "project/pnpm-workspace.yaml": "packages: ['p/*']\n",
  "project/.npmrc": "registry=#A#\n@s:registry=#B#\n",
  "project/p/a/.npmrc": "registry=#C#\n",
};
const OF_FORMER_PNPM: Rows = {
  "a workspace's own .npmrc": { files: MEMBER, from: "p/a", asked: { leftpad: "C", "@s/x": "B" } },
  "registry in pnpm-workspace.yaml": {
    files: { ...workspace("registry: #A#"), ...npmrc("registry=#B#") },
    asked: { leftpad: "B" },
  },
  "npm's environment before .npmrc": {
    files: npmrc("registry=#A#"),
    env: { npm_config_registry: "#B#" },
    asked: { leftpad: "B" },
  },
  "a login without a final slash": { files: npmrc("registry=#A#\n//#a#:_authToken=t1"), asked: { leftpad: "A" } },
  "its rc file after the user's .npmrc": {
    files: { "config/pnpm/rc": "registry=#A#\n@s:registry=#C#", "home/.npmrc": "registry=#B#" },
    asked: { leftpad: "B", "@s/x": "C" },
  },
};
const OF_RECENT_PNPM: Rows = {
  "an address that is none, of a scope": {
    files: {
      ...workspace('registries:\n  npm.invalid:\n    scopes: ["@s"]'),
      ...npmrc("registry=#A#\n@s:registry=#B#"),
    },
    asked: { "@s/x": "nobody" },
  },
  "a list in place of a scope's address": {
    files: { ...workspace('registries:\n  "@s": ["#C#"]'), ...npmrc("registry=#A#\n@s:registry=#B#") },
    asked: { "@s/x": "nobody" },
  },
  "a scope without its sign": {
    files: { ...workspace("registries:\n  s: #A#"), ...npmrc("registry=#B#") },
    asked: { "@s/x": "B" },
  },
  "a workspace's own .npmrc": { files: MEMBER, from: "p/a", asked: { leftpad: "A", "@s/x": "B" } },
  "registry in pnpm-workspace.yaml": {
    files: { ...workspace("registry: #A#"), ...npmrc("registry=#B#") },
    asked: { leftpad: "A" },
  },
  "registries by address": {
    files: {
      ...workspace('registries:\n  "#A#":\n    scopes: ["@", "@s"]'),
      ...npmrc("registry=#B#\n@t:registry=#C#"),
    },
    asked: { leftpad: "A", "@s/x": "A", "@t/y": "C" },
  },
  "npm's environment": { files: npmrc("registry=#A#"), env: { npm_config_registry: "#B#" }, asked: { leftpad: "A" } },
  "its own environment": {
    files: workspace("registries:\n  default: #A#"),
    env: { pnpm_config_registry: "#B#" },
    asked: { leftpad: "B" },
  },
  "a login in the environment": {
    files: npmrc("registry=#A#"),
    env: { "npm_config_//#a#/:_authToken": "t1" },
    asked: { leftpad: "A Bearer t1" },
  },
  "auth.ini before the user's .npmrc, and no rc": {
    files: {
      "config/pnpm/auth.ini": "registry=#A#\n//#a#/:_authToken=t1",
      "config/pnpm/rc": "registry=#C#",
      "home/.npmrc": "registry=#B#",
    },
    asked: { leftpad: "A Bearer t1" },
  },
  "config.yaml before the project's .npmrc": {
    files: { "config/pnpm/config.yaml": "registries:\n  default: #A#\n", ...npmrc("registry=#B#") },
    asked: { leftpad: "A" },
  },
  "a login of a scope": {
    files: npmrc("registry=#A#\n//#a#/:@s:_authToken=t1\n//#a#/:_authToken=t2"),
    asked: { leftpad: "A Bearer t2", "@s/x": "A Bearer t1" },
  },
};

const OF_PNPM_11: Rows = {
  "its environment's address that is none": {
    files: npmrc("registry=#A#"),
    env: { pnpm_config_registry: "npm.invalid" },
    asked: { leftpad: "A" },
    stricter: { leftpad: "nobody" },
  },
};
const OF_PNPM_12: Rows = {
  "its environment's address that is none": {
    files: npmrc("registry=#A#"),
    env: { pnpm_config_registry: "npm.invalid" },
    asked: { leftpad: "nobody" },
  },
};

const yarnrc = (text: string): Record<string, string> => ({ "project/.yarnrc.yml": `${text}\n` });
const OF_YARN: Rows = {
  "npmRegistryServer, and no .npmrc": {
    files: { ...yarnrc('npmRegistryServer: "#A#"'), ...npmrc("registry=#B#") },
    asked: { leftpad: "A", "@s/x": "A" },
  },
  "a token without npmAlwaysAuth": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmAuthToken: t1'),
    asked: { leftpad: "A", "@s/x": "A Bearer t1" },
  },
  "a token with npmAlwaysAuth": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmAuthToken: t1\nnpmAlwaysAuth: true'),
    asked: { leftpad: "A Bearer t1", "@s/x": "A Bearer t1" },
  },
  "a token of a scope": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmScopes:\n  s:\n    npmRegistryServer: "#B#"\n    npmAuthToken: t1'),
    asked: { leftpad: "A", "@s/x": "B Bearer t1", "@t/y": "A" },
  },
  "two scopes of one registry": {
    files: yarnrc(
      'npmRegistryServer: "#A#"\nnpmScopes:\n  s: {npmRegistryServer: "#B#", npmAuthToken: t1}\n  t: {npmRegistryServer: "#B#", npmAuthToken: t2}',
    ),
    asked: { "@s/x": "B Bearer t1", "@t/y": "B Bearer t2" },
  },
  "a scope with its sign": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmScopes:\n  "@s":\n    npmRegistryServer: "#B#"'),
    asked: { "@s/x": "A" },
  },
  "npmRegistries without a protocol": {
    files: yarnrc(
      'npmRegistryServer: "#A#"\nnpmRegistries:\n  "//#a#":\n    npmAuthToken: t1\n    npmAlwaysAuth: true',
    ),
    asked: { leftpad: "A Bearer t1", "@s/x": "A Bearer t1" },
  },
  "npmRegistries with a protocol and a slash": {
    files: yarnrc(
      'npmRegistryServer: "#A#"\nnpmRegistries:\n  "http://#a#/":\n    npmAuthIdent: "u:p"\n    npmAlwaysAuth: true',
    ),
    asked: { leftpad: "A Basic dTpw" },
  },
  "an identity in base64": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmAuthIdent: dTpw\nnpmAlwaysAuth: true'),
    asked: { leftpad: "A Basic dTpw" },
  },
  "npmRegistries with nothing hides the token at the top": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmAuthToken: t1\nnpmRegistries:\n  "//#a#":\n    npmAlwaysAuth: true'),
    asked: { "@s/x": "A" },
  },
  "a token at the top, another registry for the scope": {
    files: yarnrc(
      'npmRegistryServer: "#A#"\nnpmAuthToken: t1\nnpmAlwaysAuth: true\nnpmScopes:\n  s:\n    npmRegistryServer: "#B#"',
    ),
    asked: { leftpad: "A Bearer t1", "@s/x": "B Bearer t1" },
    stricter: { leftpad: "A Bearer t1", "@s/x": "B" },
  },
  "the user's token of a scope, the project's registry": {
    files: {
      ...yarnrc('npmRegistryServer: "#A#"\nnpmScopes:\n  s:\n    npmRegistryServer: "#B#"'),
      "home/.yarnrc.yml":
        'npmScopes:\n  s:\n    npmAuthToken: t1\n  t:\n    npmRegistryServer: "#C#"\n    npmAuthToken: t2\n',
    },
    asked: { "@s/x": "B Bearer t1", "@t/y": "C Bearer t2" },
    stricter: { "@s/x": "B", "@t/y": "C Bearer t2" },
  },
  "a token from the environment, the project's registry": {
    files: yarnrc('npmRegistryServer: "#A#"'),
    env: { YARN_NPM_AUTH_TOKEN: "t1" },
    asked: { "@s/x": "A Bearer t1" },
    stricter: { "@s/x": "A" },
  },
  "a token from the environment, its registry too": {
    files: yarnrc('npmRegistryServer: "#A#"'),
    env: { YARN_NPM_AUTH_TOKEN: "t1", YARN_NPM_REGISTRY_SERVER: "#B#" },
    asked: { "@s/x": "B Bearer t1" },
  },
  "a token that is a variable": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmAuthToken: "${NPM_TOKEN}"'),
    env: { NPM_TOKEN: "t1" },
    asked: { "@s/x": "A Bearer t1" },
  },
  "a secret that is for something else": {
    files: yarnrc('npmRegistryServer: "#A#"\nnpmAuthToken: "${AWS_SECRET_ACCESS_KEY}"'),
    env: { AWS_SECRET_ACCESS_KEY: "s1" },
    asked: { "@s/x": "A Bearer s1" },
    stricter: { "@s/x": "A" },
  },
  "an address that is a variable": {
    files: yarnrc('npmRegistryServer: "${PLACE}"'),
    env: { PLACE: "#A#" },
    asked: { leftpad: "A" },
  },
  "a host that is a variable": {
    files: yarnrc('npmRegistryServer: "http://${PLACE}/"'),
    env: { PLACE: "#a#" },
    asked: { leftpad: "A" },
  },
  "a fallback": { files: yarnrc('npmRegistryServer: "${PLACE:-#A#}"'), asked: { leftpad: "A" } },
  "a fallback with one sign": { files: yarnrc('npmRegistryServer: "${PLACE-#A#}"'), asked: { leftpad: "A" } },
  "a fallback for an empty variable": {
    files: yarnrc('npmRegistryServer: "${PLACE:-#A#}"'),
    env: { PLACE: "" },
    asked: { leftpad: "A" },
  },
  "a file above": {
    files: {
      ".yarnrc.yml": 'npmRegistryServer: "#B#"\nnpmScopes:\n  s:\n    npmRegistryServer: "#C#"\n',
      ...yarnrc('npmScopes:\n  t:\n    npmRegistryServer: "#D#"'),
    },
    asked: { leftpad: "B", "@s/x": "C", "@t/y": "D" },
  },
  "a workspace's own .yarnrc.yml": {
    files: {
      "project/package.json": '{"name":"r","workspaces":["p/*"]}',
      "project/yarn.lock": "",
      ...yarnrc('npmRegistryServer: "#A#"'),
      "project/p/a/.yarnrc.yml": 'npmRegistryServer: "#B#"\n',
    },
    from: "p/a",
    asked: { leftpad: "B" },
  },
};

/** In the project, over a home folder that has registries of its own. */
const over = (text: string): Record<string, string> => ({
  ...yarnrc(text),
  "home/.yarnrc.yml":
    'npmRegistryServer: "#A#"\nnpmScopes:\n  s:\n    npmRegistryServer: "#B#"\n    npmAlwaysAuth: true\n  t:\n    npmRegistryServer: "#B#"\n',
});
const OF_YARN_OVER: Rows = {
  "a scope's address that is none": {
    files: over("npmScopes:\n  s:\n    npmRegistryServer: npm.invalid"),
    asked: { "@s/x": "nobody" },
  },
  "a scope's address that is null": {
    files: over("npmScopes:\n  s:\n    npmRegistryServer: null"),
    asked: { "@s/x": "nobody" },
  },
  "an address that is none": { files: over("npmRegistryServer: npm.invalid"), asked: { leftpad: "nobody" } },
  "an address that is a list": { files: over('npmRegistryServer: ["#C#"]'), asked: { leftpad: "nobody" } },
  "no address in the environment": {
    files: over(""),
    env: { YARN_NPM_REGISTRY_SERVER: "" },
    asked: { leftpad: "nobody" },
  },
  "scopes that are no map": { files: over("npmScopes: null"), asked: { "@s/x": "nobody", leftpad: "nobody" } },
  "a scope that is no map": { files: over("npmScopes:\n  s: null"), asked: { "@s/x": "nobody", leftpad: "nobody" } },
  "onConflict: extend": {
    files: over('npmScopes:\n  onConflict: extend\n  value:\n    s:\n      npmRegistryServer: "#C#"'),
    asked: { leftpad: "A", "@s/x": "C", "@t/y": "B" },
  },
  "onConflict: reset": {
    files: over('npmScopes:\n  onConflict: reset\n  value:\n    s:\n      npmRegistryServer: "#C#"'),
    asked: { leftpad: "A", "@s/x": "C", "@t/y": "A" },
  },
  "onConflict: reset beside the scopes": {
    files: over('npmScopes:\n  onConflict: reset\n  s:\n    npmRegistryServer: "#C#"'),
    asked: { leftpad: "A", "@s/x": "C", "@t/y": "A" },
  },
  "onConflict: hardReset": {
    files: over('npmScopes:\n  onConflict: hardReset\n  value:\n    s:\n      npmRegistryServer: "#C#"'),
    asked: { leftpad: "A", "@s/x": "A", "@t/y": "A" },
  },
  "onConflict of a scope, extended where all are reset": {
    files: over(
      "npmScopes:\n  onConflict: reset\n  value:\n    s:\n      onConflict: extend\n      value:\n        npmAlwaysAuth: false",
    ),
    asked: { leftpad: "A", "@s/x": "B", "@t/y": "A" },
  },
  "onConflict of an address": {
    files: over('npmRegistryServer:\n  onConflict: reset\n  value: "#C#"'),
    asked: { leftpad: "C", "@t/y": "B" },
  },
  "onConflict: hardReset of an address, at which Yarn fails": {
    files: over('npmRegistryServer:\n  onConflict: hardReset\n  value: "#C#"'),
    asked: { leftpad: "nobody" },
  },
  "onConflict of logins": {
    files: over('npmRegistries:\n  onConflict: reset\n  value:\n    "//#b#":\n      npmAuthToken: t1'),
    asked: { leftpad: "A", "@t/y": "B Bearer t1" },
  },
  // What has settings of its own inherits none: Yarn asks registry.yarnpkg.com, which is not to be had here.
  "a scope without an address": {
    files: over("npmScopes:\n  u:\n    npmAlwaysAuth: true"),
    env: { YARN_HTTPS_PROXY: "http://127.0.0.1:1", YARN_HTTP_RETRY: "0" },
    asked: { "@u/z": "nobody" },
    elsewhere: { "@u/z": "https://registry.yarnpkg.com/" },
  },
};

const OF_YARN_1: Rows = {
  "a user's file that the project names": { files: NAMES_FILE, asked: { leftpad: "A" } },
  "an address that is none": {
    files: { "project/.yarnrc": 'registry "npm.invalid"\n', "home/.yarnrc": 'registry "#A#"\n' },
    asked: { leftpad: "nobody" },
  },
  "a scope's address that is none": {
    files: {
      "project/.yarnrc": '"@s:registry" "//npm.invalid/"\n',
      "home/.yarnrc": 'registry "#A#"\n"@s:registry" "#B#"\n',
    },
    asked: { "@s/x": "nobody" },
  },
  "a scope's address that is empty": {
    files: { "project/.yarnrc": '"@s:registry" ""\n', "home/.yarnrc": 'registry "#A#"\n"@s:registry" "#B#"\n' },
    asked: { "@s/x": "A" },
  },
  "a scope's address in .npmrc that is none": {
    files: { ...npmrc("@s:registry=npm.invalid"), "home/.npmrc": "registry=#A#\n@s:registry=#B#" },
    asked: { "@s/x": "nobody" },
  },
  "its environment's address that is none": {
    files: { "project/.yarnrc": 'registry "#A#"\n' },
    env: { YARN_REGISTRY: "npm.invalid" },
    asked: { leftpad: "nobody" },
  },
  ".npmrc before .yarnrc": {
    files: { "project/.yarnrc": 'registry "#A#"\n', ...npmrc("registry=#B#") },
    asked: { leftpad: "B" },
  },
  "the user's .npmrc before the project's .yarnrc": {
    files: { "project/.yarnrc": 'registry "#A#"\n', "home/.npmrc": "registry=#B#" },
    asked: { leftpad: "B" },
  },
  "scopes in .yarnrc": {
    files: { "project/.yarnrc": 'registry "#A#"\n"@s:registry" "#B#"\n' },
    asked: { leftpad: "A", "@s/x": "B", "@t/y": "A" },
  },
  "a scope in .yarnrc before the default in .npmrc": {
    files: { "project/.yarnrc": '"@s:registry" "#B#"\n', ...npmrc("registry=#A#") },
    asked: { leftpad: "A", "@s/x": "B" },
  },
  "a login in .npmrc for a registry in .yarnrc": {
    files: { "project/.yarnrc": 'registry "#A#"\n', ...npmrc("//#a#/:_authToken=t1") },
    asked: { "@s/x": "A Bearer t1" },
  },
  "the home folder's .yarnrc before one above": {
    files: { "home/.yarnrc": 'registry "#A#"\n', ".yarnrc": 'registry "#B#"\n' },
    asked: { leftpad: "A" },
  },
  "a .yarnrc above": { files: { ".yarnrc": 'registry "#B#"\n' }, asked: { leftpad: "B" } },
  "an .npmrc above after the user's": {
    files: { ".npmrc": "registry=#B#\n@s:registry=#C#", "home/.npmrc": "registry=#A#" },
    asked: { leftpad: "A", "@s/x": "C" },
  },
  "its environment": {
    files: { "project/.yarnrc": 'registry "#A#"\n' },
    env: { YARN_REGISTRY: "#B#" },
    asked: { leftpad: "B" },
  },
  "npm's environment": {
    files: { "project/.yarnrc": 'registry "#A#"\n' },
    env: { npm_config_registry: "#B#" },
    asked: { leftpad: "B" },
  },
  "a login without a final slash": { files: npmrc("registry=#A#\n//#a#:_authToken=t1"), asked: { "@s/x": "A" } },
  "a login of the very address": {
    files: npmrc("registry=#A#\n//#a#/:_authToken=t1"),
    asked: { "@s/x": "A Bearer t1" },
  },
  "a secret that is for something else": {
    files: npmrc("registry=#A#\n//#a#/:_authToken=${AWS_SECRET_ACCESS_KEY}"),
    env: { AWS_SECRET_ACCESS_KEY: "s1" },
    asked: { "@s/x": "A Bearer s1" },
    stricter: { "@s/x": "A" },
  },
  "a login that names no host": {
    files: { "home/.npmrc": "_authToken=t1\n", ...npmrc("registry=#A#") },
    asked: { "@s/x": "A Bearer t1" },
    stricter: { "@s/x": "A" },
  },
  "a workspace's own .npmrc": {
    files: {
      "project/package.json": '{"name":"r","private":true,"workspaces":["p/*"]}',
      ...npmrc("registry=#A#"),
      "project/p/a/.npmrc": "@s:registry=#B#",
    },
    from: "p/a",
    asked: { leftpad: "A", "@s/x": "B" },
  },
  "a project below workspaces, none of them": {
    files: {
      "project/package.json": '{"name":"r","private":true,"workspaces":["p/*"]}',
      ...npmrc("registry=#A#"),
      "project/tools/a/.npmrc": "registry=#B#",
    },
    from: "tools/a",
    asked: { leftpad: "B" },
  },
};

const bunfig = (text: string): Record<string, string> => ({ "project/bunfig.toml": `[install]\n${text}\n` });
const OF_BUN: Rows = {
  "a user's file that the project names": { files: NAMES_FILE, asked: { leftpad: "A" } },
  "an address that is none": {
    files: { ...bunfig('registry = "npm.invalid"'), "config/.bunfig.toml": '[install]\nregistry = "#A#"\n' },
    asked: { leftpad: "nobody" },
  },
  "a scope's address that is none": {
    files: {
      ...bunfig('[install.scopes]\ns = { url = "npm.invalid" }'),
      "config/.bunfig.toml": '[install]\nregistry = "#A#"\n[install.scopes]\ns = "#B#"\n',
    },
    asked: { "@s/x": "nobody" },
  },
  "a scope's address that is empty": {
    files: {
      ...bunfig('[install.scopes]\ns = ""'),
      "config/.bunfig.toml": '[install]\nregistry = "#A#"\n[install.scopes]\ns = "#B#"\n',
    },
    asked: { "@s/x": "A" },
  },
  "a scope's address in .npmrc that is none": {
    files: { ...npmrc("@s:registry=npm.invalid"), "home/.npmrc": "registry=#A#\n@s:registry=#B#" },
    asked: { "@s/x": "nobody" },
  },
  "its environment's address that is none": {
    files: bunfig('registry = "#A#"'),
    env: { BUN_CONFIG_REGISTRY: "npm.invalid" },
    asked: { leftpad: "nobody" },
  },
  "bunfig.toml before .npmrc": {
    files: { ...bunfig('registry = "#A#"'), ...npmrc("registry=#B#") },
    asked: { leftpad: "A" },
  },
  "the project's bunfig.toml before the user's": {
    files: {
      ...bunfig('registry = "#B#"\n[install.scopes]\nt = "#D#"'),
      "config/.bunfig.toml": '[install]\nregistry = "#A#"\n[install.scopes]\n"@s" = "#C#"\n',
    },
    asked: { leftpad: "B", "@s/x": "C", "@t/y": "D" },
  },
  "the user's bunfig.toml before the project's .npmrc": {
    files: { ...npmrc("registry=#A#"), "config/.bunfig.toml": '[install]\nregistry = "#B#"\n' },
    asked: { leftpad: "B" },
  },
  "the home folder's bunfig.toml": {
    files: { "home/.bunfig.toml": '[install]\nregistry = "#A#"\n', ...npmrc("registry=#B#") },
    env: { XDG_CONFIG_HOME: "" },
    asked: { leftpad: "A" },
  },
  "its configuration folder": {
    files: {
      "home/.bunfig.toml": '[install]\nregistry = "#A#"\n',
      "config/.bunfig.toml": '[install]\nregistry = "#B#"\n',
    },
    asked: { leftpad: "B" },
  },
  "a login in .npmrc for a registry in bunfig.toml": {
    files: { ...bunfig('registry = "#A#"'), ...npmrc("//#a#/:_authToken=t1") },
    asked: { leftpad: "A Bearer t1" },
  },
  "a token that is a variable": {
    files: bunfig('registry = { url = "#A#", token = "$NPM_TOKEN" }'),
    env: { NPM_TOKEN: "t1" },
    asked: { leftpad: "A Bearer t1" },
  },
  "a token in braces": {
    files: bunfig('registry = { url = "#A#", token = "${TOKEN}" }'),
    env: { TOKEN: "t1" },
    asked: { leftpad: "A Bearer ${TOKEN}" },
  },
  "a user and a password": {
    files: bunfig('registry = { url = "#A#", username = "u", password = "$NPM_SECRET" }'),
    env: { NPM_SECRET: "p" },
    asked: { leftpad: "A Basic dTpw" },
  },
  "a login in the address": {
    files: bunfig('registry = "http://u:$NPM_SECRET@#a#/"'),
    env: { NPM_SECRET: "p" },
    asked: { leftpad: "A Basic dTpw" },
  },
  "a token in the address": {
    files: bunfig('registry = "http://:$NPM_SECRET@#a#/"'),
    env: { NPM_SECRET: "p" },
    asked: { leftpad: "A Bearer p" },
  },
  "a secret that is for something else": {
    files: bunfig('registry = { url = "#A#", token = "$AWS_SECRET_ACCESS_KEY" }'),
    env: { AWS_SECRET_ACCESS_KEY: "s1" },
    asked: { leftpad: "A Bearer s1" },
    stricter: { leftpad: "A" },
  },
  "an address that is a variable": {
    files: bunfig('registry = "$PLACE"'),
    env: { PLACE: "#A#" },
    asked: { leftpad: "A" },
  },
  "its environment": {
    files: bunfig('registry = { url = "#A#", token = "t1" }'),
    env: { BUN_CONFIG_REGISTRY: "#B#", NPM_CONFIG_REGISTRY: "#C#" },
    asked: { leftpad: "B" },
  },
  "npm's environment": {
    files: bunfig('registry = "#A#"'),
    env: { npm_config_registry: "#C#" },
    asked: { leftpad: "C" },
  },
  "a token from the environment, the project's registry": {
    files: bunfig('registry = "#A#"\n[install.scopes]\ns = "#B#"'),
    env: { BUN_CONFIG_TOKEN: "t1" },
    asked: { leftpad: "A Bearer t1", "@s/x": "B" },
    stricter: { leftpad: "A", "@s/x": "B" },
  },
  "a token from the environment, its registry too": {
    files: bunfig('registry = "#A#"'),
    env: { BUN_CONFIG_TOKEN: "t1", BUN_CONFIG_REGISTRY: "#B#" },
    asked: { leftpad: "B Bearer t1" },
  },
  "a scope with a token and no address": {
    files: bunfig('registry = "#A#"\n[install.scopes]\ns = { token = "t1" }'),
    asked: { leftpad: "A", "@s/x": "A Bearer t1" },
  },
  "a scope in bunfig.toml before .npmrc": {
    files: { ...bunfig('registry = "#C#"\n[install.scopes]\ns = "#B#"'), ...npmrc("@s:registry=#A#\n@t:registry=#D#") },
    asked: { "@s/x": "B", "@t/y": "D" },
  },
  "a login from the environment in .npmrc": {
    files: npmrc("registry=#A#\n//#a#/:_authToken=${BUN_AUTH_TOKEN}"),
    env: { BUN_AUTH_TOKEN: "t1" },
    asked: { leftpad: "A Bearer t1" },
  },
  "a workspace's own files": {
    files: {
      "project/package.json": '{"name":"r","workspaces":["p/*"]}',
      ...bunfig('registry = "#A#"'),
      "project/p/a/bunfig.toml": '[install]\nregistry = "#B#"\n',
      "project/p/a/.npmrc": "registry=#C#\n",
    },
    from: "p/a",
    asked: { leftpad: "A" },
  },
  "a project below workspaces, none of them": {
    files: {
      "project/package.json": '{"name":"r","workspaces":["p/*"]}',
      ...npmrc("registry=#A#"),
      "project/tools/a/.npmrc": "registry=#B#",
    },
    from: "tools/a",
    asked: { leftpad: "B" },
  },
};

const TABLES: readonly (readonly [readonly ToolName[], Rows])[] = [
  [["npm 11", "npm 12"], OF_NPM],
  [["pnpm 10", "pnpm 11", "pnpm 12"], OF_EVERY_PNPM],
  [["pnpm 10"], OF_FORMER_PNPM],
  [["pnpm 11", "pnpm 12"], OF_RECENT_PNPM],
  [["pnpm 11"], OF_PNPM_11],
  [["pnpm 12"], OF_PNPM_12],
  [["Yarn 4"], OF_YARN],
  [["Yarn 4"], OF_YARN_OVER],
  [["Yarn 1"], OF_YARN_1],
  [["Bun"], OF_BUN],
];
/** An outcome is whether any registry is asked, and with which kind of login. */
const CASES = casesToRun(
  "registries that are asked",
  TABLES.flatMap(([names, rows]) =>
    names.flatMap((name) => Object.entries(rows).map(([what, row]) => [name, what, row] as const)),
  ),
  ([tool, , { files, env = {}, asked, stricter = asked }]) => kindOf(tool, outcomeOf(stricter), files, env),
);

function outcomeOf(asked: Asked): string {
  return [
    ...new Set(
      Object.values(asked).map((who) => who.replace(/^[A-D]$/, "asked").replace(/^[A-D] .*/, "asked with a login")),
    ),
  ]
    .sort()
    .join();
}
const LETTERS = ["A", "B", "C", "D"] as const;

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 300_000);

describe.concurrent("the registry that is asked", () => {
  test.each(CASES)("%s: %s", async (toolName, _what, row) => {
    const tool = TOOLS.find(({ name }) => name === toolName);
    if (tool === undefined) throw new Error(`no tool ${toolName}`);
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "depwarden-managers-")));
    const registries = await Promise.all(LETTERS.map(() => startRegistry()));
    try {
      const names = Object.keys(row.asked);
      for (const registry of registries)
        for (const name of names) registry.publish(name, "1.0.0", { at: "2020-01-01T00:00:00Z" });
      const filled = (text: string) => fillIn(text, registries);
      const cwd = join(folder, PROJECT, row.from ?? "");
      const manifest = {
        name: "app",
        version: "1.0.0",
        dependencies: Object.fromEntries(names.map((name) => [name, "1.0.0"])),
      };
      const stated = { packageManager: `${toolName.toLowerCase().replace(/ .*/, "")}@${tool.version}` };
      const files = {
        "home/.keep": "",
        [join(PROJECT, row.from ?? "", "package.json")]: JSON.stringify(manifest),
        ...row.files,
      };
      for (const [path, text] of Object.entries(files)) write(join(folder, path), filled(text));
      const env = {
        ...environment(folder),
        ...Object.fromEntries(Object.entries(row.env ?? {}).map(([name, text]) => [filled(name), filled(text)])),
      };

      const { output } = await runTool(tools, tool, tool.lock, cwd, env);
      expect(asked(registries, names), output).toEqual(row.asked);

      const root = join(folder, PROJECT, "package.json");
      write(
        root,
        JSON.stringify({
          ...(row.from === undefined
            ? manifest
            : (JSON.parse(filled(row.files["project/package.json"] ?? "{}")) as object)),
          ...stated,
        }),
      );
      const configs = new RegistryConfigs({
        trusted: true,
        registry: null,
        env,
        log: { info: () => undefined, warn: () => undefined },
      });
      const ours = await Promise.all(
        names.map(async (name) => {
          const { url, connection, refused } = await configs.resolve(name, pathToFileURL(cwd).href);
          if (refused !== null) return [name, "nobody"] as const;
          const letter = LETTERS[registries.findIndex((registry) => registry.url === url)] ?? url;
          return [name, told(letter, connection.to(`${url}${name.replace("/", "%2f")}`).authorization)] as const;
        }),
      );
      expect(Object.fromEntries(ours)).toEqual(row.stricter ?? row.elsewhere ?? row.asked);
    } finally {
      await Promise.all(registries.map((registry) => registry.close()));
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function fillIn(text: string, registries: readonly FakeRegistry[]): string {
  return registries.reduce((result, { url }, index) => {
    const letter = LETTERS[index] ?? "";
    return result.replaceAll(`#${letter}#`, url).replaceAll(`#${letter.toLowerCase()}#`, new URL(url).host);
  }, text);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The first packument request for each name. */
function asked(registries: readonly FakeRegistry[], names: readonly string[]): Asked {
  return Object.fromEntries(
    names.map((name) => {
      const found = registries.flatMap(({ requests }, index) =>
        requests
          .filter((request) => request.kind === "packument" && request.name === name)
          .map(({ headers }) => told(LETTERS[index] ?? "", headers.authorization ?? null)),
      );
      return [name, found[0] ?? "nobody"];
    }),
  );
}

function told(letter: string, authorization: string | null): string {
  return authorization === null ? letter : `${letter} ${authorization}`;
}

/** Nothing of this machine, and no way out of it. */
function environment(folder: string): Record<string, string> {
  const own = (name: string) => join(folder, name);
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: own("home"),
    XDG_CONFIG_HOME: own("config"),
    XDG_DATA_HOME: own("data"),
    XDG_STATE_HOME: own("state"),
    XDG_CACHE_HOME: own("cache"),
    PREFIX: own("prefix"),
    PNPM_HOME: own("pnpm"),
    npm_config_cache: own("npm-cache"),
    npm_config_store_dir: own("pnpm-store"),
    npm_config_update_notifier: "false",
    // A host that is not there is not asked again for a minute.
    npm_config_fetch_retries: "0",
    pnpm_config_fetch_retries: "0",
    npm_config_globalconfig: own("global-npmrc"),
    YARN_CACHE_FOLDER: own("yarn-cache"),
    YARN_GLOBAL_FOLDER: own("yarn-global"),
    YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
    YARN_ENABLE_TELEMETRY: "0",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    YARN_NPM_MINIMAL_AGE_GATE: "0",
    BUN_INSTALL: own("bun"),
    BUN_INSTALL_CACHE_DIR: own("bun-cache"),
    DO_NOT_TRACK: "1",
    HTTPS_PROXY: "http://127.0.0.1:1",
    NO_PROXY: "127.0.0.1",
  };
}
