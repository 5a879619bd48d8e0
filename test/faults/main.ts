/** `npm run faults [-- KILLS [SEED]]`: kills processes that use one fact store, and says what came of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killWriters } from "./store-kills.ts";

const [kills = "500", seed = "1"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "depwarden-faults-"));

async function main(): Promise<void> {
  const onKill = (count: number) => {
    if (count % 100 === 0) console.log(`${count} kills`);
  };
  const report = await killWriters({ folder, kills: Number(kills), seed: Number(seed), onKill });
  for (const problem of report.problems) console.error(problem);
  const size = `at most ${Math.ceil(report.bytes / 1024)} KB in ${report.files} files`;
  const found = `texts were there after ${report.hits} of them`;
  console.log(`${report.kills} kills (seed ${seed}): ${report.problems.length} problems; ${found}; ${size}`);
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}

void main().finally(() => rmSync(folder, { recursive: true, force: true }));
