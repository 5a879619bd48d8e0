/**
 * Opens a copy of the sample in VS Code with the extension loaded: `npm start`. Desktop VS Code
 * where its `code` command is on the PATH, else the web host, whose address is printed. Runs until
 * the window is closed, or Ctrl+C.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { codeCommand } from "../test/host/desktop.ts";
import { quietSettings } from "../test/host/settings.ts";
import { temporaryFolder } from "../test/host/temporary.ts";
import { installExtension } from "../test/host/web-host/extension.ts";
import { startServer } from "../test/host/web-host/server.ts";

const root = join(import.meta.dirname, "..");

async function main(): Promise<void> {
  const folder = await temporaryFolder("start");
  const project = join(folder, "axios-2026-03");
  await cp(join(root, "examples/axios-2026-03"), project, { recursive: true });
  console.log(`The sample, copied to ${project} until this ends. Its packages are to be read, not installed.`);
  const code = codeCommand();
  await (code === undefined ? openWebHost(folder, project) : openDesktop(code, project));
}

async function openDesktop(code: string, project: string): Promise<void> {
  console.log("Opening it in VS Code; close the window to end.");
  const args = [`--extensionDevelopmentPath=${root}`, "--new-window", "--wait", project];
  const window = spawn(code, args, { stdio: "inherit", shell: process.platform === "win32" });
  const [status] = (await once(window, "exit")) as [number | null];
  process.exitCode = status ?? 1;
}

async function openWebHost(folder: string, project: string): Promise<void> {
  console.log("No `code` command on the PATH: starting VS Code's web host.");
  const dataFolder = join(folder, "data");
  const extensionsFolder = join(folder, "extensions");
  await installExtension(root, extensionsFolder, dataFolder);
  const server = await startServer({
    dataFolder,
    extensionsFolder,
    settings: quietSettings,
    driver: false,
    workspaceTrust: false,
    onExit: (reason) => {
      console.error(reason);
      process.exit(1);
    },
  });
  console.log(`\nOpen ${server.address(project)}\nCtrl+C ends it.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
