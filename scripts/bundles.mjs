// What is bundled into dist/, once or again on every change.
import { context } from "esbuild";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/**
 * Parts of undici that are never run here: bodies that are forms, and the faster one of two parsers of HTTP, without
 * which undici takes the other one. They are 140 KB.
 */
const LEFT_OUT = /^\.\.\/(?:web\/fetch\/body\.js|llhttp\/llhttp_simd-wasm\.js)$/;

/** @type {import("esbuild").Plugin} */
const leaveOut = {
  name: "leave-out",
  setup(build) {
    build.onResolve({ filter: LEFT_OUT }, ({ path, importer }) =>
      importer.includes("/undici/") || importer.includes("\\undici\\") ? { path, namespace: "left-out" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the bundle`)});`,
    }));
  },
};

/**
 * @param {{ minify: boolean }} options
 * @returns {import("esbuild").BuildOptions[]} one for the extension, one for the server and the command line
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
    { ...shared, entryPoints: { extension: "client/src/extension.ts" }, external: ["vscode"] },
    {
      ...shared,
      entryPoints: { server: "server/src/server-main.ts", cli: "server/src/cli-main.ts" },
      plugins: [leaveOut],
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
