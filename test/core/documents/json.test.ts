import { describe, expect, it } from "vitest";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import { JsonCursor } from "../../../server/src/core/documents/json.ts";
import type { JsonDialect } from "../../../server/src/core/documents/json-tokens.ts";
import { runWhole } from "../../../server/src/core/task.ts";
import { random, written } from "./help.ts";

/** Builds the value that the cursor stands at, as JSON.parse would. */
function build(cursor: JsonCursor): unknown {
  switch (cursor.kind) {
    case "object": {
      const entries = new Map<string, unknown>();
      cursor.enterObject();
      while (cursor.nextMember()) entries.set(cursor.key, build(cursor));
      return Object.fromEntries(entries);
    }
    case "array": {
      const elements: unknown[] = [];
      cursor.enterArray();
      while (cursor.nextElement()) elements.push(build(cursor));
      return elements;
    }
    case "string":
      return cursor.readText();
    case "number":
      return Number(cursor.readNumber());
    case "boolean":
      return cursor.readBoolean();
    case "null":
      cursor.skipValue();
      return null;
    case "none":
      cursor.skipValue();
      return undefined;
  }
}

function parse(
  text: string,
  dialect: JsonDialect = "json",
): { value: unknown; problem: string | null; at: string | null } {
  const cursor = new JsonCursor(text, dialect);
  const value = build(cursor);
  cursor.finish();
  const { problem } = cursor;
  return { value, problem: problem?.message ?? null, at: problem === null ? null : written(text, problem.span) };
}

describe("valid JSON", () => {
  it.each([
    '{"a": [1, -2.5e3, true, false, null, "x"], "b": {}, "c": []}',
    '"\\u0041\\n\\"\\\\\\/"',
    "[]",
    '{"":{"":[[],[{}]]}}',
    '{\r\n\t"a" : "\u2028 é 😀"\r\n}\r\n',
    '{"a": 1, "a": 2}',
  ])("%s is what JSON.parse gives", (text) => {
    expect(parse(text)).toEqual({ value: JSON.parse(text) as unknown, problem: null, at: null });
  });

  it("agrees with JSON.parse on generated values and layouts", () => {
    const next = random(7);
    const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(next() * list.length)] ?? list[0];
    const value = (depth: number): unknown => {
      const roll = next();
      if (depth < 5 && roll < 0.3) return Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1));
      if (depth < 5 && roll < 0.6) {
        const members = Array.from({ length: Math.floor(next() * 4) }, (): [string, unknown] => [
          pick(["a", "b", 'q"\\', "é\n", ""]),
          value(depth + 1),
        ]);
        return Object.fromEntries(members);
      }
      return pick<unknown>([null, true, false, 0, -1.25, 1e21, "", "plain", 'esc"\\\u0001\u2029', "]{,:"]);
    };
    for (let round = 0; round < 500; round++) {
      const text = JSON.stringify(value(0), null, pick<string | number>([0, 1, 2, "\t"]));
      expect(parse(text)).toEqual({ value: JSON.parse(text) as unknown, problem: null, at: null });
    }
  });
});

describe("spans", () => {
  it("are without quotes, and as written where there are escapes", () => {
    const text = '{"n\\u0061me": "x\\"y", "b": 12}';
    const cursor = new JsonCursor(text);
    cursor.enterObject();
    cursor.nextMember();
    expect([cursor.key, written(text, cursor.keySpan)]).toEqual(["name", "n\\u0061me"]);
    const string = cursor.readString();
    expect(string?.value).toBe('x"y');
    expect(written(text, string?.span ?? { start: 0, end: 0 })).toBe('x\\"y');
    cursor.nextMember();
    expect(written(text, cursor.valueSpan)).toBe("12");
  });

  it("count a BOM as the one code unit that it is", () => {
    const text = '\ufeff{"a": "b"}';
    const cursor = new JsonCursor(text);
    expect(cursor.enterObject() && cursor.nextMember()).toBe(true);
    expect(cursor.keySpan).toEqual({ start: 3, end: 4 });
    expect(cursor.readString()?.span).toEqual({ start: 8, end: 9 });
    expect(cursor.problem).toBeNull();
  });
});

describe("broken JSON", () => {
  it.each([
    ['{"a": 1 "b": 2}', { a: 1, b: 2 }, "expected a comma between members", '"b"'],
    ["[1 2]", [1, 2], "expected a comma between elements", "2"],
    ['{"a": 1,}', { a: 1 }, "a comma before the closing bracket", "}"],
    ['{"a": 1,, "b": 2}', { a: 1, b: 2 }, "a comma too many", ","],
    ['{"a" 1}', { a: 1 }, "expected a colon after a member's name", "1"],
    ['{"a": , "b": 2}', { a: undefined, b: 2 }, "expected a value", ","],
    ['{"a": undefined, "b": 2}', { a: undefined, b: 2 }, "expected a value", "undefined"],
    ['{a: 1, "b": 2}', { b: 2 }, "expected a name in double quotes", "a"],
    ['{{"x": 1}, "b": 2}', { b: 2 }, "expected a name in double quotes", "{"],
    ['{"a": [1, 2}', { a: [1, 2] }, "expected ] to close an array", "}"],
    ['{"a": 1], "b": 2}', { a: 1, b: 2 }, "expected } to close an object", "]"],
    ['{"a": {"x": [1, 2}, "b": 2}', { a: { x: [1, 2] }, b: 2 }, "expected ] to close an array", "}"],
    ['{"a": [1], "b": {]}, "c": 3}', { a: [1], b: {}, c: 3 }, "expected } to close an object", "]"],
    ['{"a": {"x": 1', { a: { x: 1 } }, "the file ends inside an object", ""],
    ['{"a": ["x"', { a: ["x"] }, "the file ends inside an array", ""],
    ['{"a": "x', { a: null }, "the file ends inside a string", '"x'],
    ['{"a": "x\n, "b": 2}', { a: null, b: 2 }, "a string is not closed on its line", '"x'],
    ['{"a": "x\ty", "b": 2}', { a: null, b: 2 }, "a string holds a control character", '"x\ty"'],
    ['{"a": "\\q", "b": 2}', { a: null, b: 2 }, "a string holds an escape that JSON does not have", '"\\q"'],
    ['{"a"', { a: undefined }, "the file ends after a member's name", ""],
    ["{} {}", {}, "text after the end of the JSON value", "{"],
    ['{/* c */"a": 1}', { a: 1 }, "JSON has no comments", "/* c */"],
    ["[: 1]", [undefined, 1], "expected a value", ":"],
  ])("%j gives %j and one problem", (text, value, problem, at) => {
    expect(parse(text)).toEqual({ value, problem, at });
  });

  it("lets comments and trailing commas be in jsonc", () => {
    expect(parse('// c\n{"a": [1,], /* d */ "b": 2,}', "jsonc")).toEqual({
      value: { a: [1], b: 2 },
      problem: null,
      at: null,
    });
  });

  it("ends on every cut and every doubled, dropped or swapped character", () => {
    const text = '{"a": [1, {"b": "c\\n"}, tru, -], "d": {"e": null}, /* f */ "g": "h"}';
    for (let at = 0; at <= text.length; at++) {
      for (const broken of [
        text.slice(0, at),
        text.slice(at),
        text.slice(0, at) + text.slice(at + 1),
        `${text.slice(0, at)}:${text.slice(at)}`,
        `${text.slice(0, at)}}${text.slice(at)}`,
        `${text.slice(0, at)}[${text.slice(at)}`,
      ]) {
        const cursor = new JsonCursor(broken);
        cursor.skipValue();
        parse(broken);
      }
    }
  });
});

describe("hostile JSON", () => {
  it.each(["[", "{", '{"a":', "[{", "]", "}", ":", ",", '"', "{:"])("skips 200,000 times %s", (unit) => {
    const text = `{"bomb": ${unit.repeat(200_000)}`;
    for (const skip of [
      (cursor: JsonCursor) => {
        cursor.skipValue();
      },
      (cursor: JsonCursor) => {
        runWhole(cursor.skipInSlices());
      },
    ]) {
      const cursor = new JsonCursor(text);
      skip(cursor);
      expect(cursor.problem?.kind).toBe("syntax");
    }
  });

  it("reads on behind a deep value", () => {
    const cursor = new JsonCursor(`{"bomb": ${"[".repeat(200_000)}${"]".repeat(200_000)}, "a": "b"}`);
    cursor.enterObject();
    expect(cursor.nextMember() && cursor.key).toBe("bomb");
    expect(cursor.nextMember() && cursor.readText()).toBe("b");
    expect(cursor.problem).toBeNull();
  });

  it("gives __proto__ as the name that it is", () => {
    const cursor = new JsonCursor('{"__proto__": "x"}');
    cursor.enterObject();
    expect(cursor.nextMember() && cursor.key).toBe("__proto__");
  });

  it("pauses while it skips a large value", () => {
    const cursor = new JsonCursor(JSON.stringify(Array.from({ length: 50_000 }, (_, index) => ({ index }))));
    expect([...cursor.skipInSlices()].length).toBeGreaterThan(10);
  });
});

describe("a value that is not taken", () => {
  it("is skipped with all that is in it", () => {
    const cursor = new JsonCursor('{"a": {"x": [1, {"y": 2}]}, "b": "c"}');
    const keys: string[] = [];
    cursor.enterObject();
    while (cursor.nextMember()) keys.push(cursor.key);
    expect(keys).toEqual(["a", "b"]);
  });

  it("is skipped when it is asked for as what it is not", () => {
    const cursor = new JsonCursor('[{"a": 1}, [2], 3, "x"]');
    cursor.enterArray();
    cursor.nextElement();
    expect(cursor.readString()).toBeNull();
    cursor.nextElement();
    expect(cursor.readBoolean()).toBeNull();
    cursor.nextElement();
    expect([cursor.enterObject(), cursor.enterArray(), cursor.readNumber()]).toEqual([false, false, "3"]);
    cursor.nextElement();
    expect(cursor.readNumber()).toBeNull();
    expect(cursor.nextElement()).toBe(false);
  });
});

it.each(["/*", '{"a": 1} /*', '{"dependencies": {"a": "1\\', '{"a": /*'])(
  "a text that is broken off has its problem inside the text: %j",
  (text) => {
    const { problems } = readManifest(text);
    expect(problems).not.toEqual([]);
    for (const { span } of problems) expect([span.start <= span.end, span.end <= text.length]).toEqual([true, true]);
  },
);

describe("a member that is being typed above others", () => {
  const before = '{\n  "dependencies": {\n    "zeta": "1.0.0",\n';
  const after = '    "alpha": "1.1.0",\n    "beta" : "1.2.0"\n  }\n}\n';
  const line = '    "left": "^1.3.0",\n';

  it.each(Array.from(line, (_, at) => line.slice(0, at + 1).trimEnd()))("%s leaves those as they are", (typed) => {
    const text = `${before}${typed}\n${after}`;
    const found = readManifest(text).dependencies.filter(({ alias }) => alias !== "left");
    expect(found.map(({ alias, raw, specSpan }) => [alias, raw, written(text, specSpan)])).toEqual([
      ["zeta", "1.0.0", "1.0.0"],
      ["alpha", "1.1.0", "1.1.0"],
      ["beta", "1.2.0", "1.2.0"],
    ]);
  });
});
