/**
 * Writes what is derived from the rules into the extension's manifest and the README: `npm run generate`.
 * `--check` only compares, and exits with 1 when either has drifted.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { RULE_METAS } from "../server/src/core/rules/index.ts";
import { configuration } from "./manifest/configuration.ts";
import { rulesTable } from "./manifest/rules-table.ts";

const root = new URL("../", import.meta.url);
const check = process.argv.includes("--check");

function update(name: string, change: (text: string) => string): void {
  const file = new URL(name, root);
  const text = readFileSync(file, "utf8");
  const changed = change(text);
  if (changed === text) return;
  if (!check) {
    writeFileSync(file, changed);
    return;
  }
  process.stderr.write(`${name} does not say what the rules say: run npm run generate\n`);
  process.exitCode = 1;
}

update("package.json", (text) => {
  const manifest = JSON.parse(text) as { contributes: Record<string, unknown> };
  manifest.contributes["configuration"] = configuration(RULE_METAS);
  return `${JSON.stringify(manifest, null, 2)}\n`;
});

const START = "<!-- rules: written by npm run generate -->";
const END = "<!-- /rules -->";

update("README.md", (text) => {
  const from = text.indexOf(START);
  const to = text.indexOf(END);
  if (from === -1 || to === -1) throw new Error("README.md has lost the marks around its table of rules");
  return `${text.slice(0, from + START.length)}\n${rulesTable(RULE_METAS)}\n${text.slice(to)}`;
});
