/**
 * How the command line grows with the lockfile: offline with nothing kept, when only the lockfile is read and compared
 * with the catalogue, and hot, when all facts are on disk.
 */
import { writeFileSync } from "node:fs";
import { Sandbox } from "../test/setup/sandbox.ts";
import { runScan, writeProject } from "./command-line.ts";
import { plotOf } from "./plot.ts";
import type { ProgramRun } from "./program.ts";
import { BenchRegistry } from "./registry.ts";
import { median, type Row } from "./table.ts";

const SIZES = [1000, 5000, 20_000, 100_000];
/** Of each package. */
const RELEASES = 20;
/** A size from which fewer runs have to do. */
const LARGE = 50_000;
const RUNS = 3;
const RUNS_OF_LARGE = 2;

interface Growth {
  readonly size: number;
  readonly offline: readonly ProgramRun[];
  readonly hot: readonly ProgramRun[];
}

/** `plot`: the file that the figures are drawn into, as SVG. */
export async function growthRows(sizes: readonly number[] = SIZES, plot?: string): Promise<readonly Row[]> {
  const growth: Growth[] = [];
  for (const size of sizes) growth.push(await growthOf(size));
  if (plot !== undefined) writeFileSync(plot, plotted(growth));
  return growth.flatMap(({ size, offline, hot }) => [
    ...rowsOf(`scan of ${size.toLocaleString("en")} packages: offline, nothing kept`, offline),
    ...rowsOf(`scan of ${size.toLocaleString("en")} packages: hot`, hot),
  ]);
}

async function growthOf(size: number): Promise<Growth> {
  const registry = await BenchRegistry.start({ count: size, releases: RELEASES, latency: 0, compromised: 0 });
  const sandbox = new Sandbox();
  try {
    writeProject(sandbox, size, registry.url);
    // The clock stands still: what takes minutes to fetch would be too old at the end.
    const kept = {
      count: size,
      now: Date.now(),
      options: [...registry.online, "--cache-dir", sandbox.cacheDir],
    };
    await runScan(sandbox, kept);
    const offline: ProgramRun[] = [];
    const hot: ProgramRun[] = [];
    const nothingKept = {
      count: size,
      isUnchecked: true,
      options: ["--offline", "--no-cache", "--registry", registry.url],
    };
    for (let run = size < LARGE ? RUNS : RUNS_OF_LARGE; run > 0; run--) {
      offline.push(await runScan(sandbox, nothingKept));
      hot.push(await runScan(sandbox, kept));
    }
    return { size, offline, hot };
  } finally {
    await registry.close();
    sandbox.remove();
  }
}

function rowsOf(what: string, runs: readonly ProgramRun[]): readonly Row[] {
  return [
    { what, unit: "s", samples: runs.map(({ time }) => time / 1000), target: "" },
    { what: "  processor time", unit: "s", samples: runs.map(({ processor }) => processor / 1000), target: "" },
    { what: "  memory, at most", unit: "MB", samples: runs.map(({ memory }) => memory), target: "" },
  ];
}

function plotted(growth: readonly Growth[]): string {
  const lines = (of: (run: ProgramRun) => number) =>
    [
      { name: "offline, nothing kept", runs: (one: Growth) => one.offline },
      { name: "hot: all facts on disk", runs: (one: Growth) => one.hot },
    ].map(({ name, runs }) => ({
      name,
      points: growth.map((one) => ({ x: one.size, y: median(runs(one).map(of)) })),
    }));
  return plotOf([
    { title: "Time of a scan, s", lines: lines(({ time }) => time / 1000) },
    { title: "Processor time of a scan, s", lines: lines(({ processor }) => processor / 1000) },
    { title: "Memory at most, MB", lines: lines(({ memory }) => memory) },
  ]);
}
