/** Which overrides the real package managers resolve anew beside an honest lockfile: what they then take has to be reported. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ago } from "../setup/projects.ts";
import { fetchTools, TOOLS, type ToolName } from "./tools.ts";
import { Workbench } from "./workbench.ts";

const OVERRIDES = ["^1.0.0", ">=1.0.0", ">=1.0.1", "latest", "npm:evil@*"];

interface Place {
  readonly file: string;
  readonly text: (override: string) => string;
}

const DEPENDENCIES = { aa: "1.0.0" };

function inManifest(members: (override: string) => object): Place {
  const text = (override: string): string =>
    JSON.stringify({ name: "app", version: "1.0.0", dependencies: DEPENDENCIES, ...members(override) });
  return { file: "package.json", text };
}

const PLACES: readonly (readonly [ToolName, Place])[] = [
  ["npm 11", inManifest((bb) => ({ overrides: { bb } }))],
  ["Yarn 1", inManifest((bb) => ({ resolutions: { bb } }))],
  ["Yarn 4", inManifest((bb) => ({ resolutions: { bb } }))],
  ["pnpm 10", inManifest((bb) => ({ pnpm: { overrides: { bb } } }))],
  ["pnpm 12", { file: "pnpm-workspace.yaml", text: (bb) => `packages: []\noverrides:\n  bb: "${bb}"\n` }],
  ["Bun", inManifest((bb) => ({ overrides: { bb } }))],
];

test.each(PLACES)("%s", async (name, { file, text }) => {
  const tool = TOOLS.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`no ${name}`);
  const bench = await Workbench.create(tool, await fetchTools());
  try {
    const { registry, project } = bench.world;
    const at = ago({ days: 400 });
    registry.publish("bb", "1.0.0", { at });
    registry.publish("aa", "1.0.0", { at, dependencies: { bb: "^1.0.0" } });
    registry.publish("evil", "1.0.0", { at });
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ name: "app", version: "1.0.0", dependencies: DEPENDENCIES }),
    );
    await bench.lock();
    const honest = readFileSync(bench.lockfile, "utf8");
    registry.publish("bb", "1.0.1", { at });
    // npm keeps the registry's answer for some minutes.
    rmSync(join(bench.world.folder, "npm-cache"), { recursive: true, force: true });
    for (const [bad, versions] of [
      ["bb", "=1.0.1"],
      ["evil", ">=0"],
    ] as const)
      registry.advise(bad, {
        url: `https://github.com/advisories/GHSA-aaaa-bbbb-${bad === "bb" ? "cccc" : "cccd"}`,
        title: "Malware",
        severity: "critical",
        vulnerable_versions: versions,
        cwe: ["CWE-506"],
      });
    const client = await bench.world.start();
    const said: Record<string, readonly string[]> = {};
    const taken: Record<string, readonly string[]> = {};
    for (const override of OVERRIDES) {
      writeFileSync(bench.lockfile, honest);
      writeFileSync(join(project, file), text(override));
      const { findings } = (await client.execute("depwarden.scanWorkspace")) as {
        readonly findings: readonly { readonly rule: string; readonly package: string; readonly version: string }[];
      };
      said[override] = findings
        .filter(({ rule }) => rule === "compromised")
        .map((finding) => `${finding.package}@${finding.version}`);
      for (const folder of ["node_modules", ".yarn"]) rmSync(join(project, folder), { recursive: true, force: true });
      await bench.lock();
      taken[override] = bench.locked().filter((release) => release === "bb@1.0.1" || release === "evil@1.0.0");
    }
    // npm keeps what is locked where an override names another package, until it has to place that anew.
    expect(said).toEqual(name === "npm 11" ? { ...taken, "npm:evil@*": ["evil@1.0.0"] } : taken);
  } finally {
    await bench.end();
  }
});
