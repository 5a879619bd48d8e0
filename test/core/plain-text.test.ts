/** Hovers as plain text. */
import { expect, test } from "vitest";
import { plainText } from "../../server/src/core/report/plain-text.ts";
import { asCodeBlock, asMarkdown } from "../../server/src/core/util/sanitize.ts";

test("the marks of a hover go, the text stays", () => {
  const markdown = [
    "**a 1\\.0\\.0**  ",
    "Published",
    "",
    "- error: bad ([rule](https://example.com/a_b*c.md))",
    "- [MAL\\-1](https://example.com/1): Malicious",
    "",
    "Safe version: **0\\.9\\.0** (also 2\\.0\\.0)",
  ].join("\n");
  expect(plainText(markdown)).toBe(
    [
      "a 1.0.0",
      "Published",
      "",
      "- error: bad (rule <https://example.com/a_b*c.md>)",
      "- MAL-1 <https://example.com/1>: Malicious",
      "",
      "Safe version: 0.9.0 (also 2.0.0)",
    ].join("\n"),
  );
});

test("foreign text is as it was, whatever marks it holds", () => {
  const foreign = "[x](y) **b** \\ ` ~ <i> $(error) ![z]";
  expect(plainText(asMarkdown(foreign))).toBe(foreign);
  expect(plainText(`Scripts:\n\n${asCodeBlock("a: **b** \\. [c](d)\n```\ne")}\n\nEnd\\.`)).toBe(
    "Scripts:\n\n  a: **b** \\. [c](d)\n  ```\n  e\n\nEnd.",
  );
});
