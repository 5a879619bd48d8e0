/**
 * Takes the place of desktop VS Code's executable in `runTests` of @vscode/test-electron: same
 * arguments in, the extension host's test results out, exit status of the test run as its own.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser } from "./browser.ts";
import { failurePath } from "./failures.ts";
import { mark } from "./runner.ts";
import { removeFolder, temporaryFolder } from "./temporary.ts";
import { startServer } from "./web-host/server.ts";

/** A run that takes longer hangs: it is ended and counts as failed. */
const deadline = 10 * 60_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ strict: false, allowPositionals: true });
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  const extensionDevelopmentPath = text("extensionDevelopmentPath");
  const extensionTestsPath = text("extensionTestsPath");
  if (extensionDevelopmentPath === undefined || extensionTestsPath === undefined) {
    throw new Error(
      "Usage: code --extensionDevelopmentPath=FOLDER --extensionTestsPath=FILE [--user-data-dir=FOLDER] [FOLDER]",
    );
  }

  const dataFolder = await temporaryFolder("host");
  const ended = outcome();
  const timer = setTimeout(
    () => ended.reject(new Error(`The test run did not end within ${deadline / 1000} s.`)),
    deadline,
  );
  const server = await startServer({
    dataFolder,
    extensionsFolder: join(dataFolder, "extensions"),
    settings: await userSettings(text("user-data-dir")),
    driver: true,
    workspaceTrust: values["disable-workspace-trust"] !== true,
    onExit: (reason) => ended.reject(new Error(reason)),
  });
  let windowLog = "";
  const browser = await launchBrowser();
  const page = await browser.newPage();
  try {
    // What VS Code's page calls when tests run in it: see its web test runner,
    // https://github.com/microsoft/vscode-test-web/blob/main/src/server/index.ts
    await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
      const line = `${args.map(String).join(" ")}\n`;
      // The window logs to the same place, and a lot.
      if (line.startsWith(mark.passed) || line.startsWith(mark.failed)) process.stdout.write(line);
      windowLog += `[${type}] ${line}`;
    });
    await page.exposeFunction("codeAutomationExit", (code: number) => ended.resolve(code));
    page.once("crash", () => ended.reject(new Error("VS Code's page crashed.")));
    await page.goto(server.address(positionals[0], { extensionDevelopmentPath, extensionTestsPath }));
    const code = await ended.promise;
    if (code !== 0) throw new Error(`The test run ended with ${code}.`);
  } catch (error) {
    const picture = await failurePath("test-run", "png");
    const log = await failurePath("test-run", "log");
    await page.screenshot({ path: picture, timeout: 5000 }).catch(() => undefined);
    await writeFile(log, `${await readFile(server.log, "utf8")}\nThe window's log:\n${windowLog}`);
    process.stderr.write(`See ${picture} and ${log}\n`);
    throw error;
  } finally {
    clearTimeout(timer);
    await browser.close();
    await server.stop();
    await removeFolder(dataFolder);
  }
}

/** A promise to be settled from outside: by the page, the server or the deadline, whoever is first. */
function outcome() {
  let resolve: (code: number) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<number>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // It may be settled before anyone waits for it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

async function userSettings(userDataDir: string | undefined): Promise<Record<string, unknown>> {
  if (userDataDir === undefined) return {};
  const text = await readFile(join(userDataDir, "User/settings.json"), "utf8");
  return JSON.parse(text) as Record<string, unknown>;
}

// Whoever started this holds the other end; when that is gone, nobody waits for the tests.
process.stdin.once("end", () => process.exit(1)).resume();

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
