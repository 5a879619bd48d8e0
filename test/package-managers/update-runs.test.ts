/** What the real package managers run of a project while they update a lockfile as Depwarden asks them to. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { lockfileUpdate, filesToRead, type ProjectFile } from "../../server/src/core/fixes/lockfile-update.ts";
import type { LockfileFormat } from "../../server/src/core/model.ts";
import { known, unknown } from "../../server/src/core/facts/fact.ts";
import { json, startLoopback } from "../fakes/loopback.ts";
import { digest, tarballOf } from "../fakes/packument.ts";
import { ago } from "../setup/projects.ts";
import { casesToRun } from "./share.ts";
import { fetchTools, TOOLS, type ToolName } from "./tools.ts";
import { Workbench } from "./workbench.ts";

interface Case {
  readonly title: string;
  readonly tools: readonly ToolName[];
  readonly plant: (project: Planted) => void;
  /** What leaves a mark. Some run more than once. */
  readonly runs: readonly string[];
  /** What the person is asked about. */
  readonly told: readonly string[];
}

const PNPM: readonly ToolName[] = ["pnpm 9", "pnpm 10", "pnpm 11", "pnpm 12"];
const PNPM_10: readonly ToolName[] = ["pnpm 10", "pnpm 11", "pnpm 12"];
const NPM: readonly ToolName[] = ["npm 11", "npm 12"];
const WORKSPACE_FILE = 'packages: []\nglobalPnpmfile: ./global.cjs\npnpmfile: ["./named.cjs"]\nignorePnpmfile: false\n';
const FROM_GIT = { inner: "1.0.0", other: "git+http://127.0.0.1:1/other.git" };
const SCRIPTS = ["preinstall", "install", "postinstall", "prepare", "dependencies", "pnpm:devPreinstall"];

const CASES: readonly Case[] = [
  {
    title: "scripts of the project",
    tools: [...NPM, ...PNPM, "Bun"],
    plant: (project) => {
      project.manifest({ scripts: Object.fromEntries(SCRIPTS.map((name) => [name, project.shell(name)])) });
    },
    runs: [],
    told: [],
  },
  {
    title: "programs that .npmrc names",
    tools: NPM,
    plant: (project) => {
      project.manifest({ dependencies: { inner: "1.0.0", other: "git+ssh://git@git.invalid/other.git" } });
      const keys = ["git", "shell", "script-shell", "viewer", "editor"];
      project.write(".npmrc", `${keys.map((key) => `${key}=${project.program(key)}\n`).join("")}allow-git=all\n`);
    },
    runs: [],
    told: [],
  },
  {
    title: "programs that a git repository names whose files are those of the project",
    tools: [...NPM, ...PNPM, "Bun"],
    plant: (project) => {
      project.manifest({ dependencies: FROM_GIT });
      project.repository();
      project.write(".npmrc", "allow-git=all\n");
    },
    runs: [],
    told: [],
  },
  {
    title: "programs that a git repository names whose files are those of the project, with Yarn",
    tools: ["Yarn 4"],
    plant: (project) => {
      project.manifest({ packageManager: "yarn@4.18.1", dependencies: FROM_GIT });
      project.repository();
      project.write(".yarnrc.yml", 'approvedGitRepositories: ["**"]\n');
    },
    runs: [],
    told: ["yarn@4.18.1 (package.json)"],
  },
  {
    title: "pnpmfiles that the lockfile was not written with",
    tools: PNPM,
    plant: (project) => {
      for (const name of [".pnpmfile.cjs", "global.cjs", "named.cjs"]) project.script(name);
      project.module(".pnpmfile.mjs");
      project.write("pnpm-workspace.yaml", WORKSPACE_FILE);
      project.write(".npmrc", "global-pnpmfile=./global.cjs\nignore-pnpmfile=false\n");
    },
    runs: [],
    told: [],
  },
  {
    title: "a pnpmfile that the lockfile was written with",
    tools: PNPM,
    plant: (project) => {
      project.script(".pnpmfile.cjs");
      const lockfile = project.read("pnpm-lock.yaml");
      project.write("pnpm-lock.yaml", lockfile.replace("\nimporters:", "\npnpmfileChecksum: sha256-x\n\nimporters:"));
    },
    runs: [".pnpmfile.cjs"],
    told: [".pnpmfile.cjs"],
  },
  {
    title: "config dependencies",
    tools: PNPM_10,
    plant: (project) => {
      const integrity = project.plugin("pnpm-plugin-x");
      project.write("pnpm-workspace.yaml", `packages: []\nconfigDependencies:\n  pnpm-plugin-x: 1.0.0+${integrity}\n`);
    },
    runs: [],
    told: ["pnpm-plugin-x, which it installs (pnpm-workspace.yaml)"],
  },
  {
    title: "a Yarn, plugins and constraints",
    tools: ["Yarn 4"],
    plant: (project) => {
      project.script("plugin.cjs", 'module.exports = { name: "x", factory: () => ({}) };');
      project.script("yarn.config.cjs", "module.exports = {};");
      for (const name of [".pnp.cjs", "env.js"]) project.script(name);
      project.write(".env.yarn", "NODE_OPTIONS=--require=./env.js\n");
      project.write(".yarnrc.yml", "enableConstraintsChecks: true\nplugins:\n  - path: ./plugin.cjs\n    spec: x\n");
      project.manifest({ packageManager: "yarn@4.18.1", scripts: { postinstall: project.shell("postinstall") } });
    },
    runs: ["plugin.cjs"],
    told: ["yarn@4.18.1 (package.json)", "./plugin.cjs (.yarnrc.yml)"],
  },
  {
    title: "a Yarn that the settings name",
    tools: ["Yarn 1", "Yarn 4"],
    plant: (project) => {
      project.script("yarn.cjs");
      project.write(".yarnrc.yml", "yarnPath: ./yarn.cjs\n");
    },
    runs: ["yarn.cjs"],
    told: ["./yarn.cjs (.yarnrc.yml)"],
  },
  {
    title: "scanner and preloads of Bun",
    tools: ["Bun"],
    plant: (project) => {
      project.script("preload.js");
      project.script("scanner.js", 'module.exports.scanner = { version: "1", scan: async () => [] };');
      project.write("bunfig.toml", 'preload = ["./preload.js"]\n[install.security]\nscanner = "./scanner.js"\n');
    },
    runs: ["preload.js", "scanner.js"],
    told: ["./scanner.js (bunfig.toml)", "./preload.js (bunfig.toml)"],
  },
  {
    title: "preloads of Bun without a scanner",
    tools: ["Bun"],
    plant: (project) => {
      project.script("preload.js");
      project.write("bunfig.toml", 'preload = ["./preload.js"]\n');
    },
    runs: [],
    told: [],
  },
];

const TABLE = casesToRun(
  "what updating a lockfile runs",
  CASES.flatMap((each) =>
    TOOLS.filter(({ name }) => each.tools.includes(name as ToolName)).map((tool) => {
      return { ...each, tool, kind: each.title, title: `${tool.name}: ${each.title}` };
    }),
  ),
  ({ kind, tool }) => ({ scenario: kind, tool: tool.name, outcome: null, kind }),
);

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 300_000);

test.concurrent.each(TABLE)("$title", async ({ tool, plant, runs, told }) => {
  const bench = await Workbench.create(tool, tools);
  try {
    const project = new Planted(bench);
    bench.world.registry.publish("inner", "1.0.0", { at: ago({ days: 400 }) });
    project.manifest({});
    await bench.lock();
    plant(project);
    const update = project.update();
    expect(update.runs).toEqual(told);
    const { output } = await bench.run(update.args, update.env);
    expect(project.marks(), output).toEqual(runs);
  } finally {
    await bench.end();
  }
});

test.concurrent.each(
  casesToRun(
    "a pnpm that package.json names",
    TOOLS.filter(({ name }) => PNPM_10.includes(name as ToolName)),
    ({ name }) => ({ scenario: "", tool: name, outcome: null, kind: "fetches" }),
  ),
)("$name fetches the version that package.json names, from the project's registry", async (tool) => {
  const bench = await Workbench.create(tool, tools);
  try {
    const project = new Planted(bench);
    project.manifest({ packageManager: "pnpm@9.15.1" });
    const update = project.update();
    expect(update.runs).toEqual(["pnpm@9.15.1 (package.json)"]);
    await bench.run(update.args, update.env);
    expect(bench.world.registry.countOf("pnpm")).toBeGreaterThan(0);
  } finally {
    await bench.end();
  }
});

test("pnpm up to 10 fetches the Node.js that the settings name, from the project's mirror", async () => {
  const settings = { "pnpm 9": ".npmrc", "pnpm 10": "pnpm-workspace.yaml" } as const;
  for (const [name, path] of Object.entries(settings)) {
    const tool = TOOLS.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no ${name}`);
    const [bench, mirror] = await Promise.all([
      Workbench.create(tool, tools),
      startLoopback(
        (request) => request,
        () => json(404, {}),
      ),
    ]);
    try {
      const project = new Planted(bench);
      project.manifest({});
      const mirrors = `node-mirror:release=${mirror.origin}/\n`;
      project.write(".npmrc", path === ".npmrc" ? `use-node-version=20.0.0\n${mirrors}` : mirrors);
      if (path !== ".npmrc") project.write(path, "packages: []\nuseNodeVersion: 20.0.0\n");
      const update = project.update();
      expect(update.runs).toEqual([`Node.js 20.0.0 (${path})`]);
      await bench.run(update.args, update.env);
      expect(mirror.requests.length, name).toBeGreaterThan(0);
    } finally {
      await Promise.all([bench.end(), mirror.close()]);
    }
  }
});

// pnpm 11 and 12 did not ask for it where only the lockfile is updated.
test("pnpm 10 installs what its root above the project names", async () => {
  for (const tool of TOOLS.filter(({ name }) => name === "pnpm 10")) {
    const bench = await Workbench.create(tool, tools);
    try {
      const project = new Planted(bench);
      const integrity = project.plugin("pnpm-plugin-x");
      const above = join(bench.world.folder, "pnpm-workspace.yaml");
      writeFileSync(above, `packages: [other]\nconfigDependencies:\n  pnpm-plugin-x: 1.0.0+${integrity}\n`);
      const registry = `registry=${bench.world.registry.url}\n`;
      writeFileSync(join(bench.world.folder, ".npmrc"), registry);
      project.write(".npmrc", registry);
      project.manifest({ dependencies: {} });
      const update = project.update();
      expect(update.runs).toContain("pnpm-plugin-x, which it installs (../pnpm-workspace.yaml)");
      const isAsked = (): boolean =>
        bench.world.registry.requests.some(({ path }) => path.startsWith("/pnpm-plugin-x/"));
      // It does not end after "No projects found".
      const { output } = await bench.run(update.args, update.env, isAsked);
      expect(isAsked(), output).toBe(true);
    } finally {
      await bench.end();
    }
  }
});

test("Yarn 1 in a project of Yarn 2 and up runs no script", async () => {
  const tool = TOOLS.find(({ name }) => name === "Yarn 1");
  if (tool === undefined) throw new Error("no Yarn 1");
  const bench = await Workbench.create(tool, tools);
  try {
    const project = new Planted(bench);
    project.write("yarn.lock", "__metadata:\n  version: 8\n");
    // As for Yarn 1 before 1.22.20, which does not read `packageManager`.
    project.manifest({ packageManager: "yarn@4.18.1" });
    const update = project.update("yarn-berry");
    project.manifest({ scripts: { postinstall: project.shell("postinstall") } });
    await bench.run(update.args, update.env);
    expect(project.marks()).toEqual([]);
  } finally {
    await bench.end();
  }
});

/** Corepack's folder with a script for each manager, as the machine's Node brings it; null: it brings none. */
const COREPACK = ((): string | null => {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const found = folders.map((folder) => join(folder, "corepack")).find((path) => existsSync(path));
  return found === undefined ? null : dirname(realpathSync(found));
})();

// Corepack decides which package manager it runs before that reads anything.
test.runIf(COREPACK !== null).each<readonly [LockfileFormat, name: string]>([
  ["npm", "npm"],
  ["pnpm", "pnpm"],
  ["yarn-berry", "yarn"],
])("%s: Corepack runs no program out of the project's own folder", async (format, name) => {
  const tool = TOOLS.find((one) => formatOf(one.name) === format);
  if (tool === undefined) throw new Error(`no tool for ${format}`);
  const bench = await Workbench.create(tool, tools);
  try {
    const project = new Planted(bench);
    project.manifest({ packageManager: `${name}@9.9.9` });
    const store = `corepack/v1/${name}/9.9.9`;
    const bin = Object.fromEntries(["npm", "pnpm", "yarn"].map((each) => [each, "./run.js"]));
    project.script(`${store}/run.js`);
    project.write(`${store}/package.json`, "{}");
    const hash = "sha1.0000000000000000000000000000000000000000";
    project.write(`${store}/.corepack`, JSON.stringify({ locator: { name, reference: "9.9.9" }, bin, hash }));
    // A repository names it by /proc/self/cwd, or by where its people usually have it.
    project.write(".corepack.env", `COREPACK_HOME=${join(bench.world.project, "corepack")}\n`);
    const update = project.update(format);
    const run = (env: Readonly<Record<string, string>>): void => {
      const script = join(COREPACK ?? "", `${name}.js`);
      const own = { ...bench.env, COREPACK_ENABLE_NETWORK: "0", ...env };
      spawnSync(process.execPath, [script, ...update.args], { cwd: bench.world.project, env: own });
    };
    run(update.env);
    expect(project.marks()).toEqual([]);
    run({});
    expect(project.marks()).toEqual([`${store}/run.js`]);
  } finally {
    await bench.end();
  }
});

/** A project in which each program leaves a mark when it runs. */
class Planted {
  constructor(private readonly bench: Workbench) {}

  manifest(more: object): void {
    const manifest = { name: "app", version: "1.0.0", dependencies: { inner: "1.0.0" }, ...more };
    this.write("package.json", JSON.stringify(manifest));
  }

  write(path: string, text: string): void {
    this.bench.world.write(path, text);
  }

  read(path: string): string {
    return this.bench.text(path);
  }

  script(path: string, more = "module.exports = {};"): void {
    this.write(path, `${this.#markScript(path)}\n${more}\n`);
  }

  module(path: string): void {
    const mark = `fs.appendFileSync(${JSON.stringify(this.#marks)}, "${path}\\n");`;
    this.write(path, `import fs from "node:fs";\n${mark}\nexport const hooks = {};\n`);
  }

  shell(name: string): string {
    return `echo ${name} >> ${this.#marks}`;
  }

  program(name: string): string {
    const path = join(this.bench.world.project, `${name}.sh`);
    this.write(`${name}.sh`, `#!/bin/sh\n${this.shell(name)}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** What makes the project's folder a repository for git, with a program for each address. */
  repository(): void {
    this.write("HEAD", "ref: refs/heads/main\n");
    for (const folder of ["objects", "refs"]) this.write(`${folder}/.gitkeep`, "");
    const addresses = ["http://", "https://", "ssh://", "git@"].map((start) => `\tinsteadOf = ${start}\n`).join("");
    const url = `[url "ext::${this.program("git")} "]\n${addresses}`;
    this.write("config", `[core]\n\tbare = true\n${url}[protocol "ext"]\n\tallow = always\n`);
  }

  /** A package with a pnpmfile; gives its integrity. */
  plugin(name: string): string {
    const files = { "pnpmfile.cjs": `${this.#markScript(name)} module.exports = {};` };
    const release = { at: ago({ days: 400 }), files };
    this.bench.world.registry.publish(name, "1.0.0", release);
    const content = tarballOf(name, { ...release, version: "1.0.0", removed: false });
    return `sha512-${digest("sha512", content, "base64")}`;
  }

  update(format: LockfileFormat = formatOf(this.bench.tool.name)) {
    const { own, above } = filesToRead(format, ".yarnrc.yml");
    const paths = [...own, ...above, ...above.map((name) => `../${name}`)];
    const files = paths.map((path): ProjectFile => {
      const file = join(this.bench.world.project, path);
      const text = existsSync(file) ? known(readFileSync(file, "utf8")) : unknown("not-found", "none");
      return { name: path.replace("../", ""), path, text };
    });
    const update = lockfileUpdate(format, ["inner"], files, ".yarnrc.yml", this.bench.env);
    if ("problem" in update) throw new Error(update.problem);
    return update;
  }

  marks(): readonly string[] {
    if (!existsSync(this.#marks)) return [];
    return [...new Set(readFileSync(this.#marks, "utf8").trim().split("\n"))].sort();
  }

  get #marks(): string {
    return join(this.bench.world.folder, "marks");
  }

  #markScript(name: string): string {
    return `require("node:fs").appendFileSync(${JSON.stringify(this.#marks)}, "${name}\\n");`;
  }
}

function formatOf(tool: string): LockfileFormat {
  if (tool.startsWith("npm")) return "npm";
  if (tool.startsWith("pnpm")) return "pnpm";
  return tool === "Bun" ? "bun" : "yarn-berry";
}
