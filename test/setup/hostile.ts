/** Texts that files, registries and people may hold to mislead whoever reads them, and the patterns that find them. */
import { lexer } from "marked";
import { expect } from "vitest";

/** A command that VS Code runs at a click, an icon, terminals' escape sequences, text turned around, and line ends. */
export const HOSTILE =
  "[Retry now](command:workbench.action.files.newUntitledFile) $(error) " +
  "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnp.exe\u200b\r\nerror: forged\u2028line";

/** What Markdown would make of a text, one of each kind: as a name of a package it fits into a path. */
export const MARKDOWN =
  "<command:workbench.action.files.newUntitledFile> <b> www.evil.example *a* _b_ ~c~ `d` \\* &lt; [e]: f me@evil.example";

/** What VS Code turns into links: src/vs/base/common/linkedText.ts. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
/** What VS Code turns into icons: src/vs/base/browser/ui/iconLabel/iconLabels.ts. */
const ICON = /\$\(([A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** The text is one line, all of it visible. */
export function expectPrintable(text: string): void {
  expect(UNSEEN.exec(text), JSON.stringify(text)).toBeNull();
}

/** The text is as wanted for a terminal: line by line. */
export function expectPrintableLines(text: string): void {
  text.split("\n").forEach(expectPrintable);
}

/** VS Code shows the text as it is: no link, no icon, nothing unseen. */
export function expectLabel(text: string): void {
  expectPrintable(text);
  expect(LINK.exec(text), text).toBeNull();
  expect(ICON.exec(text), text).toBeNull();
}

/** Marked leaves characters by their names to the browser. */
const ENTITY = /&#?[a-z\d]+;/i;

/** A label of which Markdown makes nothing but text: as VS Code reads it, with the same release line of marked. */
export function expectStatus(text: string): void {
  expectLabel(text);
  expect(ENTITY.exec(text), text).toBeNull();
  for (const block of lexer(text, { gfm: true })) {
    expect(block.type, text).toBe("paragraph");
    const inline = "tokens" in block ? (block.tokens ?? []) : [];
    expect([...new Set(inline.map(({ type }) => type))], text).toEqual(["text"]);
  }
}
