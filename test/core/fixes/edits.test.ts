import { describe, expect, it } from "vitest";
import { setInJson } from "../../../server/src/core/edits/json-edit.ts";
import { applyEdits, smallestEdit } from "../../../server/src/core/edits/text-edit.ts";
import { npmOverride } from "../../../server/src/core/fixes/override/npm-override.ts";
import { pin } from "../../../server/src/core/fixes/pin.ts";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import type { PinStyle } from "../../../server/src/core/fixes/pin.ts";
import { random } from "../documents/help.ts";

describe("edits", () => {
  it("are applied from the back, whatever their order", () => {
    const edits = [
      { span: { start: 0, end: 1 }, newText: "AAA" },
      { span: { start: 2, end: 3 }, newText: "" },
      { span: { start: 1, end: 1 }, newText: "-" },
    ];
    expect(applyEdits("abc", edits)).toBe("AAA-b");
    expect(applyEdits("abc", edits.toReversed())).toBe("AAA-b");
  });

  it("between any two texts are one, or none where they are the same", () => {
    const next = random(7);
    const text = () => Array.from({ length: Math.floor(next() * 8) }, () => (next() < 0.5 ? "a" : "b")).join("");
    for (let round = 0; round < 2000; round++) {
      const [before, after] = [text(), text()];
      const edit = smallestEdit(before, after);
      expect(edit === null ? before : applyEdits(before, [edit])).toBe(after);
      if (before === after) expect(edit).toBeNull();
    }
    expect(smallestEdit('{"a": "1.0.1"}', '{"a": "1.0.0"}')).toEqual({ span: { start: 11, end: 12 }, newText: "0" });
  });
});

describe("a pin", () => {
  const pinned = (dependency: string, style: PinStyle = "exact", { from = "1.0.1", to = "1.0.0" } = {}) => {
    const text = JSON.stringify({ dependencies: { alpha: dependency } });
    const edits = pin(readManifest(text), { name: "alpha", from, to, style });
    const { dependencies } = JSON.parse(applyEdits(text, edits)) as { dependencies: { alpha: string } };
    return dependencies.alpha;
  };

  it.each([
    ["^1.0.0", "1.0.0"],
    ["1.0.1", "1.0.0"],
    ["*", "1.0.0"],
    ["", "1.0.0"],
    ["latest", "1.0.0"],
    [">=1 <2", "1.0.0"],
    ["npm:alpha@^1.0.0", "npm:alpha@1.0.0"],
    ["work:^1.0.0", "work:1.0.0"],
    ["work:alpha", "work:alpha@1.0.0"],
    ["work:alpha@^1.0.0", "work:alpha@1.0.0"],
    ["work:beta@^1.0.0", "work:beta@^1.0.0"],
    ["^2.0.0", "^2.0.0"],
    ["~1.1.0", "~1.1.0"],
    ["file:../alpha", "file:../alpha"],
    ["github:a/alpha", "github:a/alpha"],
    ["npm:beta@^1.0.0", "npm:beta@^1.0.0"],
  ])("turns %j into %j", (before, after) => {
    expect(pinned(before)).toBe(after);
  });

  it.each([
    ["^1.0.0", "2.0.0", "^2.0.0"],
    ["~1.0.0", "1.1.0", "~1.1.0"],
    [">=1.0.0", "2.0.0", ">=2.0.0"],
    ["^1.0.0", "1.0.0", "1.0.0"],
    [">=1.0.0", "1.0.0", "1.0.0"],
    ["1.0.1", "1.0.0", "1.0.0"],
    ["1.x", "1.0.0", "1.0.0"],
    [">=1.0.0 <3", "2.0.0", "2.0.0"],
    ["latest", "1.0.0", "1.0.0"],
  ])("with the operator kept turns %j, to %s, into %j", (before, to, after) => {
    expect(pinned(before, "keep-operator", { to })).toBe(after);
  });

  it("keeps the alias of a scoped package, with a range or without one", () => {
    const text = JSON.stringify({ dependencies: { a: "npm:@scope/alpha", b: "npm:@scope/alpha@^1.0.0" } });
    const fixed = applyEdits(
      text,
      pin(readManifest(text), { name: "@scope/alpha", from: "1.0.1", to: "1.0.0", style: "exact" }),
    );
    expect(JSON.parse(fixed)).toEqual({ dependencies: { a: "npm:@scope/alpha@1.0.0", b: "npm:@scope/alpha@1.0.0" } });
  });

  it("changes every section but peerDependencies, and the override of the same name", () => {
    const all = {
      dependencies: { alpha: "^1.0.0" },
      devDependencies: { alpha: "1.0.1" },
      optionalDependencies: { alpha: "*" },
      peerDependencies: { alpha: "^1.0.0" },
    };
    const text = JSON.stringify({
      ...all,
      overrides: { alpha: "1.0.1", other: "$alpha", parent: { alpha: "^1.0.0" } },
    });
    expect(
      JSON.parse(
        applyEdits(text, pin(readManifest(text), { name: "alpha", from: "1.0.1", to: "1.0.0", style: "exact" })),
      ),
    ).toEqual({
      dependencies: { alpha: "1.0.0" },
      devDependencies: { alpha: "1.0.0" },
      optionalDependencies: { alpha: "1.0.0" },
      peerDependencies: { alpha: "^1.0.0" },
      overrides: { alpha: "1.0.0", other: "$alpha", parent: { alpha: "1.0.0" } },
    });
  });
});

describe("an npm override", () => {
  const overridden = (text: string, isSelective = false) =>
    applyEdits(text, npmOverride(text, { alias: "inner", from: "1.0.1", value: "1.0.0", isSelective, below: null }));

  it.each([
    [
      "a manifest of several lines",
      '{\n  "name": "app"\n}\n',
      '{\n  "name": "app",\n  "overrides": {\n    "inner": "1.0.0"\n  }\n}\n',
    ],
    [
      "tabs and CRLF",
      '{\r\n\t"name": "app"\r\n}\r\n',
      '{\r\n\t"name": "app",\r\n\t"overrides": {\r\n\t\t"inner": "1.0.0"\r\n\t}\r\n}\r\n',
    ],
    [
      "four spaces",
      '{\n    "files": ["a", "b"]\n}',
      '{\n    "files": ["a", "b"],\n    "overrides": {\n        "inner": "1.0.0"\n    }\n}',
    ],
    ["one line", '{ "name": "app" }', '{ "name": "app", "overrides": { "inner": "1.0.0" } }'],
    ["null", '{ "overrides": null }', '{ "overrides": { "inner": "1.0.0" } }'],
    [
      "null, on a line of its own",
      '{\n  "overrides": null,\n  "a": 1\n}\n',
      '{\n  "overrides": {\n    "inner": "1.0.0"\n  },\n  "a": 1\n}\n',
    ],
    ["an empty object", "{}", '{ "overrides": { "inner": "1.0.0" } }'],
    ["an empty object of two lines", "{\n}\n", '{\n  "overrides": {\n    "inner": "1.0.0"\n  }\n}\n'],
    [
      "overrides of others",
      '{\n  "overrides": {\n    "a": "1"\n  }\n}',
      '{\n  "overrides": {\n    "a": "1",\n    "inner": "1.0.0"\n  }\n}',
    ],
    [
      "overrides on one line",
      '{\n  "overrides": { "a": "1" }\n}',
      '{\n  "overrides": { "a": "1", "inner": "1.0.0" }\n}',
    ],
    ["no overrides in the object", '{\n  "overrides": {}\n}', '{\n  "overrides": {\n    "inner": "1.0.0"\n  }\n}'],
    ["an override of it", '{ "overrides": { "inner": "^1.0.0" } }', '{ "overrides": { "inner": "1.0.0" } }'],
    [
      "one of a range that takes it",
      '{ "overrides": { "inner@^1.0.0": "1.0.1" } }',
      '{ "overrides": { "inner@^1.0.0": "1.0.0" } }',
    ],
    [
      "one of a range that does not",
      '{ "overrides": { "inner@^2.0.0": "2.0.0" } }',
      '{ "overrides": { "inner@^2.0.0": "2.0.0", "inner": "1.0.0" } }',
    ],
    [
      "one of what is below it",
      '{ "overrides": { "inner": { "b": "2" } } }',
      '{ "overrides": { "inner": { "b": "2", ".": "1.0.0" } } }',
    ],
    [
      "one of it and of what is below",
      '{ "overrides": { "inner": { ".": "1.0.1", "b": "2" } } }',
      '{ "overrides": { "inner": { ".": "1.0.0", "b": "2" } } }',
    ],
    [
      "one of it below another",
      '{ "overrides": { "a": { "inner": "1.0.1" } } }',
      '{ "overrides": { "a": { "inner": "1.0.1" }, "inner": "1.0.0" } }',
    ],
  ])("is written into %s", (_of, before, after) => {
    expect(overridden(before)).toBe(after);
    expect(() => JSON.parse(overridden(before)) as unknown).not.toThrow();
  });

  it("names the version where others are to stay", () => {
    expect(overridden("{}", true)).toBe('{ "overrides": { "inner@1.0.1": "1.0.0" } }');
  });

  it.each([
    ["no overrides", "{}", '{ "overrides": { "alpha": { "inner": "1.0.0" } } }'],
    [
      "overrides of others",
      '{ "overrides": { "a": "1" } }',
      '{ "overrides": { "a": "1", "alpha": { "inner": "1.0.0" } } }',
    ],
    [
      "an override of the one above",
      '{ "overrides": { "alpha": "1.0.0" } }',
      '{ "overrides": { "alpha": { ".": "1.0.0", "inner": "1.0.0" } } }',
    ],
    [
      "one of what else is below it",
      '{ "overrides": { "alpha": { "b": "2" } } }',
      '{ "overrides": { "alpha": { "b": "2", "inner": "1.0.0" } } }',
    ],
    [
      "one of it there",
      '{ "overrides": { "alpha": { "inner": "^1.0.0" } } }',
      '{ "overrides": { "alpha": { "inner": "1.0.0" } } }',
    ],
    [
      "one below another version",
      '{ "overrides": { "alpha@2": { "b": "2" } } }',
      '{ "overrides": { "alpha@2": { "b": "2" }, "alpha": { "inner": "1.0.0" } } }',
    ],
    ["no override", '{ "overrides": { "alpha": null } }', '{ "overrides": { "alpha": null } }'],
  ])("below another package is written into %s", (_of, before, after) => {
    const edits = npmOverride(before, {
      alias: "inner",
      from: "1.0.1",
      value: "1.0.0",
      isSelective: false,
      below: { alias: "alpha", version: "1.0.0" },
    });
    expect(applyEdits(before, edits)).toBe(after);
  });

  it.each([
    '{ "overrides": "x" }',
    '{ "overrides": [] }',
    '{ "overrides": { "inner": 1 } }',
    '{ "overrides": { "inner": { ".": null } } }',
    "[]",
    "",
    "x",
  ])("changes nothing in %j", (text) => {
    expect(overridden(text)).toBe(text);
  });

  it("stands any depth of nesting", () => {
    const deep = `{"overrides": ${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`;
    expect(overridden(deep).length).toBe(deep.length + ', "inner": "1.0.0"'.length);
  });
});

describe("a value below a member that is null", () => {
  it.each([
    ['{ "pnpm": null }', '{ "pnpm": { "overrides": { "a": "1" } } }'],
    ['{ "pnpm": { "overrides": null } }', '{ "pnpm": { "overrides": { "a": "1" } } }'],
  ])("%s", (text, after) => {
    const edit = setInJson(text, ["pnpm", "overrides", "a"], "1");
    expect(edit === null ? null : applyEdits(text, [edit])).toBe(after);
  });
});
