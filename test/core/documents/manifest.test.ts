import { describe, expect, it } from "vitest";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import { written } from "./help.ts";

const FULL = `{
  "name": "app", "version": "1.0.0", "packageManager": "pnpm@10.1.0+sha512.abc",
  "workspaces": { "packages": ["packages/*", "!packages/old"], "nohoist": ["x"] },
  "dependencies": { "axios": "^1.14.0", "react18": "npm:react@18.2.0", "esc\\u0061ped": "1.0.0", "odd": 5 },
  "devDependencies": { "vitest": "latest" },
  "optionalDependencies": { "fsevents": "2.3.3" },
  "peerDependencies": { "react": ">=17" },
  "overrides": {
    "foo": "1.0.1",
    "bar@^2": { ".": "2.0.1", "@s/baz@1": { "qux": "$axios" } },
    "ref": "$axios", "alias": "$react18", "noref": "$nothing"
  },
  "resolutions": { "a/b": "1.0.0", "**/c": "2.0.0", "@s/d/@s/e@npm:^1": "npm:3.0.0", "f@npm:@s/g@1": "4.0.0", "**/@s/h/**/i": "5.0.0" },
  "pnpm": { "neverBuiltDependencies": [], "overrides": { "a>b": "1.0.0", "a@1>@s/b@2": "2.0.0", "c@>=1 <2": "3.0.0", "d": "-", "e": "$axios" } }
}`;

describe("readManifest", () => {
  const manifest = readManifest(FULL);

  it("reads every dependency section, with places", () => {
    expect(
      manifest.dependencies.map(({ section, alias, raw, nameSpan, specSpan }) => [
        section,
        alias,
        raw,
        written(FULL, nameSpan),
        written(FULL, specSpan),
      ]),
    ).toEqual([
      ["dependencies", "axios", "^1.14.0", "axios", "^1.14.0"],
      ["dependencies", "react18", "npm:react@18.2.0", "react18", "npm:react@18.2.0"],
      ["dependencies", "escaped", "1.0.0", "esc\\u0061ped", "1.0.0"],
      ["dependencies", "odd", "", "odd", "5"],
      ["devDependencies", "vitest", "latest", "vitest", "latest"],
      ["optionalDependencies", "fsevents", "2.3.3", "fsevents", "2.3.3"],
      ["peerDependencies", "react", ">=17", "react", ">=17"],
    ]);
    expect(manifest.dependencies.map(({ specifier }) => specifier)).toEqual([
      { source: "registry", name: "axios", range: "^1.14.0", tag: false },
      { source: "registry", name: "react", range: "18.2.0", tag: false },
      { source: "registry", name: "escaped", range: "1.0.0", tag: false },
      { source: "invalid", reason: "the value is not a string" },
      { source: "registry", name: "vitest", range: "latest", tag: true },
      { source: "registry", name: "fsevents", range: "2.3.3", tag: false },
      { source: "registry", name: "react", range: ">=17", tag: false },
    ]);
  });

  it("reads the rest of what it says of the project", () => {
    expect(manifest).toMatchObject({
      name: "app",
      version: "1.0.0",
      packageManager: "pnpm@10.1.0+sha512.abc",
      problems: [],
    });
    expect(manifest.workspaces).toEqual(["packages/*", "!packages/old"]);
    expect(readManifest('{"workspaces": ["a", 1, "b"]}').workspaces).toEqual(["a", "b"]);
  });

  it("reads npm's nested overrides as chains, and what their references refer to", () => {
    const overrides = manifest.overrides.filter(({ field }) => field === "overrides");
    expect(
      overrides.map(({ keys, name, raw, nameSpan, specSpan }) => [
        keys.join(" > "),
        name,
        raw,
        written(FULL, nameSpan),
        written(FULL, specSpan),
      ]),
    ).toEqual([
      ["foo", "foo", "1.0.1", "foo", "1.0.1"],
      ["bar@^2 > .", "bar", "2.0.1", ".", "2.0.1"],
      ["bar@^2 > @s/baz@1 > qux", "qux", "$axios", "qux", "$axios"],
      ["ref", "ref", "$axios", "ref", "$axios"],
      ["alias", "alias", "$react18", "alias", "$react18"],
      ["noref", "noref", "$nothing", "noref", "$nothing"],
    ]);
    expect(overrides.slice(2).map(({ specifier }) => specifier)).toEqual([
      { source: "registry", name: "qux", range: "^1.14.0", tag: false },
      { source: "registry", name: "ref", range: "^1.14.0", tag: false },
      { source: "registry", name: "react", range: "18.2.0", tag: false },
      { source: "invalid", reason: "it refers to no direct dependency" },
    ]);
  });

  it("finds the package that a Yarn resolution is about", () => {
    const resolutions = manifest.overrides.filter(({ field }) => field === "resolutions");
    expect(resolutions.map(({ name, nameSpan }) => [name, written(FULL, nameSpan)])).toEqual([
      ["b", "b"],
      ["c", "c"],
      ["@s/e", "@s/e"],
      ["f", "f"],
      ["i", "i"],
    ]);
    expect(resolutions[2]?.specifier).toEqual({ source: "registry", name: "@s/e", range: "3.0.0", tag: false });
  });

  it("knows references only where npm and pnpm do", () => {
    const { overrides } = readManifest('{"dependencies": {"a": "1.0.0"}, "resolutions": {"a": "$a"}}');
    expect(overrides.map(({ specifier }) => specifier.source)).toEqual(["invalid"]);
  });

  it("finds the package that a pnpm override is about", () => {
    const overrides = manifest.overrides.filter(({ field }) => field === "pnpm.overrides");
    expect(overrides.map(({ keys, name, nameSpan }) => [keys.join(" "), name, written(FULL, nameSpan)])).toEqual([
      ["a>b", "b", "b"],
      ["a@1>@s/b@2", "@s/b", "@s/b"],
      ["c@>=1 <2", "c", "c"],
      ["d", "d", "d"],
      ["e", "e", "e"],
    ]);
    expect(overrides.slice(3).map(({ specifier }) => specifier)).toEqual([
      { source: "invalid", reason: "it takes the package out" },
      { source: "registry", name: "e", range: "^1.14.0", tag: false },
    ]);
  });

  it("lets the last of two equal names hold, and keeps __proto__ a name", () => {
    const text =
      '{"dependencies": {"old": "1.0.0"}, "dependencies": {"a": "1.0.0", "__proto__": "2.0.0", "a": "3.0.0"}}';
    const { dependencies } = readManifest(text);
    expect(
      dependencies.map(({ alias, raw, specSpan }) => [alias, raw, text.indexOf(`"${raw}"`) + 1 === specSpan.start]),
    ).toEqual([
      ["a", "3.0.0", true],
      ["__proto__", "2.0.0", true],
    ]);
    expect({}).not.toHaveProperty("a");
  });

  it("reads both sides of a conflict", () => {
    const text = `{"dependencies": {\n"a": "1.0.0",\n${"<".repeat(7)} HEAD\n"b": "1.0.0"\n${"=".repeat(7)}\n"b": "1.0.1"\n${">".repeat(7)} x\n}}`;
    const { dependencies, problems } = readManifest(text);
    expect(dependencies.map(({ alias, specSpan }) => `${alias}@${written(text, specSpan)}`)).toEqual([
      "a@1.0.0",
      "b@1.0.0",
      "b@1.0.1",
    ]);
    expect(problems.map(({ message }) => message)).toEqual(["merge conflict between lines 3 and 7"]);
  });

  it("reads what stands before a cut, and nothing that is broken off", () => {
    const whole = readManifest(FULL);
    for (let cut = 0; cut < FULL.length; cut++) {
      const part = readManifest(FULL.slice(0, cut));
      expect(part.problems).toHaveLength(1);
      expect(part.dependencies.map(({ raw }) => raw)).toEqual(
        whole.dependencies
          .filter(({ specSpan }) => specSpan.end < cut || (specSpan.end === cut && FULL[cut] !== '"'))
          .map(({ raw }) => raw),
      );
    }
  });

  it.each([
    ["", "the file is empty"],
    ["\ufeff \n", "the file is empty"],
    ["[]", "expected a JSON object, found an array"],
    ["null", "expected a JSON object, found null"],
    ['"x"', "expected a JSON object, found a string"],
    ["<!DOCTYPE html>", "this is HTML or XML, not JSON"],
    ["name: app\n", "this is not JSON"],
  ])("says what %j is", (text, message) => {
    expect(readManifest(text)).toMatchObject({ dependencies: [], problems: [{ message }] });
  });

  it.each(["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides", "resolutions"])(
    "reports %s that are no object, which npm and Yarn read as one whose names are 0, 1, 2",
    (member) => {
      const problemsOf = (value: unknown): string[] =>
        readManifest(JSON.stringify({ [member]: value, name: "app" })).problems.map(({ message }) => message);
      expect(problemsOf(["npm:evil@1.0.0", {}])).toEqual([`"${member}" is not an object`]);
      expect(problemsOf("ab")).toEqual([`"${member}" is not an object`]);
      expect([...problemsOf([]), ...problemsOf(null), ...problemsOf({})]).toEqual([]);
      expect(readManifest(`{"${member}": ["npm:evil@1.0.0", {}], "name": "app"}`).name).toBe("app");
    },
  );

  it("reads nothing of a text that is too large", () => {
    const { problems, name } = readManifest(`{"name": "a"}${" ".repeat(5_000_000)}`);
    expect([problems.map(({ kind }) => kind), name]).toEqual([["too-large"], null]);
  });

  it("survives overrides as deep as the file is long", () => {
    expect(readManifest(`{"overrides": ${'{"a":'.repeat(100_000)}`).problems.map(({ kind }) => kind)).toEqual([
      "syntax",
      "unsupported",
    ]);
  });

  it("reports overrides beyond the bounds", () => {
    const problemsOf = (manifest: object): string[] =>
      readManifest(JSON.stringify(manifest)).problems.map(({ message }) => message);
    const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}"1.0.0"${"}".repeat(depth)}`);
    const long = "x".repeat(2_001);
    expect(problemsOf({ overrides: nested(32), resolutions: { a: "1" } })).toEqual([]);
    expect(problemsOf({ overrides: nested(33) })).toEqual(["overrides nested more than 32 levels deep are not read"]);
    expect(problemsOf({ overrides: { [long]: "1" } })).toEqual([
      "an entry of overrides longer than 2000 characters is not read",
    ]);
    expect(problemsOf({ resolutions: { a: long } })).toEqual([
      "an entry of resolutions longer than 2000 characters is not read",
    ]);
    expect(problemsOf({ pnpm: { overrides: { a: long } } })).toEqual([
      "an entry of pnpm.overrides longer than 2000 characters is not read",
    ]);
  });
});

describe("a key that appears twice, of which Bun takes the first and npm the last,", () => {
  const problems = (text: string) =>
    readManifest(text).problems.map(({ message, span }) => [message, written(text, span), span.start]);

  it.each([
    ['{"dependencies": {"safe": "npm:evil@1.0.1", "safe": "^1.0.0"}}', "safe"],
    ['{"dependencies": {"evil": "1.0.1"}, "dependencies": {"evil": "1.0.0"}}', "dependencies"],
    ['{"devDependencies": {"\\u0061": "1.0.1", "a": "1.0.0"}}', "a"],
    ['{"overrides": {"a": {"b": "1.0.0", "b": "2.0.0"}}}', "b"],
    ['{"overrides": {"a": "1.0.0"}, "overrides": {}}', "overrides"],
    ['{"trustedDependencies": ["a"], "trustedDependencies": []}', "trustedDependencies"],
    ['{"workspaces": {"catalog": {"a": "1.0.0", "a": "2.0.0"}}}', "a"],
    ['{"pnpm": {"overrides": {"a": "1"}, "overrides": {"a": "2"}}}', "overrides"],
    ['{"devEngines": {"packageManager": [{"name": "npm", "name": "bun"}]}}', "name"],
  ])("is a problem at the second: %s", (text, key) => {
    expect(problems(text)).toEqual([
      [`"${key}" appears twice, and package managers differ in which they take`, key, text.lastIndexOf(`"${key}"`) + 1],
    ]);
  });

  it.each([
    '{"dependencies": {"a": "1.0.0", "a": "1.0.0"}}',
    '{"scripts": {"a": "x", "a": "y"}, "jest": {"a": 1, "a": 2}}',
    '{"dependencies": {"a": "1.0.0"}, "devDependencies": {"a": "2.0.0"}}',
  ])("is none where nothing comes of it: %s", (text) => {
    expect(problems(text)).toEqual([]);
  });
});
