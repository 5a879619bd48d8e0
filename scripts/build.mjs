// Bundles the extension, the language server and the command line into dist/. `--watch`: again on every change.
import { build } from "esbuild";
import { writeFileSync } from "node:fs";
import { bundles, root, watchBundles } from "./bundles.mjs";
import { bundledPackages, thirdPartyNotices } from "./third-party-notices.mjs";

if (process.argv.includes("--watch")) {
  await watchBundles(() => undefined);
} else {
  const results = await Promise.all(bundles({ minify: process.argv.includes("--minify") }).map((one) => build(one)));
  const notices = thirdPartyNotices(root, bundledPackages(results.map(({ metafile }) => metafile)));
  writeFileSync(new URL("../dist/THIRD-PARTY-NOTICES.txt", import.meta.url), notices);
}
