/** How a setting or a variable of a project has install scripts run other code than their own. */
import type { ConfigKind } from "../documents/config/index.ts";
import { kebabCase } from "./pnpm-setting-names.ts";

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
 * `sass_binary_site`, `electron_mirror`, `chromedriver_cdnurl`, `puppeteer_download_base_url`), by a host or a folder, as
 * `inScripts` has them. They compare them with no hash of a lockfile. npm, pnpm until 10 and Yarn 1 hand every setting on:
 * tried. Settings of Yarn 1 that end so are none of them.
 */
export const DOWNLOADS =
  /_(?:binary_(?:host|site)|local_prebuilds|cdn_?url|download_(?:host|base_url)|(?<!yarn_offline_|packages_in_)mirror)$/;

/** With any value, Electron's install script compares its program with hashes that come from where it does. */
export const REMOTE_CHECKSUMS = "electron_use_remote_checksums";

/**
 * What install scripts get a setting as, behind `npm_config_`. Its capitals are made small letters: npm does so, and else
 * node-gyp. Tried: npm 11, pnpm 10, Yarn 1.
 */
export function inScripts(kind: ConfigKind, key: string): string {
  const name = kind === "pnpm-workspace" ? kebabCase(key) : key;
  return name.replace(/[^a-zA-Z\d]/g, "_").toLowerCase();
}

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
    ...[...OF_NODE_GYP.map(({ key }) => key), ...HEADERS_HOST, REMOTE_CHECKSUMS].map(
      (key) => `npm_config_${key.replaceAll("-", "_")}`,
    ),
  ].map((name) => ({ name, when: () => true })),
  // Programs may have a use of their own for it: only a path can be a file of the project.
  { name: "PYTHON", when: (text) => /[/\\]/.test(text) },
];
