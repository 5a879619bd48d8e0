/** Policy files beside the parsers of the package managers that own them. */
import { createRequire } from "node:module";
import * as lockfile from "@yarnpkg/lockfile";
import { parseSyml } from "@yarnpkg/parsers";
import { describe, expect, it } from "vitest";
import { readConfig, type ConfigKind } from "../../../server/src/core/documents/config/index.ts";
import type { ConfigMap, ConfigValue } from "../../../server/src/core/documents/config/tree.ts";
import { readManifestConfig } from "../../../server/src/core/documents/config/json.ts";
import { setInYaml } from "../../../server/src/core/edits/yaml-edit.ts";
import { addToYamlList } from "../../../server/src/core/edits/yaml-list.ts";
import { MOST_VALUES } from "../../../server/src/core/documents/limits.ts";
import { random } from "./help.ts";

const require = createRequire(import.meta.url);
/** The js-yaml of Yarn's parsers: release 4, which pnpm 9 to 11 read with too. */
const jsYaml = createRequire(require.resolve("@yarnpkg/parsers"))("js-yaml") as {
  readonly load: (text: string, options?: { readonly schema: unknown }) => unknown;
  readonly FAILSAFE_SCHEMA: unknown;
};
/** npm's own. */
const ini = createRequire(require.resolve("@npmcli/config"))("ini") as { readonly decode: (text: string) => unknown };

/** What a file says, as one comparable text; null where its owner stops. */
type Owner = (text: string) => unknown;

const OWNERS = {
  "pnpm-workspace": { owner: (text: string) => jsYaml.load(text.replace(/^\ufeff/, "")) ?? {}, isTyped: true },
  yarnrc: { owner: (text: string) => parseSyml(text), isTyped: false },
  npmrc: { owner: (text: string) => withoutSections(ini.decode(text)), isTyped: true },
  "yarnrc-classic": { owner: ofYarnClassic, isTyped: true },
} as const satisfies Partial<Record<ConfigKind, { readonly owner: Owner; readonly isTyped: boolean }>>;

type Kind = keyof typeof OWNERS;

/** Yarn 1.22: src/lockfile/parse.js. The library is of an earlier release, which knows neither `\r`, `key: value` nor YAML. */
function ofYarnClassic(text: string): unknown {
  try {
    const { type, object } = lockfile.parse(`${text.replaceAll("\r\n", "\n")}\n`);
    return type === "success" ? object : null;
  } catch {
    const read = jsYaml.load(text.replace(/^\ufeff/, ""), { schema: jsYaml.FAILSAFE_SCHEMA });
    return read ?? {};
  }
}

/** npm takes no setting from a section, and none that has no name. */
function withoutSections(decoded: unknown): unknown {
  return Object.fromEntries(
    Object.entries(decoded as object).filter(
      ([key, value]) => key !== "" && (typeof value !== "object" || value === null || Array.isArray(value)),
    ),
  );
}

function ownersReading(kind: Kind, text: string): unknown {
  try {
    return plain(OWNERS[kind].owner(text));
  } catch {
    return null;
  }
}

/** Maps as sorted lists of pairs, so that a key such as `__proto__` is one like all others. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return { map: sorted(Object.entries(value).map(([key, inner]) => [key, plain(inner)] as const)) };
}

function sorted(pairs: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  return pairs.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** null where a problem is reported. */
function ourReading(kind: Kind, text: string): unknown {
  const { root, problems } = readConfig(kind, text);
  return problems.length > 0 ? null : ofMap(root, OWNERS[kind].isTyped);
}

function ofMap({ entries }: ConfigMap, isTyped: boolean): unknown {
  return { map: sorted([...entries].map(([key, { value }]) => [key, ofValue(value, isTyped)] as const)) };
}

function ofValue(value: ConfigValue, isTyped: boolean): unknown {
  if (value.kind === "map") return ofMap(value, isTyped);
  if (value.kind === "list") return value.items.map((item) => ofValue(item, isTyped));
  return isTyped ? value.value : value.text === "" && value.value === null ? null : value.text;
}

describe("YAML", () => {
  it.each(["packages: [<\n\n", 'a: { b: "', "': []\n"])(
    "that is broken off has its problem inside the text: %j",
    (text) => {
      for (const { problems } of [readConfig("pnpm-workspace", text), readConfig("yarnrc", text)]) {
        expect(problems).not.toEqual([]);
        for (const { span } of problems) expect(Math.max(span.start, span.end)).toBeLessThanOrEqual(text.length);
      }
    },
  );

  it.each([
    ["brackets", `a: 1\nb: ${"[".repeat(600)}${"]".repeat(600)}\n`],
    ["braces without end", `a: 1\nb: ${'{"c": '.repeat(600)}`],
    ["lists on one line", `a: 1\nb:\n${"- ".repeat(600)}c\n`],
  ])("that nests too deep for a parser that calls itself is not given to it: %s", (_of, text) => {
    expect(readConfig("pnpm-workspace", text)).toMatchObject({
      root: { entries: new Map() },
      problems: [{ message: "nested too deeply" }],
    });
  });

  it("of many short lists is not taken for a deep one", () => {
    const text = `packages:\n${"  - [a, {b: c}]\n".repeat(1000)}# ${"- ".repeat(400)}\n`;
    expect(readConfig("pnpm-workspace", text).problems).toEqual([]);
  });
});

describe.each(Object.keys(OWNERS) as Kind[])("%s", (kind) => {
  const texts = samples(kind);

  it("says what its owner reads in it, or has a problem", () => {
    const others = texts.filter((text) => {
      const ours = ourReading(kind, text);
      return ours !== null && JSON.stringify(ours) !== JSON.stringify(ownersReading(kind, text));
    });
    expect(others.map((text) => [text, ourReading(kind, text), ownersReading(kind, text)])).toEqual([]);
  });

  it("is read without a problem where it is an ordinary one", () => {
    const read = texts.filter((text) => ourReading(kind, text) !== null);
    expect(read.length).toBeGreaterThan(texts.length / 5);
  });
});

const PIECES: Readonly<Record<Kind, readonly string[]>> = {
  "pnpm-workspace": [
    "minimumReleaseAge: 1440\n",
    'minimumReleaseAge: "1440"\n',
    "minimumReleaseAge: 1_000\n",
    "minimumReleaseAge: 0o17\n",
    "minimumReleaseAge: 0b11\n",
    "minimumReleaseAge: 2024-01-01\n",
    "dangerouslyAllowAllBuilds: true\n",
    "dangerouslyAllowAllBuilds: yes\n",
    "dangerouslyAllowAllBuilds: !!bool 'true'\n",
    "allowBuilds:\n  esbuild: true\n  'a b': false\n",
    "allowBuilds: {esbuild: true, <<: *m}\n",
    "minimumReleaseAgeExclude:\n  - foo\n  - '@s/*'\n",
    "minimumReleaseAgeExclude: [a, b@1.0.0]\n",
    "x: &m {dangerouslyAllowAllBuilds: true, minimumReleaseAge: 0}\n",
    "<<: *m\n",
    "<<: [*m, {a: 1}]\n",
    "'<<': *m\n",
    "x: &k ignoreScripts\n",
    "*k : true\n",
    "y: *k\n",
    "# comment\n",
    "# comment\r",
    "\r",
    "\r\n",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\t",
    "  ",
    "---\n",
    "---",
    "...\n",
    "%YAML 1.1\n",
    "? ignoreScripts\n: true\n",
    "1.0: a\n",
    "~: a\n",
    "true: b\n",
    "a: |\n  b\n  c\n",
    "a: >-\n  b\n\n  c\n",
    "b: 'it''s'\n",
    'b: "\\x41\\u0042"\n',
    "__proto__: {a: 1}\n",
    "c:\n- 1\n- - 2\n  - 3\n",
    "c: [1, [2, {d: 3}]]\n",
    "d: a: b\n",
    "e: @x\n",
    "f: !x 1\n",
    "g: !!str 1\n",
    ":",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "&",
    "*",
    "!",
    "|",
    ">",
    "-",
    "?",
    "#",
    ",",
    "\u0007",
    "\n",
    "\n\n",
  ],
  yarnrc: [
    "npmMinimalAgeGate: 3d\n",
    "npmMinimalAgeGate: 1_000\n",
    'npmMinimalAgeGate: "3d"\n',
    "enableScripts: true\n",
    "enableScripts: yes\n",
    "enableScripts: !!bool true\n",
    "enableScripts: !!str true\n",
    "enableScripts:\n  onConflict: reset\n  value: true\n",
    "npmPreapprovedPackages:\n  - a\n  - '@s/*'\n",
    "npmScopes:\n  s:\n    npmMinimalAgeGate: 0\n    npmRegistryServer: https://r.example\n",
    "npmRegistryServer: https://r.example\n",
    'npmRegistryServer: "https://${HOST:-r.example}/"\n',
    "# yarn lockfile v1\n",
    "# comment\r",
    "\r",
    "\r\n",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\t",
    "  ",
    "---\n",
    "---",
    "%YAML 1.1\n",
    "x: &m {enableScripts: true}\n",
    "<<: *m\n",
    "? enableScripts\n: true\n",
    "1.0: a\n",
    "~: a\n",
    "x: &k enableScripts\n",
    "*k : true\n",
    "a: |\n  b\n",
    "b: 'it''s'\n",
    "__proto__: {a: b}\n",
    "f: !x 1\n",
    ":",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "&",
    "*",
    "!",
    "-",
    "#",
    ",",
    "\n",
  ],
  "yarnrc-classic": [
    "--install.no-lockfile true # x\n",
    'registry "https://r.example" # mirror\n',
    '"@s:registry" "https://r.example/"\n',
    "x, cache-folder y\n",
    'a b cache-folder "/c"\n',
    'cache-folder "/c"  \r\n',
    'cache-folder "/c"',
    "yarn-offline-mirror-pruning false\n",
    "--flat 0\n",
    "trueish no\n",
    "network-timeout 5x\n",
    "env:\n  A b\n  C:\n    D e\n",
    "env:\n  A b\n\n  C d\n",
    "lastUpdateCheck 1600000000000\n",
    "# comment\n",
    "# yarn lockfile v1\n",
    "# yarn lockfile v2\n",
    'a "b\\"c"\n',
    'a "b\\\\"\n',
    '"" x\n',
    "'a': 'b'\n",
    "a: {b: c}\n",
    "__proto__ x\n",
    "<<<<<<< x\n",
    "=======\n",
    ">>>>>>> y\n",
    "\r\n",
    "\u2028",
    "\u0085",
    "\ufeff",
    "\t",
    " ",
    "  ",
    ":",
    ",",
    '"',
    "#",
    "-",
    "\n",
  ],
  npmrc: [
    "min-release-age=3\n",
    "min-release-age = '3'\n",
    'min-release-age="3"\n',
    "before=null\n",
    "ignore-scripts=true\n",
    "ignore-scripts\n",
    "'ignore-scripts'=true\n",
    '"ignore\\u002dscripts"=true\n',
    "ignore-scripts ; c = true\n",
    "dangerously-allow-all-scripts=true\n",
    "min-release-age-exclude[]=a\n",
    "min-release-age-exclude=b\n",
    "min-release-age-exclude='[\"*\"]'\n",
    "allow-scripts=a,b\n",
    "registry=https://r.example/ ; comment\n",
    "@s:registry=https://r.example/\\;x\n",
    "//r.example/:_authToken=${TOKEN}\n",
    '//r.example/:_password="a=b"\n',
    "[section]\n",
    "[registry]\n",
    "[a.b]\n",
    " [x]\n",
    "[]\n",
    "; comment\n",
    "# comment\n",
    "a\\;b=1\n",
    "a=b\\\\;c\n",
    "a=b\\",
    "a=b#c\n",
    "__proto__=x\n",
    "__proto__[]=x\n",
    "a[]=1\n",
    "a[]=2\n",
    "[]=1\n",
    "x[]\n",
    "'5'=1\n",
    "'null'=1\n",
    "'true'=1\n",
    "'[1]'=1\n",
    "a='5'\n",
    "a='true'\n",
    "a='{\"b\":1}'\n",
    "a='\n",
    'a="\n',
    "a=''\n",
    'a="b\n',
    "a=null\n",
    "=\n",
    "=x\n",
    "\r",
    "\r\n",
    "\u2028",
    "\u0085",
    "\ufeff",
    "\t",
    "  ",
    "\\",
    ";",
    "#",
    "[",
    "]",
    "=",
    "'",
    '"',
    "\n",
  ],
};

/** Every piece by itself and between two others, and several hundred strings of pieces, always the same. */
function samples(kind: Kind): readonly string[] {
  const pieces = PIECES[kind];
  const fraction = random(20261129);
  const next = (below: number): number => Math.floor(fraction() * below);
  const alone = pieces.flatMap((piece) => [piece, `${pieces[0] ?? ""}${piece}${pieces[6] ?? ""}`]);
  const mixed = Array.from({ length: 600 }, () =>
    Array.from({ length: 1 + next(5) }, () => pick(next, pieces)).join(""),
  );
  const bitten = Array.from({ length: 300 }, () =>
    bite(next, Array.from({ length: 1 + next(4) }, () => pick(next, pieces)).join("")),
  );
  // The library never ends at a quotation mark that is not closed.
  const isEnding = (text: string): boolean => kind !== "yarnrc-classic" || text.split('"').length % 2 === 1;
  return [...alone, ...mixed, ...bitten].filter(isEnding);
}

/** A whole number from 0 up to, and without, the one given. */
type Next = (below: number) => number;

function pick(next: Next, from: readonly string[]): string {
  return from[next(from.length)] ?? "";
}

/** Without one of its characters. */
function bite(next: Next, text: string): string {
  const at = next(text.length);
  return `${text.slice(0, at)}${text.slice(at + 1)}`;
}

it("a setting of pnpm whose name has a variable may be any", () => {
  const { problems } = readConfig("pnpm-workspace", "packages: [a]\n${X:-store}Dir: ./.s\n");
  expect(problems).toEqual([
    { kind: "syntax", message: "a variable in the name of a setting", span: { start: 14, end: 28 } },
  ]);
  expect(readConfig("pnpm-workspace", "storeDir: ${X}\nregistries: {'${X}': a}\n").problems).toEqual([]);
  expect(readConfig("yarnrc", "${X:-a}: b\n").problems).toEqual([]);
});

describe("what lies beyond a bound is a problem", () => {
  it.each([
    ["pnpm-workspace", "values", `a: [${"1,".repeat(MOST_VALUES)}]\ndangerouslyAllowAllBuilds: true\n`],
    [
      "pnpm-workspace",
      "values behind references",
      `a: &a [${"1,".repeat(1000)}]\nb: [${"*a,".repeat(60)}]\ndangerouslyAllowAllBuilds: true\n`,
    ],
    [
      "pnpm-workspace",
      "values that are merged",
      `a: &a {${Array.from({ length: 1000 }, (_, key) => `k${key}: 1`).join(", ")}}\n${Array.from({ length: 60 }, (_, key) => `b${key}: {<<: *a}\n`).join("")}`,
    ],
    ["pnpm-workspace", "depth", `a: ${"[".repeat(70)}${"]".repeat(70)}\n`],
    ["bunfig", "depth", `a = ${"[".repeat(70)}${"]".repeat(70)}\n`],
    ["bunfig", "depth of a key", `${"a.".repeat(70)}b = 1\n`],
    ["pnpm-workspace", "brackets without end", "[".repeat(60_000)],
    ["pnpm-workspace", "braces without end", "{a: ".repeat(60_000)],
    ["pnpm-workspace", "lists without end in one line", "- ".repeat(60_000)],
    ["pnpm-workspace", "keys without end in one line", "? ".repeat(60_000)],
    ["yarnrc", "brackets without end", `a: b\nc: ${"[".repeat(60_000)}`],
    ["bunfig", "brackets without end", `a = ${"[".repeat(60_000)}`],
    ["bunfig", "braces without end", `a = ${"{a = ".repeat(60_000)}`],
    ["pnpm-workspace", "size", `a: ${"x".repeat(500_000)}\n`],
    ["npmrc", "size", `a=${"x".repeat(500_000)}\n`],
  ] as const)("%s: %s", (kind, _what, text) => {
    expect(readConfig(kind, text).problems).toHaveLength(1);
  });

  it.each([
    ["bunfig", "lists", (depth: number) => `a = ${"[".repeat(depth)}"b"${"]".repeat(depth)}\n`],
    ["bunfig", "tables", (depth: number) => `a = ${"{b = ".repeat(depth)}"c"${"}".repeat(depth)}\n`],
    ["bunfig", "keys", (depth: number) => `${"a.".repeat(depth)}b = "c"\n`],
    ["pnpm-workspace", "lists", (depth: number) => `a: ${"[".repeat(depth - 1)}b${"]".repeat(depth - 1)}\n`],
  ] as const)("%s: %s up to the bound are read", (kind, _what, text) => {
    expect(readConfig(kind, text(64)).problems).toEqual([]);
    expect(readConfig(kind, text(65)).problems).toHaveLength(1);
  });

  it("of the package managers that devEngines states too", () => {
    const text = (count: number): string =>
      JSON.stringify({ devEngines: { packageManager: Array.from({ length: count }, () => ({ name: "pnpm" })) } });
    const told = (count: number) => readManifestConfig(text(count)).problems.map(({ message }) => message);
    expect(told(20)).toEqual([]);
    expect(told(21)).toEqual(["devEngines states more than 20 package managers, and only those are looked at"]);
  });

  it.each([
    ["packageManager", (version: string) => ({ packageManager: `npm@${version}` })],
    ["engines.pnpm", (version: string) => ({ engines: { pnpm: version } })],
    ["a version in devEngines", (version: string) => ({ devEngines: { packageManager: { name: "npm", version } } })],
    [
      "a version in devEngines",
      (version: string) => ({ devEngines: { packageManager: [{ name: "npm" }, { name: "npm", version }] } }),
    ],
  ])("of the version of a package manager too: %s", (what, stating) => {
    const told = (version: string) =>
      readManifestConfig(JSON.stringify(stating(version))).problems.map(({ message }) => message);
    expect(told("1.0.0")).toEqual([]);
    expect(told(Array.from({ length: 50 }, () => "1.0.0").join("||"))).toEqual([
      `${what} is longer than 256 characters, so the version of the package manager is not known`,
    ]);
  });

  it("and is not edited", () => {
    expect(setInYaml("[".repeat(60_000), ["a"], 1)).toBeNull();
    expect(addToYamlList("[".repeat(60_000), "a", "b")).toBeNull();
  });

  it("but brackets in texts and comments do not nest", () => {
    const many = "[{".repeat(100);
    expect(
      readConfig("pnpm-workspace", `# ${many}\na: "${many}"\nb: '${many}'\nc: >\n  ${many}\nd: x${many}\n`).problems,
    ).toEqual([]);
    const long = `a = """\n${many}"\\""${many}"""\nb = '${many}'\nc = "\\"${many}"\n`;
    expect(readConfig("bunfig", `# ${many}\n${long}`).problems).toEqual([]);
  });
});
