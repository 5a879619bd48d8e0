/**
 * `npm run mutation [-- FOLDERS OR FILES]`: changes the code of the core in small ways, one at a time, and says which
 * changes no test notices. Without a folder or file, all of the core. Results are kept in `.stryker/`: a change is tried
 * again once its code, or a test that it runs in, is another.
 * - `--force` tries all again, as is needed after a rule case was changed.
 * - `--tests FOLDER OR FILE`, any number of times: only these tests. Quicker; others may notice what they do not.
 * - `--concurrency N`: changes that are tried side by side.
 */
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

const CORE = "server/src/core";
const KEPT = ".stryker";
/** Of the changes to a folder, how many tests should notice at least, in per cent. */
const BOUNDS: Readonly<Record<string, number>> = { rules: 85, facts: 85, policy: 85, project: 85, config: 85 };
const BOUND_ELSEWHERE = 75;
/** Modules that remember answers in a variable of their own: a thread that ran with a change may answer wrongly after it. */
const REMEMBERING: readonly string[] = [
  "facts/places",
  "popular/slip",
  "catalogue/catalogue",
  "documents/specifier",
].map((file) => `${CORE}/${file}.ts`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: "string", default: String(availableParallelism()) },
    force: { type: "boolean", default: false },
    tests: { type: "string", multiple: true, default: [] },
  },
});

async function main(): Promise<void> {
  const wanted = positionals.length === 0 ? [CORE] : positionals;
  const remembering = REMEMBERING.filter((file) => wanted.some((path) => `${file}/`.startsWith(`${trimmed(path)}/`)));
  const others = wanted.filter((path) => !REMEMBERING.includes(path)).map((path) => filesOf(path, ".ts"));
  const mutants = [
    ...(others.length === 0 ? [] : await run([...others, ...REMEMBERING.map((file) => `!${file}`)], "kept")),
    ...(remembering.length === 0 ? [] : await run(remembering, "new")),
  ];
  const last = [...new Map(mutants.map((mutant) => [placeOf(mutant), mutant])).values()];
  for (const mutant of last.filter(isUnnoticed)) console.log(shown(mutant));
  for (const folder of [...new Set(last.map(folderOf))].toSorted()) {
    const ofFolder = last.filter((mutant) => folderOf(mutant) === folder);
    console.log(score(folder, ofFolder));
  }
}

/** @returns what came of each change, also of those to other files that were tried before */
function run(mutate: string[], threads: "kept" | "new"): Promise<readonly Mutant[]> {
  process.env["DEPWARDEN_MUTATION_THREADS"] = threads;
  const stryker = new Stryker({
    mutate,
    testFiles: values.tests.map((path) => filesOf(path, ".test.ts")),
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutation/vitest.config.mts", related: true },
    coverageAnalysis: "perTest",
    // What runs while modules load, such as tables of constants, would need all tests, each time in a new process.
    ignoreStatic: true,
    concurrency: Number(values.concurrency),
    // For code that no longer ends. A busy machine is no reason to call a change noticed.
    timeoutMS: 20_000,
    timeoutFactor: 3,
    incremental: true,
    incrementalFile: `${KEPT}/incremental.json`,
    force: values.force,
    tempDirName: `${KEPT}/work`,
    // Not copied: large, and no test that runs here reads them.
    ignorePatterns: ["dist", ".vscode-test", "bench", "test/host", "test/{network,package-managers}/tools"],
    reporters: ["progress-append-only"],
  });
  return stryker.runMutationTest();
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "");
}

function filesOf(path: string, ending: string): string {
  return statSync(path).isDirectory() ? `${trimmed(path)}/**/*${ending}` : path;
}

function pathOf({ fileName }: Mutant): string {
  return relative(process.cwd(), fileName);
}

/** The folder of the core; the core itself for files beside them. */
function folderOf(mutant: Mutant): string {
  const [folder, file] = relative(CORE, pathOf(mutant)).split("/");
  return folder === undefined || file === undefined ? "core" : folder;
}

function isUnnoticed({ status }: Mutant): boolean {
  return status === "Survived" || status === "NoCoverage";
}

/** Which change it is. */
function placeOf(mutant: Mutant): string {
  const { start, end } = mutant.location;
  const place = `${pathOf(mutant)}:${start.line}:${start.column}-${end.line}:${end.column}`;
  return `${place} ${mutant.mutatorName}\n    ${mutant.replacement.replaceAll("\n", "\n    ")}`;
}

function shown(mutant: Mutant): string {
  return `${mutant.status} ${placeOf(mutant)}`;
}

function score(folder: string, mutants: readonly Mutant[]): string {
  const count = (...statuses: readonly Mutant["status"][]) =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count("Killed", "Timeout");
  const unnoticed = count("Survived", "NoCoverage");
  const percent = (100 * noticed) / (noticed + unnoticed);
  const bound = BOUNDS[folder] ?? BOUND_ELSEWHERE;
  const verdict = percent < bound ? `below ${bound} %` : `at least ${bound} %`;
  const rest = `${count("Timeout")} without an end, ${count("Ignored")} on loading not tried`;
  const broken = count("RuntimeError", "CompileError", "Pending");
  return `${folder}: ${percent.toFixed(1)} % (${verdict}): ${noticed} noticed, ${unnoticed} not; ${rest}, ${broken} failed`;
}

await main();
