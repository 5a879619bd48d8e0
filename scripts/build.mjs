// Bundles the extension, the language server and the command line into dist/.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundledPackages, thirdPartyNotices } from "./third-party-notices.mjs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const root = fileURLToPath(new URL("..", import.meta.url));
const minify = process.argv.includes("--minify");

/** @type {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // jsonc-parser's `main` is a UMD file that esbuild cannot follow into.
  mainFields: ["module", "main"],
  define: { DEPWARDEN_VERSION: JSON.stringify(version) },
  sourcemap: !minify,
  minify,
  // Some files carry a notice that their package's own licence file lacks.
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
};

const results = await Promise.all([
  build({ ...shared, entryPoints: { extension: "client/src/extension.ts" }, outdir: "dist", external: ["vscode"] }),
  build({
    ...shared,
    entryPoints: { server: "server/src/server-main.ts", cli: "server/src/cli-main.ts" },
    outdir: "dist",
  }),
]);

const notices = thirdPartyNotices(root, bundledPackages(results.map(({ metafile }) => metafile)));
writeFileSync(new URL("../dist/THIRD-PARTY-NOTICES.txt", import.meta.url), notices);
