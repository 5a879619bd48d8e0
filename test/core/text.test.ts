import { describe, expect, it } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { contains, LineIndex } from "../../server/src/core/util/text.ts";
import { random } from "./documents/help.ts";

const PIECES = ["\r", "\n", "\r\n", "a", "é", "𝒳", "\ud800", "\udc00", "\u2028", "\u0085", "\t", "", "name"];

/** Texts of up to 40 pieces, the same at each run. */
function* texts(count: number): Generator<string> {
  const next = random(20260331);
  for (let made = 0; made < count; made++) {
    yield Array.from({ length: Math.floor(next() * 40) }, () => PIECES[Math.floor(next() * PIECES.length)] ?? "").join(
      "",
    );
  }
}

const document = (text: string) => TextDocument.create("file:///a", "json", 1, text);

describe("LineIndex", () => {
  it("gives the positions of vscode-languageserver-textdocument, for every offset of texts with all line ends", () => {
    for (const text of texts(400)) {
      const lines = new LineIndex(text);
      const expected = document(text);
      for (let offset = -2; offset <= text.length + 2; offset++) {
        expect(lines.positionAt(offset), `${JSON.stringify(text)} at ${offset}`).toEqual(expected.positionAt(offset));
      }
    }
  });

  it("gives its offsets too, also beyond the ends of lines and of the text", () => {
    for (const text of texts(400)) {
      const lines = new LineIndex(text);
      const expected = document(text);
      for (let line = -1; line <= expected.lineCount + 1; line++) {
        for (let character = -1; character < 8; character++) {
          expect(lines.offsetAt({ line, character }), `${JSON.stringify(text)} at ${line}:${character}`).toBe(
            expected.offsetAt({ line, character }),
          );
        }
      }
    }
  });

  it("turns a span into a range", () => {
    expect(new LineIndex("ab\r\ncd").rangeOf({ start: 1, end: 5 })).toEqual({
      start: { line: 0, character: 1 },
      end: { line: 1, character: 1 },
    });
  });
});

it("a span contains its ends, as a cursor behind a word is still on it", () => {
  const span = { start: 2, end: 4 };
  expect([1, 2, 3, 4, 5].map((offset) => contains(span, offset))).toEqual([false, true, true, true, false]);
});
