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
