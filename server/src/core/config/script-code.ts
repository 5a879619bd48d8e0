/** How a setting or a variable of a project has install scripts run other code than their own. */

/**
 * Options of Node.js that load code. It takes `_` for `-` in their names, and quotes and backslashes around anything:
 * https://nodejs.org/api/cli.html#node_optionsoptions
 */
export function loadsCode(text: string): boolean {
  const plain = text.replace(/["'\\]/g, "").replaceAll("_", "-");
  return /(?:^|[\s=])(?:-r|--(?:require|import|loader|experimental-loader|openssl-config|snapshot-blob))(?![\w-])/.test(
    plain,
  );
}

/** Settings that node-gyp takes from the variables that npm, pnpm until 10 and Yarn 1 make of any setting (`npm_config_*`). */
export const OF_NODE_GYP: readonly { readonly key: string; readonly says: string }[] = [
  { key: "python", says: "in place of Python where a package is compiled" },
  { key: "make", says: "in place of make where a package is compiled" },
  { key: "nodedir", says: "in place of the headers of Node.js, which can run commands, where a package is compiled" },
  { key: "devdir", says: "in place of the headers of Node.js, which can run commands, where a package is compiled" },
  { key: "tarball", says: "in place of the headers of Node.js, which can run commands, where a package is compiled" },
];

/** Where node-gyp downloads the headers of Node.js from, which can run commands. Tried: npm 11, pnpm 10, Yarn 1, Bun 1.4. */
export const HEADERS_HOST: readonly string[] = ["disturl", "dist-url"];

/**
 * Settings that install scripts take programs from (`<package>_binary_host` of prebuild-install and node-pre-gyp,
 * `sass_binary_site`), by a host or a folder. They compare them with no hash. npm, pnpm until 10 and Yarn 1 hand every
 * setting on: tried.
 */
export const DOWNLOADS = /[-_](?:binary[-_](?:host(?:[-_]mirror)?|site)|local[-_]prebuilds)$/;

/** How variables begin that npm, and what it runs, take for settings, in capitals too. */
export const NPM_VARIABLE = "npm_config_";

/** Variables that have install scripts run other code than their own, and which values do. */
export const PROGRAM_VARIABLES: readonly { readonly name: string; readonly when: (text: string) => boolean }[] = [
  { name: "NODE_OPTIONS", when: (text) => loadsCode(text) || text.includes("$") },
  ...[
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "BASH_ENV",
    "npm_config_node_gyp",
    "NODE_GYP_FORCE_PYTHON",
    ...[...OF_NODE_GYP.map(({ key }) => key), ...HEADERS_HOST].map((key) => `npm_config_${key.replaceAll("-", "_")}`),
  ].map((name) => ({ name, when: () => true })),
  // Programs may have a use of their own for it: only a path can be a file of the project.
  { name: "PYTHON", when: (text) => /[/\\]/.test(text) },
];
