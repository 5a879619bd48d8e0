/**
 * Small lockfiles with oddities that their formats allow and no package manager writes: whatever an entry is hidden
 * behind, the reader gives the same package as the format's own parser, or reports a problem.
 */
import * as classicLockfile from "@yarnpkg/lockfile";
import { parseSyml } from "@yarnpkg/parsers";
import { legacyMapTag, loadAll, YAML11_SCHEMA } from "js-yaml";
import { parse, type ParseError } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import type { LockfileKind } from "../../../server/src/core/documents/index.ts";
import { random, read } from "./help.ts";

type Next = () => number;

/** One entry of a lockfile, as `key version address`. */
type Entries = readonly string[];

interface Format {
  readonly kind: LockfileKind;
  /** The text of a lockfile with a place for an oddity (§) wherever one may hide something. */
  readonly template: string;
  readonly oddities: readonly string[];
  /** Most oddities break JSON, so it takes more of them. */
  readonly rounds: number;
  /** By the format's own parser. Throws where that does. */
  readonly reference: (text: string) => Entries;
  /** How the reader's packages are written to be compared. */
  readonly address: (resolved: string | null, name: string, version: string) => string;
}

const SHA = `sha512-${"A".repeat(86)}==`;

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const line = (...parts: readonly string[]): string => parts.join(" ");
const resolvedOr = (resolved: string | null): string => resolved ?? "";

const ANYWHERE = ["\r", "\r\n", "\u2028", "\u2029", "\u0085", "\u00a0", "\t", " ", "\n", "\ufeff", "\f", '"', "'"];
const COMMENTS = ["#", " # ", "\t# ", "//", "/*", "*/", "/* */", "# \r", "// \u2028", "// \u2029", "// \r", "//\n"];
const YAML = [
  "!!str ",
  "&a ",
  "*a",
  "? ",
  "- ",
  "|\n",
  ">-\n",
  "<<: ",
  "{",
  "}",
  "[",
  "]",
  ": ",
  ", ",
  "---\n",
  "...\n",
  "%YAML 1.2\n",
  "~",
  "!!map\n",
  "\n ",
  '"\\x62"',
  '"\\u0062"',
  "\\\n",
];
const JSON_PARTS = ["{", "}", "[", "]", ":", ",", "null", "1", '""', '"\\u0062"'];
/** Members before others, and behind them. Of two of one name JSON.parse takes the last. */
const MEMBERS = [
  '"version": ""',
  '"version": 1',
  '"version": null',
  '"packages": null',
  '"packages": {}',
  '"dependencies": {}',
  '"dependencies": [{}]',
].flatMap((member) => [`${member}, `, `, ${member}`]);

/** npm takes the version that an entry states, else the one in its address. */
function npmReference(source: string): Entries {
  const parsed = record(JSON.parse(source));
  return Object.entries(record(parsed["packages"])).flatMap(([key, value]) => {
    const entry = record(value);
    const resolved = text(entry["resolved"]);
    if (key === "" || resolved === "") return [];
    return [line(key, text(entry["version"]) || (/-(\d[^/]*)\.tgz$/.exec(resolved)?.[1] ?? ""), resolved)];
  });
}

function npmNestedReference(source: string): Entries {
  const parsed = record(JSON.parse(source));
  const found: string[] = [];
  const walk = (entries: unknown, path: string): void => {
    for (const [name, value] of Object.entries(record(entries))) {
      const entry = record(value);
      const resolved = text(entry["resolved"]);
      const key = `${path}node_modules/${name}`;
      if (resolved !== "")
        found.push(line(key, text(entry["version"]) || (/-(\d[^/]*)\.tgz$/.exec(resolved)?.[1] ?? ""), resolved));
      walk(entry["dependencies"], `${key}/`);
    }
  };
  if (parsed["packages"] === undefined || parsed["packages"] === null) walk(parsed["dependencies"], "");
  return found;
}

const PNPM_SCHEMA = YAML11_SCHEMA.withTags(legacyMapTag);

function pnpmReference(source: string): Entries {
  return loadAll(source, { schema: PNPM_SCHEMA }).flatMap((document) =>
    Object.entries(record(record(document)["packages"])).map(([key, value]) =>
      line(key, text(record(record(value)["resolution"])["tarball"])),
    ),
  );
}

function bunReference(source: string): Entries {
  const errors: ParseError[] = [];
  // Bun's line comments end where those of JavaScript do.
  const parsed: unknown = parse(source.replaceAll(/[\u2028\u2029]/g, "\n"), errors, { allowTrailingComma: true });
  if (errors.length > 0) throw new Error("not read");
  return Object.entries(record(record(parsed)["packages"])).flatMap(([key, value]) => {
    const [specifier, registry] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return [line(key, text(specifier), text(registry))];
  });
}

/** The library never comes to an end of a comment without a line end. */
function classicReference(source: string): Entries {
  const { object } = classicLockfile.parse(`${source}\n`);
  return [...new Set(Object.values(object))].map((entry) =>
    line(text(record(entry)["version"]), text(record(entry)["resolved"])),
  );
}

function berryReference(source: string): Entries {
  return Object.entries(record(parseSyml(source))).flatMap(([key, value]) =>
    key === "__metadata" ? [] : [text(record(value)["resolution"])],
  );
}

const FORMATS: Readonly<Record<string, Format>> = {
  "package-lock 3": {
    kind: "package-lock",
    template: `{§"lockfileVersion": 3,§"packages": {§"": {"dependencies": {"a": "1"}},§"node_modules/a": {§"version": §"1.0.0",§ "resolved": §"https://r.example/a/-/a-1.0.0.tgz"§},§ "node_modules/b": {§"resolved": "https://r.example/b/-/b-2.0.0.tgz",§ "version": "2.0.0"§}§}§}§`,
    oddities: [...ANYWHERE, ...COMMENTS, ...JSON_PARTS, ...MEMBERS, ...MEMBERS, ...MEMBERS],
    rounds: 2000,
    reference: npmReference,
    address: resolvedOr,
  },
  "package-lock 1": {
    kind: "package-lock",
    template: `{§"lockfileVersion": 1,§"requires": true,§"dependencies": {§"a": {§"version": §"1.0.0",§ "resolved": §"https://r.example/a/-/a-1.0.0.tgz"§,§"dependencies": {§"b": {§"resolved": "https://r.example/b/-/b-2.0.0.tgz",§ "version": "2.0.0"§}§}§}§}§}§`,
    oddities: [...ANYWHERE, ...COMMENTS, ...JSON_PARTS, ...MEMBERS, ...MEMBERS, ...MEMBERS],
    rounds: 1000,
    reference: npmNestedReference,
    address: resolvedOr,
  },
  "pnpm-lock": {
    kind: "pnpm-lock",
    template: `§lockfileVersion: '9.0'\n§\n§importers:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.0.0\n\n§packages:§\n\n§  §a@1.0.0:§\n    §resolution:§ §{§integrity: §${SHA},§ tarball:§ §https://r.example/a.tgz§}§\n\n§  §b@1.0.0:\n    resolution:§\n      §integrity: ${SHA}\n      §tarball:§ §https://r.example/b.tgz§\n§\nsnapshots:\n\n  a@1.0.0:§ §{}\n\n  §b@1.0.0: {}\n§`,
    oddities: [
      ...ANYWHERE,
      ...COMMENTS,
      ...YAML,
      "? - ",
      "<<: {tarball: https://evil.example/x.tgz}, ",
      "\n        ",
      "|\n        ",
      ">-\n        ",
      "!!str",
    ],
    rounds: 300,
    reference: pnpmReference,
    address: resolvedOr,
  },
  "yarn.lock, Berry": {
    kind: "yarn-lock",
    template: `# head§\n§\n__metadata:\n  version: 8\n§\n§"a@npm:^1.0.0":§\n  §version:§ §1.0.0§\n  §resolution:§ §"a@npm:1.0.0"§\n  checksum: 10c0/ab§\n  linkType: hard\n§\n"b@npm:^1.0.0":\n§  version: 1.0.0§\n  §resolution: "b@npm:1.0.0"\n  linkType: hard§\n§`,
    oddities: [...ANYWHERE, ...COMMENTS, ...YAML],
    rounds: 300,
    reference: berryReference,
    address: (_, name, version) => `${name}@npm:${version}`,
  },
  "yarn.lock, classic": {
    kind: "yarn-lock",
    template: `# yarn lockfile v1\n§\n§a@^1.0.0:§\n  §version §"1.0.0"§\n  §resolved §"https://r.example/a/-/a-1.0.0.tgz"§\n  integrity ${SHA}§\n§\n§b@^1.0.0,§ b@^2.0.0:\n§  version "1.0.0"§\n  §resolved "https://r.example/b/-/b-1.0.0.tgz"§\n§`,
    oddities: [...ANYWHERE, ...COMMENTS, ":", ",", "  ", "    ", "true", "1", 'c@1:\n  version "3.0.0"\n'],
    rounds: 300,
    reference: classicReference,
    address: resolvedOr,
  },
  "bun.lock": {
    kind: "bun-lock",
    template: `{§\n"lockfileVersion": 1,§\n"workspaces": {"": {"name": "app", "dependencies": {"a": "1"}}},§\n"packages": {§\n§"a": [§"a@1.0.0",§ §"https://r.example/a/-/a-1.0.0.tgz",§ {},§ "${SHA}"§],§\n§"b": [§"b@1.0.0", "https://r.example/b/-/b-1.0.0.tgz", {}, "${SHA}"§],§\n}§\n}§`,
    oddities: [...ANYWHERE, ...COMMENTS, "{", "}", "[", "]", ":", ",", "null", '""', '"packages": {},', '"\\u0062"'],
    rounds: 1000,
    reference: bunReference,
    address: resolvedOr,
  },
};

function pick<T>(next: Next, list: readonly T[]): T {
  const picked = list[Math.floor(next() * list.length)];
  if (picked === undefined) throw new Error("an empty list");
  return picked;
}

/** The template with one to three oddities in its places. */
function made(next: Next, { template, oddities }: Format): string {
  const parts = template.split("§");
  const chosen = new Map(
    Array.from({ length: 1 + Math.floor(next() * 3) }, () => [
      Math.floor(next() * (parts.length - 1)),
      pick(next, oddities),
    ]),
  );
  return parts.map((part, index) => part + (chosen.get(index) ?? "")).join("");
}

function readAs(format: Format, source: string): { readonly entries: ReadonlySet<string>; readonly isWhole: boolean } {
  const lockfile = read(source, undefined, format.kind);
  const { packages, problems } = lockfile;
  const entries = packages.map(({ key, name, version, resolved }) => {
    const address = format.address(resolved, name, version);
    if (lockfile.format === "yarn-berry") return address;
    if (lockfile.format === "yarn-classic") return line(version, address);
    if (format.kind === "pnpm-lock") return line(key, address);
    return format.kind === "bun-lock" ? line(key, `${name}@${version}`, address) : line(key, version, address);
  });
  return { entries: new Set(entries), isWhole: problems.length === 0 };
}

describe("an entry behind an oddity is read as by the format's own parser, or the reader reports a problem", () => {
  it.each(Object.entries(FORMATS))("%s", (_name, format) => {
    const next = random(11);
    let compared = 0;
    let reported = 0;
    for (let round = 0; round < format.rounds; round++) {
      const source = made(next, format);
      let expected: Entries;
      try {
        expected = format.reference(source);
      } catch {
        continue;
      }
      const { entries, isWhole } = readAs(format, source);
      if (!isWhole) reported++;
      const vanished = isWhole ? expected.filter((entry) => !entries.has(entry)) : [];
      expect([source, vanished]).toEqual([source, []]);
      compared++;
    }
    expect(compared).toBeGreaterThan(format.rounds / 15);
    expect(reported).toBeGreaterThan(0);
  });
});

describe("an entry that its text hides", () => {
  const packages = (source: string, kind: LockfileKind): string[] =>
    read(source, undefined, kind).packages.map(({ name, version, resolved }) =>
      `${name}@${version} ${resolved ?? ""}`.trim(),
    );
  const problems = (source: string, kind: LockfileKind): string[] =>
    read(source, undefined, kind).problems.map(({ message }) => message);
  const npm = (entry: object): string =>
    JSON.stringify({ lockfileVersion: 3, packages: { "": {}, "node_modules/bb": entry } });

  it.each([
    ["no version", {}, []],
    ["an empty version", { version: "" }, []],
    [
      "a version that is no text",
      { version: 1 },
      ["it has values of a kind that npm does not write, and may follow all the same (node_modules/bb)"],
    ],
  ])("of npm, with %s, has that of its tarball at its place", (_, version, messages) => {
    const resolved = "https://registry.npmjs.org/bb/-/bb-6.6.6.tgz?a=1";
    const source = npm({ ...version, resolved });
    const {
      packages: [locked],
      problems: found,
    } = read(source);
    expect(locked).toMatchObject({ name: "bb", version: "6.6.6", source: "registry", resolved });
    expect(source.slice(locked?.versionSpan.start, locked?.versionSpan.end)).toBe("6.6.6");
    expect(found.map(({ message }) => message)).toEqual(messages);
  });

  it("of npm, with neither a version nor a tarball that states one, is named", () => {
    expect(problems(npm({ resolved: "https://registry.npmjs.org/bb/-/other.tgz" }), "package-lock")).toEqual([
      "it locks packages without a version (node_modules/bb)",
    ]);
    expect(problems(npm({}), "package-lock")).toEqual(["it locks packages without a version (node_modules/bb)"]);
  });

  it("of npm, in the dependencies that a second `packages` brings back, is reported", () => {
    const source =
      '{"lockfileVersion": 2, "packages": {"": {}}, "dependencies": {"bb": {"version": "6.6.6"}}, "packages": null}';
    expect(problems(source, "package-lock")).toEqual([
      "packages are not an object",
      '"packages" appears twice, and package managers differ in which they take',
    ]);
  });

  it.each([
    ["{<<: {tarball: https://evil.example/bb.tgz}}"],
    ["{!!str tarball: https://evil.example/bb.tgz}"],
    ["{? tarball : https://evil.example/bb.tgz}"],
    ["{[tarball]: https://evil.example/bb.tgz}"],
    ["{integrity: sha512-x, tarball: [https://evil.example/bb.tgz]}"],
    ["\n      tarball: >-\n        https://evil.example/bb.tgz"],
    ["\n      ? - tarball\n      : https://evil.example/bb.tgz"],
    ["\n      - tarball: https://evil.example/bb.tgz"],
    ["\n      !!map\n      {tarball: https://evil.example/bb.tgz}"],
  ])("of pnpm, in the resolution %j, is reported", (resolution) => {
    const source = `lockfileVersion: '9.0'\n\npackages:\n\n  bb@1.0.0:\n    resolution: ${resolution}\n\nsnapshots:\n\n  bb@1.0.0: {}\n`;
    expect(problems(source, "pnpm-lock")).not.toEqual([]);
  });

  it.each([
    ["\n      tarball:\n        https://r.example/bb.tgz"],
    ["\n      ? tarball\n      : https://r.example/bb.tgz"],
  ])("of pnpm, in the resolution %j, is read", (resolution) => {
    const source = `lockfileVersion: '9.0'\n\npackages:\n\n  bb@1.0.0:\n    resolution: ${resolution}\n\nsnapshots:\n\n  bb@1.0.0: {}\n`;
    expect(packages(source, "pnpm-lock")).toEqual(["bb@1.0.0 https://r.example/bb.tgz"]);
    expect(problems(source, "pnpm-lock")).toEqual([]);
  });

  it("of pnpm, in a document that is indented as a whole, is reported", () => {
    const source =
      " lockfileVersion: '9.0'\n packages:\n  bb@1.0.0: {}\n---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n";
    expect(problems(source, "pnpm-lock")).toEqual(["the indentation fits no line before it"]);
  });

  it("of Berry, behind a lone carriage return in a comment, is reported", () => {
    const source = '__metadata:\n  version: 8\n\n# \r"bb@npm:1":\r  version: 6.6.6\r  resolution: "bb@npm:6.6.6"\n';
    expect(problems(source, "yarn-lock")).toEqual(["a line that ends with a lone carriage return is not read"]);
  });

  it.each([
    ["Yarn 1", '# yarn lockfile v1\n\n\nbb@^1.0.0:\n  version "6.6.6"\n'],
    ["Berry", '__metadata:\n  version: 8\n\n"bb@npm:^1.0.0":\n  version: 6.6.6\n  resolution: "bb@npm:6.6.6"\n'],
  ])("of %s, with no line ends but lone carriage returns, is said to be that before all else", (_of, source) => {
    const [first] = problems(source.replaceAll("\n", "\r"), "yarn-lock");
    expect(first).toBe("a line that ends with a lone carriage return is not read");
  });

  it("of Berry, with a version that is not its resolution's, has the one that Yarn fetches, and states the other", () => {
    const source =
      '__metadata:\n  version: 8\n\n"bb@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "bb@npm:6.6.6"\n  linkType: hard\n';
    const {
      packages: [locked],
    } = read(source, undefined, "yarn-lock");
    expect(locked).toMatchObject({ name: "bb", version: "6.6.6", otherVersion: "1.0.0" });
    expect(source.slice(locked?.versionSpan.start, locked?.versionSpan.end)).toBe("6.6.6");
  });

  it("of Yarn 1, behind blank lines where Yarn stops reading, is reported", () => {
    const source =
      '# yarn lockfile v1\n\n\na@1:\n  version "1.0.0"\n\n\n  resolved "https://r.example/a/-/a-1.0.0.tgz"\n\nb@1:\n  version "1.0.0"\n';
    expect(problems(source, "yarn-lock")).toEqual([
      "a blank line or a comment within an entry, where Yarn may stop reading",
    ]);
  });

  it.each(["\u2028", "\u2029"])("of Bun, behind the line separator %j in a comment, is reported", (separator) => {
    const source = `{"lockfileVersion": 1, "workspaces": {"": {}}, "packages": {\n// ${separator} "bb": ["bb@6.6.6", "", {}, ""],\n}}`;
    expect(problems(source, "bun-lock")).toEqual(["a comment holds a line separator, where Bun takes it to end"]);
  });

  it("of Bun, that is asked for and not there, is named; peers and what is optional may be lacking", () => {
    const info = {
      dependencies: { gone: "1" },
      peerDependencies: { peer: "1" },
      optionalDependencies: { optional: "1" },
    };
    const source = JSON.stringify({
      lockfileVersion: 1,
      workspaces: { "": { dependencies: { a: "1" } } },
      packages: { a: ["a@1.0.0", "", info, ""] },
    });
    expect(problems(source, "bun-lock")).toEqual([
      "it refers to packages that it does not contain (gone), and may end early",
    ]);
    const whole = JSON.stringify({
      lockfileVersion: 1,
      workspaces: { "": { dependencies: { a: "1" } } },
      packages: { a: ["a@1.0.0", "", { ...info, dependencies: {} }, ""] },
    });
    expect(problems(whole, "bun-lock")).toEqual([]);
  });
});

it("what the project itself bundles is fetched like the rest", () => {
  const entries = {
    "": { bundleDependencies: ["a"] },
    "node_modules/a": { version: "1.0.0", inBundle: true, bundleDependencies: ["b"] },
    "node_modules/a/node_modules/b": { version: "1.0.0", inBundle: true },
  };
  const { packages } = read(JSON.stringify({ lockfileVersion: 3, packages: entries }));
  expect(packages.map(({ key, bundled }) => [key, bundled])).toEqual([
    ["node_modules/a", false],
    ["node_modules/a/node_modules/b", true],
  ]);
});
