import { describe, expect, it } from "vitest";
import { directIds, pathTo, resolvedFor } from "../../server/src/core/graph.ts";
import type { Lockfile } from "../../server/src/core/model.ts";
import { at, readObject } from "./documents/help.ts";

const lockfile = readObject({
  lockfileVersion: 3,
  packages: {
    "": { workspaces: ["ws"], dependencies: { foo: "1", http: "npm:axios@1" }, devDependencies: { ws: "*" } },
    ws: { version: "1.0.0", dependencies: { foo: "2", deep: "1" } },
    "ws/node_modules/foo": { version: "2.0.0" },
    "node_modules/ws": { resolved: "ws", link: true },
    "node_modules/foo": { version: "1.0.0", dependencies: { mid: "1" } },
    "node_modules/mid": { version: "1.0.0", dependencies: { "plain-crypto-js": "4", deep: "1", foo: "1" } },
    "node_modules/deep": { version: "1.0.0", dependencies: { deeper: "1" } },
    "node_modules/deeper": { version: "1.0.0" },
    "node_modules/http": { name: "axios", version: "1.14.1", dependencies: { "plain-crypto-js": "4" } },
    "node_modules/plain-crypto-js": { version: "4.2.1" },
    "node_modules/stray": { version: "1.0.0" },
  },
});
const id = (key: string): number => at(lockfile, key).id;

/** The project asks for the first, and each for the next. */
function chainOf(names: readonly string[]): Lockfile {
  const askedBy = (index: number) => {
    return { dependencies: Object.fromEntries(names.slice(index, index + 1).map((name) => [name, "1"])) };
  };
  const packages = names.map((name, index) => {
    return [`node_modules/${name}`, { version: "1.0.0", ...askedBy(index + 1) }] as const;
  });
  return readObject({ lockfileVersion: 3, packages: { "": askedBy(0), ...Object.fromEntries(packages) } });
}

describe("pathTo", () => {
  it.each([
    ["node_modules/foo", ["foo"]],
    ["node_modules/mid", ["foo", "mid"]],
    ["node_modules/plain-crypto-js", ["http", "plain-crypto-js"]],
    ["node_modules/deep", ["deep"]],
    ["node_modules/deeper", ["deep", "deeper"]],
    ["ws/node_modules/foo", ["foo"]],
    ["node_modules/stray", ["stray"]],
  ])("%s is reached the shortest way", (key, path) => {
    expect(pathTo(lockfile, id(key))).toEqual(path);
  });

  it("has at most 20 entries, and tells how many it leaves out", () => {
    const names = Array.from({ length: 22 }, (_, index) => `p${index}`);
    const chain = chainOf(names);
    const ways = names.map((name) => pathTo(chain, at(chain, `node_modules/${name}`).id));
    expect(ways[19]).toEqual(names.slice(0, 20));
    expect(ways[20]).toEqual([...names.slice(0, 10), "… 2 more …", ...names.slice(12, 21)]);
    expect(ways[21]).toEqual([...names.slice(0, 10), "… 3 more …", ...names.slice(13, 22)]);
  });

  it("shortens a name that is longer than any", () => {
    const long = "a".repeat(257);
    const chain = chainOf([long, "b"]);
    expect(pathTo(chain, at(chain, "node_modules/b").id)).toEqual([`${long.slice(0, 255)}…`, "b"]);
  });

  it("is empty for an id that there is not", () => {
    expect([pathTo(lockfile, -1), pathTo(lockfile, 1_000)]).toEqual([[], []]);
  });
});

it("directIds holds what the project and its workspaces ask for", () => {
  const keys = [...directIds(lockfile)].map((direct) => lockfile.packages[direct]?.key);
  expect(keys.toSorted()).toEqual([
    "node_modules/deep",
    "node_modules/foo",
    "node_modules/http",
    "node_modules/ws",
    "ws/node_modules/foo",
  ]);
});

it("resolvedFor tells the importers apart", () => {
  expect(resolvedFor(lockfile, "", "foo")?.version).toBe("1.0.0");
  expect(resolvedFor(lockfile, "ws", "foo")?.version).toBe("2.0.0");
  expect(resolvedFor(lockfile, "", "http")?.name).toBe("axios");
  expect(resolvedFor(lockfile, "", "deep")).toBeNull();
  expect(resolvedFor(lockfile, "elsewhere", "foo")).toBeNull();
});

it("asks a lockfile for each package's edges once", () => {
  let asked = 0;
  const counted = { ...lockfile, dependenciesOf: (of: number) => (asked++, lockfile.dependenciesOf(of)) };
  for (const { id: each } of lockfile.packages) pathTo(counted, each);
  // All but the stray one are reached.
  expect(asked).toBe(lockfile.packages.length - 1);
});
