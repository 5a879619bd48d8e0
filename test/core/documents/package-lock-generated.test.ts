import { describe, expect, it } from "vitest";
import { ofText, random, read, written } from "./help.ts";

type Next = () => number;
type Json = Record<string, unknown>;

const NAMES = ["a", "b", "@s/c", "d.e", "__proto__", "constructor", "long-name-of-a-package", "ünï", 'quo"te'];

function pick<T>(next: Next, list: readonly T[]): T {
  const picked = list[Math.floor(next() * list.length)];
  if (picked === undefined) throw new Error("an empty list");
  return picked;
}

/** Own members only, `__proto__` among them. */
function object(entries: Iterable<readonly [string, unknown]>): Json {
  return Object.fromEntries(entries);
}

function some<T>(next: Next, most: number, make: () => T): T[] {
  return Array.from({ length: Math.floor(next() * (most + 1)) }, make);
}

function version(next: Next): string {
  return `${Math.floor(next() * 20)}.${Math.floor(next() * 20)}.${Math.floor(next() * 20)}${pick(next, ["", "", "-rc.1", "+build"])}`;
}

function fields(next: Next, requires: string): Json {
  const needs = object(some(next, 3, () => [pick(next, NAMES), "^1.0.0"] as const));
  return {
    ...(next() < 0.5 && { resolved: "https://registry.example/x/-/x-1.0.0.tgz" }),
    ...(next() < 0.5 && { integrity: 'sha512-a"\\b/+==' }),
    ...(next() < 0.2 && { dev: true }),
    ...(next() < 0.2 && { engines: { node: ">=1", other: [1, { version: "9.9.9" }, null] } }),
    ...(next() < 0.5 && { [requires]: needs }),
  };
}

function nested(next: Next, depth: number): Json {
  return object(
    some(next, 5, () => {
      const inner = depth < 3 && next() < 0.4 ? { dependencies: nested(next, depth + 1) } : {};
      return [pick(next, NAMES), { version: version(next), ...fields(next, "requires"), ...inner }] as const;
    }),
  );
}

function packages(next: Next): Json {
  const paths = some(next, 12, () =>
    Array.from({ length: 1 + Math.floor(next() * 3) }, () => `node_modules/${pick(next, NAMES)}`).join("/"),
  );
  return object([
    ["", { dependencies: object([[pick(next, NAMES), "*"]]) }],
    ...paths.map((path) => [path, { version: version(next), ...fields(next, "dependencies") }] as const),
  ]);
}

interface Stated {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Json;
}

/** As a person would walk it: `packages`, and what the nested `dependencies` say beyond it. */
function naive(lockfile: Json): string[] {
  const stated = new Map(Object.entries((lockfile["packages"] ?? {}) as Record<string, Stated>));
  const found = [...stated].flatMap(([key, { version }]) => (key === "" ? [] : [`${key}@${version}`]));
  const walk = (entries: Json, path: string): void => {
    for (const [name, entry] of Object.entries(entries as Record<string, Stated>)) {
      const key = `${path}node_modules/${name}`;
      if (!isStated(entry, stated.get(key))) found.push(`${key}@${entry.version}`);
      if (entry.dependencies !== undefined) walk(entry.dependencies, `${key}/`);
    }
  };
  walk((lockfile["dependencies"] ?? {}) as Json, "");
  return found.sort();
}

function isStated(entry: Stated, other: Stated | undefined): boolean {
  const fields = ["version", "resolved", "integrity"] as const;
  return other !== undefined && fields.every((field) => entry[field] === undefined || entry[field] === other[field]);
}

describe("generated lockfiles", () => {
  it.each([
    [1, (next: Next): Json => ({ lockfileVersion: 1, requires: true, dependencies: nested(next, 0) })],
    [2, (next: Next): Json => ({ lockfileVersion: 2, packages: packages(next), dependencies: nested(next, 0) })],
    [3, (next: Next): Json => ({ lockfileVersion: 3, packages: packages(next) })],
  ])("of version %i read as JSON.parse reads them, however they are laid out", (formatVersion, make) => {
    const next = random(formatVersion);
    let seen = 0;
    for (let round = 0; round < 300; round++) {
      const made = JSON.stringify(make(next), null, pick<string | number>(next, [0, 1, 2, 4, "\t"]));
      const text = `${pick(next, ["", "\ufeff"])}${next() < 0.5 ? made.replaceAll("\n", "\r\n") : made}${pick(next, ["", "\n"])}`;
      const lockfile = read(text);
      expect(ofText(lockfile)).toEqual([]);
      expect(lockfile.formatVersion).toBe(String(formatVersion));
      // Versions are looked up without what is behind a plus.
      expect(lockfile.packages.map(({ key, version }) => `${key}@${version}`).sort()).toEqual(
        naive(JSON.parse(made) as Json)
          .map((each) => each.replace(/\+build$/, ""))
          .sort(),
      );
      for (const { key, version, versionSpan, alias, nameSpan } of lockfile.packages) {
        expect(written(text, versionSpan).replace(/\+build$/, "")).toBe(version);
        if (!key.includes('"')) expect(written(text, nameSpan)).toBe(alias);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(500);
  });
});
