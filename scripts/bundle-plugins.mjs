// What is left out of the bundled packages, and what is put beside the bundles as files of their own.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, parse } from "node:path";
import { npmHighImpact } from "npm-high-impact";

const require = createRequire(import.meta.url);

/**
 * Files of packages that are never run here, by the package that asks for them. Running one all the same throws.
 * @type {Readonly<Record<string, RegExp>>}
 */
const LEFT_OUT = {
  // Bodies that are forms, and the faster one of two parsers of HTTP, without which undici takes the other one: 140 KB.
  undici: /^\.\.\/(?:web\/fetch\/body\.js|llhttp\/llhttp_simd-wasm\.js)$/,
  // How npm finds a project's root. Depwarden finds it itself (core/project/locate.ts). With what they need: 170 KB.
  "@npmcli/config": /^@npmcli\/(?:package-json|map-workspaces)$/,
};

/** @type {import("esbuild").Plugin} */
export const leaveOut = {
  name: "leave-out",
  setup(build) {
    const filter = new RegExp(
      Object.values(LEFT_OUT)
        .map(({ source }) => source)
        .join("|"),
    );
    build.onResolve({ filter }, ({ path, importer }) =>
      LEFT_OUT[packageOf(importer)]?.test(path) === true ? { path, namespace: "left-out" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the bundle`)});`,
    }));
  },
};

/** @param {string} file @returns {string} the name of the package that it belongs to; empty: of none */
function packageOf(file) {
  const [, name = ""] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file) ?? [];
  return name.replace("\\", "/");
}

/**
 * npm's settings without their descriptions, which `npm help` shows: 48 KB. Nothing here shows them.
 * @type {import("esbuild").Plugin}
 */
export const withoutDescriptions = {
  name: "without-descriptions",
  setup(build) {
    build.onLoad({ filter: /[\\/]@npmcli[\\/]config[\\/]lib[\\/]definitions[\\/]definitions\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const contents = text.replace(/^( +description: )`(?:[^`\\]|\\.)*`,$/gms, "$1'',");
      if (contents === text) throw new Error(`${path} has no descriptions to leave out`);
      return { contents };
    });
  },
};

/**
 * The progress line without colours. yocto-spinner asks Node for them, which lets FORCE_COLOR win over NO_COLOR, and
 * neither knows `--no-color`.
 * @type {import("esbuild").Plugin}
 */
export const plainProgress = {
  name: "plain-progress",
  setup(build) {
    build.onResolve({ filter: /^yoctocolors$/ }, ({ path }) => ({ path, namespace: "plain-progress" }));
    build.onLoad({ filter: /.*/, namespace: "plain-progress" }, () => ({
      contents: "const plain = (text) => text; export default new Proxy({}, { get: () => plain });",
    }));
  },
};

/**
 * lru-cache is imported here and required by hosted-git-info, which would be two copies.
 * @type {import("esbuild").Plugin}
 */
export const oneCopy = {
  name: "one-copy",
  setup(build) {
    build.onResolve({ filter: /^lru-cache$/ }, ({ path, kind, resolveDir }) =>
      kind === "require-call" ? build.resolve(path, { kind: "import-statement", resolveDir }) : undefined,
    );
  },
};

/**
 * yaml as modules, which are in its folder for browsers: unused parts can be left out of these, 18 KB.
 * @type {import("esbuild").Plugin}
 */
export const yamlModules = {
  name: "yaml-modules",
  setup(build) {
    const { dir } = parse(require.resolve("yaml/package.json"));
    build.onResolve({ filter: /^yaml$/ }, () => ({ path: join(dir, "browser", "index.js"), sideEffects: false }));
  },
};

/** Data that is imported, as JSON files beside the bundles: Node reads these faster than JavaScript. @type {import("esbuild").Plugin} */
export const dataFiles = {
  name: "data-files",
  setup(build) {
    build.onLoad({ filter: /[\\/]core[\\/]catalogue[\\/]\w+\.json$/ }, ({ path }) => ({
      contents: JSON.stringify(JSON.parse(readFileSync(path, "utf8"))),
      loader: "copy",
    }));
    build.onLoad({ filter: /[\\/]npm-high-impact[\\/]index\.js$/ }, () => ({
      contents: 'export { default as npmHighImpact } from "names.json" with { type: "json" };',
    }));
    build.onResolve({ filter: /^names\.json$/ }, () => ({ path: "npm-high-impact.json", namespace: "names" }));
    build.onLoad({ filter: /.*/, namespace: "names" }, () => ({
      contents: JSON.stringify(npmHighImpact),
      loader: "copy",
    }));
  },
};

/** undici's parser of HTTP, which it keeps in JavaScript as base64. @type {import("esbuild").Plugin} */
export const webAssemblyFile = {
  name: "web-assembly-file",
  setup(build) {
    build.onLoad({ filter: /[\\/]undici[\\/]lib[\\/]llhttp[\\/]llhttp-wasm\.js$/ }, ({ path }) => ({
      contents: 'module.exports = require("node:fs").readFileSync(require.resolve(require("bytes:llhttp.wasm")));',
      pluginData: path,
    }));
    build.onResolve({ filter: /^bytes:/ }, ({ path, pluginData }) => ({
      path: path.slice("bytes:".length),
      namespace: "bytes",
      pluginData,
    }));
    build.onLoad({ filter: /.*/, namespace: "bytes" }, ({ pluginData }) => ({
      contents: require(pluginData),
      loader: "file",
    }));
  },
};

/**
 * What editors can ask a language server for and Depwarden's does not offer, by vscode-languageclient's file: 86 KB. Each
 * stands for features that the client registers with itself before it knows what the server offers.
 */
const NOT_OFFERED = [
  "callHierarchy",
  "codeLens",
  "colorProvider",
  "completion",
  "declaration",
  "definition",
  "documentHighlight",
  "documentLink",
  "documentSymbol",
  "fileOperations",
  "foldingRange",
  "formatting",
  "implementation",
  "inlayHint",
  "inlineCompletion",
  "inlineValue",
  "linkedEditingRange",
  "notebook",
  "reference",
  "rename",
  "selectionRange",
  "semanticTokens",
  "signatureHelp",
  "textDocumentContent",
  "typeDefinition",
  "typeHierarchy",
  "workspaceSymbol",
];

/** A `StaticFeature` that adds nothing to what the client says it can do. */
const FEATURE = `
class NotOffered {
  fillClientCapabilities() {}
  initialize() {}
  getState() { return { kind: "static" }; }
  clear() {}
}
`;

/** @type {import("esbuild").Plugin} */
export const withoutFeatures = {
  name: "without-features",
  setup(build) {
    const filter = new RegExp(
      String.raw`[\\/]vscode-languageclient[\\/]lib[\\/]common[\\/](?:${NOT_OFFERED.join("|")})\.js$`,
    );
    build.onLoad({ filter }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(/^exports\.(\w+) = \1;$/gm)].map(([, name]) => name);
      if (names.length === 0) throw new Error(`${path} has no features to leave out`);
      return { contents: FEATURE + names.map((name) => `exports.${name} = NotOffered;\n`).join("") };
    });
  },
};

/** What the extension imports later, as a file of its own. @type {import("esbuild").Plugin} */
export const laterFile = {
  name: "later-file",
  setup(build) {
    build.onResolve({ filter: /^\.\/client\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./client.js", external: true } : undefined,
    );
  },
};
