/** Beside what a person might use instead, at what both do: lockfiles that are read, and projects that are checked. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "../test/setup/sandbox.ts";
import { runScan, writeProject } from "./command-line.ts";
import type { ReadTimes } from "./compare-process.ts";
import { FORMATS, OWN, type Format } from "./compare-readers.ts";
import { fetchCompareTools } from "./compare-tools.ts";
import { runNode, type ProgramRun } from "./program.ts";
import { DIRECT, manifestOf, namesOf } from "./projects.ts";
import { BenchRegistry } from "./registry.ts";
import { median, type Row } from "./table.ts";

const SIZES = [2500];
const ROUNDS = 5;
const RELEASES = 60;
const LATENCY = 50;
/** Packages with an advisory, which all have to find. */
const COMPROMISED = 3;

export async function compareRows(sizes: readonly number[] = SIZES): Promise<readonly Row[]> {
  const tools = await fetchCompareTools();
  const rows: Row[] = [];
  for (const size of sizes) {
    for (const format of FORMATS) rows.push(...(await readingRows(format, size, tools)));
    rows.push(...(await checkingRows(size, tools)));
  }
  return rows;
}

async function readingRows(format: Format, count: number, tools: string): Promise<readonly Row[]> {
  const sandbox = new Sandbox();
  try {
    sandbox.write(format.file, format.make(count));
    sandbox.write("package.json", manifestOf(namesOf(count).slice(0, DIRECT)));
    const names = Object.keys(format.readers);
    const times = new Map(names.map((name): [string, ReadTimes[]] => [name, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const name of names)
        times.get(name)?.push(await readTimes([format.title, name, sandbox.project, String(count), tools]));
    const of = (name: string, which: "first" | "later"): readonly number[] =>
      (times.get(name) ?? []).map((one) => (which === "first" ? one.first : median(one.later)));
    const called = `${format.title}, ${count.toLocaleString("en")} packages, read`;
    return names.flatMap((name) =>
      (["first", "later"] as const).flatMap((which) => [
        {
          what: `${called} ${which === "first" ? "once" : "again"}: ${name}`,
          unit: "ms",
          samples: of(name, which),
          target: "",
        },
        ...(name === OWN ? [] : [ratioRow(of(OWN, which), of(name, which))]),
      ]),
    );
  } finally {
    sandbox.remove();
  }
}

async function readTimes(args: readonly string[]): Promise<ReadTimes> {
  const child = fork(new URL("compare-process.ts", import.meta.url), args);
  const received: ReadTimes[] = [];
  child.on("message", (message) => received.push(message as ReadTimes));
  const [code] = (await once(child, "exit")) as [number | null];
  const [times] = received;
  if (code !== 0 || times === undefined) throw new Error(`${args.join(" ")} ended with ${String(code)}`);
  return times;
}

async function checkingRows(count: number, tools: string): Promise<readonly Row[]> {
  const registry = await BenchRegistry.start({
    count,
    releases: RELEASES,
    latency: LATENCY,
    compromised: COMPROMISED,
  });
  const sandbox = new Sandbox();
  try {
    writeProject(sandbox, count, registry.url);
    const contestants = contestantsOf(sandbox, registry, count, tools);
    const runs = new Map(contestants.map(({ name }): [string, ProgramRun[]] => [name, []]));
    // The first one is for the system to have read the files of the programs.
    for (let round = -1; round < ROUNDS; round++) {
      rmSync(sandbox.cacheDir, { recursive: true, force: true });
      rmSync(join(sandbox.folder, "npm-cache"), { recursive: true, force: true });
      for (const { name, run } of contestants) {
        const figures = await run();
        if (round >= 0) runs.get(name)?.push(figures);
      }
    }
    const of = (name: string, what: "time" | "processor" | "memory"): readonly number[] =>
      (runs.get(name) ?? []).map((run) => (what === "memory" ? run.memory : run[what] / 1000));
    const called = `${count.toLocaleString("en")} packages, registry ${LATENCY} ms away`;
    return contestants.flatMap(({ name, beside }) => [
      { what: `${called}: ${name}`, unit: "s", samples: of(name, "time"), target: "" },
      { what: "  processor time", unit: "s", samples: of(name, "processor"), target: "" },
      { what: "  memory, at most", unit: "MB", samples: of(name, "memory"), target: "" },
      ...beside.map((other) => ratioRow(of(other, "time"), of(name, "time"), other)),
    ]);
  } finally {
    await registry.close();
    sandbox.remove();
  }
}

interface Contestant {
  readonly name: string;
  readonly run: () => Promise<ProgramRun>;
  /** Which of Depwarden's own runs are compared with it. */
  readonly beside: readonly string[];
}

const COLD = "depwarden scan, cold";
const HOT = "depwarden scan, hot";
const OFFLINE = "depwarden scan --offline, nothing kept";

/** In the order in which they run: caches are empty at first. */
function contestantsOf(sandbox: Sandbox, registry: BenchRegistry, count: number, tools: string): readonly Contestant[] {
  const online = { count, compromised: COMPROMISED, options: [...registry.online, "--cache-dir", sandbox.cacheDir] };
  const offline = {
    count,
    isUnchecked: true,
    options: ["--offline", "--no-cache", "--registry", registry.url],
  };
  const { host } = new URL(registry.url);
  const lint = ["--path", "package-lock.json", "--type", "npm", "--allowed-hosts", host, "--validate-integrity"];
  return [
    { name: COLD, run: () => runScan(sandbox, online), beside: [] },
    { name: HOT, run: () => runScan(sandbox, online), beside: [] },
    { name: "npm audit, cold", run: () => runAudit(sandbox, registry, tools), beside: [COLD] },
    { name: "npm audit, again", run: () => runAudit(sandbox, registry, tools), beside: [HOT] },
    { name: OFFLINE, run: () => runScan(sandbox, offline), beside: [] },
    {
      name: "lockfile-lint",
      run: () => runNode(sandbox, [join(tools, "lockfile-lint/bin/lockfile-lint.js"), ...lint], { codes: [0] }),
      beside: [OFFLINE],
    },
  ];
}

/** Throws when it has not found what is compromised. */
async function runAudit(sandbox: Sandbox, registry: BenchRegistry, tools: string): Promise<ProgramRun> {
  const run = await runNode(sandbox, [join(tools, "npm/bin/npm-cli.js"), "audit", "--json"], {
    // 1: it has found something.
    codes: [1],
    env: {
      npm_config_registry: registry.url,
      npm_config_cache: join(sandbox.folder, "npm-cache"),
      npm_config_update_notifier: "false",
    },
  });
  const { vulnerabilities } = JSON.parse(run.stdout) as { vulnerabilities: Readonly<Record<string, unknown>> };
  const missing = namesOf(COMPROMISED).filter((name) => !Object.hasOwn(vulnerabilities, name));
  if (missing.length > 0) throw new Error(`npm audit has not found ${missing.join(", ")}`);
  return run;
}

/** Depwarden's time, divided by that of another in the same round. */
function ratioRow(own: readonly number[], other: readonly number[], name = OWN): Row {
  return {
    what: `  ratio of times, ${name} to it`,
    unit: "×",
    samples: own.map((time, round) => time / (other[round] ?? Number.NaN)),
    target: "≤ 1",
  };
}
