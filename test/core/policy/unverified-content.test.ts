/** Settings of a project by which its package manager installs contents that it does not check against the lockfile. */
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { unknown } from "../../../server/src/core/facts/fact.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts, uriOf } from "../world/ports.ts";

const INTEGRITY = `sha512-${"a".repeat(86)}==`;
const SHA1 = "a".repeat(40);

/** A project whose lockfile states a hash of all that it locks. */
const PROJECTS = {
  npm: { "package.json": "{}", "package-lock.json": npmLock(INTEGRITY) },
  pnpm: {
    "package.json": "{}",
    "pnpm-lock.yaml": `lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: ${INTEGRITY}}\n`,
  },
  "yarn 1": { "package.json": "{}", "yarn.lock": classicLock(`#${SHA1}`) },
  "yarn 4": {
    "package.json": "{}",
    "yarn.lock": '__metadata:\n  version: 8\n\n"a@npm:1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n',
  },
  bun: {
    "package.json": "{}",
    "bun.lock": `{"lockfileVersion": 1, "packages": {"a": ["a@1.0.0", "", {}, "${INTEGRITY}"]}}`,
  },
} as const;
type Name = keyof typeof PROJECTS;

function npmLock(integrity: string | undefined): string {
  const resolved = "https://registry.npmjs.org/a/-/a-1.0.0.tgz";
  const packages = { "": {}, "node_modules/a": { version: "1.0.0", resolved, integrity } };
  return JSON.stringify({ lockfileVersion: 3, packages });
}

function classicLock(hash: string): string {
  return `# yarn lockfile v1\n\n\na@1.0.0:\n  version "1.0.0"\n  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz${hash}"\n`;
}

/** pnpm, in this version for sure. */
const pnpm = (version: string) => ({
  "package.json": JSON.stringify({ packageManager: `pnpm@${version}`, engines: { pnpm: version } }),
});

/** What is said of the project's settings: file, severity and message. */
async function told(
  name: Name,
  files: Readonly<Record<string, string>>,
  unread: string | null = null,
): Promise<readonly string[]> {
  const ports = testPorts({
    now: "2026-06-10T00:00:00Z",
    world: { packages: { a: { "1.0.0": "2020-01-01" } } },
    files: new Map(Object.entries({ ...PROJECTS[name], ...files })),
  });
  // What git and package managers have there are no files that a project is found by.
  const isOther = (path: string): boolean =>
    path.endsWith(".zip") || /^(?:\.git$|\.git\/|\.yarn\/|node_modules\/|deps\/)/.test(path);
  const named = new Map([...ports.texts].filter(([path]) => !isOther(path)));
  const read: typeof ports.files.read = (uri, cancel) =>
    unread !== null && uri === uriOf(unread)
      ? Promise.resolve(unknown("refused", "it is too large"))
      : ports.files.read(uri, cancel);
  const { report } = await inspect({ ...ports, files: { ...ports.files, read }, texts: named });
  return report.findings
    .filter(({ rule, package: of }) => rule === "lockfile-tampering" && of === "")
    .map(({ file, severity, span, message }) => {
      const text = ports.texts.get(file.slice("file:///app/".length)) ?? "";
      return `${severity} ${file.slice("file:///app/".length)} [${text.slice(span.start, span.end)}] ${message}`;
    });
}

describe("a project's file that puts where contents come from into the project is reported", () => {
  it.each<readonly [Name, file: string, text: string, value: string, what: string]>([
    ["pnpm", "pnpm-workspace.yaml", "storeDir: .s\n", ".s", "storeDir: .s puts pnpm's store"],
    ["pnpm", ".npmrc", "store-dir=.s\n", ".s", "store-dir=.s puts pnpm's store"],
    ["pnpm", "pnpm-workspace.yaml", "storeDir: /app/s\n", "/app/s", "storeDir: /app/s puts pnpm's"],
    ["pnpm", "pnpm-workspace.yaml", "storeDir: ${PWD}/s\n", "${PWD}/s", "storeDir: ${PWD}/s puts pnpm's"],
    ["pnpm", "pnpm-workspace.yaml", "storeDir: /proc/self/cwd/s\n", "/proc/self/cwd/s", "storeDir: /proc/self/cwd/s"],
    ["pnpm", "pnpm-workspace.yaml", "storeDir: ~/../x\n", "~/../x", "storeDir: ~/../x puts pnpm's"],
    ["yarn 1", ".yarnrc", 'cache-folder "./c"\n', "./c", "cache-folder ./c puts Yarn's cache"],
    ["yarn 1", ".yarnrc", '--install.cache-folder "./c"\n', "./c", "--install.cache-folder ./c puts Yarn's"],
    ["yarn 1", ".yarnrc", "--cache-folder: c\n", "c", "--cache-folder c puts Yarn's"],
    ["yarn 1", ".npmrc", "cache-folder=c\n", "c", "cache-folder=c puts Yarn's cache"],
    ["yarn 1", ".yarnrc", 'x, cache-folder "./c"\n', "./c", "cache-folder ./c puts Yarn's cache"],
    ["yarn 1", ".yarnrc", 'a b cache-folder "./c" # x\n', "./c", "cache-folder ./c puts Yarn's cache"],
    ["yarn 1", ".yarnrc", 'cache-folder: "./c"  \r\n# x', "./c", "cache-folder ./c puts Yarn's cache"],
    ["yarn 1", ".yarnrc", "cache-folder: './c'\n", "./c", "cache-folder ./c puts Yarn's cache"],
    ["yarn 1", ".yarnrc", 'preferred-cache-folder "./c"\n', "./c", "preferred-cache-folder ./c puts Yarn's cache"],
    ["yarn 1", ".yarnrc", '--install.preferred-cache-folder "c"\n', "c", "--install.preferred-cache-folder c puts"],
    ["yarn 1", ".npmrc", "preferred-cache-folder=c\n", "c", "preferred-cache-folder=c puts Yarn's cache"],
    ["yarn 4", ".yarnrc.yml", "nodeLinker: pnpm\npnpmStoreFolder: vs\n", "vs", "pnpmStoreFolder: vs puts Yarn's store"],
    ["pnpm", "pnpm-workspace.yaml", "virtualStoreDir: vs\n", "vs", "virtualStoreDir: vs puts pnpm's virtual store"],
    ["pnpm", ".npmrc", "virtual-store-dir=vs\n", "vs", "virtual-store-dir=vs puts pnpm's virtual store"],
    ["pnpm", "pnpm-workspace.yaml", "globalVirtualStoreDir: g\n", "g", "globalVirtualStoreDir: g puts pnpm's global"],
    ["pnpm", "pnpm-workspace.yaml", "cacheDir: ./c\n", "./c", "cacheDir: ./c puts pnpm's cache of what registries say"],
    ["bun", "bunfig.toml", '[install.cache]\ndir = "./.b"\n', "./.b", "install.cache.dir = ./.b puts Bun's cache"],
    ["bun", "bunfig.toml", '[install]\ncache = "./.b"\n', "./.b", "install.cache = ./.b puts Bun's cache"],
    ["bun", ".npmrc", "cache=.b\n", ".b", "cache=.b puts Bun's cache"],
  ])("%s: %s, %j", async (name, file, text, value, what) => {
    expect(await told(name, { [file]: text })).toEqual([
      expect.stringMatching(new RegExp(`^warning ${file.replaceAll(".", "\\.")} `)),
    ]);
    const [message] = await told(name, { [file]: text });
    expect(message).toContain(`[${value}] ${what}`);
    expect(message).toMatch(/installs what it finds there without checking it against \S+\. Remove the setting\.$/);
  });

  it.each(["\fBUN_INSTALL_CACHE_DIR=./c", "\vBUN_INSTALL = ./c", "#\rBUN_INSTALL_CACHE_DIR: c"])(
    "Bun: a variable however it is written, %j",
    async (text) => {
      expect(await told("bun", { ".env": `A=1\n${text}\n` })).toHaveLength(1);
      expect(await told("bun", { ".env": `# BUN_INSTALL_CACHE_DIR=./c\nMY_BUN_INSTALL=1\n` })).toEqual([]);
    },
  );

  it.each([".env", ".env.local", ".env.production"])("Bun: a variable in %s", async (file) => {
    expect(await told("bun", { [file]: "A=1\nexport BUN_INSTALL_CACHE_DIR=./.b\n" })).toEqual([
      `warning package.json [] ${file} tells Bun where its cache is. Bun installs what it finds there without checking it against bun.lock. Remove the variable.`,
    ]);
  });
});

describe("where the package manager checks hashes, packages without one are reported", () => {
  it("npm's cache", async () => {
    expect(await told("npm", { ".npmrc": "cache=.c\n", "package-lock.json": npmLock(undefined) })).toEqual([
      "warning .npmrc [.c] cache=.c puts npm's cache into this project, and package-lock.json has 1 package without a hash, which npm installs from there unchecked: a 1.0.0. Remove the setting, or lock them again.",
    ]);
    expect(await told("npm", { ".npmrc": "cache=.c\n", "package-lock.json": npmLock("SHA512-x") })).toHaveLength(1);
  });

  it.each(["always", "never", "old.example", "https://old.example/npm", "${X}"])(
    "npm's replace-registry-host=%s",
    async (value) => {
      const files = { ".npmrc": `replace-registry-host=${value}\n` };
      expect(await told("npm", { ...files, "package-lock.json": npmLock(undefined) })).toEqual([
        `warning .npmrc [${value}] replace-registry-host=${value} has npm fetch from other hosts than it does by default, and package-lock.json has 1 package without a hash, which npm installs from there unchecked: a 1.0.0. Remove the setting, or lock them again.`,
      ]);
      expect(await told("npm", files)).toEqual([]);
    },
  );

  it.each(["npmjs", "registry.npmjs.org"])("but not for replace-registry-host=%s, which is as usual", async (value) => {
    const files = { ".npmrc": `replace-registry-host=${value}\n`, "package-lock.json": npmLock(undefined) };
    expect(await told("npm", files)).toEqual([]);
  });

  it("Yarn 1's offline mirror", async () => {
    expect(await told("yarn 1", { ".yarnrc": 'yarn-offline-mirror "./m"\n', "yarn.lock": classicLock("") })).toEqual([
      "warning .yarnrc [./m] yarn-offline-mirror ./m puts Yarn's offline mirror into this project, and yarn.lock has 1 package without a hash, which Yarn installs from there unchecked: a 1.0.0. Remove the setting, or lock them again.",
    ]);
    expect(await told("yarn 1", { ".npmrc": "yarn-offline-mirror=m\n", "yarn.lock": classicLock("") })).toHaveLength(1);
  });

  it.each<readonly [Name, file: string, text: string]>([
    ["npm", ".npmrc", "cache=.c\nprefer-offline=true\n"],
    ["yarn 1", ".yarnrc", 'yarn-offline-mirror "./m"\n'],
    ["yarn 1", ".npmrc", "yarn-offline-mirror=./m\n"],
  ])("and with a hash nothing is: %s, %s %j", async (name, file, text) => {
    expect(await told(name, { [file]: text })).toEqual([]);
  });

  it("and so is a project that locks nothing", async () => {
    const ports = testPorts({
      now: "2026-06-10T00:00:00Z",
      world: {},
      files: new Map([
        ["package.json", "{}"],
        [".npmrc", "cache=.c\n"],
      ]),
    });
    const { report } = await inspect(ports);
    expect(report.findings.map(({ rule, message }) => `${rule}: ${message}`)).toContain(
      "lockfile-tampering: cache=.c puts npm's cache into this project, and there is no lockfile that says which contents are right. Remove the setting, or lock the dependencies.",
    );
  });
});

describe("a project's file that turns the check off is reported", () => {
  it.each(["ignore", "update", "reset", "${X:-ignore}", "${X}"])("Yarn: checksumBehavior: %s", async (value) => {
    expect(await told("yarn 4", { ".yarnrc.yml": `checksumBehavior: ${JSON.stringify(value)}\n` })).toEqual([
      `warning .yarnrc.yml [${value}] checksumBehavior: ${value} lets Yarn install other contents than those whose checksum is in yarn.lock. Remove the setting.`,
    ]);
  });

  it.each([
    ["pnpm-workspace.yaml", "verifyStoreIntegrity: false"],
    [".npmrc", "verify-store-integrity=false"],
  ])("pnpm: %s, %s", async (file, text) => {
    expect(await told("pnpm", { [file]: `${text}\n` })).toEqual([
      `warning ${file} [false] ${text} lets pnpm install files of its store that were changed since. Remove the setting.`,
    ]);
  });
});

it("Bun's variable that turns the check off is reported", async () => {
  expect(await told("bun", { ".env": "BUN_CONFIG_NO_VERIFY=1\n" })).toEqual([
    "warning package.json [] BUN_CONFIG_NO_VERIFY in .env lets Bun install other contents than those whose hash is in bun.lock. Remove the variable.",
  ]);
});

it("a server that pnpm 11 takes the lockfile from is an error", async () => {
  const file = { "pnpm-workspace.yaml": "pnprServer: http://evil.example\n" };
  expect(await told("pnpm", file)).toEqual([
    "error pnpm-workspace.yaml [http://evil.example] pnprServer: http://evil.example has pnpm install what that server answers in place of what pnpm-lock.yaml says. Remove the setting.",
  ]);
  const old = JSON.stringify({ packageManager: "pnpm@10.34.9", engines: { pnpm: "10.34.9" } });
  expect(await told("pnpm", { ...file, "package.json": old })).toEqual([]);
});

describe("a setting is reported", () => {
  it.each<readonly [Name, file: string, text: string, finding: string]>([
    [
      "yarn 1",
      ".yarnrc",
      '--install.use-yarnrc "./evilrc"\n',
      "[./evilrc] --install.use-yarnrc ./evilrc has Yarn read another settings file, which is not read here.",
    ],
    [
      "yarn 1",
      ".yarnrc",
      "--update-checksums true\n",
      "[true] --update-checksums true lets Yarn install other contents than those whose hash is in yarn.lock.",
    ],
    [
      "npm",
      ".npmrc",
      "userconfig=./g.rc\n",
      "[./g.rc] userconfig=./g.rc has npm read another settings file, which is not read here.",
    ],
    ["npm", ".npmrc", "git=./x\n", "[./x] git=./x has npm run a program of this project in place of git."],
    [
      "npm",
      ".npmrc",
      "node-gyp=tools/x.js\n",
      "[tools/x.js] node-gyp=tools/x.js has npm run a program of this project in place of node-gyp.",
    ],
    [
      "npm",
      ".npmrc",
      "script-shell=./sh\n",
      "[./sh] script-shell=./sh has npm run install scripts with a program of this project.",
    ],
    [
      "pnpm",
      "pnpm-workspace.yaml",
      "scriptShell: ./sh\n",
      "[./sh] scriptShell: ./sh has pnpm run install scripts with a program of this project.",
    ],
    [
      "pnpm",
      ".npmrc",
      "use-node-version=20.11.0\nnode-mirror:release=http://evil.example/\n",
      "[http://evil.example/] node-mirror:release in .npmrc has pnpm run a Node.js from http://evil.example/, whose contents no lockfile states.",
    ],
  ])("%s: %s, %j", async (name, file, text, finding) => {
    expect(await told(name, { [file]: text })).toEqual([`warning ${file} ${finding} Remove the setting.`]);
  });
});

/** Tried with pnpm 10.34; pnpm 9 reads none of them there, pnpm 11 and 12 no unknown one. */
describe("pnpm 10 takes settings of any name", () => {
  const yaml = "pnpm-workspace.yaml";
  const old = (text: string, version = "10.34.9") => told("pnpm", { ...pnpm(version), [yaml]: text });

  it("pnpm's own home", async () => {
    const text = "pnpmHomeDir: ./.home\n";
    expect(await old(text)).toEqual([
      `warning ${yaml} [./.home] pnpmHomeDir: ./.home puts pnpm's home (its store, and the pnpm that it runs) into this project. pnpm installs what it finds there without checking it against pnpm-lock.yaml. Remove the setting.`,
    ]);
    expect(await told("pnpm", { [yaml]: text })).toHaveLength(1);
    expect(await old(text, "11.28.0")).toEqual([]);
    expect(await old("pnpmHomeDir: ~/.pnpm\n")).toEqual([]);
  });

  it("the version of pnpm that runs", async () => {
    expect(await old("wantedPackageManager:\n  name: pnpm\n  version: 10.33.0\n")).toEqual([
      `warning ${yaml} [10.33.0] wantedPackageManager.version: 10.33.0 has pnpm 10 run that version of pnpm, whatever package.json states. Remove the setting.`,
    ]);
  });

  it("any other that pnpm does not document is reported once", async () => {
    expect(await old("nodeExecPath: ./x\n")).toEqual([
      `warning ${yaml} [nodeExecPath] pnpm 10 takes settings of any name from pnpm-workspace.yaml; nodeExecPath is not a documented setting. Check that it is meant, or remove it.`,
    ]);
    expect(
      await told("pnpm", { [yaml]: "packages: [a]\nextraBinPaths: [./x]\nlatest: true\n__proto__: {a: 1}\n" }),
    ).toEqual([
      `warning ${yaml} [extraBinPaths] pnpm 10 takes settings of any name from pnpm-workspace.yaml; extraBinPaths, latest, __proto__ are not documented settings. Check that they are meant, or remove them.`,
    ]);
    for (const version of ["9.15.0", "11.28.0", "12.21.0"])
      expect(await old("nodeExecPath: ./x\n", version)).toEqual([]);
    expect(await told("npm", { [yaml]: "nodeExecPath: ./x\n" })).toEqual([]);
  });

  it("but none that it documents, for any version and in any spelling", async () => {
    const settings =
      "$schema: x\npackages: [a]\nallowBuilds: {a: true}\nminimumReleaseAge: 4320\nnode-linker: hoisted\nsavePrefix: ''\ntrustPolicy: no-downgrade\nupdate: {ignoreDependencies: [a]}\ntools: {}\n";
    expect(await told("pnpm", { [yaml]: settings })).toEqual([]);
  });

  it.each<readonly [line: string, finding: string]>([
    ["nodeGyp: ./x", "warning [./x] nodeGyp: ./x has pnpm use a file of this project in place of node-gyp."],
    ["Python: ./x", "warning [./x] Python: ./x has pnpm use a file of this project in place of Python where"],
    ["MAKE: ./x", "warning [./x] MAKE: ./x has pnpm use a file of this project in place of make where"],
    ["distUrl: https://h.example", "information [https://h.example] distUrl: https://h.example: where a package is"],
    ["pýthon: ./x", "warning [./x] pýthon: ./x has pnpm use a file of this project in place of Python where"],
    ["sharp_binary_host: https://h.example", "information [https://h.example] sharp_binary_host: install scripts take"],
    ["electronMirror: http://h.example", "warning [http://h.example] electronMirror: install scripts take programs"],
  ])("what install scripts get, in any spelling: %s", async (line, finding) => {
    const [one, ...others] = await old(`${line}\n`);
    expect(others).toEqual([]);
    expect(one?.replace(`${yaml} `, "")).toContain(finding);
    expect(await old(`${line}\n`, "11.28.0")).toEqual([]);
  });
});

it.each<readonly [Name, file: string, text: string, finding: string]>([
  ["npm", ".npmrc", "PYTHON=./x\n", "PYTHON=./x has npm use a file of this project in place of Python"],
  ["npm", ".npmrc", "dist_url=http://h.example\n", "dist_url=http://h.example: where a package is compiled"],
  ["pnpm", ".npmrc", "node_gyp=./x\n", "node_gyp=./x has pnpm use a file of this project in place of node-gyp."],
  ["yarn 1", ".npmrc", "Make=./x\n", "Make=./x has Yarn use a file of this project in place of make"],
  ["yarn 1", ".yarnrc", 'sharp.binary.host "http://h.example"\n', "sharp.binary.host: install scripts take programs"],
])(
  "what install scripts get as the same variable is found in other spellings: %s, %s %j",
  async (name, file, text, finding) => {
    expect(await told(name, { [file]: text })).toEqual([expect.stringContaining(finding)]);
  },
);

/** Each was tried with the package managers themselves: an install script ran the code, or got the variable. */
describe("code that a project's file has install scripts run is reported", () => {
  const yaml = "pnpm-workspace.yaml";
  it.each<readonly [Name, file: string, text: string, finding: string]>([
    ["npm", ".npmrc", "node-options=--require ./x.js\n", "has Node.js load that code in every script that npm runs."],
    ["npm", ".npmrc", "node-options=--max-old-space-size=99 --import=x\n", "has Node.js load that code in every"],
    ["npm", ".npmrc", "node-options=${OPTIONS}\n", "has Node.js load that code in every script that npm runs."],
    ["npm", ".npmrc", "python=./py\n", "has npm use a file of this project in place of Python where a package is"],
    ["npm", ".npmrc", "make=./mk\n", "has npm use a file of this project in place of make where a package is"],
    ["npm", ".npmrc", "nodedir=./node\n", "has npm use a file of this project in place of the headers of Node.js,"],
    ["npm", ".npmrc", "devdir=./node\n", "has npm use a file of this project in place of the headers of Node.js,"],
    ["pnpm", ".npmrc", "node-gyp=./x.js\n", "has pnpm use a file of this project in place of node-gyp."],
    ["pnpm", yaml, "python: ./py\n", "has pnpm use a file of this project in place of Python where a package is"],
    ["pnpm", yaml, "nodeOptions: --import ./x.js\n", "has Node.js load that code in every script that pnpm runs."],
    ["yarn 1", ".yarnrc", 'python "./py"\n', "has Yarn use a file of this project in place of Python where a package"],
    ["yarn 1", ".npmrc", "node-gyp=./x\n", "has Yarn use a file of this project in place of node-gyp."],
    [
      "yarn 1",
      ".yarnrc",
      'env:\n  NODE_OPTIONS "--require ./x"\n',
      "can have install scripts run other code than their",
    ],
    ["yarn 1", ".yarnrc", 'env:\n  LD_PRELOAD "./x.so"\n', "can have install scripts run other code than their own."],
  ])("%s: %s, %j", async (name, file, text, finding) => {
    const [found, ...others] = await told(name, { [file]: text });
    expect(others).toEqual([]);
    expect(found).toMatch(new RegExp(`^warning ${file.replaceAll(".", "\\.")} .* Remove the setting\\.$`));
    expect(found).toContain(finding);
  });

  it.each<readonly [Name, file: string]>([
    ["bun", ".env"],
    ["bun", ".env.local"],
    ["yarn 4", ".env.yarn"],
  ])("%s: a variable in %s", async (name, file) => {
    const message = (variable: string) =>
      `warning package.json [] ${variable} in ${file} can have install scripts run other code than their own. Remove the variable.`;
    expect(await told(name, { [file]: 'A=1\nexport NODE_OPTIONS="--require ./x.js"\n' })).toEqual([
      message("NODE_OPTIONS"),
    ]);
    expect(await told(name, { [file]: "LD_PRELOAD=./x.so\nnpm_config_python=./py\n" })).toEqual([
      message("LD_PRELOAD"),
      message("npm_config_python"),
    ]);
    expect(await told(name, { [file]: "NODE_OPTIONS=--max-old-space-size=4096\n# LD_PRELOAD=./x.so\n" })).toEqual([]);
  });

  const leads = (variable: string, file: string, isUsual = false): string =>
    `${isUsual ? "information" : "warning"} package.json [] ${variable} in ${file} can have install scripts run other code than their own. ${isUsual ? "Check that it is meant." : "Remove the variable."}`;

  it.each([
    ["PATH", "./evil"],
    ["PATH", "/usr/bin:/proc/self/cwd/evil"],
    ["PATH", "/usr/../tmp/evil"],
    ["Path", "./evil:/usr/bin"],
    ["MAKEFILES", "../../evil.mk"],
    ["MAKEFLAGS", "--eval=$(shell x)"],
    ["MAKE", "../../evil"],
    ["CXX", '"../../evil -x"'],
    ["PYTHONPATH", "/usr/lib:evil"],
    ["PYTHONHOME", "evil"],
    ["PERL5OPT", "-Mevil"],
    ["RUBYLIB", "$X"],
    ["RUBYOPT", "-r./evil"],
    ["NODE_PATH", "src"],
    ["OPENSSL_CONF", "./evil.cnf"],
    ["GIT_EXEC_PATH", "./evil"],
    ["GIT_CONFIG_GLOBAL", "./evil"],
    ["GIT_CONFIG_COUNT", "1"],
    ["GIT_SSH_COMMAND", "./evil"],
    ["LD_AUDIT", "./evil.so"],
    ["LD_LIBRARY_PATH", "evil"],
    ["DYLD_FRAMEWORK_PATH", "evil"],
  ])("Yarn: %s is %s", async (variable, value) => {
    expect(await told("yarn 4", { ".env.yarn": `A=1\n${variable}=${value}\n` })).toEqual([
      leads(variable, ".env.yarn"),
    ]);
    const written = `env:\n  ${variable} ${JSON.stringify(value.replaceAll('"', ""))}\n`;
    expect(await told("yarn 1", { ".yarnrc": written })).toEqual([
      expect.stringMatching(/^warning \.yarnrc .* can have install scripts run other code than their own\. Remove/),
    ]);
  });

  it("Bun: variables that take code from elsewhere, as information where projects have them for a use of their own", async () => {
    const of = (text: string): Promise<readonly string[]> => told("bun", { ".env": text });
    expect(await of("MAKEFILES=../../evil.mk\n")).toEqual([leads("MAKEFILES", ".env")]);
    expect(await of("makefiles : ../../evil.mk\n")).toEqual([leads("makefiles", ".env")]);
    expect(await of("A='1' MAKEFILES=../../evil.mk\n")).toEqual([leads("MAKEFILES", ".env")]);
    expect(await of("PYTHONPATH=src\nNODE_PATH=src/\nCC=../../evil\n")).toEqual(
      ["NODE_PATH", "CC", "PYTHONPATH"].map((name) => leads(name, ".env", true)),
    );
  });

  it.each<readonly [what: string, text: string]>([
    ["it is in the environment already", "PATH=./bin:$PATH\nPath=bin\n"],
    ["they lead out of the project", 'PYTHONPATH=/usr/lib/python3:"/opt/x"\n'.replaceAll('"', "")],
    ["they lead out of the project, in quotes", 'LD_LIBRARY_PATH="/usr/local/lib"\nOPENSSL_CONF=/dev/null\n'],
    ["they say how many jobs make runs", "MAKEFLAGS=-j8\n"],
    ["they name the usual programs", "CC=gcc\nCXX='clang++-18'\nMAKE=gmake\nGIT_SSH_COMMAND=ssh\n"],
    [
      "they are of another use",
      "CC=team@example.org\nLINK=https://example.org/x\nMAKE=\nAPI=https://h/path?path=1&cc=2\n",
    ],
  ])("Bun: nothing is said of variables where %s", async (_what, text) => {
    expect(await told("bun", { ".env": text })).toEqual([]);
  });

  it.each<readonly [name: string, text: string]>([
    ["MAKEFILES", "MAKE\rFILES=../../evil.mk\n"],
    ["CC", "A=1\nC\rC=../../evil\n"],
    ["LD_LIBRARY_PATH", "LD_LIBRARY_PATH=/usr/lib\r/../../x\n"],
    ["NODE_OPTIONS", "NODE_OPTIONS=--re\rquire=./x.js\n"],
    ["LD_PRELOAD", "#\rLD_PRELOAD=./x.so\n"],
    ["MAKE", "A=1\rMAKE=./x\r"],
  ])("a carriage return is nothing, or ends a line: %s", async (variable, text) => {
    expect(await told("yarn 4", { ".env.yarn": text })).toEqual([leads(variable, ".env.yarn")]);
  });

  it("a carriage return in an address does not hide that it has no https", async () => {
    const files = { ".env.yarn": "npm_config_a_binary_host=ht\rtp://h.example\n" };
    expect(await told("yarn 4", files)).toEqual([expect.stringMatching(/^warning /)]);
  });

  it("says nothing more of a file with carriage returns at its ends of lines", async () => {
    const text = "# MAKEFILES=./x\r\nLD_LIBRARY_PATH=/usr/lib\r\nCC=gcc\r\nNODE_ENV=test\r\n";
    expect(await told("yarn 4", { ".env.yarn": text })).toEqual([]);
  });

  it.each<readonly [Name, file: string, manager: string]>([
    ["yarn 4", ".env.yarn", "Yarn"],
    ["bun", ".env", "Bun"],
  ])("%s: %s, where it cannot be read", async (name, file, manager) => {
    expect(await told(name, { [file]: "A=1\n" }, file)).toEqual([
      `warning package.json [] ${file} could not be read. ${manager} loads it, and variables there can change what is installed or run. Make it a plain and shorter file, or delete it.`,
    ]);
    expect(await told(name, { [file]: "A=1\n" })).toEqual([]);
  });

  it.each<Name>(["bun", "yarn 4"])("%s: a variable that npm's programs take for a setting", async (name) => {
    const file = name === "bun" ? ".env" : ".env.yarn";
    const from = (variable: string, advice: string): string =>
      `${variable} in ${file}: install scripts take programs from there, which no lockfile has a hash of. ${advice}`;
    expect(await told(name, { [file]: "NPM_CONFIG_PYTHON=./py\n" })).toEqual([
      `warning package.json [] NPM_CONFIG_PYTHON in ${file} can have install scripts run other code than their own. Remove the variable.`,
    ]);
    expect(await told(name, { [file]: "npm_config_sharp_binary_host=https://h.example\n" })).toEqual([
      `information package.json [] ${from("npm_config_sharp_binary_host", "Check that it is meant.")}`,
    ]);
    expect(await told(name, { [file]: "NPM_CONFIG_B_LOCAL_PREBUILDS=http://h.example\n" })).toEqual([
      `warning package.json [] ${from("NPM_CONFIG_B_LOCAL_PREBUILDS", "Use an address with https that is meant, or remove it.")}`,
    ]);
    expect(await told(name, { [file]: "npm_config_loglevel=silly\nsharp_binary=1\nYARN_X=1\n" })).toEqual([]);
  });

  it("Yarn 4: a variable in a file that injectEnvironmentFiles names, and in no other", async () => {
    const files = { ".yarnrc.yml": "injectEnvironmentFiles: [.ci-env?]\n", ".env.yarn": "LD_PRELOAD=./x.so\n" };
    expect(await told("yarn 4", files)).toEqual([]);
    expect(await told("yarn 4", { ...files, ".ci-env": "LD_PRELOAD=./x.so\n" })).toEqual([
      "warning package.json [] LD_PRELOAD in .ci-env can have install scripts run other code than their own. Remove the variable.",
    ]);
  });

  it("Yarn 4: a file that is named often counts once, and files beyond a bound are reported", async () => {
    const listed = (names: readonly string[]): string =>
      `injectEnvironmentFiles:\n${names.map((name) => `  - ${name}\n`).join("")}`;
    const spellings = Array.from({ length: 30 }, (_, at) => `${"./".repeat(at)}.ci-env?`);
    const variable = { ".ci-env": "LD_PRELOAD=./x.so\n" };
    expect(await told("yarn 4", { ...variable, ".yarnrc.yml": listed(spellings) })).toEqual([
      "warning package.json [] LD_PRELOAD in .ci-env can have install scripts run other code than their own. Remove the variable.",
    ]);
    const names = Array.from({ length: 22 }, (_, at) => `.env-${at}?`);
    const beyond = (await told("yarn 4", { ".yarnrc.yml": listed(names) })).map((line) =>
      line.replace(/\[[^]*\]/, "[…]"),
    );
    expect(beyond).toEqual([
      "warning .yarnrc.yml […] injectEnvironmentFiles names 2 more files than are read. Variables there can have install scripts run other code than their own. Name fewer files.",
    ]);
    expect(await told("yarn 4", { ".yarnrc.yml": listed(names.slice(0, 20)) })).toEqual([]);
  });

  it.each<readonly [what: string, Name, files: Readonly<Record<string, string>>]>([
    ["no code is loaded", "npm", { ".npmrc": "node-options=--max-old-space-size=4096 --no-warnings\n" }],
    ["the program is none of the project's", "npm", { ".npmrc": "python=/usr/bin/python3\nmake=gmake\n" }],
    [
      "pnpm 11 does not hand it on",
      "pnpm",
      { ...pnpm("11.28.0"), [yaml]: "nodeOptions: --import ./x\npython: ./py\n" },
    ],
    ["Yarn 4 does not read .env", "yarn 4", { ".env": "LD_PRELOAD=./x.so\n" }],
    ["Yarn 1 sets a harmless variable", "yarn 1", { ".yarnrc": 'env:\n  NODE_OPTIONS "--no-warnings"\n  A "b"\n' }],
  ])("and nothing is said where %s", async (_what, name, files) => {
    expect(await told(name, files)).toEqual([]);
  });

  it.each(['"--requ\\ire" ./x', "--experimental_loader=./x", "-r ./x", "--loader ./x", "--openssl-config=./x"])(
    "however it is written: %s",
    async (options) => {
      expect(await told("npm", { ".npmrc": `node-options=${options}\n` })).toHaveLength(1);
    },
  );
});

describe("where node-gyp takes the headers of Node.js from", () => {
  it.each<readonly [Name, file: string, line: string]>([
    ["npm", ".npmrc", "disturl=ADDRESS\n"],
    ["npm", ".npmrc", "dist-url=ADDRESS\n"],
    ["yarn 1", ".npmrc", "disturl=ADDRESS\n"],
    ["yarn 1", ".yarnrc", 'disturl "ADDRESS"\n'],
  ])("%s: %s %s", async (name, file, line) => {
    const said = async (address: string): Promise<readonly string[]> =>
      (await told(name, { [file]: line.replace("ADDRESS", address) })).map((each) =>
        each.replace(/^(\w+) .*: where/, "$1 where"),
      );
    const headers = "where a package is compiled, headers of Node.js, which can run commands, are taken from";
    expect(await said("https://evil.example/")).toEqual([
      `information ${headers} evil.example. Check that this host is meant.`,
    ]);
    expect(await said("http://nodejs.org/")).toEqual([`warning ${headers} nodejs.org, without encryption. Use https.`]);
    expect(await said("../headers")).toEqual([`warning ${headers} a place that is not known. Remove the setting.`]);
    expect(await said("https://artifacts.electronjs.org/headers/dist")).toEqual([]);
  });

  it("Bun: variables of its environment files", async () => {
    for (const variable of ["npm_config_disturl", "npm_config_tarball", "NODE_GYP_FORCE_PYTHON"])
      expect(await told("bun", { ".env": `${variable}=https://evil.example/\n` })).toEqual([
        `warning package.json [] ${variable} in .env can have install scripts run other code than their own. Remove the variable.`,
      ]);
    expect(await told("bun", { ".env": "PYTHON=../x\n" })).toHaveLength(1);
    expect(await told("bun", { ".env": "PYTHON=python3\n" })).toEqual([]);
  });
});

describe("hosts that install scripts take programs from", () => {
  it.each<readonly [Name, file: string, line: (value: string) => string]>([
    ["npm", ".npmrc", (value) => `aa_binary_host=${value}\n`],
    ["npm", ".npmrc", (value) => `sass-binary-site=${value}\n`],
    ["npm", ".npmrc", (value) => `aa_local_prebuilds=${value}\n`],
    ["npm", ".npmrc", (value) => `electron_mirror=${value}\n`],
    ["npm", ".npmrc", (value) => `electron-builder-binaries-mirror=${value}\n`],
    ["npm", ".npmrc", (value) => `chromedriver_cdnurl=${value}\n`],
    ["npm", ".npmrc", (value) => `chromedriver_filepath=${value}\n`],
    ["npm", ".npmrc", (value) => `sass-binary-path=${value}\n`],
    ["npm", ".npmrc", (value) => `playwright_download_host=${value}\n`],
    ["npm", ".npmrc", (value) => `puppeteer_download_base_url=${value}\n`],
    ["yarn 1", ".npmrc", (value) => `aa_binary_host_mirror=${value}\n`],
    ["yarn 1", ".yarnrc", (value) => `aa_binary_host "${value}"\n`],
  ])("%s: %s", async (name, file, line) => {
    const said = async (value: string): Promise<readonly string[]> =>
      (await told(name, { [file]: line(value) })).map((each) => each.replace(/ .*: install/, " install"));
    const what = "install scripts take programs from there, which no lockfile has a hash of.";
    expect(await said("https://evil.example/")).toEqual([`information ${what} Check that each is meant.`]);
    for (const value of ["http://evil.example/", "../prebuilds"])
      expect(await said(value)).toEqual([`warning ${what} Use addresses with https that are meant, or remove them.`]);
    expect(await said("https://cdn.npmmirror.com/binaries")).toEqual([]);
  });

  it.each<readonly [Name, file: string, text: string]>([
    ["npm", ".npmrc", "electron_use_remote_checksums=1\n"],
    ["yarn 1", ".yarnrc", "electron_use_remote_checksums 1\n"],
    ["pnpm", "pnpm-workspace.yaml", "electronUseRemoteChecksums: 1\n"],
  ])("and hashes that come from there: %s, %s", async (name, file, text) => {
    expect(await told(name, { [file]: text })).toEqual([
      `warning ${file} [1] ${text.trimEnd()} has Electron compared with hashes that come from where it does. Remove the setting.`,
    ]);
    expect(await told("npm", { ".npmrc": "electron_use_remote_checksums=\n" })).toEqual([]);
  });

  it("but not Yarn 1's offline mirror, nor a registry", async () => {
    const settings = "yarn-offline-mirror=https://h.example/\nmetrics-registry=https://h.example/\n";
    expect(await told("yarn 1", { ".npmrc": settings })).toEqual([]);
  });

  it("pnpm 11 does not read them", async () => {
    const hosts = { ".npmrc": "aa_binary_host=https://evil.example/\n" };
    expect(await told("pnpm", { ...pnpm("10.34.0"), ...hosts })).toHaveLength(1);
    expect(await told("pnpm", { ...pnpm("11.28.0"), ...hosts })).toEqual([]);
  });
});

describe("a connection of the project's choice, where packages have no hash", () => {
  const UNHASHED = {
    npm: { "package-lock.json": npmLock(undefined) },
    "yarn 1": { "yarn.lock": classicLock("") },
    "yarn 4": {},
    pnpm: {
      "pnpm-lock.yaml":
        "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {tarball: https://registry.npmjs.org/a/-/a-1.0.0.tgz}\n",
    },
    bun: { "bun.lock": `{"lockfileVersion": 1, "packages": {"a": ["a@1.0.0", "", {}, ""]}}` },
  };
  const LOCKFILES = {
    npm: "package-lock.json",
    "yarn 1": "yarn.lock",
    "yarn 4": "yarn.lock",
    pnpm: "pnpm-lock.yaml",
    bun: "bun.lock",
  };

  it.each<readonly [keyof typeof UNHASHED, file: string, text: string, intro: string]>([
    [
      "npm",
      ".npmrc",
      "https-proxy=http://me:secret-that-is-longer-than-what-a-message-shows-of-any-value@p.example/\n",
      "https-proxy=http://p.example/ has npm ask registries through a proxy of this project, and",
    ],
    ["npm", ".npmrc", "strict-ssl=false\n", "strict-ssl=false has npm take any certificate, and"],
    ["npm", ".npmrc", "cafile=ca.pem\n", "cafile=ca.pem has npm trust other certificates than usual, and"],
    [
      "yarn 1",
      ".yarnrc",
      'proxy "http://p.example/"\n',
      "proxy http://p.example/ has Yarn ask registries through a proxy of this project, and",
    ],
    ["yarn 4", ".yarnrc.yml", "enableStrictSsl: false\n", "enableStrictSsl: false has Yarn take any certificate, and"],
    [
      "yarn 4",
      ".yarnrc.yml",
      "httpsProxy: http://p.example/\n",
      "httpsProxy: http://p.example/ has Yarn ask registries through a proxy of this project, and",
    ],
    [
      "yarn 4",
      ".yarnrc.yml",
      'networkSettings:\n  a.example:\n    enableNetwork: true\n  "*.example":\n    httpsProxy: http://p.example/\n',
      "networkSettings.*.example.httpsProxy: http://p.example/ has Yarn ask registries through a proxy of this project, and",
    ],
    [
      "yarn 4",
      ".yarnrc.yml",
      "networkSettings:\n  a.example:\n    httpsCaFilePath: ca.pem\n",
      "networkSettings.a.example.httpsCaFilePath: ca.pem has Yarn trust other certificates than usual, and",
    ],
    [
      "yarn 1",
      ".yarnrc",
      '--install.proxy "http://p.example/"\n',
      "--install.proxy http://p.example/ has Yarn ask registries through a proxy of this project, and",
    ],
    [
      "pnpm",
      ".npmrc",
      "proxy=http://p.example/\n",
      "proxy=http://p.example/ has pnpm ask registries through a proxy of this project, and",
    ],
    [
      "pnpm",
      ".npmrc",
      "//r.example/:cafile=ca.pem\n",
      "//r.example/:cafile=ca.pem has pnpm trust other certificates than usual, and",
    ],
    [
      "pnpm",
      "pnpm-workspace.yaml",
      "httpsProxy: http://p.example/\n",
      "httpsProxy: http://p.example/ has pnpm ask registries through a proxy of this project, and",
    ],
    ["pnpm", "pnpm-workspace.yaml", "strictSsl: false\n", "strictSsl: false has pnpm take any certificate, and"],
    [
      "bun",
      "bunfig.toml",
      '[install]\ncafile = "ca.pem"\n',
      "install.cafile = ca.pem has Bun trust other certificates than usual, and",
    ],
    [
      "bun",
      "bunfig.toml",
      '[install]\nca = ["x"]\n',
      "install.ca = x has Bun trust other certificates than usual, and",
    ],
    ["bun", ".npmrc", "cafile=ca.pem\n", "cafile=ca.pem has Bun trust other certificates than usual, and"],
    [
      "bun",
      ".env",
      "HTTPS_PROXY=http://p.example/\n",
      "HTTPS_PROXY in .env shapes Bun's connection to registries, and",
    ],
    [
      "bun",
      ".env",
      "NODE_TLS_REJECT_UNAUTHORIZED=0\n",
      "NODE_TLS_REJECT_UNAUTHORIZED in .env shapes Bun's connection to registries, and",
    ],
  ])("%s: %s %s", async (name, file, text, intro) => {
    const found = await told(name, { ...UNHASHED[name], [file]: text });
    expect(found).toEqual([
      expect.stringContaining(`${intro} ${LOCKFILES[name]} has 1 package without a hash`) as string,
    ]);
    expect(found[0]).toMatch(/^warning /);
    if (name !== "yarn 4") expect(await told(name, { [file]: text })).toEqual([]);
  });

  it("is none where its value is empty once variables are filled in", async () => {
    for (const value of ['"${NOT_SET:-}"', '"${NOT_SET-}"', '""'])
      expect(await told("yarn 4", { ...UNHASHED["yarn 4"], ".yarnrc.yml": `httpProxy: ${value}\n` })).toEqual([]);
  });

  it("of pnpm from 11 on says nothing, which takes none without a hash", async () => {
    const workspace = { "pnpm-workspace.yaml": "httpsProxy: http://p.example/\n" };
    expect(await told("pnpm", { ...UNHASHED.pnpm, ...pnpm("11.28.0"), ...workspace })).toEqual([]);
  });

  it("of many hosts is reported once", async () => {
    const hosts = Array.from({ length: 50 }, (_, at) => `  h${at}.example:\n    httpsProxy: http://p.example/\n`);
    expect(await told("yarn 4", { ".yarnrc.yml": `networkSettings:\n${hosts.join("")}` })).toHaveLength(1);
  });

  it("a value that is none says nothing", async () => {
    for (const line of ["proxy=null", "https-proxy=", "strict-ssl=true"])
      expect(await told("npm", { ...UNHASHED.npm, ".npmrc": `${line}\n` })).toEqual([]);
  });
});

describe("what Corepack takes from the project", () => {
  const replaced = (file: string, variable: string): string =>
    `warning package.json [] ${variable} in ${file} can have Corepack run another program in place of the package manager. Remove the variable.`;

  it.each<readonly [Name, variable: string]>([
    ["npm", "COREPACK_NPM_REGISTRY=http://h.example"],
    ["pnpm", "COREPACK_INTEGRITY_KEYS=0"],
    ["yarn 1", "export COREPACK_HOME=/proc/self/cwd/x"],
    ["yarn 4", "COREPACK_ENABLE_UNSAFE_CUSTOM_URLS=1"],
    ["pnpm", "COREPACK_ENABLE_PROJECT_SPEC=0"],
  ])("%s: %s", async (name, variable) => {
    const [stated = ""] = /COREPACK_\w+/.exec(variable) ?? [];
    expect(await told(name, { ".corepack.env": `# x\n${variable}\n` })).toEqual([replaced(".corepack.env", stated)]);
  });

  it("is read beside each manifest that states a package manager, and no other", async () => {
    const files = {
      "package.json": JSON.stringify({ workspaces: ["a", "b"] }),
      "a/package.json": JSON.stringify({ name: "a", packageManager: "yarn@4.18.1" }),
      "b/package.json": JSON.stringify({ name: "b" }),
      "a/.corepack.env": "COREPACK_HOME=x\n",
      "b/.corepack.env": "COREPACK_NPM_REGISTRY=x\n",
    };
    expect(await told("yarn 4", files)).toEqual([replaced("a/.corepack.env", "COREPACK_HOME")]);
  });

  it("is nothing of Bun's, nothing harmless, and no comment", async () => {
    expect(await told("bun", { ".corepack.env": "COREPACK_HOME=x\n" })).toEqual([]);
    expect(await told("pnpm", { ".corepack.env": "#COREPACK_HOME=x\nCOREPACK_ENABLE_STRICT=0\n" })).toEqual([]);
  });

  it.each<readonly [what: string, text: string]>([
    ["is nothing in a name, as to Node.js", "A=1\nCOREPACK_HO\rME=x\n"],
    ["is nothing at the ends of a name", "\r\rCOREPACK_HOME\r=\rx\r\n"],
    ["is nothing in a comment", "\r#\r\nCOREPACK_HOME=x\r\n"],
    ["ends a comment", "# x\rCOREPACK_HOME=x\r\n"],
  ])("is read both ways where a carriage return %s", async (_what, text) => {
    expect(await told("pnpm", { ".corepack.env": text })).toEqual([replaced(".corepack.env", "COREPACK_HOME")]);
    // As Node.js reads it, or a reader to which it ends a line.
    const read = [text, text.replaceAll("\r", "\n")].map((each) => parseEnv(each)["COREPACK_HOME"]);
    expect(read).toContain("x");
  });

  it("is reported where it cannot be read", async () => {
    expect(await told("pnpm", { ".corepack.env": "A=1\n" }, ".corepack.env")).toEqual([
      "warning package.json [] .corepack.env could not be read. Corepack loads it, and variables there can change what is installed or run. Make it a plain and shorter file, or delete it.",
    ]);
  });
});

describe("folders that come with the repository", () => {
  const modules = { "node_modules/.pnpm/lock.yaml": "lockfileVersion: '9.0'\n" };
  const unplugged = { ".yarn/unplugged/a-npm-1.0.0-1/node_modules/a/index.js": "" };
  const repository = { ".git/HEAD": "ref: refs/heads/main\n" };

  it("what pnpm has for installed is a warning", async () => {
    expect(await told("pnpm", { ...modules, ...repository })).toEqual([
      "warning package.json [] git does not ignore node_modules/.pnpm/lock.yaml. pnpm takes the packages that it lists for installed, without comparing them with pnpm-lock.yaml. Add node_modules to .gitignore, and take it out of the repository if it is there.",
    ]);
  });

  it.each<readonly [Name, file: string, message: string]>([
    [
      "npm",
      "node_modules/a/package.json",
      "npm takes the packages in it for installed, without comparing them with package-lock.json.",
    ],
    [
      "yarn 1",
      "node_modules/a/package.json",
      "Yarn takes the packages in it for installed, without comparing them with yarn.lock.",
    ],
    [
      "yarn 4",
      "node_modules/.yarn-state.yml",
      "Yarn takes the packages in it for installed, without comparing them with yarn.lock.",
    ],
    [
      "bun",
      "node_modules/a/package.json",
      "Bun takes the packages in it for installed, without comparing them with bun.lock.",
    ],
  ])("what %s has for installed in %s is information", async (name, file, message) => {
    expect(await told(name, { [file]: "{}", ...repository })).toEqual([
      `information package.json [] git does not ignore node_modules. ${message} Add node_modules to .gitignore, and take it out of the repository if it is there.`,
    ]);
    expect(await told(name, { [file]: "{}", ...repository, ".gitignore": "node_modules/\n" })).toEqual([]);
  });

  it.each<readonly [Name, file: string, setting: string, folder: string, inside: string]>([
    ["pnpm", "pnpm-workspace.yaml", "modulesDir: deps\n", "deps/.pnpm", "/lock.yaml"],
    ["pnpm", ".npmrc", "modules-dir=./deps\n", "deps/.pnpm", "/lock.yaml"],
    ["yarn 1", ".yarnrc", '--modules-folder "deps"\n', "deps", ""],
    ["yarn 1", ".yarnrc", '--install.modules-folder "deps"\n', "deps", ""],
  ])("%s: the folder that %s names in place of node_modules", async (name, file, setting, folder, inside) => {
    const files = { [file]: setting, [`${folder}${inside || "/a/index.js"}`]: "", ...repository };
    const own = expect.stringContaining(`package.json [] git does not ignore ${folder}${inside}. `) as string;
    expect(await told(name, files)).toContainEqual(own);
    expect(await told(name, { ...files, ".gitignore": "/deps\n" })).not.toContainEqual(own);
  });

  it("a working tree beside the repository, and a submodule, are repositories: .git is a file", async () => {
    const link = { ".git": "gitdir: /elsewhere/.git/worktrees/app\n" };
    expect(await told("pnpm", { ...modules, ...link })).toEqual([
      expect.stringContaining("warning package.json [] git does not ignore node_modules/.pnpm/lock.yaml."),
    ]);
    expect(await told("pnpm", { ...modules, ...link, ".gitignore": "node_modules/\n" })).toEqual([]);
  });

  it("outside of a repository nobody can tell who put it there", async () => {
    expect(await told("pnpm", modules)).toEqual([]);
    expect(await told("npm", { "node_modules/a/package.json": "{}" })).toEqual([]);
    expect(await told("yarn 4", unplugged)).toEqual([]);
  });

  it("what Yarn has unpacked is information", async () => {
    expect(await told("yarn 4", { ...unplugged, ...repository })).toEqual([
      "information package.json [] Yarn runs packages from .yarn/unplugged, which comes with this repository, without checking them against yarn.lock. Delete the folder and install again to compare them.",
    ]);
  });

  it("archives in Yarn's global folder are information", async () => {
    const files = { ".yarnrc.yml": "globalFolder: ./g\n", "g/cache/a.zip": "", ...repository };
    expect(await told("yarn 4", files)).toEqual([
      expect.stringMatching(/^information .yarnrc.yml \[.\/g\] Yarn installs from g\/cache,/),
    ]);
  });

  it.each<readonly [what: string, Name, files: Readonly<Record<string, string>>]>([
    ["git ignores them", "pnpm", { ...modules, ...repository, ".gitignore": "node_modules/\n" }],
    ["git ignores them by another line", "pnpm", { ...modules, ...repository, ".gitignore": "**/node_modules\n" }],
    ["git ignores them, for Yarn", "yarn 4", { ...unplugged, ...repository, ".gitignore": ".yarn/*\n" }],
    ["another package manager is used", "npm", { ...modules, ...repository }],
    ["Yarn 4 uses no node_modules", "yarn 4", { "node_modules/a/package.json": "{}", ...repository }],
  ])("and nothing is said where %s", async (_what, name, files) => {
    expect(await told(name, files)).toEqual([]);
  });
});

describe("a cache of Yarn that comes with the repository is information", () => {
  const archive = { ".yarn/cache/a-npm-1.0.0-0123456789-0123456789.zip": "" };
  const local = { ".yarnrc.yml": "enableGlobalCache: false\n" };

  it("once, at the setting", async () => {
    expect(await told("yarn 4", { ...archive, ...local })).toEqual([
      "information .yarnrc.yml [false] Yarn installs from .yarn/cache, which comes with this repository, as do the checksums in yarn.lock that it is checked by. `yarn install --check-cache` compares both with the registry.",
    ]);
  });

  it("in a folder of another name too", async () => {
    const files = { ".yarnrc.yml": "enableGlobalCache: false\ncacheFolder: ./zips\n", "zips/a.zip": "" };
    expect(await told("yarn 4", files)).toEqual([
      expect.stringMatching(/^information .yarnrc.yml \[.\/zips\] Yarn installs from zips,/),
    ]);
  });

  it("in the global folder too, which Yarn takes archives from beside a cache of the project", async () => {
    const files = (yarnrc: string) => ({ ".yarnrc.yml": yarnrc, "g/cache/a.zip": "" });
    for (const off of ["false", "0", "{onConflict: reset, value: false}"])
      expect(await told("yarn 4", files(`enableGlobalCache: ${off}\nglobalFolder: ./g\n`))).toEqual([
        expect.stringMatching(/^information .yarnrc.yml \[.\/g\] Yarn installs from g\/cache,/),
      ]);
    expect(await told("yarn 4", files("enableGlobalCache: false\nglobalFolder: ./g\nenableMirror: false\n"))).toEqual(
      [],
    );
    expect(await told("yarn 4", files("globalFolder: ./g\nenableMirror: false\n"))).toHaveLength(1);
    const both = { ...files("enableGlobalCache: false\nglobalFolder: ./g\n"), ...archive };
    expect(await told("yarn 4", both)).toHaveLength(2);
  });

  it.each<readonly [what: string, files: Readonly<Record<string, string>>]>([
    ["there are no archives", local],
    ["Yarn has its cache elsewhere", { ...archive, ".yarnrc.yml": "enableGlobalCache: true\n" }],
    ["git ignores it", { ...archive, ...local, ".gitignore": "node_modules\n.yarn/*\n!.yarn/patches\n" }],
  ])("and nothing is said where %s", async (_what, files) => {
    expect(await told("yarn 4", files)).toEqual([]);
  });

  it("also where git ignores the rest of the folder", async () => {
    const gitignore = { ".gitignore": ".yarn/*\n!.yarn/cache\n" };
    expect(await told("yarn 4", { ...archive, ...local, ...gitignore })).toHaveLength(1);
  });
});

it("a cache that a workspace's own .yarnrc puts there is reported, and npm's, which npm ignores there, is not", async () => {
  const files = (name: string, text: string) => ({
    "package.json": '{"private": true, "workspaces": ["w"]}',
    "w/package.json": "{}",
    [`w/${name}`]: text,
  });
  expect(await told("yarn 1", files(".yarnrc", 'cache-folder "./c"\n'))).toEqual([
    "warning package.json [] In w, .yarnrc: cache-folder ./c puts Yarn's cache into this project. Yarn installs what it finds there without checking it against yarn.lock. Remove the setting.",
  ]);
  expect(await told("npm", files(".npmrc", "cache=./c\n"))).toEqual([]);
});

it("a workspace's own .yarnrc that cannot be read is reported", async () => {
  const files = {
    "package.json": '{"private": true, "workspaces": ["w"]}',
    "w/package.json": "{}",
    "w/.yarnrc": '--foo "--cache-folder=./c"\n',
  };
  expect(await told("yarn 1", files)).toEqual([
    "warning package.json [] In w, .yarnrc could not be read whole: where it has contents installed from is not known.",
  ]);
});

describe("archives that Yarn 1 packed itself are reported", () => {
  const prebuilt = {
    "yarn.lock": `${classicLock(`#${SHA1}`)}  prebuiltVariants:\n    "a-v1.0.0-linux-x64-115" "${SHA1}"\n`,
  };
  const entry =
    "error yarn.lock [prebuiltVariants] yarn.lock has prebuiltVariants, archives that Yarn installs in place of what the registry published, for a 1.0.0. Remove them and experimental-pack-script-packages-in-mirror.";

  it("at the entry of yarn.lock, whatever the settings", async () => {
    expect(await told("yarn 1", prebuilt)).toEqual([entry]);
  });

  it.each<readonly [file: string, text: string, written: string]>([
    [".yarnrc", "experimental-pack-script-packages-in-mirror true\n", "mirror true"],
    [".npmrc", "experimental-pack-script-packages-in-mirror=true\n", "mirror=true"],
  ])("at the setting that has them installed, in %s", async (file, text, written) => {
    expect(await told("yarn 1", { ...prebuilt, [file]: text })).toEqual([
      `warning ${file} [true] experimental-pack-script-packages-in-${written} lets Yarn install archives of its offline mirror that are not what the registry published. Remove the setting.`,
      entry,
    ]);
    expect(await told("yarn 1", { [file]: text.replace("true", "false") })).toEqual([]);
  });

  it("on both sides of a merge conflict", async () => {
    const text = prebuilt["yarn.lock"].replace("  prebuiltVariants", "<<<<<<< a\n=======\n  prebuiltVariants");
    expect(await told("yarn 1", { "yarn.lock": `${text}>>>>>>> b\n` })).toEqual([entry]);
  });
});

describe("nothing is said of", () => {
  it.each<readonly [Name, file: string, text: string]>([
    ["pnpm", "pnpm-workspace.yaml", "storeDir: ~/.pnpm-store\nverifyStoreIntegrity: true\n"],
    ["pnpm", "pnpm-workspace.yaml", "storeDir: ${HOME}/store\n"],
    ["pnpm", "pnpm-workspace.yaml", "storeDir: /var/cache/pnpm\n"],
    ["pnpm", "pnpm-workspace.yaml", "storeDir: D:\\store\n"],
    ["npm", ".npmrc", "prefer-offline=true\n"],
    ["npm", ".npmrc", "git=git\nscript-shell=bash\nuserconfig=~/.npmrc-work\n"],
    ["npm", ".npmrc", "script-shell=C:\\\\Program Files\\\\git\\\\bin\\\\bash.exe\n"],
    [
      "pnpm",
      "pnpm-workspace.yaml",
      "virtualStoreDir: node_modules/.pnpm\nscriptShell: bash\nenableGlobalVirtualStore: true\n",
    ],
    ["pnpm", ".npmrc", "use-node-version=20.11.0\nnode-mirror:release=https://nodejs.org/download/release/\n"],
    ["pnpm", ".npmrc", "node-mirror:release=https://mirror.example/\n"],
    ["yarn 1", ".yarnrc", '--install.use-yarnrc "/home/me/.yarnrc-work"\nyarn-path "/opt/yarn-1.22.22.cjs"\n'],
    ["yarn 4", ".yarnrc.yml", "pnpmStoreFolder: ./node_modules/.store\nglobalFolder: ~/.yarn/berry\n"],
    ["bun", "bunfig.toml", "[install]\ncache = false\n"],
    ["bun", "bunfig.toml", '[install.cache]\ndir = "~/.bun/install/cache"\ndisable = true\n'],
    ["yarn 4", ".yarnrc.yml", "checksumBehavior: throw\nyarnPath: ~/yarn-4.18.1.cjs\n"],
    ["npm", "pnpm-workspace.yaml", "verifyStoreIntegrity: false\n"],
  ])("%s: %s, %j", async (name, file, text) => {
    expect(await told(name, { [file]: text })).toEqual([]);
  });

  it("a setting that every pnpm here is too new to read", async () => {
    const stated = { packageManager: "pnpm@11.28.10", engines: { pnpm: ">=11" } };
    expect(await told("pnpm", { "package.json": JSON.stringify(stated), ".npmrc": "store-dir=.s\n" })).toEqual([]);
  });
});
