import { describe, expect, it } from "vitest";
import { asCodeBlock, asMarkdown, lines, oneLine } from "../../server/src/core/util/sanitize.ts";
import { random } from "./documents/help.ts";

const NASTY = [
  "[x](command:foo)",
  "![x](https://evil.example/pixel.png)",
  "<img src=x onerror=alert(1)>",
  "<!-- ",
  "www.evil.example",
  "https://evil.example/a_b",
  "ftp://evil.example",
  "someone@evil.example",
  "`code`",
  "```\n[x](command:foo)\n```",
  "~~~",
  "**bold**",
  "__bold__",
  "# heading",
  "- list",
  "1. list",
  "> quote",
  "| a | b |\n| - | - |",
  "$(zap)",
  "&lt;b&gt;",
  "&#91;x&#93;",
  "\\[x](y)",
  "[x]: https://evil.example",
  "<https://evil.example>",
  "    indented",
  "line  \nbreak",
  "\\",
  "a\\",
  "\u202etxt.exe\u202c",
  "\u2066a\u2069",
  "a\u200bb",
  "\ufeff",
  "a\u0000b\u001b[31m",
  "\u2028",
  "a\ufe0fb",
  "\u{e0041}\u{e0042}",
  "\u3164",
  "\ud83d",
  "\udc00x",
  "😀",
];

/** Pieces of nastiness, put together at random, the same at each run. */
function* texts(count: number): Generator<string> {
  const next = random(1);
  yield* NASTY;
  for (let made = 0; made < count; made++)
    yield Array.from({ length: 1 + Math.floor(next() * 5) }, () => NASTY[Math.floor(next() * NASTY.length)] ?? "").join(
      next() < 0.5 ? "" : " ",
    );
}

const UNSHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe("asMarkdown", () => {
  it("leaves no punctuation that Markdown could read, and nothing unseen, in any text", () => {
    for (const text of texts(3000)) {
      const markdown = asMarkdown(text);
      // Every escape is a pair; what is left must hold no ASCII punctuation at all.
      const unescaped = markdown.replace(/\\[!-/:-@[-`{-~]/g, "");
      expect(unescaped, JSON.stringify(text)).not.toMatch(/[!-/:-@[-`{-~]/);
      expect(markdown, JSON.stringify(text)).not.toMatch(UNSHOWN);
      expect(markdown).not.toMatch(/^\s|\s$|\n/);
    }
  });

  it("says the same words", () => {
    expect(asMarkdown("use [right](command:x) at www.a.b, 100%").replaceAll("\\", "")).toBe(
      "use [right](command:x) at www.a.b, 100%",
    );
    expect(asMarkdown("naïve 😀 日本語")).toBe("naïve 😀 日本語");
  });
});

describe("oneLine", () => {
  it("is one line of at most the limit, without halves of characters", () => {
    for (const text of texts(1000)) {
      for (const limit of [1, 2, 3, 10, 200]) {
        const line = oneLine(text, limit);
        expect(line.length, JSON.stringify(text)).toBeLessThanOrEqual(limit);
        expect(line).not.toMatch(UNSHOWN);
      }
    }
  });

  it("shows that it was cut, not within a character", () => {
    expect(oneLine("a".repeat(10), 10)).toBe("a".repeat(10));
    expect(oneLine("a".repeat(11), 10)).toBe(`${"a".repeat(9)}…`);
    expect(oneLine(`${"a".repeat(8)}😀b`, 10)).toBe(`${"a".repeat(8)}…`);
  });

  it("looks at no more of a long text than it could show", () => {
    expect(oneLine("\u202e".repeat(10_000_000) + "x")).toBe("");
  });
});

describe("lines", () => {
  it("keeps line ends as LF and nothing else that is unseen", () => {
    expect(lines("a\r\nb\rc\nd\u202ee\u0000f")).toBe("a\nb\nc\nd e f");
    expect(lines("x".repeat(3000))).toHaveLength(2000);
  });
});

describe("asCodeBlock", () => {
  it("cannot be closed by its content", () => {
    for (const text of [...texts(1000), "````", "a\n`````\nb", "`".repeat(100), "\n```\n", "```\r```"]) {
      const block = asCodeBlock(text).split("\n");
      const fence = block[0] ?? "";
      expect(fence).toMatch(/^`{3,}$/);
      expect(block.at(-1)).toBe(fence);
      const longest = Math.max(
        0,
        ...block
          .slice(1, -1)
          .join("\n")
          .split(/[^`]+/)
          .map((run) => run.length),
      );
      expect(longest, JSON.stringify(text)).toBeLessThan(fence.length);
    }
  });

  it("carries a language", () => {
    expect(asCodeBlock("node a.js", "sh")).toBe("```sh\nnode a.js\n```");
  });
});
