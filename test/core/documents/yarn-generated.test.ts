import * as lockfile from "@yarnpkg/lockfile";
import { stringifySyml } from "@yarnpkg/parsers";
import { describe, expect, it } from "vitest";
import type { Lockfile } from "../../../server/src/core/model.ts";
import { edges, ofText, random, read as readAny, written } from "./help.ts";
import { berryReference, classicReference, type Expected, installed } from "./yarn-reference.ts";

type Next = () => number;

const read = (text: string): Lockfile => readAny(text, undefined, "yarn-lock");

const NAMES = [
  "a",
  "b",
  "@s/c",
  "d.e",
  "__proto__",
  "constructor",
  "true-name",
  "falsey",
  "7zip",
  "_x",
  "-dash",
  "long-name-of-a-package",
  "ünï",
  'quo"te',
  "back\\slash",
  "s p",
  "co:lon",
  "ha#sh",
];
const RANGES = [
  "^1.0.0",
  "~2.3.4",
  "*",
  "1.x",
  ">=1 <3",
  ">= 1.5.0 || 2",
  "latest",
  "7",
  "-",
  "",
  "true",
  "a#b",
  "git+ssh://git@h/x.git#v1",
  "https://h/x.tgz",
];
const VERSIONS = [
  "1.0.0",
  "0.0.1-rc.1",
  "2.0.0+build.5",
  "10.20.30",
  "1.0.0-true",
  "1e3.0.0",
  "v1.0.0",
  "1.0.0 ",
  "true",
  "null",
  "~",
  "1: 2",
  "#",
  "- x",
];

function pick<T>(next: Next, list: readonly T[]): T {
  const picked = list[Math.floor(next() * list.length)];
  if (picked === undefined) throw new Error("an empty list");
  return picked;
}

function some<T>(next: Next, most: number, make: () => T): T[] {
  return Array.from({ length: Math.floor(next() * (most + 1)) }, make);
}

/** Own members only, `__proto__` among them. */
const object = (entries: Iterable<readonly [string, unknown]>): Record<string, unknown> => Object.fromEntries(entries);

/** Yarn 1 writes no section without members. */
const filled = (section: string, members: readonly (readonly [string, string])[]): [string, unknown][] =>
  members.length === 0 ? [] : [[section, object(members)]];

function classic(next: Next): string {
  const entries = some(next, 12, () => {
    const entry = object([
      ["version", pick(next, VERSIONS)],
      ...(next() < 0.8 ? ([["resolved", `https://registry.example/${pick(next, NAMES)}/-/x.tgz#0`]] as const) : []),
      ...(next() < 0.7 ? ([["integrity", pick(next, ["sha512-a/b+c==", "sha1-x=", "a, b"])]] as const) : []),
      ...(next() < 0.2
        ? ([
            ["name", pick(next, NAMES)],
            ["uid", pick(next, VERSIONS)],
          ] as const)
        : []),
      ...filled(
        "dependencies",
        next() < 0.6 ? some(next, 4, () => [pick(next, NAMES), pick(next, RANGES)] as const) : [],
      ),
      ...filled(
        "optionalDependencies",
        next() < 0.3 ? some(next, 2, () => [pick(next, NAMES), pick(next, RANGES)] as const) : [],
      ),
    ]);
    return [descriptor(next, ""), ...some(next, 3, () => descriptor(next, ""))].map((key) => [key, entry] as const);
  });
  return lockfile.stringify(object(entries.flat()), next() < 0.1, next() < 0.5);
}

function descriptor(next: Next, protocol: string): string {
  return `${pick(next, NAMES)}@${protocol}${pick(next, RANGES)}`;
}

function berry(next: Next): string {
  const protocol = (): string =>
    pick(next, ["npm:", "npm:", "", "workspace:", "patch:x@git%3A//h/", "npm:real@", "virtual:01#npm:"]);
  const entries = some(next, 12, () => {
    const key = [
      descriptor(next, protocol()),
      ...some(next, next() < 0.05 ? 90 : 3, () => descriptor(next, protocol())),
    ].join(", ");
    const version = pick(next, VERSIONS);
    return [
      key,
      object([
        ["version", version],
        [
          "resolution",
          `${pick(next, NAMES)}@${/^\d+\.\d+\.\d+[-+.\w]*$/.test(version) ? "npm:" : "workspace:x/"}${version}`,
        ],
        [
          "dependencies",
          object(some(next, 4, () => [pick(next, NAMES), `${pick(next, ["npm:", ""])}${pick(next, RANGES)}`] as const)),
        ],
        ["peerDependencies", object(some(next, 2, () => [pick(next, NAMES), pick(next, RANGES)] as const))],
        [
          "dependenciesMeta",
          object(some(next, 2, () => [pick(next, NAMES), { optional: next() < 0.5, built: false }] as const)),
        ],
        ["bin", object(some(next, 2, () => [pick(next, NAMES), "./bin.js"] as const))],
        ["list", some(next, 2, () => pick(next, NAMES))],
        ["checksum", "10c0/0123456789abcdef"],
        ...(next() < 0.3 ? ([["conditions", "os=linux & cpu=x64 & libc=glibc"]] as const) : []),
        ["languageName", "node"],
        ["linkType", pick(next, ["hard", "soft"])],
      ]),
    ] as const;
  });
  return stringifySyml(object([["__metadata", { version: "6", cacheKey: "10c0" }], ...entries]));
}

/** `key version …` as the references write them. */
function placesOf({ packages }: Lockfile, rest: (id: number) => string): string[] {
  return packages.map(({ id, key, version }) => `${key} ${installed(version)}${rest(id)}`).sort();
}

/** Alters a text at one to three places, so that it may be broken. */
function mutated(next: Next, text: string): string {
  let result = text;
  for (let left = 1 + Math.floor(next() * 3); left > 0; left--) {
    const at = Math.floor(next() * result.length);
    const to = at + Math.floor(next() * (next() < 0.2 ? 40 : 3));
    result =
      result.slice(0, at) +
      pick(next, ["", "", " ", "  ", ":", '"', "\n", "#", ",", "a", "- ", "\t", "{", "'"]) +
      result.slice(to);
  }
  return result;
}

const FORMATS: readonly [string, (next: Next) => string, (text: string) => Expected][] = [
  ["classic", classic, classicReference],
  ["berry", berry, berryReference],
];

describe.each(FORMATS)("generated lockfiles, %s", (name, make, reference) => {
  const isClassic = name === "classic";

  it("read as the library reads them, each version at its place", () => {
    const next = random(isClassic ? 1 : 2);
    let seen = 0;
    let led = 0;
    for (let round = 0; round < 400; round++) {
      const made = make(next);
      const text = `${pick(next, ["", "\ufeff"])}${next() < 0.5 ? made.replaceAll("\n", "\r\n") : made}`;
      const model = read(text);
      const expected = reference(made);
      if (expected.places.length > 0)
        expect(model).toMatchObject({ format: `yarn-${name}`, formatVersion: isClassic ? "1" : "6" });
      // What is referred to and not there, odd versions, and names and keys that Yarn does not write, are all that is wrong.
      const isMeant = (message: string): boolean =>
        /not an exact version|install from elsewhere|the same to Yarn|members that Yarn 2 and later do not write \("list"/.test(
          message,
        );
      if (expected.places.length > 0) expect(ofText(model).filter(({ message }) => !isMeant(message))).toEqual([]);
      const given = isClassic
        ? placesOf(model, (id) => ` ${model.packages[id]?.resolved ?? ""} ${model.packages[id]?.integrity ?? ""}`)
        : placesOf(model, () => "");
      // The model keeps of a resolution what it means, which has tests of its own.
      expect(given).toEqual(
        isClassic
          ? expected.places
          : expected.places.map((place) => given.find((own) => place.startsWith(`${own} `)) ?? place),
      );
      const own = new Set(edges(model));
      for (const edge of expected.edges) expect(own).toContain(edge);
      led += expected.edges.length;
      for (const { version, versionSpan } of model.packages) {
        expect(installed(written(text, versionSpan))).toBe(installed(version));
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(1_500);
    expect(led).toBeGreaterThan(150);
  });

  it("when broken, give what the library gives, or a told error", () => {
    const next = random(isClassic ? 3 : 4);
    let refused = 0;
    let told = 0;
    for (let round = 0; round < 3_000; round++) {
      // A blank line may hold any number of spaces, as where a conflict's markers were; @yarnpkg/lockfile wants an even one.
      const text = `${mutated(next, make(next))}\n`.replaceAll(/^ +$/gm, "");
      // @yarnpkg/lockfile never returns from a string that is not closed.
      if (isClassic && text.replaceAll(/\\./g, "").split('"').length % 2 === 0) continue;
      const model = read(text);
      const problems = ofText(model);
      if (problems.length > 0) told++;
      let expected: Expected;
      try {
        expected = reference(text);
      } catch {
        refused++;
        expect(problems, text).not.toEqual([]);
        continue;
      }
      if (problems.length > 0) continue;
      for (const [key, version] of expected.versions) {
        expect(
          model.packages.some(
            (locked) =>
              locked.key.includes(key) && [locked.version, locked.otherVersion ?? ""].map(installed).includes(version),
          ),
          `${key} ${version} in:\n${text}`,
        ).toBe(true);
      }
    }
    expect(refused).toBeGreaterThan(300);
    expect(told).toBeGreaterThan(refused);
  });
});
