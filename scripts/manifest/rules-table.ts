import type { RuleMeta } from "../../server/src/core/rules/rule.ts";

/** The README's table of rules, in Markdown. */
export function rulesTable(rules: readonly RuleMeta[]): string {
  const rows = rules.map(
    ({ id, says, severity, rises, falls }) =>
      `| [\`${id}\`](docs/rules/${id}.md) | ${says} | ${[severity, rises, falls].filter((part) => part !== undefined).join("; ")} |`,
  );
  return ["| rule | says | severity |", "| --- | --- | --- |", ...rows].join("\n");
}
