/**
 * The command line over a project of npm, with a registry 50 ms away: cold (nothing kept), hot (all of it kept), and
 * warm (kept, but lists of versions and advisories are too old to be taken as they are). Beside each, in the same run,
 * the least that it could take.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sandbox } from "../test/setup/sandbox.ts";
import { runScan, runVersion, writeProject } from "./command-line.ts";
import { runNode, type ProgramRun } from "./program.ts";
import { BenchRegistry, type Traffic } from "./registry.ts";
import type { Row } from "./table.ts";

const SIZES = [2500];
const RELEASES = 60;
const LATENCY = 50;
const ROUNDS = 5;
/** Longer than lists of versions and advisories are taken as they are. */
const LATER = 60 * 60 * 1000;
const FLOOR = fileURLToPath(new URL("floor.cjs", import.meta.url));

type Step = ProgramRun & Traffic;

interface Round {
  readonly cold: Step;
  readonly hot: Step;
  readonly warm: Step;
  readonly floor: Step;
  readonly start: ProgramRun;
}

export async function scanRows(sizes: readonly number[] = SIZES): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await rowsOfSize(size)));
  return rows;
}

async function rowsOfSize(count: number): Promise<readonly Row[]> {
  const registry = await BenchRegistry.start({ count, releases: RELEASES, latency: LATENCY, compromised: 0 });
  const sandbox = new Sandbox();
  try {
    writeProject(sandbox, count, registry.url);
    const rounds: Round[] = [];
    // The first one is for the system to have read the files of the programs.
    for (let round = -1; round < ROUNDS; round++) {
      const figures = await roundOf(sandbox, registry, count);
      if (round >= 0) rounds.push(figures);
    }
    return rowsOf(rounds, count);
  } finally {
    await registry.close();
    sandbox.remove();
  }
}

async function roundOf(sandbox: Sandbox, registry: BenchRegistry, count: number): Promise<Round> {
  rmSync(sandbox.cacheDir, { recursive: true, force: true });
  const now = Date.now();
  const cacheDir = sandbox.cacheDir;
  const scan = (at: number): Promise<ProgramRun> =>
    runScan(sandbox, { count, now: at, options: [...registry.online, "--cache-dir", cacheDir] });
  const cold = await stepOf(registry, () => scan(now));
  const hot = await stepOf(registry, () => scan(now));
  const warm = await stepOf(registry, () => scan(now + LATER));
  const file = join(sandbox.folder, "requests.json");
  writeFileSync(file, JSON.stringify({ url: registry.url, requests: cold.requests }));
  const floor = await stepOf(registry, () => runNode(sandbox, [FLOOR, file], { codes: [0] }));
  if (floor.requests.length !== cold.requests.length) throw new Error("the floor has not sent every request");
  return { cold, hot, warm, floor, start: await runVersion(sandbox) };
}

async function stepOf(registry: BenchRegistry, run: () => Promise<ProgramRun>): Promise<Step> {
  await registry.traffic();
  const figures = await run();
  return { ...figures, ...(await registry.traffic()) };
}

function rowsOf(rounds: readonly Round[], count: number): readonly Row[] {
  const row = (what: string, unit: string, of: (round: Round) => number, target = ""): Row => ({
    what,
    unit,
    samples: rounds.map(of),
    target,
  });
  const step = (name: "cold" | "hot" | "warm" | "floor", title: string): readonly Row[] => [
    row(title, "s", (round) => round[name].time / 1000),
    row("  processor time", "s", (round) => round[name].processor / 1000),
    row("  requests", "", (round) => round[name].requests.length, name === "hot" ? "0" : ""),
    row("  received", "MB", (round) => round[name].bytes / 1e6),
    row("  memory, at most", "MB", (round) => round[name].memory),
  ];
  const called = `scan of ${count.toLocaleString("en")} packages, registry ${LATENCY} ms away`;
  return [
    ...step("cold", `${called}: cold`),
    ...step("floor", "the same requests over 64 connections, answers not looked at"),
    row("cold: ratio of times to those", "×", ({ cold, floor }) => cold.time / floor.time, "≤ 1.25"),
    ...step("hot", `${called}: hot`),
    row("start of the program (--version)", "s", ({ start }) => start.time / 1000),
    row("  processor time", "s", ({ start }) => start.processor / 1000),
    row("hot: beyond the start of the program", "ms", ({ hot, start }) => hot.time - start.time, "≤ 250 ms"),
    row("  processor time", "ms", ({ hot, start }) => hot.processor - start.processor),
    ...step("warm", `${called}: warm`),
    row("warm: ratio of bytes to cold", "×", ({ warm, cold }) => warm.bytes / cold.bytes, "≤ 0.1"),
  ];
}
