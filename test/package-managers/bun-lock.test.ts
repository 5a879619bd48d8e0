/** Which values in bun.lock have the real Bun ignore the whole file, beside what the reader says of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLockfile } from "../../server/src/core/documents/index.ts";
import { runWhole } from "../../server/src/core/task.ts";
import { ago } from "../setup/projects.ts";
import { fetchTools, TOOLS } from "./tools.ts";
import { Workbench } from "./workbench.ts";

const MANIFEST = { name: "app", dependencies: { aa: "^1.0.0" } };
const HASH = `sha512-${"a".repeat(86)}==`;
const VALUES: readonly unknown[] = [1, "x", null, [], {}, [1], { x: 1 }];

type Json = Readonly<Record<string, unknown>>;

/** A lockfile with one value in it that is put there. */
const PLACES: Readonly<Record<string, (value: unknown) => Json>> = {
  configVersion: (value) => lock({ configVersion: value }),
  trustedDependencies: (value) => lock({ trustedDependencies: value }),
  patchedDependencies: (value) => lock({ patchedDependencies: value }),
  overrides: (value) => lock({ overrides: value }),
  catalog: (value) => lock({ catalog: value }),
  catalogs: (value) => lock({ catalogs: value }),
  unknown: (value) => lock({ unknown: value }),
  "name of a workspace": (value) => lock({ workspaces: { "": MANIFEST, w: { name: value } } }),
  "peers of a workspace": (value) => lock({ workspaces: { "": { ...MANIFEST, peerDependencies: value } } }),
  "dependencies of a package": (value) => entry("", { optionalDependencies: value }, HASH),
  "optional peers of a package": (value) => entry("", { optionalPeers: value }, HASH),
  "bin of a package": (value) => entry("", { bin: value }, HASH),
  address: (value) => entry(value, {}, HASH),
  "all that a package says": (value) => entry("", value, HASH),
  hash: (value) => entry("", {}, value),
};

function lock(members: Json): Json {
  return {
    lockfileVersion: 1,
    workspaces: { "": MANIFEST },
    packages: { aa: ["aa@1.0.0", "", {}, HASH] },
    ...members,
  };
}

function entry(...behind: readonly unknown[]): Json {
  return lock({ packages: { aa: ["aa@1.0.0", ...behind] } });
}

let bench: Workbench;

beforeAll(async () => {
  const bun = TOOLS.find(({ name }) => name === "Bun");
  if (bun === undefined) throw new Error("no Bun");
  bench = await Workbench.create(bun, await fetchTools());
  bench.world.registry.publish("aa", "1.0.0", { at: ago({ days: 400 }) });
  bench.world.registry.publish("x", "1.0.0", { at: ago({ days: 400 }) });
  writeFileSync(join(bench.world.project, "package.json"), JSON.stringify(MANIFEST));
});
afterAll(() => bench.world.end());

test.each(Object.entries(PLACES))("%s", async (_place, put) => {
  const seen: string[] = [];
  const said: string[] = [];
  for (const value of VALUES) {
    const text = JSON.stringify(put(value));
    const shown = JSON.stringify(value);
    writeFileSync(bench.lockfile, text);
    const { output } = await bench.run(["install", "--lockfile-only", "--ignore-scripts"]);
    if (output.includes("Ignoring lockfile")) seen.push(shown);
    const { problems } = runWhole(readLockfile("bun-lock", text));
    if (problems.some(({ message }) => message.includes("Bun ignores the whole file"))) said.push(shown);
  }
  expect(said).toEqual(seen);
});
