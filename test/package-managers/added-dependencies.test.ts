/**
 * Whether the real package managers install what a lockfile alone says that a good package depends on, beside what a
 * person sees of it in the editor.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ago } from "../setup/projects.ts";
import { fetchTools, TOOLS, type ToolName } from "./tools.ts";
import { Workbench } from "./workbench.ts";

const ASKS = { good: "^1.0.0" };
const manifestOf = (dependencies: Readonly<Record<string, string>>): string =>
  JSON.stringify({ name: "app", version: "1.0.0", private: true, dependencies });

interface NpmLock {
  readonly packages: Record<string, object>;
}

/** Moves evil from what the project asks for to what good does. */
const inNpm = (text: string): string => {
  const lock = JSON.parse(text) as NpmLock;
  lock.packages[""] = { ...lock.packages[""], dependencies: ASKS };
  lock.packages["node_modules/good"] = { ...lock.packages["node_modules/good"], dependencies: { evil: "^1.0.0" } };
  return JSON.stringify(lock, null, 2);
};
const inPnpm = (text: string): string =>
  text
    .replace(/ {6}evil:\n {8}specifier: .*\n {8}version: .*\n/, "")
    .replace("  good@1.0.0: {}", "  good@1.0.0:\n    dependencies:\n      evil: 1.0.0");

interface Tampered {
  readonly tool: ToolName;
  readonly install: readonly string[];
  readonly tamper: (text: string) => string;
}

const TAMPERED: readonly Tampered[] = [
  ...(["npm 11", "npm 12"] as const).map((tool) => ({
    tool,
    install: ["ci", "--no-audit", "--no-fund"],
    tamper: inNpm,
  })),
  ...(["pnpm 10", "pnpm 11", "pnpm 12"] as const).map((tool) => ({
    tool,
    install: ["install", "--frozen-lockfile"],
    tamper: inPnpm,
  })),
  {
    tool: "Yarn 1",
    install: ["install", "--frozen-lockfile", "--non-interactive"],
    tamper: (text) => text.replace(/(\ngood@(?:.+\n)+)/, '$1  dependencies:\n    evil "^1.0.0"\n'),
  },
  {
    tool: "Yarn 4",
    install: ["install", "--immutable"],
    tamper: (text) =>
      text
        .replace('    evil: "npm:^1.0.0"\n', "")
        .replace(
          '  resolution: "good@npm:1.0.0"\n',
          '  resolution: "good@npm:1.0.0"\n  dependencies:\n    evil: "npm:^1.0.0"\n',
        ),
  },
  {
    tool: "Bun",
    install: ["install", "--frozen-lockfile"],
    tamper: (text) =>
      text
        .replace(/ *"evil": "\^1\.0\.0",\n/, "")
        .replace(/("good": \["good@1\.0\.0", "[^"]*", )\{\}/, '$1{ "dependencies": { "evil": "^1.0.0" } }'),
  },
];

test.each(TAMPERED)(
  "$tool installs what the lockfile adds to a package, and it is reported",
  async ({ tool: name, install, tamper }) => {
    const tool = TOOLS.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no ${name}`);
    const bench = await Workbench.create(tool, await fetchTools(), {
      YARN_NODE_LINKER: "node-modules",
      npm_config_minimum_release_age: "0",
    });
    try {
      const { project, registry } = bench.world;
      for (const one of ["good", "evil"]) registry.publish(one, "1.0.0", { at: ago({ days: 400 }) });
      const manifest = join(project, "package.json");
      writeFileSync(manifest, manifestOf({ ...ASKS, evil: "^1.0.0" }));
      await bench.lock();
      const honest = bench.text(tool.lockfile);
      writeFileSync(bench.lockfile, tamper(honest));
      writeFileSync(manifest, manifestOf(ASKS));
      rmSync(join(project, "node_modules"), { recursive: true, force: true });
      const { code, output } = await bench.run(install);
      expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
      const store = join(project, "node_modules/.pnpm");
      const installed = [
        ...readdirSync(join(project, "node_modules")),
        ...(existsSync(store) ? readdirSync(store) : []),
      ].map((entry) => entry.replace(/@.*/, ""));
      expect(installed).toContain("evil");

      const client = await bench.world.start();
      const uri = bench.world.uri(tool.lockfile);
      await client.open(uri, bench.text(tool.lockfile));
      const shown = await client.diagnostics(uri, (all) => all.some(({ code: rule }) => rule === "lockfile-tampering"));
      const messages = shown.flatMap(({ code: rule, message }) => (rule === "lockfile-tampering" ? [message] : []));
      expect(messages).toEqual([expect.stringContaining("good 1.0.0 is locked with a dependency on evil 1.0.0")]);
    } finally {
      await bench.end();
    }
  },
);
