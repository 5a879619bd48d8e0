/** What entries of lockfiles say of their packages. */
import type { StatedDependency, StatedManifest } from "../model.ts";
import { textAt } from "./substitution.ts";

export const STATES_NOTHING: StatedManifest = { dependencies: [], bundled: [] };

/** What most specifiers are written with; nothing of it has another meaning in JSON. */
const PLAIN = /"([\w.^~<>=| *@:/+-]{0,60})"/y;

function specifierAt(text: string, at: number): string {
  PLAIN.lastIndex = at;
  return PLAIN.exec(text)?.[1] ?? textAt(text, at) ?? "";
}

/** What a JSON lockfile has: each alias with the offset of its specifier. */
export function statedInJson(
  text: string,
  aliases: readonly string[],
  offsets: readonly number[],
  targetOf: (alias: string) => number | null,
): readonly StatedDependency[] {
  return aliases.map((alias, nth) => ({
    alias,
    raw: specifierAt(text, offsets[nth] ?? 0),
    target: targetOf(alias),
  }));
}
