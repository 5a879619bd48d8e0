import { modify } from "jsonc-parser";
import type { Manifest } from "../model.ts";
import type { Edit } from "./edit.ts";

/**
 * Overrides a transitive package in the root manifest, as npm has it:
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#overrides.
 * An override that is there already is changed; else one is added. `only` limits it to edges that take this version:
 * needed where the tree holds other versions of the package, which are to stay.
 */
export function npmOverride(text: string, manifest: Manifest, name: string, to: string, only: string | null): readonly Edit[] {
  const present = manifest.overrides.find(
    ({ field, keys, name: overridden }) => field === "overrides" && overridden === name && (keys.length === 1 || (keys.length === 2 && keys[1] === ".")),
  );
  if (present !== undefined) return [{ span: present.specSpan, newText: to }];
  const key = only === null ? name : `${name}@${only}`;
  return modify(text, ["overrides", key], to, { formattingOptions: formattingOf(text) }).map(({ offset, length, content }) => ({
    span: { start: offset, end: offset + length },
    newText: content,
  }));
}

/** The file's own indentation and line ends. */
function formattingOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.startsWith("\t") ? 1 : indent.length, eol: text.includes("\r\n") ? "\r\n" : "\n" };
}
