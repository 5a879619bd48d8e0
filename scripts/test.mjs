// Every check: `npm test`. Says when each step begins and ends, and passes on what it prints. A step runs as soon as
// those that it needs have passed. What a failed one printed is printed again at the end, behind that of all others.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Scripts of package.json, each with those that have to be done before it. */
const STEPS = {
  "fetch:tools": [],
  build: [],
  "lint:code": [],
  typecheck: [],
  "lint:imports": [],
  "check:format": [],
  "check:generated": [],
  "check:dependencies": ["build"],
  "test:unit": ["build", "fetch:tools"],
  "test:host": ["build", "fetch:tools"],
};

/** What a step waits for whether it passes or not: a real editor wants the processors for itself. */
const AFTER = { "test:host": ["lint:code", "test:unit"] };

/** Lines that are printed again of a failed step. */
const LAST_LINES = 80;

const began = Date.now();
/** @type {Map<string, string[]>} step → its last lines */
const printed = new Map();
/** @type {Map<string, Promise<boolean>>} whether it passed */
const results = new Map();
for (const [name, before] of Object.entries(STEPS)) {
  const after = name in AFTER ? AFTER[/** @type {keyof typeof AFTER} */ (name)] : [];
  const needed = Promise.all(after.map((other) => results.get(other))).then(() =>
    Promise.all(before.map((other) => results.get(other) ?? false)),
  );
  results.set(
    name,
    needed.then((passed) => passed.every(Boolean) && run(name)),
  );
}
const passed = await Promise.all(results.values());
const failed = [...results.keys()].filter((_, index) => !passed[index]);
if (failed.length > 0) {
  for (const name of failed) for (const line of printed.get(name) ?? []) console.log(`  ${name}: ${line}`);
  console.log(`Failed or left out after ${since(began)}: ${failed.join(", ")}`);
  process.exit(1);
}
console.log(`All passed in ${since(began)}.`);

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether it passed
 */
async function run(name) {
  const start = Date.now();
  console.log(`▶ ${name}`);
  const child = spawn("npm", ["run", "--silent", name], {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  /** @type {string[]} */
  const last = [];
  printed.set(name, last);
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on("line", (line) => {
      console.log(`  ${name}: ${line}`);
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
    });
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      console.log(`  ${name}: ${error.message}`);
      resolve(1);
    });
    child.once("close", resolve);
  });
  console.log(`${code === 0 ? "✓" : "✗"} ${name}, ${since(start)}`);
  return code === 0;
}

/** @param {number} start ms since epoch */
function since(start) {
  const seconds = Math.round((Date.now() - start) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
