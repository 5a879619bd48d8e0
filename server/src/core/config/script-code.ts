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
 * `sass_binary_site`, `electron_mirror`, `chromedriver_cdnurl`, `puppeteer_download_base_url`), by a host or a folder, or
 * by the program itself (`chromedriver_filepath`, `sass_binary_path`), as `inScripts` has them. They compare them with no hash of a lockfile. npm, pnpm until 10 and Yarn 1 hand every setting on:
 * tried. Settings of Yarn 1 that end so are none of them.
 */
export const DOWNLOADS =
  /_(?:binary_(?:host|site|path)|filepath|local_prebuilds|cdn_?url|download_(?:host|base_url)|(?<!yarn_offline_|packages_in_)mirror)$/;

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

/** A variable that has install scripts run other code than their own. */
export interface ProgramVariable {
  readonly name: string;
  /** Whether a value does. Of `NODE_OPTIONS` and `PYTHON` the whole text of a file may be asked about. */
  readonly when: (text: string) => boolean;
  /** How a file is searched for it; "start": where a line sets it, in any case of letters. "mention": wherever it stands, too. */
  readonly search: "whole file" | "mention" | "start";
  /** Projects have it in `.env` for programs of their own. */
  readonly isUsual?: true;
  /** It is in every environment, and Bun changes none that is there: tried, 1.4. */
  readonly isAlwaysSet?: true;
}

/** Absolute paths, with `:` between, into folders that are no project's; `/proc` leads anywhere. */
const OF_THE_SYSTEM =
  /^(?:(?:\/(?:usr|opt|bin|sbin|lib|lib64|etc|nix|Library|System)(?:\/[\w+@-][\w.+@-]*)*\/?|\/dev\/null)(?::|$))*$/;

/** The whole of a value in quotes, or as it is. */
const bare = (value: string): string => /^(["'])([^"']*)\1$/.exec(value)?.[2] ?? value;
const isElsewhere = (value: string): boolean => !OF_THE_SYSTEM.test(bare(value));
/** A program by its bare name is found on the PATH, as the usual one is. */
const isProgramElsewhere = (value: string): boolean => !/^[\w+-][\w.+-]*$/.test(bare(value)) && isElsewhere(value);

/** An address, as a program may have it for a use of its own. */
const OF_OTHER_USE = /^(?:https?:\/\/[^\s'"`$]*|[^\s@/\\'"`$]+@[^\s@/\\'"`$]+)$/;

function variables(names: readonly string[], rest: Omit<ProgramVariable, "name">): readonly ProgramVariable[] {
  return names.map((name) => ({ name, ...rest }));
}

/** Variables that have install scripts run other code than their own. */
export const PROGRAM_VARIABLES: readonly ProgramVariable[] = [
  { name: "NODE_OPTIONS", when: (text) => loadsCode(text) || text.includes("$"), search: "whole file" },
  ...variables(
    [
      "LD_PRELOAD",
      "DYLD_INSERT_LIBRARIES",
      "BASH_ENV",
      "npm_config_node_gyp",
      "NODE_GYP_FORCE_PYTHON",
      ...[...OF_NODE_GYP.map(({ key }) => key), ...HEADERS_HOST, REMOTE_CHECKSUMS].map(
        (key) => `npm_config_${key.replaceAll("-", "_")}`,
      ),
    ],
    { when: () => true, search: "mention" },
  ),
  // Programs may have a use of their own for it: only a path can be a file of the project.
  { name: "PYTHON", when: (text) => /[/\\]/.test(text), search: "whole file" },
  // Programs by name: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html. Tried: Yarn 1.22 and 4.18.
  { name: "PATH", when: isElsewhere, search: "start", isAlwaysSet: true },
  // https://nodejs.org/api/modules.html#loading-from-the-global-folders; older versions of Create React App had it in .env.
  { name: "NODE_PATH", when: isElsewhere, search: "mention", isUsual: true },
  // Modules of OpenSSL: https://nodejs.org/api/cli.html#openssl_conffile
  { name: "OPENSSL_CONF", when: isElsewhere, search: "mention" },
  // https://www.gnu.org/software/make/manual/html_node/MAKEFILES-Variable.html. Tried: Yarn 4.18, Bun 1.4.
  { name: "MAKEFILES", when: isElsewhere, search: "mention" },
  // Options, among them --eval and -f: https://www.gnu.org/software/make/manual/html_node/Options_002fRecursion.html
  ...variables(["MAKEFLAGS", "GNUMAKEFLAGS"], {
    when: (value) => !/^(?:-?[ks]*j? ?\d{0,4}|--jobs=\d{1,4})$/.test(bare(value)),
    search: "mention",
  }),
  // node-gyp runs it in place of make: https://github.com/nodejs/node-gyp/blob/v12.0.0/lib/build.js
  // and takes these from the environment for gyp: https://github.com/nodejs/gyp-next/blob/main/pylib/gyp/generator/make.py
  ...variables(["MAKE", "CC", "CXX", "LINK", "LD", "AR"], {
    when: (value) => isProgramElsewhere(value) && !OF_OTHER_USE.test(bare(value)),
    search: "start",
    isUsual: true,
  }),
  // https://docs.python.org/3/using/cmdline.html#environment-variables. Tried: Yarn 4.18, Bun 1.4.
  { name: "PYTHONPATH", when: isElsewhere, search: "mention", isUsual: true },
  ...variables(["PYTHONHOME", "PYTHONUSERBASE", "PYTHONPLATLIBDIR"], { when: isElsewhere, search: "mention" }),
  // https://perldoc.perl.org/perlrun#ENVIRONMENT
  ...variables(["PERL5LIB", "PERLLIB"], { when: isElsewhere, search: "mention", isUsual: true }),
  ...variables(["PERL5OPT", "PERL5DB"], { when: (value) => !/^-?[wWT]{0,3}$/.test(bare(value)), search: "mention" }),
  // https://docs.ruby-lang.org/en/3.4/ruby/options_md.html
  { name: "RUBYLIB", when: isElsewhere, search: "mention", isUsual: true },
  { name: "RUBYOPT", when: (value) => !/^-?(?:W\d?|w)?$/.test(bare(value)), search: "mention" },
  // Its programs, its configuration, which can name programs, and the programs themselves:
  // https://git-scm.com/docs/git#_environment_variables, https://git-scm.com/docs/git-config#ENVIRONMENT
  ...variables(
    ["GIT_EXEC_PATH", "GIT_TEMPLATE_DIR", "GIT_CONFIG", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_DIR"],
    { when: isElsewhere, search: "mention" },
  ),
  ...variables(["GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"], { when: () => true, search: "mention" }),
  { name: "GIT_SSH_COMMAND", when: isProgramElsewhere, search: "mention", isUsual: true },
  ...variables(
    [
      "GIT_SSH",
      "GIT_ASKPASS",
      "GIT_PROXY_COMMAND",
      "GIT_EXTERNAL_DIFF",
      "GIT_EDITOR",
      "GIT_SEQUENCE_EDITOR",
      "GIT_PAGER",
    ],
    { when: isProgramElsewhere, search: "mention" },
  ),
  // https://man7.org/linux/man-pages/man8/ld.so.8.html#ENVIRONMENT
  { name: "LD_AUDIT", when: () => true, search: "mention" },
  { name: "LD_LIBRARY_PATH", when: isElsewhere, search: "mention", isUsual: true },
  // dyld(1): https://keith.github.io/xcode-man-pages/dyld.1.html
  ...variables(["DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"], {
    when: isElsewhere,
    search: "mention",
    isUsual: true,
  }),
  ...variables(
    [
      "DYLD_FRAMEWORK_PATH",
      "DYLD_FALLBACK_FRAMEWORK_PATH",
      "DYLD_VERSIONED_LIBRARY_PATH",
      "DYLD_VERSIONED_FRAMEWORK_PATH",
      "DYLD_ROOT_PATH",
    ],
    { when: isElsewhere, search: "mention" },
  ),
];
