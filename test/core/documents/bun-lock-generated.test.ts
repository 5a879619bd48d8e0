import { expect, it } from "vitest";
import { edges, ofText, random, read, written } from "./help.ts";

const NAMES = ["a", "b", "@s/c", "d.e", "__proto__", "constructor", "long-name-of-a-package"];

/** The place that a walk up the key, text by text, comes to. */
function nearest(keys: ReadonlySet<string>, from: readonly string[], alias: string): string | undefined {
  for (let depth = from.length; depth >= 0; depth--) {
    const key = [...from.slice(0, depth), alias].join("/");
    if (keys.has(key)) return key;
  }
  return undefined;
}

it("reads generated lockfiles as JSON.parse reads them, however they are laid out", () => {
  const next = random(7);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  let seen = 0;
  for (let round = 0; round < 200; round++) {
    const paths = Array.from({ length: 1 + Math.floor(next() * 12) }, () =>
      Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(NAMES)),
    );
    const places = new Map(paths.map((path) => [path.join("/"), path]));
    const made = [...places].map(([key]) => {
      const needs = Object.fromEntries(Array.from({ length: Math.floor(next() * 4) }, () => [pick(NAMES), "^1.0.0"]));
      const version = `${Math.floor(next() * 20)}.${Math.floor(next() * 20)}.0${pick(["", "-rc.1", "+build"])}`;
      return { key, name: next() < 0.2 ? "@real/one" : pick(NAMES), version, needs };
    });
    const packages = Object.fromEntries(
      made.map(({ key, name, version, needs }) => [
        key,
        [`${name}@${version}`, "", { dependencies: needs, cpu: "x64" }, "sha512-a=="],
      ]),
    );
    const json = JSON.stringify({ lockfileVersion: 1, workspaces: { "": {} }, packages }, null, pick([0, 2, "\t"]));
    const text = next() < 0.5 ? json.replaceAll(/([}\]"])(\s*[}\]])/g, "$1,$2") : json;
    const lockfile = read(text, undefined, "bun-lock");
    // What is referred to and not there is all that is wrong with them.
    expect(ofText(lockfile)).toEqual([]);
    // Versions are looked up without what is behind a plus.
    expect(lockfile.packages.map(({ key, name, version }) => `${key} ${name}@${version}`)).toEqual(
      made.map(({ key, name, version }) => `${key} ${name}@${version.replace("+build", "")}`),
    );
    const keys = new Set(places.keys());
    const wanted = made.flatMap(({ key, needs }) => {
      const targets = Object.keys(needs).map((alias) => nearest(keys, places.get(key) ?? [], alias));
      return [...new Set(targets)].filter((target) => target !== undefined).map((target) => `${key} -> ${target}`);
    });
    expect(edges(lockfile)).toEqual(wanted);
    for (const { version, versionSpan } of lockfile.packages)
      expect(written(text, versionSpan).replace("+build", "")).toBe(version);
    seen += wanted.length;
  }
  expect(seen).toBeGreaterThan(300);
});
