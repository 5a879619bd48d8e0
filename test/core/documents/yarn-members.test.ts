/** What stands in a yarn.lock that no Yarn of the format writes. What Yarns make of it: test/package-managers/yarn-lock.test.ts. */
import { describe, expect, it } from "vitest";
import { read, written } from "./help.ts";

const classic = (...fields: readonly string[]): string =>
  `# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n${fields.map((field) => `  ${field}\n`).join("")}`;
const berry = (...fields: readonly string[]): string =>
  `__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n${fields.map((field) => `  ${field}\n`).join("")}`;

function problems(text: string): readonly (readonly [kind: string, message: string, place: string])[] {
  return read(text, undefined, "yarn-lock").problems.map(({ kind, message, span }) => [
    kind,
    message,
    written(text, span),
  ]);
}

const unwritten = (writer: string, which: string): string =>
  `it has members that ${writer} not write (${which}), and what they do to an install is not known`;

describe("a member of an entry that Yarn 1 does not write", () => {
  it("is reported once, at the first, with a count", () => {
    const text = classic('resolution "a@http://r.example/x.tgz"', "languageName node", "linkType hard");
    expect(problems(text)).toEqual([
      ["unsupported", unwritten("Yarn 1 does", '"resolution" in a@^1.0.0 and 2 more'), "resolution"],
    ]);
  });

  it("may be a section", () => {
    expect(problems(classic("devDependencies:", '  b "1"'))).toEqual([
      ["unsupported", unwritten("Yarn 1 does", '"devDependencies" in a@^1.0.0'), "devDependencies"],
    ]);
  });

  it("is none of those that it does write", () => {
    const all = ['name "a"', 'uid "0123abc"', 'resolved "git+https://r.example/a.git#0123abc"', 'registry "yarn"'];
    expect(problems(classic(...all, 'integrity "sha512-x"', "dependencies:", '  a "^1.0.0"'))).toEqual([]);
    expect(problems(classic("permissions:", '  a "1"', "optionalDependencies:", '  a "^1.0.0"'))).toEqual([]);
  });

  it("is __metadata as a key, by which Yarn 2 and later take the file for their own", () => {
    const text = classic().replace("a@^1.0.0", 'a@^1.0.0, "__meta\\u0064ata"');
    expect(problems(text)[0]).toEqual([
      "syntax",
      'a key "__metadata", for which Yarn 2 and later read the file in another way than Yarn 1',
      "__meta\\u0064ata",
    ]);
  });
});

describe("a member of an entry that Yarn 2 and later do not write", () => {
  it.each([
    ["resolved", 'resolved: "http://r.example/x.tgz"'],
    ["integrity", "integrity: sha512-x"],
    ["optionalDependencies", 'optionalDependencies:\n    b: "npm:1"'],
    ["os", "os:\n    - linux"],
  ])("is reported: %s", (name, field) => {
    expect(problems(berry(field))).toEqual([
      ["unsupported", unwritten("Yarn 2 and later do", `"${name}" in a@npm:^1.0.0`), name],
    ]);
  });

  it("is none of those that they do write", () => {
    const sections = ["dependencies", "peerDependencies"].flatMap((name) => [`${name}:`, '  a: "npm:^1.0.0"']);
    const metas = ["dependenciesMeta", "peerDependenciesMeta"].flatMap((name) => [`${name}:`, "  a:", "    x: true"]);
    const rest = ["bin:", "  a: x.js", "checksum: 10c0/1 2", "conditions: os=linux", "languageName: node"];
    expect(problems(berry(...sections, ...metas, ...rest, "linkType: hard"))).toEqual([]);
  });

  it("is missing where there is no version in __metadata", () => {
    const message =
      'it has no "__metadata" with a version, so that Yarn 2 and later install anew what it holds, and Yarn 1 may follow it';
    const text = berry("linkType: hard");
    for (const broken of [text.replace(/^.*\n.*\n\n/, ""), text.replace("version: 8", "cacheKey: 8")])
      expect(problems(broken)).toEqual([["unsupported", message, ""]]);
  });
});

/** Tried with Yarn 4.18: of the first it ignores the rest, of the others it compares no checksum. */
describe("__metadata that Yarn 2 and later do not write", () => {
  const entry = (checksum: string): string => berry(`checksum: ${checksum}`);
  const head = (more: string, checksum: string): string =>
    entry(checksum).replace("version: 8\n", `version: 8\n${more}`);
  const incomparable = (what: string): string => `it has checksums with ${what}, which Yarn may not compare`;

  it("is a member that is not theirs", () => {
    expect(problems(head("  resolution: x\n  cacheKey: 10c0\n", "10c0/1"))).toEqual([
      ["unsupported", unwritten("Yarn 2 and later do", '"resolution" in __metadata'), "resolution"],
    ]);
  });

  it("stands twice, of which the last holds", () => {
    const text = `${berry("linkType: hard")}\n__metadata:\n  cacheKey: 10c0\n`;
    const message = '"__metadata" appears twice, and package managers differ in which they take';
    expect(problems(text)).toEqual([["syntax", message, "__metadata"]]);
  });

  it.each(["x", '""', "-1", "1e1", "8x", "0x8", '" 8"'])("has %s for a version", (version) => {
    const text = berry("linkType: hard").replace("version: 8", `version: ${version}`);
    const message = "a metadata version that is not a whole number";
    expect(problems(text)).toEqual([["unsupported", message, version.replaceAll('"', "")]]);
  });

  it.each([
    ["", "1", "no cache key"],
    ["  cacheKey: x\n", "1", 'the cache key "x"'],
    ["  cacheKey: 8\n", "1", 'the cache key "8"'],
    ["  cacheKey: 8\n", "8/1", 'the cache key "8"'],
    ["  cacheKey: 10c0\n", "8/1", 'the cache key "8"'],
    ["  cacheKey: 10c0\n", "10c9/1", 'the cache key "10c9"'],
    ["  cacheKey: 10c0\n", "10c0/x/1", 'the cache key "10c0/x"'],
    ["  cacheKey: 10c0\n", '"8/1"', 'the cache key "8"'],
    ["  cacheKey: 10c0\n", "/1", "no cache key"],
  ])("has a cache key by which Yarn compares no checksum: %s%s", (more, checksum, what) => {
    expect(problems(head(more, checksum))).toEqual([["syntax", incomparable(what), checksum.replaceAll('"', "")]]);
  });

  it.each([
    ["8", "  cacheKey: 10c0\n", "10c0/1"],
    ["8", "  cacheKey: 10c0\n", "1"],
    ["8", "  cacheKey: 10\n", '"10/1"'],
    ["6", "  cacheKey: 8\n", "1"],
    ["4", "  cacheKey: 7c0\n", "1"],
  ])("has none of that in version %s with %s%s", (version, more, checksum) => {
    expect(problems(head(more, checksum).replace("version: 8", `version: ${version}`))).toEqual([]);
  });

  it("is seen wherever the keys stand", () => {
    const { length } = "__metadata:\n  version: 8\n";
    const last = `${head("", "10c0/1").slice(length + 1)}\n__metadata:\n  version: 8\n  cacheKey: `;
    expect(problems(`${last}10c0\n`)).toEqual([]);
    expect(problems(`${last}10\n`)[0]?.[1]).toBe(incomparable('the cache key "10c0"'));
  });

  it("is one key for all checksums, also where it is not stated", () => {
    const second = entry("10/1").slice("__metadata:\n  version: 8\n".length).replaceAll("a@npm", "b@npm");
    expect(problems(entry("10c0/1"))).toEqual([]);
    expect(problems(entry("10c0/1") + second)[0]?.[1]).toBe(incomparable('the cache key "10"'));
  });
});

/** Tried with Yarn 4.18. */
describe("entries of Berry that are one to Yarn", () => {
  const METADATA = "__metadata:\n  version: 8\n";
  const entry = (key: string, resolution: string): string =>
    `\n"${key}":\n  version: 1.0.0\n  resolution: "${resolution}"\n  linkType: hard\n`;
  const same = (which: string): string =>
    `it has several entries of what is the same to Yarn, which goes by the last (${which})`;

  it.each([
    ["a@npm:^1.0.0", "a@npm:1.0.0", "a@npm:~1.0.0", "a@npm:1.0.0", "a@npm:1.0.0"],
    ["a@npm:^1.0.0, a@npm:1", "a@npm:1.0.0", "a@npm:1", "a@npm:1.1.0", "a@npm:1"],
    ["a@^1.0.0", "a@npm:1.0.0", "a@npm:^1.0.0", "a@npm:1.1.0", "a@^1.0.0, a@npm:^1.0.0"],
    ["bb@npm:^1.0.0", "bb@npm:1.0.0", "@b/b@npm:^1.0.0", "@b/b@npm:1.1.0", "bb@npm:^1.0.0, @b/b@npm:^1.0.0"],
    ["@c/bb@npm:1", "@c/bb@npm:1.0.0", "@cb/b@npm:2", "@cb/b@npm:1.0.0", "@c/bb@npm:1.0.0, @cb/b@npm:1.0.0"],
  ])("are reported: %s of %s, and %s of %s", (key, resolution, other, otherResolution, which) => {
    const text = METADATA + entry(key, resolution) + entry(other, otherResolution);
    expect(problems(text)).toEqual([["syntax", same(which), other]]);
  });

  it("are counted", () => {
    const text = METADATA + ["1", "2", "3"].map((range) => entry(`a@npm:${range}`, "a@npm:1.0.0")).join("");
    expect(problems(text)).toEqual([["syntax", same("a@npm:1.0.0 and 1 more"), "a@npm:2"]]);
  });

  it("are none where the version, the name or the range differs", () => {
    const keys = ["a@npm:1", "a@npm:2", "@a/b@npm:1", "b@npm:1", "a-b@npm:1"];
    const text = METADATA + keys.map((key) => entry(key, `${key}.0.0`)).join("");
    expect(problems(text)).toEqual([]);
  });
});
