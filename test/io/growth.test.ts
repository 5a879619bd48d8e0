/** Settings of package managers take time in proportion to what is written, whatever they name. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Proxies } from "../../server/src/io/proxies.ts";
import { RegistryConfigs } from "../../server/src/io/registries/index.ts";
import { folderOf } from "../../server/src/core/util/uri.ts";
import { uriOf } from "../../server/src/io/uri.ts";
import { growthOf, MOST_GROWTH } from "../setup/growth.ts";
import { World } from "./world.ts";

let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

/** The files of a project by path, for a number of lines; names of as many scopes are asked for. */
interface Case {
  readonly what: string;
  readonly size: number;
  /** Whether the workspace is; without it, it is. */
  readonly trusted?: boolean;
  readonly files: (size: number) => Readonly<Record<string, string>>;
}

const lines = (size: number, each: (index: number) => string): string =>
  Array.from({ length: size }, (_, index) => `${each(index)}\n`).join("");
const withManager = (packageManager: string) => ({ "package.json": JSON.stringify({ packageManager }) });
const npm = withManager("npm@11.0.0");
const pnpm = withManager("pnpm@11.28.10");
const formerPnpm = withManager("pnpm@9.15.0");
const yarn = withManager("yarn@4.18.1");
const classic = withManager("yarn@1.22.22");

const loginsAndRegistries = (size: number): string =>
  lines(size, (index) => `//h${index}.e/:_auth=t\n@s${index}:registry=https://h${index}.e/`);

const LONG_HOST = `${"a".repeat(60)}.`.repeat(3);

const CASES: readonly Case[] = [
  {
    what: "logins in .npmrc, where the scopes have no registry of their own",
    size: 200,
    files: (size) => ({ ...npm, ".npmrc": lines(size, (index) => `//h${index}.e/:_auth=t`) }),
  },
  {
    what: "logins in .npmrc with a registry for each scope",
    size: 200,
    files: (size) => ({ ...npm, ".npmrc": loginsAndRegistries(size) }),
  },
  {
    what: "logins in .npmrc for paths of one host",
    size: 200,
    files: (size) => ({
      ...npm,
      ".npmrc": lines(size, (index) => `//h.e/p${index}/:_auth=t\n@s${index}:registry=https://h.e/p${index}/`),
    }),
  },
  {
    what: "scopes in .npmrc whose registries share a file of certificates",
    size: 100,
    files: (size) => ({
      ...npm,
      "ca.pem": "-".repeat(size * 1000),
      ".npmrc": `cafile=ca.pem\n${lines(size, (index) => `@s${index}:registry=https://h${index}.e/`)}`,
    }),
  },
  {
    what: "logins in .npmrc of a workspace that is not trusted",
    size: 300,
    trusted: false,
    files: (size) => ({
      ...npm,
      ".npmrc": `registry=https://r.e/\n${lines(size, (index) => `//h${index}.e/:_auth=t`)}`,
    }),
  },
  {
    what: "the path of a registry with a login above it",
    size: 400,
    files: (size) => ({ ...npm, ".npmrc": `registry=https://h.e/${"a/".repeat(size)}\n//h.e/:_auth=t\n` }),
  },
  {
    what: "logins of pnpm for one scope each",
    size: 200,
    files: (size) => ({
      ...pnpm,
      ".npmrc": lines(size, (index) => `//h${index}.e/:@s${index}:_authToken=t\n//h.e/:@s${index}:_authToken=t`),
    }),
  },
  {
    what: "registries of pnpm",
    size: 400,
    files: (size) => ({
      ...pnpm,
      "pnpm-workspace.yaml": `registries:\n${lines(size, (index) => `  "@s${index}": https://h${index}.e/`)}`,
    }),
  },
  {
    what: "logins of pnpm 9 with a registry for each scope",
    size: 200,
    files: (size) => ({ ...formerPnpm, ".npmrc": loginsAndRegistries(size) }),
  },
  {
    what: "logins of Yarn 1 with a registry for each scope",
    size: 200,
    files: (size) => ({ ...classic, ".npmrc": loginsAndRegistries(size) }),
  },
  {
    what: "scopes of Yarn without settings",
    size: 700,
    files: (size) => ({ ...yarn, ".yarnrc.yml": `npmScopes:\n${lines(size, (index) => ` s${index}: {}`)}` }),
  },
  {
    what: "scopes of Yarn under onConflict",
    size: 700,
    files: (size) => ({
      ...yarn,
      ".yarnrc.yml": `npmScopes:\n onConflict: extend\n${lines(size, (index) => ` s${index}: {}`)}`,
    }),
  },
  {
    what: "settings of Yarn for the host of each scope's registry",
    size: 400,
    files: (size) => ({
      ...yarn,
      ".yarnrc.yml":
        `npmScopes:\n${lines(size, (index) => ` s${index}: {npmRegistryServer: "https://h${index}.e"}`)}` +
        `networkSettings:\n${lines(size, (index) => ` h${index}.e: {enableNetwork: true}`)}`,
    }),
  },
  {
    what: "patterns of Yarn for hosts, and the hosts of registries",
    size: 12,
    files: (size) => ({
      ...yarn,
      ".yarnrc.yml":
        `npmScopes:\n${lines(size, (index) => ` s${index}: {npmRegistryServer: "https://${LONG_HOST}${"a".repeat(40)}${index}"}`)}` +
        `networkSettings:\n${lines(Math.min(size, 100), (index) => ` "*${"a".repeat(30)}?${"a".repeat(24)}${index}*": {enableNetwork: true}`)}`,
    }),
  },
  {
    what: "hosts of Yarn that share a file of certificates",
    size: 100,
    files: (size) => ({
      ...yarn,
      "ca.pem": "-".repeat(size * 1000),
      ".yarnrc.yml":
        "httpsCaFilePath: ./ca.pem\n" +
        `npmScopes:\n${lines(size, (index) => ` s${index}: {npmRegistryServer: "https://h${index}.e"}`)}`,
    }),
  },
];

describe("time grows no faster than", () => {
  it.each(CASES)("$what", { timeout: 120_000 }, async ({ size, trusted = true, files }) => {
    const growth = await growthOf(size, (own) => async () => {
      for (const [path, text] of Object.entries(files(own))) world.write(`project/${path}`, text);
      const config = new RegistryConfigs({ trusted, registry: null, log: QUIET, env: world.env });
      for (let index = 0; index < own; index++) {
        const { connection, refused, url } = await config.resolve(`@s${index}/x`, world.projectUri);
        if (refused === null) connection.to(url);
      }
    });
    expect(growth).toBeLessThan(MOST_GROWTH);
  });
});

it("time grows no faster than hosts, and those that are reached without a proxy", { timeout: 120_000 }, async () => {
  const growth = await growthOf(300, (size) => {
    const options = { proxy: "http://proxy.example/", noProxy: lines(size, (at) => `n${at}.e`).replaceAll("\n", ",") };
    const hosts = Array.from({ length: size }, (_, at) => new URL(`https://h${at}.e/`));
    return () => {
      const proxies = new Proxies({});
      for (const host of hosts) proxies.for(host, options);
    };
  });
  expect(growth).toBeLessThan(MOST_GROWTH);
});

/** Workspaces by the folder of each, and files of the root, for a number of both: workspaces, and lines of one file. */
const SHARED: readonly { readonly what: string; readonly size: number; readonly files: Case["files"] }[] = [
  {
    what: "Yarn 1's .npmrc",
    size: 40,
    files: (size) => ({ ...rooted("yarn@1.22.22"), ".npmrc": manyLines(size) }),
  },
  {
    what: "Yarn 1's .yarnrc",
    size: 40,
    files: (size) => ({
      ...rooted("yarn@1.22.22"),
      ".yarnrc": lines(size * 30, (at) => `"@s${at}:registry" "https://h.e/${at}/"`),
    }),
  },
  {
    what: "pnpm 9's .npmrc",
    size: 40,
    files: (size) => ({
      ...rooted("pnpm@9.15.0"),
      "pnpm-workspace.yaml": "packages: [packages/*]\n",
      ".npmrc": manyLines(size),
    }),
  },
  {
    what: "Yarn 4's .yarnrc.yml",
    size: 40,
    files: (size) => ({
      ...rooted("yarn@4.18.1"),
      ".yarnrc.yml": `npmScopes:\n${lines(size * 30, (at) => ` s${at}: {npmRegistryServer: "https://h.e/${at}/"}`)}`,
    }),
  },
  {
    what: "the .npmrc of another package manager",
    size: 40,
    files: (size) => ({ ...rooted("yarn@4.18.1"), ".npmrc": manyLines(size) }),
  },
];
const rooted = (packageManager: string) => ({
  "package.json": JSON.stringify({ packageManager, private: true, workspaces: ["packages/*"] }),
});
const manyLines = (size: number): string => lines(size * 30, (at) => `@s${at}:registry=https://h.e/${at}/`);

/** `path`: below the folder of the test. */
const folderUri = (path: string): string => folderOf(uriOf(world.write(`${path}/.keep`, "")));

describe("the workspaces of a project share", () => {
  it.each(SHARED)("$what", { timeout: 120_000 }, async ({ size, files }) => {
    const growth = await growthOf(size, (own) => {
      const folder = `project${own}`;
      for (const [path, text] of Object.entries(files(own))) world.write(`${folder}/${path}`, text);
      for (let at = 0; at < own; at++) world.write(`${folder}/packages/p${at}/package.json`, "{}");
      return async () => {
        const config = new RegistryConfigs({ trusted: true, registry: null, log: QUIET, env: world.env });
        for (let at = 0; at < own; at++) await config.resolve(`@s${at}/x`, folderUri(`${folder}/packages/p${at}`));
      };
    });
    expect(growth).toBeLessThan(MOST_GROWTH);
  });

  it("files of client certificates, which are read once for all registries", { timeout: 120_000 }, async () => {
    const growth = await growthOf(20, (own) => {
      const folder = `project${own}`;
      const registry = (at: number): string =>
        `@s${at}:registry=https://h.e/p${at}/\n//h.e/p${at}/:certfile=cert.pem\n//h.e/p${at}/:keyfile=key.pem`;
      world.write(`${folder}/package.json`, JSON.stringify({ packageManager: "npm@11.0.0" }));
      world.write(`${folder}/.npmrc`, lines(own, registry));
      for (const name of ["cert.pem", "key.pem"]) world.write(`${folder}/${name}`, "-".repeat(own * 20_000));
      return async () => {
        const config = new RegistryConfigs({ trusted: true, registry: null, log: QUIET, env: world.env });
        for (let at = 0; at < own; at++) {
          const { connection, url } = await config.resolve(`@s${at}/x`, folderUri(folder));
          connection.to(url);
        }
      };
    });
    expect(growth).toBeLessThan(MOST_GROWTH);
  });
});

const QUIET = { info: () => undefined, warn: () => undefined };
