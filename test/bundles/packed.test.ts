/** What is packed is all that runs: the programs work from a folder that holds nothing else. */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { axiosWorld } from "../fakes/incidents.ts";
import { run, scanned } from "../cli/cli.ts";
import { World } from "../lsp/world.ts";
import { ROOT } from "../setup/sandbox.ts";

const LOCKFILE = readFileSync(join(ROOT, "examples/axios-2026-03/package-lock.json"), "utf8");

/** As npm lists them, for the npm package. */
function packedByNpm(): readonly string[] {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const answer = execFileSync("npm", args, { cwd: ROOT, encoding: "utf8", shell: process.platform === "win32" });
  const [packed] = JSON.parse(answer) as readonly { readonly files: readonly { readonly path: string }[] }[];
  return (packed?.files ?? []).map(({ path }) => path);
}

/** As .vscodeignore lists them, for the extension: all else is left out. */
function packedAsExtension(): readonly string[] {
  const lines = readFileSync(join(ROOT, ".vscodeignore"), "utf8").split("\n");
  expect(lines).toContain("**");
  return globSync(
    lines.flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : [])),
    { cwd: ROOT },
  );
}

let world: World;
beforeEach(async () => {
  world = await World.create();
  axiosWorld(world.registry, world.osv, { moment: "live" });
  world.write("package-lock.json", LOCKFILE);
});
afterEach(async () => {
  await world.end();
});

function unpacked(files: readonly string[]): string {
  const folder = join(world.folder, "packed");
  for (const file of files) cpSync(join(ROOT, file), join(folder, file));
  return folder;
}

test("the npm package scans, online", async () => {
  const folder = unpacked(packedByNpm());
  const args = ["scan", "--format", "json", "--registry", world.registry.url, "--osv", world.osv.url];
  const outcome = await run(world, args, { program: join(folder, "dist/cli.js") });
  expect(outcome.stderr).toBe("");
  const { findings } = scanned(outcome);
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: "compromised", package: "axios", version: "1.14.1" }),
  );
  expect(world.registry.countOf("axios")).toBeGreaterThan(0);
});

test("the extension's server finds what is compromised, online", async () => {
  const folder = unpacked(packedAsExtension());
  const client = await world.start({ program: join(folder, "dist/server.js") });
  const uri = await world.open(client, "package-lock.json", LOCKFILE);
  const diagnostics = await client.diagnostics(uri, (found) => found.some(({ code }) => code === "compromised"));
  expect(diagnostics).not.toEqual([]);

  expect(world.registry.countOf("axios")).toBeGreaterThan(0);
});

test("both packages hold the same programs", () => {
  const programs = (files: readonly string[]): readonly string[] =>
    files
      .map((file) => file.replaceAll("\\", "/"))
      .filter((file) => file.startsWith("dist/"))
      .sort();
  expect(programs(packedByNpm())).toEqual(programs(packedAsExtension()));
});
