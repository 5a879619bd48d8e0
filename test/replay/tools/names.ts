/**
 * How often `typosquat` would speak by the name alone, as if every package were young.
 *
 *   npx tsx test/replay/tools/names.ts [FILE OR FOLDER]…
 *
 * Of a lockfile, the names that it locks from a registry count; of a .txt file, each line; of a folder, all lockfiles in
 * it. Without any, the names in test/replay/ordinary. Each name counts once, and a widely used one not at all.
 * Prints the rate of each kind with its names, and how many packages of the catalogue's look-alike campaigns are seen.
 */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { documentKind, readLockfile } from "../../../server/src/core/documents/index.ts";
import { runWhole } from "../../../server/src/core/task.ts";
import { judgeNames, kindOf, lookAlikeCampaigns, ordinaryNames } from "../names.ts";

const SHOWN = 20;

function namesIn(path: string): readonly string[] {
  if (statSync(path).isDirectory()) {
    const files = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => isLockfile(name));
    return files.flatMap((name) => namesIn(join(path, name)));
  }
  const text = readFileSync(path, "utf8");
  if (path.endsWith(".txt")) return text.split(/\r?\n/).filter((line) => line !== "");
  const kind = documentKind(basename(path));
  if (kind === null || kind === "package-json") throw new Error(`${path} is neither a lockfile nor a .txt file`);
  const { packages } = runWhole(readLockfile(kind, text, {}));
  return packages.filter(({ source }) => source === "registry").map(({ name }) => name);
}

function isLockfile(name: string): boolean {
  const kind = documentKind(basename(name));
  return kind !== null && kind !== "package-json";
}

const paths = process.argv.slice(2);
const { names, alarms } = judgeNames(paths.length === 0 ? ordinaryNames() : paths.flatMap(namesIn));
console.log(`${names.toLocaleString("en-US")} names that are not widely used`);
for (const kind of new Set(alarms.map(({ slip }) => kindOf(slip)))) {
  const ofKind = alarms.filter(({ slip }) => kindOf(slip) === kind);
  const shown = ofKind.slice(0, SHOWN).map(({ name, slip }) => `  ${name} → ${slip.meant}`);
  console.log(`${kind}: ${ofKind.length} (${((ofKind.length / names) * 100).toFixed(3)} %)\n${shown.join("\n")}`);
}
for (const [id, packages] of lookAlikeCampaigns()) {
  console.log(`${id}: ${judgeNames(packages).alarms.length} of ${new Set(packages).size} names seen`);
}
