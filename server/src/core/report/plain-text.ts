/** A hover for a client that shows plain text only. */

/**
 * Markdown as `hover.ts` writes it, as plain text. All foreign text in it is escaped or fenced, so what is not escaped
 * is a mark of ours: `**` for bold text, `[label](address)`, list items, fences, and two spaces for a line end.
 */
export function plainText(markdown: string): string {
  let fence: string | null = null;
  const shown: string[] = [];
  for (const line of markdown.split("\n")) {
    if (fence !== null) {
      if (line === fence) fence = null;
      else shown.push(`  ${line}`);
      continue;
    }
    fence = /^`{3,}/.exec(line)?.[0] ?? null;
    if (fence === null) shown.push(inline(line));
  }
  return shown.join("\n");
}

/** One mark or escaped character. A label holds no bracket that is not escaped, an address none at all. */
const MARK = /\\([!-/:-@[-`{-~])|\*\*|\]\(([^()]*)\)|\[| {2}$/g;

function inline(line: string): string {
  return line.replace(MARK, (_mark, escaped?: string, address?: string) => {
    if (escaped !== undefined) return escaped;
    return address === undefined ? "" : ` <${address}>`;
  });
}
