import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from "vscode-textmate";

let engine: Promise<void> | null = null;

/** Loads one grammar from `syntaxes/`, with the engine that VS Code uses. */
export async function grammarOf(file: string, scopeName: string): Promise<IGrammar> {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  engine ??= loadWASM(readFileSync(wasm));
  await engine;
  const path = fileURLToPath(new URL(`../../syntaxes/${file}`, import.meta.url));
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: (scope) =>
      Promise.resolve(scope === scopeName ? parseRawGrammar(readFileSync(path, "utf8"), path) : null),
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (grammar === null) throw new Error(`no grammar ${scopeName}`);
  return grammar;
}

/**
 * Each line of the text as it stands, and below it what its tokens are: the text that is marked, and its scopes
 * without the language's own. Blanks are left out, and so is what has no scope.
 */
export function tokensOf(grammar: IGrammar, text: string): string {
  const lines: string[] = [];
  let stack = INITIAL;
  for (const line of text.split("\n")) {
    lines.push(line === "" ? "" : `| ${line}`);
    const result = grammar.tokenizeLine(line, stack);
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const marked = line.slice(startIndex, endIndex);
      const own = scopes.slice(1).map((scope) => scope.replaceAll(".yarnlock", ""));
      if (marked.trim() !== "" && own.length > 0) lines.push(`    ${marked}  →  ${own.join(" ")}`);
    }
    stack = result.ruleStack;
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** What is marked with the scope, in order. */
export function marked(grammar: IGrammar, text: string, scope: string): string[] {
  const found: string[] = [];
  let stack = INITIAL;
  for (const line of text.split("\n")) {
    const result = grammar.tokenizeLine(line, stack);
    for (const { startIndex, endIndex, scopes } of result.tokens)
      if (scopes.includes(scope)) found.push(line.slice(startIndex, endIndex));
    stack = result.ruleStack;
  }
  return found;
}
