import js from "@eslint/js";
import * as regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";
import { builtinModules } from "node:module";

/** Imports that a folder may not hold: the one direction is lsp, cli → core ← io. */
function forbid(...patterns) {
  return { "no-restricted-imports": ["error", { patterns }] };
}
const platform = {
  regex: `^(vscode.*|node:.*|(${builtinModules.join("|")})(/.*)?)$`,
  message: "The core knows neither VS Code nor Node: take it through a port.",
};
const folder = (...names) => ({
  regex: `^\\.\\.?/(.*/)?(${names.join("|")})/`,
  message: "Imports go one way: lsp, cli → core ← io.",
});

/** Members of objects of this name that show text to a person: one file wraps them. */
function forbidShowing(object, members, message) {
  const member = `[property.name=/^(${members})$/]`;
  const named = ["object.name", "object.property.name"].map((of) => `MemberExpression[${of}=/^(${object})$/]${member}`);
  return { "no-restricted-syntax": ["error", { selector: named.join(", "), message }] };
}
const sending = "console|window|sendDiagnostics|sendNotification";
const messages = "show(Information|Warning|Error)Message|showQuickPick|showInputBox|withProgress|setStatusBarMessage";
const items = "create(StatusBarItem|QuickPick|InputBox|LanguageStatusItem)";

/** The programs themselves, which put core, io and a front together. */
const programs = { regex: "^(\\.\\./)+(server|server-main|cli-main)\\.ts$", message: "Nothing imports a program." };

export default tseslint.config(
  { ignores: ["dist/", ".vscode-test/", "node_modules/", "examples/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ["./tsconfig.json"], tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      eqeqeq: "error",
    },
  },
  {
    // Texts that anybody may have written: a pattern takes time in proportion to them.
    files: ["server/src/**/*.ts", "client/src/**/*.ts"],
    plugins: { regexp },
    rules: {
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": ["error", { report: "potential", ignoreSticky: false, ignorePartial: false }],
      "regexp/no-dupe-disjunctions": ["error", { reportExponentialBacktracking: "potential" }],
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  { files: ["server/src/core/**/*.ts"], rules: forbid(platform, folder("io", "lsp", "cli", "client"), programs) },
  {
    files: ["server/src/io/**/*.ts"],
    rules: forbid(folder("lsp", "cli", "client"), programs, {
      regex: "^vscode($|-language|-jsonrpc)",
      message: "io serves every front.",
    }),
  },
  { files: ["server/src/lsp/**/*.ts"], rules: forbid(folder("io", "cli", "client"), programs) },
  { files: ["server/src/cli/**/*.ts"], rules: forbid(folder("io", "lsp", "client"), programs) },
  { files: ["client/src/**/*.ts"], rules: forbid({ regex: "server/", message: "The client talks LSP only." }) },
  { files: ["common/**/*.ts"], rules: forbid(platform, folder("server", "client")) },
  {
    files: ["server/src/lsp/**/*.ts"],
    ignores: ["server/src/lsp/editor.ts"],
    rules: forbidShowing("connection", sending, "What is shown leaves through editor.ts."),
  },
  {
    files: ["client/src/**/*.ts"],
    ignores: ["client/src/show.ts"],
    rules: forbidShowing("window|languages", `${messages}|${items}`, "What is shown leaves through show.ts."),
  },
);
