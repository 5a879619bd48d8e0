import { describe, expect, it } from "vitest";
import { asLabel, asStatus, printable, printableLines } from "../../common/shown-text.ts";
import { printedRows, styled } from "../../server/src/cli/printed.ts";
import { asJson } from "../../server/src/core/util/sanitize.ts";
import { expectLabel, expectPrintable, expectStatus, HOSTILE, MARKDOWN } from "../setup/hostile.ts";
import { random } from "./documents/help.ts";

describe("asLabel", () => {
  it("leaves no link and no icon in any text, wherever it is put together from", () => {
    const pieces = [
      HOSTILE,
      "[a]",
      "(https://evil.example)",
      "](command:x)",
      "[",
      "]",
      "$",
      "(zap)",
      "$(sync~spin)",
      "\\$(zap)",
      "\u200b",
      "\n",
      "]\u200b(file:x)",
      "x",
    ];
    for (const text of puzzles(pieces)) expectLabel(asLabel(text));
  });

  it("says the same words, and nothing else when it is done twice", () => {
    expect(asLabel("<command:x> <b> <2.0.0 >=1 a<b")).toBe("< command:x> < b> <2.0.0 >=1 a< b");
    expect(asLabel("[Retry now](command:x) $(error)")).toBe("[Retry now] (command:x) $ (error)");
    expect(asLabel(asLabel(HOSTILE))).toBe(asLabel(HOSTILE));
    expect(asLabel("@scope/name 1.0.0 (as alias), ^1.0 [x] $HOME f(x)")).toBe(
      "@scope/name 1.0.0 (as alias), ^1.0 [x] $HOME f(x)",
    );
  });
});

describe("asStatus", () => {
  const pieces = [
    ...["<", "<command:x>", "</b>", "<!--", "https://evil.example", "HTTP:", "//", "www", ".", "evil", "*", "_", "a_b"],
    ...["~", "`", "\\", "\\*", "[", "]", "(command:x)", ":", "&lt;", "&#", "60", ";", "a@", "b.c", "mailto", "xmpp:"],
    ...["#", " ", "- ", "+", "1", ") ", ">", "---", "    ", "\t", "\n", "!", "$(zap)", "\u200b", "é"],
  ];

  it("leaves nothing of Markdown in any text, wherever it is put together from", () => {
    for (const text of [...pieces, MARKDOWN, HOSTILE, ...puzzles(pieces)]) {
      const shown = asStatus(text);
      expectStatus(shown);
      expect(asStatus(shown)).toBe(shown);
    }
  });

  it("reads like the text", () => {
    expect(asStatus("<command:x> *a* `b` ~1.2.3 _c_ d_e")).toBe("< command:x> ∗a∗ ˋbˋ ∼1.2.3 ˍcˍ d_e");
    expect(asStatus("axios@1.14.1 of https://www.evil.example")).toBe("axios@1․14.1 of https∶//www․evil.example");
    expect(asStatus("# a")).toBe("· # a");
    expect(asStatus("@scope/name ^1.0 || >=2 <3 could not be checked: C:\\x (403).")).toBe(
      "@scope/name ^1.0 || >=2 <3 could not be checked: C:\\x (403).",
    );
  });
});

/** Texts that are put together at random. */
function puzzles(pieces: readonly string[]): readonly string[] {
  const next = random(1);
  const piece = (): string => pieces[Math.floor(next() * pieces.length)] ?? "";
  return Array.from({ length: 3000 }, () => Array.from({ length: 1 + Math.floor(next() * 8) }, piece).join(""));
}

describe("printable", () => {
  it("is one line without unseen characters, of any length", () => {
    expectPrintable(printable(HOSTILE));
    expect(printable("a\r\n\tb\u202ec  d")).toBe("a b c  d");
    expect(printable(`${"x".repeat(5000)}\u0007`)).toBe(`${"x".repeat(5000)} `);
  });

  it("keeps line ends where several lines are meant", () => {
    expect(printableLines("a\r\nb\u001b[2J\n")).toBe("a\nb [2J\n");
  });
});

describe("asJson", () => {
  it("escapes what is not seen, and is read back exactly", () => {
    const value = { [HOSTILE]: [HOSTILE, "\u{e0041}😀\u007f\u0085", ""], empty: {} };
    const text = asJson(value);
    text.split("\n").forEach(expectPrintable);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe("printedRows", () => {
  it("paints in our own colours and no others, one line for each row", () => {
    const rows = [["a ", styled("red", `b\u001b[8m\nc`)], [], [styled("bold", "d")]];
    expect(printedRows(rows, false)).toBe("a b [8m c\n\nd\n");
    expect(printedRows(rows, true)).toBe("a \u001b[31mb [8m c\u001b[39m\n\n\u001b[1md\u001b[22m\n");
  });
});
