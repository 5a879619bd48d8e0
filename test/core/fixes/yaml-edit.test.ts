import { describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import { applyEdits } from "../../../server/src/core/edits/text-edit.ts";
import { setAllInYaml, setInYaml } from "../../../server/src/core/edits/yaml-edit.ts";
import { random } from "../documents/help.ts";

const set = (text: string, path: readonly string[], value: string): string | null => {
  const edits = setInYaml(text, path, value);
  return edits === null ? null : applyEdits(text, edits);
};

describe("a value set in YAML", () => {
  it.each([
    ["nothing", "", "overrides:\n  inner: 1.0.0\n"],
    ["a comment alone", "# ours\n", "# ours\noverrides:\n  inner: 1.0.0\n"],
    ["no line end", "packages: []", "packages: []\noverrides:\n  inner: 1.0.0\n"],
    ["other settings", "packages:\n  - a\n", "packages:\n  - a\noverrides:\n  inner: 1.0.0\n"],
    ["CRLF", "packages:\r\n  - a\r\n", "packages:\r\n  - a\r\noverrides:\r\n  inner: 1.0.0\r\n"],
    [
      "overrides of others",
      "overrides:\n    a: 1.0.0 # why\n\n# next\nb: 1\n",
      "overrides:\n    a: 1.0.0 # why\n    inner: 1.0.0\n\n# next\nb: 1\n",
    ],
    ["an override of it", "overrides:\n  inner: ^1 # for now\n", "overrides:\n  inner: 1.0.0 # for now\n"],
    ["a quoted override of it", "overrides:\n  'inner': \"^1\"\n", "overrides:\n  'inner': 1.0.0\n"],
    ["empty overrides", "overrides:\nb: 1\n", "overrides:\n  inner: 1.0.0\nb: 1\n"],
    ["a text that keeps its line ends", "a:\n  - |+\n    b\n\n", "a:\n  - |+\n    b\n\noverrides:\n  inner: 1.0.0\n"],
    ["a text with a last line of spaces", "a: |\n  b\n   \n", "a: |\n  b\n   \noverrides:\n  inner: 1.0.0\n"],
    ["empty overrides in braces", "overrides: {}\n", "overrides: { inner: 1.0.0 }\n"],
    ["overrides in braces", "overrides: { a: 1 }\n", "overrides: { a: 1, inner: 1.0.0 }\n"],
  ])("is written into %s", (_of, before, after) => {
    expect(set(before, ["overrides", "inner"], "1.0.0")).toBe(after);
  });

  it.each([
    ["@scope/inner", "'@scope/inner': 1.0.0"],
    ["inner@1.0.1", "inner@1.0.1: 1.0.0"],
    ["inner@>=1 <2", "'inner@>=1 <2': 1.0.0"],
    ["a>b", "'a>b': 1.0.0"],
    ["yes", "'yes': 1.0.0"],
    ["it's", "'it''s': 1.0.0"],
  ])("has its key %s quoted where it must be", (key, line) => {
    const after = set("", ["overrides", key], "1.0.0");
    expect(after).toBe(`overrides:\n  ${line}\n`);
    expect(parse(after ?? "")).toEqual({ overrides: { [key]: "1.0.0" } });
  });

  it.each([
    "a: |\n  b",
    "a: >\n  b\n   ",
    "overrides: [a]\n",
    "overrides: text\n",
    "- a\n",
    "a: [\n",
    "a: 1\n  b: 2\n",
  ])("is written nowhere in %j", (text) => {
    expect(set(text, ["overrides", "inner"], "1.0.0")).toBeNull();
  });

  it("leaves everything else as it is, whatever stands there", () => {
    const next = random(11);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
    let written = 0;
    for (let round = 0; round < 500; round++) {
      const indent = pick(["  ", "    "]);
      const blocks = ["packages:", "overrides:", "catalog:", "allowBuilds:"].flatMap((name) => {
        const entries = Array.from(
          { length: Math.floor(next() * 4) },
          (_, index) => `${indent}${pick(["'@a/b", "c-", '"d'])}${index}`,
        );
        const lines = entries.map((entry) => {
          const quote = /['"]/.exec(entry)?.[0] ?? "";
          return `${entry}${quote}: ${pick(["^1.0.0", "'2.0.0'", '"3"', "true", ">-\n" + indent + indent + "folded"])}${pick(["", " # why"])}`.replace(
            /(folded) # why/,
            "$1",
          );
        });
        return next() < 0.3
          ? []
          : [pick(["", "# about it"]), name, ...lines, pick(["", "# end"])].filter(
              (line, at) => line !== "" || at === 0,
            );
      });
      const text = blocks.join(pick(["\n", "\r\n"]));
      const before = parseDocument(text);
      if (before.errors.length > 0) throw new Error(`${JSON.stringify(text)}: ${String(before.errors[0])}`);
      const after = set(text, ["overrides", "inner"], "1.0.0");
      if (after === null) continue;
      written++;
      const was = (before.toJS() ?? {}) as Record<string, Record<string, unknown> | null>;
      expect(parse(after)).toEqual({ ...was, overrides: { ...was["overrides"], inner: "1.0.0" } });
      // Nothing is lost: the old text is what is left when the new part is taken out.
      const edits = setInYaml(text, ["overrides", "inner"], "1.0.0") ?? [];
      expect(edits.every(({ span }) => span.start === span.end)).toBe(true);
    }
    expect(written).toBeGreaterThan(450);
  });
});

describe("several keys of one mapping", () => {
  const ENTRIES = [
    ["a", "1.0.1"],
    ["@s/b@npm:^1", "2.0.0"],
    ["c>d", "3.0.0"],
    ["e", "4.0.0"],
  ] as const;

  it.each([
    "",
    "# only a comment\n",
    "packages:\n  - a\n",
    "overrides:\n",
    "overrides: {}\n",
    "overrides: { e: 1.0.0 }\n",
    "overrides: { e: 1.0.0, x: 1 } # x\npackages: []\n",
    "overrides:\n  e: 1.0.0 # kept\n  x: 1\n\n# end\npackages:\n  - a\n",
    "packages: []\r\noverrides:\r\n    x: 1\r\n    'c>d': '1'\r\n",
    "overrides:\n  x: |\n    text\n\npackages: []\n",
  ])("are set as they are one by one: %j", (text) => {
    const oneByOne = ENTRIES.reduce<string | null>((before, [key, value]) => {
      const edits = before === null ? null : setInYaml(before, ["overrides", key], value);
      return before === null || edits === null ? null : applyEdits(before, edits);
    }, text);
    expect(oneByOne).not.toBeNull();
    expect(setAllInYaml(text, ["overrides"], ENTRIES)).toBe(oneByOne);
  });

  it("are not set where one of them cannot be", () => {
    expect(setAllInYaml("overrides: [a]\n", ["overrides"], ENTRIES)).toBeNull();
    expect(setAllInYaml("overrides:\n  e: {}\n", ["overrides"], ENTRIES)).toBeNull();
    expect(setAllInYaml("a: 1\n", ["overrides"], [])).toBe("a: 1\n");
  });
});
