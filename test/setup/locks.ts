/** Small workspaces of each package manager, locked: a root, and packages/a that asks for `aa`. */

export const MANAGERS = ["npm", "pnpm", "yarn-classic", "yarn-berry", "bun"] as const;
export type ManagerName = (typeof MANAGERS)[number];

export const LOCKFILES: Readonly<Record<ManagerName, string>> = {
  npm: "package-lock.json",
  pnpm: "pnpm-lock.yaml",
  "yarn-classic": "yarn.lock",
  "yarn-berry": "yarn.lock",
  bun: "bun.lock",
};

/** A lockfile that has packages/a (called `a`) ask for `aa@^1.0.0`, and locks it in a version. */
export function lockOf(manager: ManagerName, version: string): string {
  switch (manager) {
    case "npm":
      return JSON.stringify({
        lockfileVersion: 3,
        packages: {
          "": { name: "root", workspaces: ["packages/*"] },
          "node_modules/a": { resolved: "packages/a", link: true },
          "node_modules/aa": { version, resolved: `https://registry.npmjs.org/aa/-/aa-${version}.tgz` },
          "packages/a": { name: "a", version: "1.0.0", dependencies: { aa: "^1.0.0" } },
        },
      });
    case "pnpm":
      return pnpmLock(version, "packages/a");
    case "yarn-classic":
      return `# yarn lockfile v1\n\n\naa@^1.0.0:\n  version "${version}"\n  resolved "https://registry.yarnpkg.com/aa/-/aa-${version}.tgz"\n`;
    case "yarn-berry":
      return [
        "__metadata:\n  version: 8\n",
        `"a@workspace:packages/a":\n  version: 0.0.0-use.local\n  resolution: "a@workspace:packages/a"\n  dependencies:\n    aa: "npm:^1.0.0"\n  languageName: unknown\n  linkType: soft\n`,
        `"aa@npm:^1.0.0":\n  version: ${version}\n  resolution: "aa@npm:${version}"\n  languageName: node\n  linkType: hard\n`,
        `"root@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "root@workspace:."\n  languageName: unknown\n  linkType: soft\n`,
      ].join("\n");
    case "bun":
      return `{ "lockfileVersion": 1, "workspaces": { "": { "name": "root" }, "packages/a": { "name": "a", "version": "1.0.0", "dependencies": { "aa": "^1.0.0" } } }, "packages": { "a": ["a@workspace:packages/a"], "aa": ["aa@${version}", "", {}, ""] } }\n`;
  }
}

/** pnpm's, for one importer. */
export function pnpmLock(version: string, importer: string): string {
  return [
    "lockfileVersion: '9.0'\n",
    "importers:\n",
    ...(importer === "." ? [] : ["  .: {}\n"]),
    `  ${importer}:\n    dependencies:\n      aa:\n        specifier: ^1.0.0\n        version: ${version}\n`,
    `packages:\n\n  aa@${version}:\n    resolution: {integrity: ""}\n`,
    `snapshots:\n\n  aa@${version}: {}\n`,
  ].join("\n");
}

/** The files of a root that has packages/* for workspaces. */
export function rootOf(manager: ManagerName): Readonly<Record<string, string>> {
  if (manager === "pnpm")
    return { "package.json": '{"name": "root"}', "pnpm-workspace.yaml": "packages: [packages/*]\n" };
  return { "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*"]}' };
}
