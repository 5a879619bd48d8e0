import { expect, test } from "vitest";
import type { Lockfile } from "../../server/src/core/model.ts";
import { runWhole } from "../../server/src/core/task.ts";
import { bringersOf, waysFrom } from "../../server/src/core/ways.ts";
import { at, readObject } from "./documents/help.ts";

const lockfile = readObject({
  lockfileVersion: 3,
  packages: {
    "": { workspaces: ["ws"], dependencies: { foo: "1", ws: "*" }, devDependencies: { both: "1" } },
    ws: { dependencies: { mid: "1" } },
    "node_modules/ws": { resolved: "ws", link: true },
    "node_modules/foo": { version: "1.0.0", dependencies: { mid: "1" } },
    "node_modules/both": { version: "1.0.0", dependencies: { evil: "1", mid: "1" } },
    "node_modules/mid": { version: "1.0.0", dependencies: { evil: "1", foo: "1" } },
    "node_modules/evil": { version: "1.0.0" },
  },
});
const id = (key: string): number => at(lockfile, key).id;

function told(own: Lockfile, key: string): readonly string[] {
  const bringers = runWhole(bringersOf(own, [at(own, key).id], { steps: 10_000 })) ?? [];
  return bringers.map(({ importer, path }) => `${importer}: ${path.join(" › ")}`).sort();
}

test("each dependency that leads to a package, once and by the shortest way; a workspace's is its own", () => {
  expect(told(lockfile, "node_modules/evil")).toEqual([": both › evil", ": foo › mid › evil", "ws: mid › evil"]);
});

test("the package itself brings nothing in, also where something leads back to it", () => {
  expect(told(lockfile, "node_modules/foo")).toEqual([": both › mid › foo", "ws: mid › foo"]);
});

test("from a package down to what is wanted", () => {
  const ways = runWhole(waysFrom(lockfile, [id("node_modules/both")], (each) => each === id("node_modules/foo")));
  expect([...ways.values()]).toEqual([["both", "mid", "foo"]]);
});

test("a long way keeps its first 10 and last 9 names", () => {
  const names = Array.from({ length: 25 }, (_, index) => `p${index}`);
  const packages = names.map((name, index): [string, object] => {
    const next = names[index + 1];
    return [`node_modules/${name}`, { version: "1.0.0", dependencies: next === undefined ? {} : { [next]: "1" } }];
  });
  const chain = readObject({
    lockfileVersion: 3,
    packages: { "": { dependencies: { p0: "1" } }, ...Object.fromEntries(packages) },
  });
  const path = [...names.slice(0, 10), "… 6 more …", ...names.slice(16)];
  expect(told(chain, "node_modules/p24")).toEqual([`: ${path.join(" › ")}`]);
});

test("no answer where the budget does not reach", () => {
  expect(runWhole(bringersOf(lockfile, [id("node_modules/evil")], { steps: 100 }))).toBeNull();
});
