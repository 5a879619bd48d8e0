import js from "@eslint/js";
import * as regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

/** Members of objects of this name that show text to a person: one file wraps them. */
function forbidShowing(object, members, message) {
  const member = `[property.name=/^(${members})$/]`;
  const named = ["object.name", "object.property.name"].map((of) => `MemberExpression[${of}=/^(${object})$/]${member}`);
  return { "no-restricted-syntax": ["error", { selector: named.join(", "), message }] };
}
const sending = "console|window|sendDiagnostics|sendNotification";
const messages = "show(Information|Warning|Error)Message|showQuickPick|showInputBox|withProgress|setStatusBarMessage";
const items = "create(StatusBarItem|QuickPick|InputBox|LanguageStatusItem)";

export default tseslint.config(
  { ignores: ["dist/", ".vscode-test/", ".stryker/", "node_modules/", "examples/"] },
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
    files: ["server/src/{core,io}/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name=/^(push|unshift)$/] > SpreadElement",
          message: "Push one by one: arguments lie on the stack, which 120,000 of them overflow.",
        },
      ],
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
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
