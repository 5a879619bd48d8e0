/** What the real npm installs by an entry that it would not write, beside what the reader says of it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLockfile } from "../../server/src/core/documents/index.ts";
import { runWhole } from "../../server/src/core/task.ts";
import { ago } from "../setup/projects.ts";
import { fetchTools, TOOLS } from "./tools.ts";
import { Workbench } from "./workbench.ts";

const MANIFEST = { name: "app", version: "1.0.0", dependencies: { bb: "*" } };

let bench: Workbench;

beforeAll(async () => {
  const npm = TOOLS.find(({ name }) => name === "npm 11");
  if (npm === undefined) throw new Error("no npm");
  bench = await Workbench.create(npm, await fetchTools());
  for (const name of ["bb", "evil"]) bench.world.registry.publish(name, "1.0.0", { at: ago({ days: 400 }) });
  writeFileSync(join(bench.world.project, "package.json"), JSON.stringify(MANIFEST));
});
afterAll(() => bench.world.end());

/** What npm has in the place of bb, and whether a command of the lockfile ran. */
async function installed(entry: object): Promise<{ readonly text: string; readonly seen: readonly unknown[] }> {
  const { project } = bench.world;
  const packages = { "": MANIFEST, "node_modules/bb": { version: "1.0.0", ...entry } };
  const text = JSON.stringify({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages });
  writeFileSync(bench.lockfile, text);
  const ran = join(project, "node_modules/bb/ran");
  rmSync(join(project, "node_modules"), { recursive: true, force: true });
  const { output } = await bench.run(["ci", "--no-audit", "--no-fund"]);
  const manifest = join(project, "node_modules/bb/package.json");
  if (!existsSync(manifest)) throw new Error(output);
  const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly name: unknown };
  return { text, seen: [name, existsSync(ran)] };
}

/** Whether the reader says of an entry that it is not as it should be. */
function isReported(text: string): boolean {
  const { packages, problems, scripted = [] } = runWhole(readLockfile("package-lock", text));
  return problems.length > 0 || scripted.length > 0 || packages.some(({ insteadOf }) => insteadOf !== null);
}

test("an entry as npm writes it", async () => {
  const { text, seen } = await installed({});
  expect([seen, isReported(text)]).toEqual([["bb", false], false]);
});

const tarball = (): string => `${bench.world.registry.url}evil/-/evil-1.0.0.tgz`;

test.each<readonly [what: string, entry: () => object, seen: readonly unknown[]]>([
  ["commands", () => ({ scripts: { postinstall: "echo ran > ran" } }), ["bb", true]],
  ["a list as name", () => ({ name: ["evil"] }), ["evil", false]],
  ["a list as address", () => ({ resolved: [tarball()] }), ["evil", false]],
  ["an address under another name", () => ({ _resolved: tarball() }), ["evil", false]],
  ["another package as version", () => ({ version: "npm:evil@1.0.0" }), ["evil", false]],
  ["an address as version", () => ({ version: tarball() }), ["evil", false]],
])("is followed, and reported: %s", async (_what, entry, seen) => {
  const { text, seen: found } = await installed(entry());
  expect([found, isReported(text)]).toEqual([seen, true]);
});
