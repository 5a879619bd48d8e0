import { describe, expect, it } from "vitest";
import { DocumentStore } from "../../../server/src/core/project/document-store.ts";
import { projectAround, projectsOf } from "../../../server/src/core/project/project.ts";
import type { Project } from "../../../server/src/core/project/project.ts";
import { inspect, locatorOf } from "../world/inspect.ts";
import { FOLDER, pathOf, testPorts, uriOf } from "../world/ports.ts";

const cancel = new AbortController().signal;
const LOCK = '{"lockfileVersion":3,"packages":{"":{}}}';

function setUp(files: Readonly<Record<string, string>>) {
  const ports = testPorts({ now: "2026-01-01T00:00:00Z", world: {}, files: new Map(Object.entries(files)) });
  return { ports, store: new DocumentStore(ports, true) };
}

async function grouped(files: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const { ports, store } = setUp(files);
  return (await projectsOf(Object.keys(files).map(uriOf), locatorOf(ports, store, cancel), [FOLDER])).map(plain);
}

const plain = ({ folder, manifests, lockfiles }: Project) => ({
  folder: folder === FOLDER ? "" : pathOf(folder),
  manifests: manifests.map(({ uri, importer }) => `${pathOf(uri)} as "${importer}"`),
  lockfiles: lockfiles.map(pathOf),
});

/** Tried with the package managers themselves: npm 11, pnpm 10, Yarn 1.22 and 4.18, Bun 1.4. */
describe("a workspace in a folder node_modules", () => {
  const LOCKS = {
    npm: ["package-lock.json", LOCK],
    pnpm: ["pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters:\n  .: {}\n"],
    "yarn 1": ["yarn.lock", "# yarn lockfile v1\n"],
    "yarn 4": ["yarn.lock", "__metadata:\n  version: 8\n"],
    bun: ["bun.lock", '{"lockfileVersion": 1, "workspaces": {"": {}}, "packages": {}}'],
  } as const;
  const SECRET = "vendor/node_modules/a/package.json";

  async function workspaces(manager: keyof typeof LOCKS, glob: string): Promise<readonly string[]> {
    const [name, lockfile] = LOCKS[manager];
    const files = { "package.json": JSON.stringify({ workspaces: [glob] }), [name]: lockfile, [SECRET]: "{}" };
    const { ports, store } = setUp(files);
    const named = ["package.json", name].map(uriOf);
    const projects = await projectsOf(named, locatorOf(ports, store, cancel), [FOLDER]);
    return projects
      .flatMap(({ manifests }) => manifests.map(({ uri }) => pathOf(uri)))
      .filter((path) => path === SECRET);
  }

  it.each<readonly [glob: string, takenBy: readonly (keyof typeof LOCKS)[]]>([
    ["vendor/node_modules/a", ["yarn 1", "yarn 4", "bun"]],
    ["vendor/node_modules/*", ["yarn 1", "yarn 4"]],
    ["vendor/{node_modules,x}/a", ["yarn 1", "yarn 4"]],
    ["vendor/*/a", ["yarn 1"]],
    ["vendor/**", []],
    ["**", []],
  ])("is read where the package manager takes it: %s", async (glob, takenBy) => {
    for (const manager of Object.keys(LOCKS) as (keyof typeof LOCKS)[])
      expect([manager, await workspaces(manager, glob)]).toEqual([manager, takenBy.includes(manager) ? [SECRET] : []]);
  });
});

describe("projects", () => {
  it("are a lockfile, the manifest beside it, and the manifests of its workspaces", async () => {
    const root = JSON.stringify({ workspaces: ["./packages/*/", "!packages/left-out", "apps/**"] });
    expect(
      await grouped({
        "package.json": root,
        "package-lock.json": LOCK,
        "packages/b/package.json": "{}",
        "packages/left-out/package.json": "{}",
        "apps/x/y/package.json": "{}",
        "other/package.json": "{}",
      }),
    ).toEqual([
      {
        folder: "",
        manifests: [
          'package.json as ""',
          'apps/x/y/package.json as "apps/x/y"',
          'packages/b/package.json as "packages/b"',
        ],
        lockfiles: ["package-lock.json"],
      },
      { folder: "other", manifests: ['other/package.json as ""'], lockfiles: [] },
      { folder: "packages/left-out", manifests: ['packages/left-out/package.json as ""'], lockfiles: [] },
    ]);
  });

  it.each(["package.yaml", "package.json5"])("name each %s that pnpm reads, found or in a workspace", async (name) => {
    const manifests = {
      [name]: "",
      [`packages/a/${name}`]: "",
      [`packages/b/${name}`]: "",
      "packages/b/package.json": "{}",
    };
    const read = [name, `packages/a/${name}`, `packages/b/${name}`];
    const unread = async (files: Readonly<Record<string, string>>, given: readonly string[]): Promise<unknown> => {
      const { ports, store } = setUp(files);
      const searched = given.length === 1 ? [] : [FOLDER];
      const projects = await projectsOf(given.map(uriOf), locatorOf(ports, store, cancel), searched);
      return projects.map(({ folder, unreadManifests }) => [pathOf(folder), unreadManifests.map(pathOf)]);
    };
    const workspace = { "pnpm-workspace.yaml": "packages: ['packages/*']\n", [`other/${name}`]: "" };
    const pnpm = { "package.json": "{}", ...workspace, ...manifests };
    const root = pathOf(FOLDER);
    expect(
      await unread(
        pnpm,
        Object.keys(pnpm).filter((path) => path !== "pnpm-workspace.yaml"),
      ),
    ).toEqual([[root, read]]);
    expect(await unread(pnpm, ["package.json"])).toEqual([[root, read]]);
    // Without a package.json.
    expect(await unread({ ...workspace, [name]: "" }, [name])).toEqual([[root, [name]]]);
    // Where nothing speaks of pnpm it is another program's file.
    expect(
      await unread({ "package.json": "{}", "package-lock.json": LOCK, [name]: "" }, [
        "package.json",
        "package-lock.json",
        name,
      ]),
    ).toEqual([[root, []]]);
    expect(await unread({ [name]: "" }, [name])).toEqual([]);
  });

  it("are not checked whole where pnpm reads such a manifest", async () => {
    const files = new Map([
      ["package.json", '{"packageManager": "pnpm@10.20.0"}'],
      ["package.yaml", "dependencies: {evil: 1.0.0}"],
    ]);
    const { report } = await inspect(testPorts({ now: "2026-01-01T00:00:00Z", world: {}, files }));
    const unchecked = report.findings.filter(({ rule }) => rule === "unchecked");
    expect(unchecked.map(({ file, message }) => [pathOf(file), message])).toEqual([
      [
        "package.yaml",
        "package.yaml: pnpm reads it as a manifest, and Depwarden reads only package.json. What it asks for is not checked. Write it as package.json.",
      ],
    ]);
  });

  it("belong together before a lockfile says so, by the root's own globs or pnpm's", async () => {
    const root = JSON.stringify({ workspaces: ["packages/*"] });
    const together = {
      folder: "",
      manifests: [
        'package.json as ""',
        'packages/a/package.json as "packages/a"',
        'packages/b/package.json as "packages/b"',
      ],
      lockfiles: [],
    };
    const workspaces = { "packages/a/package.json": "{}", "packages/b/package.json": "{}" };
    expect(await grouped({ "package.json": root, ...workspaces })).toEqual([together]);
    const { ports, store } = setUp({
      "package.json": "{}",
      "pnpm-workspace.yaml": "packages: ['packages/*']\n",
      ...workspaces,
    });
    expect(
      (await projectsOf(["package.json", ...Object.keys(workspaces)].map(uriOf), locatorOf(ports, store, cancel))).map(
        plain,
      ),
    ).toEqual([together]);
  });

  it("have the lockfiles of their workspaces, which speak for nothing", async () => {
    const root = JSON.stringify({ workspaces: ["packages/*"] });
    expect(
      await grouped({
        "package.json": root,
        "package-lock.json": LOCK,
        "packages/a/package.json": "{}",
        "packages/a/package-lock.json": LOCK,
      }),
    ).toEqual([
      {
        folder: "",
        manifests: ['package.json as ""', 'packages/a/package.json as "packages/a"'],
        lockfiles: ["package-lock.json", "packages/a/package-lock.json"],
      },
    ]);
  });

  it("are their own within a workspace of Yarn 2 and up that has a lockfile", async () => {
    const root = JSON.stringify({ workspaces: ["packages/*"] });
    const lock = "__metadata:\n  version: 8\n";
    expect(
      await grouped({
        "package.json": root,
        "yarn.lock": lock,
        "packages/a/package.json": "{}",
        "packages/a/yarn.lock": lock,
      }),
    ).toMatchObject([{ folder: "" }, { folder: "packages/a", lockfiles: ["packages/a/yarn.lock"] }]);
  });

  it("take a shrinkwrap before a package-lock, as npm does", async () => {
    expect(await grouped({ "package-lock.json": LOCK, "npm-shrinkwrap.json": LOCK })).toMatchObject([
      { lockfiles: ["npm-shrinkwrap.json", "package-lock.json"] },
    ]);
  });
});

it("a root is read once for all the manifests below it, and not once for each", async () => {
  const readsFor = async (count: number): Promise<number> => {
    const nested = Array.from({ length: count }, (_, index) => [`packages/p${index}/package.json`, "{}"] as const);
    const files = { "package.json": JSON.stringify({ workspaces: ["packages/*"] }), ...Object.fromEntries(nested) };
    const { ports, store } = setUp(files);
    await projectsOf(Object.keys(files).map(uriOf), locatorOf(ports, store, cancel), [FOLDER]);
    return ports.calls.filter((call) => call === "read package.json").length;
  };
  expect(await readsFor(400)).toBe(await readsFor(1));
});

describe("the project around a file", () => {
  const files = {
    "package.json": JSON.stringify({ workspaces: ["packages/*"] }),
    "package-lock.json": LOCK,
    "packages/a/package.json": "{}",
    "loose/package.json": "{}",
  };
  const around = async (path: string, limit: string | null = null) => {
    const { ports, store } = setUp(files);
    return plain(await projectAround(uriOf(path), locatorOf(ports, store, cancel, limit)));
  };

  it("is found from a workspace's manifest up to the root", async () => {
    expect(await around("packages/a/package.json")).toEqual({
      folder: "",
      manifests: ['package.json as ""', 'packages/a/package.json as "packages/a"'],
      lockfiles: ["package-lock.json"],
    });
  });

  it("is not looked for above the limit", async () => {
    expect(await around("packages/a/package.json", uriOf("packages"))).toMatchObject({
      folder: "packages/a",
      lockfiles: [],
    });
  });

  it("is the root's also where only pnpm's own file names the workspace: its lockfile is not yet written anew", async () => {
    const lock = "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n";
    const { ports, store } = setUp({
      "package.json": "{}",
      "pnpm-lock.yaml": lock,
      "pnpm-workspace.yaml": "packages:\n  - 'packages/*'\n  - '!packages/left-out'\n",
      "packages/a/package.json": "{}",
      "packages/left-out/package.json": "{}",
    });
    const at = async (path: string) => plain(await projectAround(uriOf(path), locatorOf(ports, store, cancel))).folder;
    expect(await at("packages/a/package.json")).toBe("");
    expect(await at("packages/left-out/package.json")).toBe("packages/left-out");
  });

  it("has the workspaces beside a file, though no lockfile names them", async () => {
    const { ports, store } = setUp({
      "package.json": JSON.stringify({ workspaces: ["packages/*"] }),
      "packages/a/package.json": "{}",
      "packages/b/package.json": "{}",
    });
    expect(
      plain(await projectAround(uriOf("packages/a/package.json"), locatorOf(ports, store, cancel))).manifests,
    ).toHaveLength(3);
    expect(plain(await projectAround(uriOf("package.json"), locatorOf(ports, store, cancel))).manifests).toHaveLength(
      3,
    );
  });

  it("is the file's folder where no root has it for a workspace", async () => {
    expect(await around("loose/package.json")).toMatchObject({ folder: "loose", lockfiles: [] });
  });
});
