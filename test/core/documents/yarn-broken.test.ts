import { describe, expect, it } from "vitest";
import { documentKind, readLockfile } from "../../../server/src/core/documents/index.ts";
import { pathTo } from "../../../server/src/core/graph.ts";
import type { Lockfile } from "../../../server/src/core/model.ts";
import { edges, importers, read as readAny, written } from "./help.ts";
import { berryReference, classicReference } from "./yarn-reference.ts";

const read = (text: string, manifest?: object): Lockfile =>
  readAny(text, manifest === undefined ? undefined : JSON.stringify(manifest), "yarn-lock");
const problems = (text: string): string[] => read(text).problems.map(({ kind, message }) => `${kind}: ${message}`);
const versions = (text: string): string[] => read(text).packages.map(({ name, version }) => `${name}@${version}`);

const CLASSIC = "# yarn lockfile v1\n\n\n";
const BERRY = "__metadata:\n  version: 8\n\n";

it("is read under its name", () => {
  expect(documentKind("yarn.lock")).toBe("yarn-lock");
});

describe("a text that is no yarn.lock", () => {
  it.each([
    ['{"lockfileVersion": 3}', "unsupported: this is JSON, not a yarn.lock"],
    ['\n\ufeff[\n"a"]', "unsupported: this is not a yarn.lock"],
    ['\ufeff[\n"a"]', "unsupported: this is JSON, not a yarn.lock"],
    ["<!DOCTYPE html>\n<html>", "unsupported: this is HTML or XML, not a yarn.lock"],
    ["lorem ipsum\ndolor", "unsupported: this is not a yarn.lock"],
  ])("%j is told to be none", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
    expect(read(text).packages).toEqual([]);
  });

  it.each([
    "lockfileVersion: '9.0'\n\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\n",
    "a:\n  version: 1\n",
    "name = 'x'\nversion = '1'\n",
  ])("%j gives problems, and no package", (text) => {
    expect(read(text).problems).not.toEqual([]);
    expect(read(text).packages.filter(({ source }) => source === "registry" && text.includes("lock"))).toEqual([]);
  });

  it("is not read when it is too large", () => {
    const large = `${CLASSIC}a@1:\n  version "1.0.0"\n${" ".repeat(50_000_000)}`;
    expect([read(large).packages, read(large).problems.map(({ kind }) => kind)]).toEqual([[], ["too-large"]]);
  });
});

describe("a classic line that cannot be read", () => {
  const rest = 'b@1:\n  version "2.0.0"\n';
  it.each([
    ['a@1\n  version "1.0.0"', "expected a colon behind the key", "a@1", ["b@2.0.0"]],
    ['a@1: x\n  version "1.0.0"', "expected nothing behind the colon of a key", "a@1: x", ["b@2.0.0"]],
    ['"a@1:\n  version "1.0.0"', "a string without its closing quote", '"a@1:', ["b@2.0.0"]],
    ['"":\n  version "1.0.0"', "an empty key", '"":', ["b@2.0.0"]],
    ['"a\\q@1":\n  version "1.0.0"', "a string with an escape that JSON does not have", '"a\\q@1":', ["b@2.0.0"]],
    [
      'a@1:\n  version "1.0.0"\n  dependencies "*"',
      "expected a colon and dependencies",
      'dependencies "*"',
      ["a@1.0.0", "b@2.0.0"],
    ],
    ['a@1:\n  version "1.0.0"\n  resolved:', "expected one value", "resolved:", ["a@1.0.0", "b@2.0.0"]],
    ['a@1:\n  version "1.0.0', "a string without its closing quote", 'version "1.0.0', ["b@2.0.0"]],
    ["a@1:\n  version 1.0.0", "expected a word or a string", "version 1.0.0", ["b@2.0.0"]],
    [
      'a@1:\n  version "1.0.0"\n  resolved',
      "the line ends where a value is expected",
      "resolved",
      ["a@1.0.0", "b@2.0.0"],
    ],
    ['a@1:\n  version "1.0.0" "2"', "expected one value", 'version "1.0.0" "2"', ["b@2.0.0"]],
    ['a@1:\n   version "1.0.0"', "not indented as Yarn does", 'version "1.0.0"', ["b@2.0.0"]],
    ['a@1:\n\tversion "1.0.0"', "an entry without a version", "a@1", ["b@2.0.0"]],
    ['a@1:\n  version "1.0.0"\n    c "1"', "not indented as Yarn does", 'c "1"', ["a@1.0.0", "b@2.0.0"]],
    [
      'a@1:\n  version "1.0.0"\n  dependencies:\n    c "1',
      "a string without its closing quote",
      'c "1',
      ["a@1.0.0", "b@2.0.0"],
    ],
    ['  version "1.0.0"', "an indented line that belongs to nothing", 'version "1.0.0"', ["b@2.0.0"]],
    [
      'a@1:\n  version "1.0.0"\n  version "1.0.1"',
      '"version" appears twice, and package managers differ in which they take',
      "version",
      ["a@1.0.1", "b@2.0.0"],
    ],
    ["a@1:\n  resolved x", "an entry without a version", "a@1", ["b@2.0.0"]],
  ])("%j is told with its place, and the rest is read", (broken, message, place, found) => {
    const text = `${CLASSIC}${broken}\n\n${rest}`;
    const lockfile = read(text);
    expect(lockfile.problems[0]).toMatchObject({ kind: "syntax", message });
    expect(written(text, lockfile.problems[0]?.span ?? { start: 0, end: 0 })).toBe(place);
    expect(versions(text)).toEqual(found);
  });
});

describe("a Berry line that cannot be read", () => {
  const rest = '"b@npm:1":\n  version: 2.0.0\n  resolution: "b@npm:2.0.0"\n';
  const fields = '\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"';
  it.each([
    [`"a@npm:1"${fields}`, "expected a colon behind the key", '"a@npm:1"', ["b@2.0.0"]],
    [`"a@npm:1:${fields}`, "a string without its closing quote", '"a@npm:1:', ["b@2.0.0"]],
    [`"a@npm:1": {}${fields}`, "expected nothing behind the colon of a key", '"a@npm:1": {}', ["b@2.0.0"]],
    [`'a@npm:1':${fields}`, "not as Yarn writes it", "'a@npm:1':", ["b@2.0.0"]],
    [`"a@npm:1":x${fields}`, "expected a space behind the colon", '"a@npm:1":x', ["b@2.0.0"]],
    [`? "a@npm:1"${fields}`, "expected the colon of the key above", "version: 1.0.0", ["b@2.0.0"]],
    [
      `"a@npm:1":\n  version: |\n    1.0.0\n  resolution: "a@npm:1.0.0"`,
      "not as Yarn writes it",
      "version: |",
      ["b@2.0.0"],
    ],
    [
      `"a@npm:1":${fields}\n  dependencies: *alias`,
      "not as Yarn writes it",
      "dependencies: *alias",
      ["a@1.0.0", "b@2.0.0"],
    ],
    [`"a@npm:1":${fields}\n  bin: a: b`, "expected one value", "bin: a: b", ["a@1.0.0", "b@2.0.0"]],
    [`"a@npm:1":${fields}\n  dependencies:\n    c:\n`, "a dependency without a range", "c:", ["a@1.0.0", "b@2.0.0"]],
    [`"a@npm:1":${fields}\n    c: x`, "not indented as Yarn does", "c: x", ["a@1.0.0", "b@2.0.0"]],
    [`"a@npm:1":${fields}\n c: x`, "not indented as Yarn does", "c: x", ["a@1.0.0", "b@2.0.0"]],
    [`"a@npm:1":\n  version: 1.0.0`, "an entry without a resolution", "a@npm:1", ["a@1.0.0", "b@2.0.0"]],
    [`"x@npm:real@^1":\n  version: 1.0.0`, "an entry without a resolution", "x@npm:real@^1", ["real@1.0.0", "b@2.0.0"]],
    [`"a@npm:1":\n  resolution: "a@npm:1.0.0"`, "an entry without a version", "a@npm:1", ["b@2.0.0"]],
    [
      `"a@npm:1":${fields}\n  version: 1.0.1`,
      '"version" appears twice, and package managers differ in which they take',
      "version",
      ["a@1.0.0", "b@2.0.0"],
    ],
  ])("%j is told with its place, and the rest is read", (broken, message, place, found) => {
    const text = `${BERRY}${broken}\n\n${rest}`;
    const lockfile = read(text);
    expect(lockfile.problems[0]).toMatchObject({ kind: "syntax", message });
    expect(written(text, lockfile.problems[0]?.span ?? { start: 0, end: 0 })).toBe(place);
    expect(versions(text)).toEqual(found);
  });
});

const WHOLE_CLASSIC = `${CLASSIC}"@s/a@^1.0.0", "@s/a@^1.2.0":\n  version "1.2.0"\n  resolved "https://registry.example/@s/a/-/a-1.2.0.tgz#01"\n  integrity sha512-a\n  dependencies:\n    b "^2.0.0"\n\nb@^2.0.0:\n  version "2.0.0-rc.1"\n  resolved "https://registry.example/b/-/b-2.0.0-rc.1.tgz#02"\n`;
const WHOLE_BERRY = `${BERRY}"@s/a@npm:^1.0.0, @s/a@npm:^1.2.0":\n  version: 1.2.0\n  resolution: "@s/a@npm:1.2.0"\n  dependencies:\n    b: "npm:^2.0.0"\n  checksum: 10c0/a\n  languageName: node\n  linkType: hard\n\n"b@npm:^2.0.0":\n  version: 2.0.0-rc.1\n  resolution: "b@npm:2.0.0-rc.1"\n  linkType: hard\n`;

describe("a yarn.lock that is cut", () => {
  it("between two entries tells what is asked for and not there", () => {
    const told = "syntax: it refers to packages that it does not contain (b), and may end early";
    const berry = WHOLE_BERRY.slice(0, WHOLE_BERRY.indexOf('\n"b@'));
    expect(problems(berry)).toEqual([told]);
    const classic = WHOLE_CLASSIC.slice(0, WHOLE_CLASSIC.indexOf("\nb@"));
    const of = (manifest?: object): string[] =>
      read(classic, manifest).problems.map(({ kind, message }) => `${kind}: ${message}`);
    expect(of({ name: "app" })).toEqual([told]);
    // A workspace of that name is in no lockfile of Yarn 1, and without the manifests there may be one.
    expect(of()).toEqual([]);
    expect(of({ workspaces: ["packages/*"] })).toEqual([]);
    // Yarn 1 does not take the project itself for a package that others ask for. Tried: Yarn 1.22.
    expect(of({ name: "b" })).toEqual([
      "syntax: it refers to packages that it does not contain (b ^2.0.0), which are installed anew",
    ]);
  });

  it("between two entries of Yarn 1 tells it without the manifest too, where several are lacking and all would stand behind the cut", () => {
    const entry = (name: string, needs = ""): string => `\n${name}@1:\n  version "1.0.0"\n${needs}`;
    const needing = (...names: string[]): string =>
      `  dependencies:\n${names.map((name) => `    ${name} "1"\n`).join("")}`;
    const told = "syntax: it refers to packages that it does not contain (n and 4 more), and may end early";
    expect(problems(`${CLASSIC}${entry("a", needing("m", "n", "o", "p", "q", "r"))}${entry("m")}`)).toEqual([told]);
    // These may be workspaces.
    expect(problems(`${CLASSIC}${entry("a", needing("m", "n", "o", "p", "q"))}${entry("m")}`)).toEqual([]);
    expect(problems(`${CLASSIC}${entry("a", needing("b", "c", "d", "e", "f", "z"))}${entry("z")}`)).toEqual([]);
    expect(problems(`${CLASSIC}${entry("a", needing("m", "m-1", "m-2", "m-3", "m-4", "m-5"))}${entry("m")}`)).toEqual(
      [],
    );
    // Not in Yarn's order.
    expect(
      problems(
        `${CLASSIC}${["n", "o", "p", "q", "r"].map((name) => entry(name)).join("")}${entry("a", needing("n", "o", "p", "q", "r"))}`,
      ),
    ).toEqual([]);
  });

  it("takes other ranges under a name for what resolutions made of it", () => {
    expect(problems(WHOLE_BERRY.replace('"b@npm:^2.0.0"', '"b@npm:2.0.0-rc.1"'))).toEqual([]);
    expect(problems(WHOLE_BERRY.replace('"b@npm:^2.0.0"', '"c@npm:b@2, b@npm:2.0.0-rc.1"'))).toEqual([]);
  });

  it("inside an entry, where its lines alone do not show it", () => {
    expect(problems(WHOLE_BERRY.slice(0, -"\n  linkType: hard\n".length))).toEqual([
      "syntax: the file ends inside an entry",
    ]);
    expect(problems(WHOLE_BERRY.trimEnd())).toEqual([]);
    const hash = (length: number): string =>
      `${CLASSIC}a@1:\n  version "1.0.0"\n  integrity sha512-${"A".repeat(length)}`;
    expect(problems(hash(86))).toEqual(["syntax: the file ends inside an entry"]);
    expect(problems(hash(88))).toEqual([]);
    expect(problems(`${hash(86)}\n`)).toEqual([]);
  });

  it.each([
    ["classic", WHOLE_CLASSIC, classicReference],
    ["berry", WHOLE_BERRY, berryReference],
  ])("gives what stands before the cut, and says so where the library refuses it, of %s", (name, text, reference) => {
    const whole = read(text).packages;
    let told = 0;
    for (let cut = text.indexOf("@s/a"); cut < text.length; cut++) {
      const part = text.slice(0, cut);
      const model = read(part);
      // A version counts once its closing quote, or its line's end, is there.
      const before = whole
        .filter(({ versionSpan }) => versionSpan.end < cut)
        .map(({ name: own, version }) => `${own}@${version}`);
      expect(versions(part), part).toEqual(before);
      for (const { id } of model.packages) expect(pathTo(model, id).length).toBeGreaterThan(0);
      expect(model.problems.every(({ kind }) => kind === "syntax")).toBe(true);
      if (model.problems.length > 0) told++;
      // @yarnpkg/lockfile never returns from a string or a comment that the file ends in.
      if (name === "classic" && part.split('"').length % 2 === 0) {
        expect(model.problems[0]?.message, part).toBe("a string without its closing quote, where the file ends");
      } else {
        let refused = false;
        try {
          // @yarnpkg/lockfile minds an odd number of spaces on an empty line.
          reference(part.replace(/\n +$/, "\n"));
        } catch {
          refused = true;
        }
        if (refused) expect(model.problems, part).not.toEqual([]);
      }
    }
    expect(told).toBeGreaterThan(60);
  });
});

const START = "<".repeat(7);
const MIDDLE = "=".repeat(7);
const END = ">".repeat(7);

describe("a yarn.lock with a conflict", () => {
  it("gives the packages of both sides, of classic", () => {
    const text = `${CLASSIC}debug@4:\n  version "4.0.0"\n  dependencies:\n    ms "^2.1.0"\n\n${START} HEAD\nms@^2.1.0:\n  version "2.1.2"\n${MIDDLE}\nms@^2.1.0:\n  version "2.1.3"\n  dependencies:\n    wrappy "1"\n\nwrappy@1:\n  version "1.0.2"\n${END} branch\n\nz@1:\n  version "1.0.0"\n`;
    const lockfile = read(text, { dependencies: { debug: "4" } });
    expect(lockfile.packages.map(({ id, name, version }) => `${id} ${name}@${version}`)).toEqual([
      "0 debug@4.0.0",
      "1 ms@2.1.2",
      "2 z@1.0.0",
      "3 ms@2.1.3",
      "4 wrappy@1.0.2",
    ]);
    for (const { version, versionSpan } of lockfile.packages) expect(written(text, versionSpan)).toBe(version);
    expect(lockfile.problems.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      "conflict: merge conflict between lines 9 and 20",
    ]);
    expect(edges(lockfile)).toEqual(["debug@4 -> ms@^2.1.0", "debug@4 -> ms@^2.1.0", "ms@^2.1.0 -> wrappy@1"]);
    expect(importers(lockfile)).toEqual({ "": ["dependencies debug -> debug@4"] });
  });

  it("gives both versions of one entry, of Berry, though its metadata is in conflict too", () => {
    const text = `__metadata:\n${START} HEAD\n  version: 6\n${MIDDLE}\n  version: 8\n${END} branch\n  cacheKey: 8\n\n"a@npm:^1.0.0":\n${START} HEAD\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n${MIDDLE}\n  version: 1.0.1\n  resolution: "a@npm:1.0.1"\n${END} branch\n  linkType: hard\n`;
    const lockfile = read(text);
    expect(lockfile.packages.map(({ name, version }) => `${name}@${version}`)).toEqual(["a@1.0.0", "a@1.0.1"]);
    for (const { version, versionSpan } of lockfile.packages) expect(written(text, versionSpan)).toBe(version);
    expect(lockfile.problems.map(({ kind }) => kind)).toEqual(["conflict"]);
  });

  it("gives the packages of both sides where the conflict is the file's whole head", () => {
    const text = `${START} HEAD\n# yarn lockfile v1\n\na@1:\n  version "1.0.0"\n${MIDDLE}\n__metadata:\n  version: 8\n\n"a@npm:1":\n  version: 1.0.1\n  resolution: "a@npm:1.0.1"\n${END} branch\n`;
    expect(versions(text)).toEqual(["a@1.0.0", "a@1.0.1"]);
  });
});

/** How often a reader pauses, and what it gives. */
function paused(text: string): { pauses: number; lockfile: Lockfile } {
  const work = readLockfile("yarn-lock", text);
  for (let pauses = 0; ; pauses++) {
    const step = work.next();
    if (step.done === true) return { pauses, lockfile: step.value };
  }
}

describe("a yarn.lock made to be hard", () => {
  it("pauses all the way, whatever fills it", () => {
    const million = 400_000;
    for (const text of [
      CLASSIC + "\n".repeat(million),
      CLASSIC + "a@1:\n".repeat(million),
      `${CLASSIC}a@1:\n  version "1.0.0"\n  dependencies:\n${'    b "1"\n'.repeat(million / 4)}`,
      CLASSIC + "#\n".repeat(million),
      BERRY + '"a@npm:1":\n'.repeat(million / 2),
      BERRY + "? a\n".repeat(million),
      `${BERRY}"a@npm:1":\n  version: 1.0.0\n  dependencies:\n${"    b: 1\n".repeat(million / 4)}`,
      `${BERRY}"a@npm:1":\n  version: 1.0.0\n  dependenciesMeta:\n${"    b:\n      optional: true\n".repeat(million / 8)}`,
    ]) {
      const { pauses, lockfile } = paused(text);
      expect(pauses).toBeGreaterThan(text.length / 50_000);
      expect(lockfile.problems.length).toBeLessThan(10);
      expect(lockfile.importers.length).toBe(1);
    }
  });

  it("ignores lines that are too long, and reads on", () => {
    const long = "x".repeat(5_000_000);
    for (const text of [
      `${CLASSIC}"${long}@1":\n  version "6.6.6"\n\na@1:\n  version "1.0.0"\n  resolved ${long}\n`,
      `${BERRY}"${long}@npm:1":\n  version: 6.6.6\n\n"a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  conditions: ${long}\n`,
    ]) {
      expect(versions(text)).toEqual(["a@1.0.0"]);
      expect(problems(text)).toEqual(["syntax: a line that is too long to be read"]);
    }
  });

  it("takes keys of a thousand descriptors", () => {
    const descriptors = Array.from({ length: 5_000 }, (_, index) => `a@^1.${index}.0`);
    const classic = `${CLASSIC}${descriptors.join(", ")}:\n  version "1.0.0"\n\nb@1:\n  version "1.0.0"\n  dependencies:\n    a "^1.4999.0"\n`;
    expect(read(classic).problems).toEqual([]);
    expect(read(classic).dependenciesOf(1)).toEqual([0]);
  });

  it("does not look at every entry for every dependency that leads nowhere", () => {
    const many = 100_000;
    const entries = Array.from({ length: many }, (_, index) => `a@${index}:\n  version "1.0.${index}"\n`).join("");
    const needs = Array.from({ length: many }, (_, index) => `    a "x${index}"\n`).join("");
    const lockfile = read(`${CLASSIC}${entries}b@1:\n  version "1.0.0"\n  dependencies:\n${needs}`);
    expect(lockfile.packages).toHaveLength(many + 1);
    expect(lockfile.dependenciesOf(many)).toEqual([]);
  });

  it("takes cycles as they come", () => {
    const lockfile = read(
      `${CLASSIC}a@1:\n  version "1.0.0"\n  dependencies:\n    a "1"\n    b "1"\n\nb@1:\n  version "1.0.0"\n  dependencies:\n    a "1"\n`,
      { dependencies: { b: "1" } },
    );
    expect(edges(lockfile)).toEqual(["a@1 -> a@1", "a@1 -> b@1", "b@1 -> a@1"]);
    expect(pathTo(lockfile, 0)).toEqual(["b", "a"]);
  });

  it("does not choke on half a surrogate pair in a locator", () => {
    const text = `${BERRY}"a@npm:1":\n  version: 1.0.0\n  resolution: "a\ud800@npm:1.0.0"\n  dependencies:\n    b: "file:./b"\n`;
    expect(edges(read(text))).toEqual([]);
  });
});

it("of a project with more resolutions of one package than are followed says so", () => {
  const resolutions = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}/a`, "1.0.0"]));
  for (const text of [
    `${CLASSIC}a@1:\n  version "1.0.0"\n`,
    `${BERRY}"a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n`,
  ]) {
    const told = (count: number): string[] =>
      read(text, { resolutions: resolutions(count) }).problems.map(({ message }) => message);
    expect(told(64)).toEqual([]);
    expect(told(65)).toEqual([
      "package.json has more than 64 resolutions of one package (a), and only those are followed",
    ]);
  }
});

describe("the name of a field that is written with an escape", () => {
  const classic = `${CLASSIC}a@1:
  name "a"
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz"
  integrity "sha512-x"
  dependencies:
    b "1"
  optionalDependencies:
    c "1"
  prebuiltVariants:
    d "e"
`;
  const berry = `__metadata:
  version: 8

"a@npm:1":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    b: "npm:1"
    c: "npm:1"
  dependenciesMeta:
    c:
      optional: true
`;
  const asked = { dependencies: { a: "1" } };
  const seen = (text: string): { readonly messages: readonly string[] } & Record<string, unknown> => {
    const { packages, prebuilt, formatVersion, problems: found } = read(text, asked);
    return {
      locked: packages.map(({ name, version, resolved, integrity }) => [name, version, resolved, integrity]),
      prebuilt: prebuilt?.map(({ name }) => name),
      formatVersion,
      messages: found.map(({ message }) => message),
    };
  };
  const names = (text: string): string[] => [...text.matchAll(/^ *([a-zA-Z_]{4,}):? ?/gm)].map(([, name = ""]) => name);
  const cases = [classic, berry].flatMap((text) => names(text).map((name) => [name, text] as const));

  it.each(cases)("is read as that field, and reported where npm reads the format too: %s", (name, text) => {
    const code = name.charCodeAt(0).toString(16).padStart(4, "0");
    const escaped = text.replace(new RegExp(`^( *)${name}(?=[: ])`, "m"), `$1"\\u${code}${name.slice(1)}"`);
    expect(escaped).not.toBe(text);
    const plain = seen(text);
    const unwritten = "a line that is not as Yarn writes it, which npm and Bun may read otherwise";
    expect(seen(escaped)).toEqual(text === classic ? { ...plain, messages: [...plain.messages, unwritten] } : plain);
  });

  it.each([
    [
      "an entry that names another package than it began with",
      classic,
      '  "\\u0072esolved" "https://registry.yarnpkg.com/evil/-/evil-1.0.0.tgz"\n',
    ],
    ["and with its own name's escape", berry, '  "\\u0072esolution": "evil@npm:1.0.0"\n'],
  ])("holds over the one before it: %s", (_what, text, line) => {
    const [entry] = read(text + line, asked).packages;
    expect(`${entry?.name} ${entry?.resolved}`).toContain("evil");
  });

  it.each([
    ["Yarn 1", classic, '  "\\x72esolved" "x"\n'],
    ["Yarn 4", berry, '  "\\x72esolution": "evil@npm:1.0.0"\n'],
  ])("that JSON does not have is a problem: %s", (_what, text, line) => {
    expect(problems(text + line)).toContain("syntax: a string with an escape that JSON does not have");
  });
});
