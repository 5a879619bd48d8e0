import { COLLECTION_STYLE, dump, visit } from "js-yaml";
import { expect, it } from "vitest";
import { ofText, random, read, written } from "./help.ts";
import { found, registryOf } from "./pnpm-help.ts";
import { expectedOf } from "./pnpm-reference.ts";

type Next = () => number;
type Version = "5.4" | "6.0" | "9.0";

const NAMES = ["a", "b", "@s/c", "d.e", "constructor", "long-name-of-a-package", "true", "1", "null"];
const LONG = `(${"peer@1.0.0)(".repeat(100)}peer@1.0.0)`;

function pick<T>(next: Next, list: readonly T[]): T {
  const picked = list[Math.floor(next() * list.length)];
  if (picked === undefined) throw new Error("an empty list");
  return picked;
}

function some<T>(next: Next, most: number, make: () => T): T[] {
  return Array.from({ length: Math.floor(next() * (most + 1)) }, make);
}

interface Made {
  readonly name: string;
  readonly key: string;
  /** As a dependent of that name refers to it. */
  readonly reference: string;
  /** As any other does. */
  readonly alias: string;
}

function make(next: Next, version: Version): Made {
  const name = pick(next, NAMES);
  const number = `${Math.floor(next() * 9)}.${Math.floor(next() * 9)}.0${pick(next, ["", "", "-rc.1"])}`;
  const suffix = next() < 0.05 ? LONG : pick(next, ["", "", "(react@18.2.0)", "(patch_hash=abc)(b@1.0.0(@s/c@2.0.0))"]);
  if (next() < 0.1) {
    const elsewhere = `file:some/${name}`;
    return version === "9.0"
      ? { name, key: `${name}@${elsewhere}`, reference: elsewhere, alias: `${name}@${elsewhere}` }
      : { name, key: elsewhere, reference: elsewhere, alias: elsewhere };
  }
  if (version === "5.4") {
    const peers = suffix === "" || suffix === LONG ? "" : "_react@18.2.0+@s+c@1.0.0";
    return {
      name,
      key: `/${name}/${number}${peers}`,
      reference: `${number}${peers}`,
      alias: `/${name}/${number}${peers}`,
    };
  }
  const slash = version === "6.0" ? "/" : "";
  return {
    name,
    key: `${slash}${name}@${number}${suffix}`,
    reference: `${number}${suffix}`,
    alias: `${slash}${name}@${number}${suffix}`,
  };
}

function lockfile(next: Next, version: Version): object {
  const made = [...new Map(some(next, 14, () => make(next, version)).map((one) => [one.key, one])).values()];
  const references = (): Record<string, string> =>
    Object.fromEntries(
      some(next, 4, () => {
        const to = made.length === 0 || next() < 0.1 ? null : pick(next, made);
        if (to === null) return ["gone", pick(next, ["link:../x", "1.0.0"])];
        return next() < 0.7 ? [to.name, to.reference] : ["renamed", to.alias];
      }),
    );
  const info = (): object => ({
    resolution: {
      integrity: "sha512-a/b+c==",
      ...(next() < 0.3 && { tarball: "https://registry.example/x,y/-/x-1.0.0.tgz" }),
    },
    ...(next() < 0.3 && { engines: { node: ">=1 #2", other: "" }, cpu: ["x64", "!arm"] }),
    ...(next() < 0.2 && {
      deprecated: pick(next, ["plain text", "two\nlines: yes\n  packages:\n", 'it\'s "so" # no\ttab', "", "a: b"]),
    }),
    ...(next() < 0.2 && { peerDependencies: { react: "*" }, peerDependenciesMeta: { react: { optional: true } } }),
  });
  const graph = (): object => ({
    ...(next() < 0.6 && { dependencies: references() }),
    ...(next() < 0.2 && { optionalDependencies: references() }),
    ...(next() < 0.2 && { transitivePeerDependencies: ["react", "@s/c"] }),
    ...(next() < 0.3 && { optional: true }),
  });
  const flags = (): object => ({
    ...(next() < 0.5 && { dev: next() < 0.5 }),
    ...(next() < 0.2 && { requiresBuild: true }),
  });
  const importer = (): object => {
    const plain = references();
    const dependencies =
      version === "5.4"
        ? plain
        : Object.fromEntries(
            Object.entries(plain).map(([alias, to]) => [
              alias,
              { specifier: pick(next, ["^1.0.0", "catalog:", "workspace:*"]), version: to },
            ]),
          );
    return {
      ...(version === "5.4" && { specifiers: plain }),
      [pick(next, ["dependencies", "devDependencies", "optionalDependencies"])]: dependencies,
    };
  };
  const bare = (key: string): string => (key.includes("(") ? key.slice(0, key.indexOf("(")) : key);
  const bodies =
    version === "9.0"
      ? {
          packages: Object.fromEntries(made.map(({ key }) => [bare(key), info()])),
          snapshots: Object.fromEntries(made.map(({ key }) => [key, graph()])),
        }
      : { packages: Object.fromEntries(made.map(({ key }) => [key, { ...info(), ...graph(), ...flags() }])) };
  return {
    lockfileVersion: version === "5.4" ? 5.4 : version,
    settings: { autoInstallPeers: true },
    ...(next() < 0.3 && { overrides: { "a>b": "1.0.0" }, time: { "/a/1.0.0": "2020-01-01T00:00:00.000Z" } }),
    ...(version === "5.4" && next() < 0.5 ? importer() : { importers: { ".": importer(), "packages/a": importer() } }),
    ...bodies,
  };
}

/** With pnpm's options, and short maps in braces as it writes them (since pnpm 6). */
function dumped(next: Next, value: object): string {
  const inBraces = new Set(next() < 0.7 ? ["resolution", "engines", "cpu", "os"] : []);
  return dump(value, {
    lineWidth: -1,
    noRefs: true,
    indent: pick(next, [2, 2, 2, 4]),
    transform: (documents) =>
      visit(documents, (node) => {
        if (node.kind !== "mapping") return;
        for (const { key, value: inner } of node.items) {
          if (key.kind === "scalar" && inBraces.has(key.value) && inner.kind !== "scalar" && "style" in inner)
            inner.style = COLLECTION_STYLE.FLOW;
        }
      }),
  });
}

it.each<[Version]>([["5.4"], ["6.0"], ["9.0"]])(
  "generated lockfiles of version %s read as js-yaml reads them",
  (version) => {
    const next = random(Number.parseFloat(version) * 10);
    let seen = 0;
    for (let round = 0; round < 150; round++) {
      const documents = next() < 0.2 ? [lockfile(next, version), lockfile(next, version)] : [lockfile(next, version)];
      const lf = documents
        .map((document) => `${documents.length > 1 ? "---\n" : ""}${dumped(next, document)}`)
        .join("\n");
      const text = `${pick(next, ["", "", "\ufeff"])}${next() < 0.3 ? lf.replaceAll("\n", "\r\n") : lf}`;
      const result = read(text, undefined, "pnpm-lock");
      // What is referred to and not there is all that is wrong with them.
      expect(ofText(result)).toEqual([]);
      const expected = expectedOf(text);
      expect(found(result)).toEqual(expected);
      for (const { version: locked, versionSpan, source } of result.packages)
        if (source !== "link") expect(written(text, versionSpan)).toBe(locked);
      seen += expected.edges.length;
    }
    expect(seen).toBeGreaterThan(500);
  },
);

/** Changes to a text that people, tools and torn disks make. */
const DAMAGE: readonly ((text: string, next: Next) => string)[] = [
  (text, next) => text.slice(0, Math.floor(next() * text.length)),
  (text, next) => cut(text, next, 1),
  (text, next) => cut(text, next, 12),
  (text, next) =>
    insert(
      text,
      next,
      pick(next, [
        "\t",
        "'",
        '"',
        ": ",
        " #",
        "{",
        "}",
        "&a ",
        "*a",
        "!t ",
        "|\n",
        ">-\n",
        "- ",
        "? ",
        "---\n",
        "\n",
        "\n  \n",
        "  ",
        ",",
      ]),
    ),
];

function cut(text: string, next: Next, length: number): string {
  const at = Math.floor(next() * text.length);
  return text.slice(0, at) + text.slice(at + length);
}

function insert(text: string, next: Next, part: string): string {
  const at = Math.floor(next() * text.length);
  return text.slice(0, at) + part + text.slice(at);
}

it("a damaged lockfile that js-yaml reads gives the same places, or an error", () => {
  const next = random(99);
  let same = 0;
  let told = 0;
  for (let round = 0; round < 4_000; round++) {
    const whole = dumped(next, lockfile(next, pick(next, ["5.4", "6.0", "9.0"] as const)));
    const text = pick(next, DAMAGE)(whole, next);
    const damaged = read(text, undefined, "pnpm-lock");
    if (ofText(damaged).length > 0) {
      told++;
      continue;
    }
    let expected;
    try {
      expected = expectedOf(text);
    } catch {
      continue;
    }
    expect([text, registryOf(damaged)]).toEqual([text, expected.registry]);
    same++;
  }
  expect([same > 500, told > 500]).toEqual([true, true]);
});
