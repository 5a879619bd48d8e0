// What is bundled into dist/, once or again on every change.
import { context } from "esbuild";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  dataFiles,
  laterFile,
  leaveOut,
  oneCopy,
  plainProgress,
  webAssemblyFile,
  withoutDescriptions,
  withoutFeatures,
  yamlModules,
} from "./bundle-plugins.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** Where the modules of the server and the command line are, from `root`. */
export const MODULES = "dist/modules";
const REQUIRE = `import{createRequire as depwardenRequire}from"node:module";const require=depwardenRequire(import.meta.url);`;
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The files of earlier builds, whose names carry another hash. @type {import("esbuild").Plugin} */
const dropStale = {
  name: "drop-stale",
  setup(build) {
    build.onEnd(({ errors, metafile }) => {
      if (errors.length > 0 || metafile === undefined || build.initialOptions.write === false) return;
      const folder = join(root, MODULES);
      const built = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
      for (const name of readdirSync(folder)) if (!built.has(name)) rmSync(join(folder, name));
    });
  },
};

/**
 * @param {{ minify: boolean }} options
 * @returns {import("esbuild").BuildOptions[]} the extension; the server and the command line as modules that share
 * what both use; and the two files by which these are started
 */
export function bundles({ minify }) {
  /** @type {import("esbuild").BuildOptions} */
  const shared = {
    absWorkingDir: root,
    outdir: "dist",
    bundle: true,
    platform: "node",
    target: "node22",
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
  return [
    {
      ...shared,
      entryPoints: { extension: "client/src/extension.ts", client: "client/src/client.ts" },
      external: ["vscode"],
      // VS Code gives `vscode` to what is required.
      supported: { "dynamic-import": false },
      plugins: [withoutFeatures, laterFile],
    },
    {
      ...shared,
      entryPoints: {
        server: "server/src/server-main.ts",
        cli: "server/src/cli-main.ts",
        "packument-worker": "server/src/io/packument-worker.ts",
      },
      outdir: MODULES,
      format: "esm",
      splitting: true,
      outExtension: { ".js": ".mjs" },
      chunkNames: "[name]-[hash]",
      // For packages in CommonJS, which require Node's modules.
      banner: { js: REQUIRE },
      assetNames: "[name]-[hash]",
      plugins: [
        leaveOut,
        withoutDescriptions,
        oneCopy,
        plainProgress,
        yamlModules,
        dataFiles,
        webAssemblyFile,
        dropStale,
      ],
    },
    {
      ...shared,
      entryPoints: { server: "server/src/start/server.cjs", cli: "server/src/start/cli.cjs" },
      external: ["./modules/*"],
    },
  ];
}

/**
 * Builds now and whenever a source file changes, until the process ends. Says on standard output when it begins and
 * ends, and each error in one line, which .vscode/tasks.json reads.
 * @param {(isBuilt: boolean) => void} onEnd called when all bundles are done; false: one of them has an error
 */
export async function watchBundles(onEnd) {
  let running = 0;
  let isBuilt = true;
  /** @type {import("esbuild").Plugin} */
  const report = {
    name: "report",
    setup(build) {
      build.onStart(() => {
        if (running++ > 0) return;
        isBuilt = true;
        console.log("Build started");
      });
      build.onEnd(({ errors }) => {
        for (const error of errors) console.log(errorLine(error));
        if (errors.length > 0) isBuilt = false;
        if (--running > 0) return;
        console.log("Build finished");
        onEnd(isBuilt);
      });
    },
  };
  for (const options of bundles({ minify: false })) {
    const bundle = await context({ ...options, plugins: [...(options.plugins ?? []), report], logLevel: "silent" });
    await bundle.watch();
  }
}

/**
 * @param {import("esbuild").Message} message
 * @returns {string} `file:line:column: error: text`, as compilers write it; line and column from 1
 */
export function errorLine({ location, text }) {
  return location === null
    ? `error: ${text}`
    : `${location.file}:${location.line}:${location.column + 1}: error: ${text}`;
}
