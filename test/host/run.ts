/**
 * Runs the host tests: `npx tsx test/host/run.ts`, after `npm run build`. First the suite inside VS
 * Code (desktop where it can be had, see desktop.ts, else the web host), then the page tests; with a
 * text as argument, only the page tests whose names hold it. Ends with a line `N passed, N failed`;
 * exit status 1 when something failed, or there was nothing to run.
 */
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { desktopExecutable } from "./desktop.ts";
import { openWorkbench } from "./page.ts";
import { pageTests } from "./pages/index.ts";
import type { PageTest } from "./pages/page-test.ts";
import { mark, runAll, type Result, type Test } from "./runner.ts";
import { quietSettings } from "./settings.ts";
import { removeFolder, temporaryFolder } from "./temporary.ts";
import { fetchWebHost } from "./web-host/fetch.ts";
import { openWorld, root } from "./world.ts";

const built = join(root, ".vscode-test");

async function main([text]: readonly string[]): Promise<number> {
  await rm(join(built, "failures"), { recursive: true, force: true });
  const folder = await temporaryFolder("run");
  try {
    const chosen = pageTests.filter(({ name }) => text === undefined || name.includes(text));
    const results = [...(text === undefined ? await runSuite(folder) : []), ...(await runPages(chosen, folder))];
    const failed = results.filter(({ error }) => error !== null).length;
    console.log(`${results.length - failed} passed, ${failed} failed`);
    return failed === 0 && results.length > 0 ? 0 : 1;
  } finally {
    await removeFolder(folder);
  }
}

/** The suite inside the extension host. */
async function runSuite(folder: string): Promise<readonly Result[]> {
  const extensionTestsPath = join(built, "suite/index.js");
  await build({
    entryPoints: [join(import.meta.dirname, "suite/index.ts")],
    outfile: extensionTestsPath,
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  const desktop = await desktopExecutable();
  if (desktop === null) await fetchWebHost();
  const userData = join(folder, "user-data");
  const results = join(folder, "suite.jsonl");
  await writeFile(results, "");
  const world = await openWorld("after");
  try {
    await mkdir(join(userData, "User"), { recursive: true });
    await writeFile(join(userData, "User/settings.json"), JSON.stringify({ ...quietSettings, ...world.settings }));
    await runTests({
      vscodeExecutablePath: desktop ?? (await webHostExecutable()),
      extensionDevelopmentPath: root,
      extensionTestsPath,
      launchArgs: [world.project, `--user-data-dir=${userData}`, "--disable-extensions", "--disable-workspace-trust"],
      extensionTestsEnv: { ...world.env, DEPWARDEN_HOST_RESULTS: results },
    });
    return await readResults(results);
  } catch (error) {
    const read = await readResults(results);
    // A failed test is the reason; without one, the run itself came to grief.
    if (read.some((result) => result.error !== null)) return read;
    const end: Result = { name: "the suite runs to its end", error: String(error) };
    console.log(`${mark.failed}${end.name}\n${String(error)}`);
    return [...read, end];
  } finally {
    await world.close();
  }
}

async function readResults(file: string): Promise<readonly Result[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Result);
}

/** code.ts as one executable file, which is what `runTests` wants. */
async function webHostExecutable(): Promise<string> {
  const file = join(built, "code");
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  await writeFile(
    file,
    `#!/bin/sh\nexec "${process.execPath}" "${tsx}" "${join(import.meta.dirname, "code.ts")}" "$@"\n`,
  );
  await chmod(file, 0o755);
  return file;
}

/** The page tests, which need the web host whatever the suite ran in. */
async function runPages(tests: readonly PageTest[], folder: string): Promise<readonly Result[]> {
  await fetchWebHost();
  return runAll(tests.map(pageTest), { results: join(folder, "pages.jsonl") });
}

function pageTest({ name, moment, options, run }: PageTest): Test {
  return {
    name,
    run: async () => {
      const world = await openWorld(moment);
      try {
        const { settings, env, project } = world;
        const open = await openWorkbench({
          extension: root,
          folder: project,
          env,
          ...options,
          settings: { ...settings, ...options?.settings },
        });
        try {
          await run(open.workbench, world);
        } catch (error) {
          await open.saveFailure(name);
          const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
          throw new Error(`${stack}\nThe page showed:\n${await open.workbench.seen()}`, { cause: error });
        } finally {
          await open.close();
        }
      } finally {
        await world.close();
      }
    },
  };
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
