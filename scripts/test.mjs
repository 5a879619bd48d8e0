// Every check: `npm test`. Says when each step begins and ends, and passes on what it prints. Steps of a group run side
// by side; the first group with a step that fails is the last one.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Scripts of package.json. */
const GROUPS = [
  // Downloading waits for the network while the others use the processor.
  ["fetch:tools", "lint:code", "typecheck", "lint:imports", "check:format", "check:generated", "build"],
  ["check:dependencies"],
  ["test:unit"],
  ["test:host"],
];

const began = Date.now();
for (const group of GROUPS) {
  const failed = (await Promise.all(group.map(run))).filter((name) => name !== null);
  if (failed.length === 0) continue;
  console.log(`Failed after ${since(began)}: ${failed.join(", ")}`);
  process.exit(1);
}
console.log(`All passed in ${since(began)}.`);

/**
 * @param {string} name
 * @param {number} _index
 * @param {readonly string[]} group
 * @returns {Promise<string | null>} the name where the step failed
 */
async function run(name, _index, group) {
  const start = Date.now();
  console.log(`▶ ${name}`);
  const child = spawn("npm", ["run", "--silent", name], {
    stdio: group.length === 1 ? "inherit" : ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface(stream).on("line", (line) => console.log(`  ${name}: ${line}`));
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      console.log(`  ${name}: ${error.message}`);
      resolve(1);
    });
    child.once("close", resolve);
  });
  console.log(`${code === 0 ? "✓" : "✗"} ${name}, ${since(start)}`);
  return code === 0 ? null : name;
}

/** @param {number} start ms since epoch */
function since(start) {
  const seconds = Math.round((Date.now() - start) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
