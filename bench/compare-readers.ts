/** Lockfiles' formats, and what reads each. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LockfileKind } from "../server/src/core/documents/index.ts";
import { lockfileOf, pnpmOf, yarnBerryOf, yarnClassicOf } from "./projects.ts";
import { shipped } from "./shipped.ts";

export interface Format {
  readonly title: string;
  readonly file: string;
  readonly make: (count: number) => string;
  /** By what they are called. */
  readonly readers: Readonly<Record<string, Reader>>;
}

/** Loads the reader from the folder of the tools. What it gives reads the lockfile in a folder, and says how many packages it holds. */
export type Reader = (tools: NodeJS.Require) => Read | Promise<Read>;

type Read = (folder: string) => number | Promise<number>;

export const OWN = "Depwarden";

type Text = string;
type ByName = Readonly<Record<string, unknown>>;

export const FORMATS: readonly Format[] = [
  {
    title: "package-lock",
    file: "package-lock.json",
    make: (count) => lockfileOf(count).text,
    readers: {
      [OWN]: own("package-lock", "package-lock.json"),
      "arborist loadVirtual": (tools) => {
        const Arborist = tools("@npmcli/arborist") as new (options: { path: string }) => {
          loadVirtual(): Promise<{ inventory: { size: number } }>;
        };
        // The project itself is one of them.
        return async (path) => (await new Arborist({ path }).loadVirtual()).inventory.size - 1;
      },
      "lockfile-lint-api": lockfileLint("npm", "package-lock.json"),
      "snyk-nodejs-lockfile-parser": (tools) => {
        const { parseNpmLockV2Project } = tools("snyk-nodejs-lockfile-parser") as {
          parseNpmLockV2Project: (
            manifest: Text,
            lockfile: Text,
            options: Readonly<Record<string, boolean>>,
          ) => Promise<{ getPkgs(): readonly unknown[] }>;
        };
        const options = {
          includeDevDeps: true,
          includeOptionalDeps: true,
          pruneCycles: true,
          pruneNpmStrictOutOfSync: true,
          strictOutOfSync: true,
        };
        return async (folder) => {
          const graph = await parseNpmLockV2Project(
            textOf(folder, "package.json"),
            textOf(folder, "package-lock.json"),
            options,
          );
          return graph.getPkgs().length - 1;
        };
      },
    },
  },
  {
    title: "yarn.lock, Yarn 1",
    file: "yarn.lock",
    make: yarnClassicOf,
    readers: {
      [OWN]: own("yarn-lock", "yarn.lock"),
      "@yarnpkg/lockfile": () => {
        const { parse } = createRequire(import.meta.url)("@yarnpkg/lockfile") as {
          parse: (text: Text) => { object: ByName };
        };
        return (folder) => Object.keys(parse(textOf(folder, "yarn.lock")).object).length;
      },
      "lockfile-lint-api": lockfileLint("yarn", "yarn.lock"),
      "snyk-nodejs-lockfile-parser": (tools) => {
        const { extractPkgsFromYarnLockV1 } = tools("snyk-nodejs-lockfile-parser") as {
          extractPkgsFromYarnLockV1: (text: Text) => ByName;
        };
        return (folder) => Object.keys(extractPkgsFromYarnLockV1(textOf(folder, "yarn.lock"))).length;
      },
    },
  },
  {
    title: "yarn.lock, Yarn 4",
    file: "yarn.lock",
    make: yarnBerryOf,
    readers: {
      [OWN]: own("yarn-lock", "yarn.lock"),
      "@yarnpkg/parsers": () => {
        const { parseSyml } = createRequire(import.meta.url)("@yarnpkg/parsers") as {
          parseSyml: (text: Text) => ByName;
        };
        // The file's own entry, and the project's.
        return (folder) => Object.keys(parseSyml(textOf(folder, "yarn.lock"))).length - 2;
      },
      "snyk-nodejs-lockfile-parser": (tools) => {
        const { extractPkgsFromYarnLockV2 } = tools("snyk-nodejs-lockfile-parser") as {
          extractPkgsFromYarnLockV2: (text: Text) => ByName;
        };
        // One object may stand under two keys; one is the project's.
        return (folder) => new Set(Object.values(extractPkgsFromYarnLockV2(textOf(folder, "yarn.lock")))).size - 1;
      },
    },
  },
  {
    title: "pnpm-lock 9.0",
    file: "pnpm-lock.yaml",
    make: pnpmOf,
    readers: {
      [OWN]: own("pnpm-lock", "pnpm-lock.yaml"),
      "@pnpm/lockfile.fs": async (tools) => {
        // It is an ES module.
        const { readWantedLockfile } = (await import(pathToFileURL(tools.resolve("@pnpm/lockfile.fs")).href)) as {
          readWantedLockfile: (folder: string, options: object) => Promise<{ packages: ByName } | null>;
        };
        return async (folder) =>
          Object.keys((await readWantedLockfile(folder, { ignoreIncompatible: false }))?.packages ?? {}).length;
      },
      "snyk-nodejs-lockfile-parser": (tools) => {
        const { getPnpmLockfileParser } = tools("snyk-nodejs-lockfile-parser") as {
          getPnpmLockfileParser: (text: Text) => { extractPackages(): ByName };
        };
        return (folder) =>
          Object.keys(getPnpmLockfileParser(textOf(folder, "pnpm-lock.yaml")).extractPackages()).length;
      },
    },
  },
];

/** With the place of each version, and what it depends on. */
function own(kind: LockfileKind, file: string): Reader {
  return () => {
    const { readLockfile, runWhole } = shipped();
    return (folder) => {
      const { packages, problems } = runWhole(readLockfile(kind, textOf(folder, file)));
      if (problems.length > 0) throw new Error(JSON.stringify(problems));
      return packages.length;
    };
  };
}

function lockfileLint(lockfileType: "npm" | "yarn", file: string): Reader {
  return (tools) => {
    const { ParseLockfile } = tools("lockfile-lint-api") as {
      ParseLockfile: new (options: { lockfilePath: string; lockfileType: string }) => {
        parseSync(): { object: ByName };
      };
    };
    return (folder) =>
      Object.keys(new ParseLockfile({ lockfilePath: join(folder, file), lockfileType }).parseSync().object).length;
  };
}

function textOf(folder: string, file: string): string {
  return readFileSync(join(folder, file), "utf8");
}
