import type { Rule } from "../../server/src/core/rules/rule.ts";

/** The README's table of rules, in Markdown. */
export function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ meta: { id, says, severity, rises } }) => `| [\`${id}\`](docs/rules/${id}.md) | ${says} | ${severity}${rises === undefined ? "" : `; ${rises}`} |`);
  return ["| rule | says | severity |", "| --- | --- | --- |", ...rows].join("\n");
}
