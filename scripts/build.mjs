// Bundles the extension, the language server and the command line into dist/.
import { build } from "esbuild";
import { readFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const minify = process.argv.includes("--minify");

/** @type {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: new URL("..", import.meta.url).pathname,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // jsonc-parser's `main` is a UMD file that esbuild cannot follow into.
  mainFields: ["module", "main"],
  define: { DEPWARDEN_VERSION: JSON.stringify(version) },
  sourcemap: !minify,
  minify,
  legalComments: "linked",
  logLevel: "warning",
};

await Promise.all([
  build({ ...shared, entryPoints: { extension: "client/src/extension.ts" }, outdir: "dist", external: ["vscode"] }),
  build({ ...shared, entryPoints: { server: "server/src/server-main.ts", cli: "server/src/cli-main.ts" }, outdir: "dist" }),
]);
