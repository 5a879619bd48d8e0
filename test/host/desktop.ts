/** Desktop VS Code, where it can be had. */
import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";

/**
 * The executable of desktop VS Code to run tests in, or null for the web host. The variable
 * DEPWARDEN_VSCODE says which: a path, `download` or `web`. Without it, an installed VS Code is
 * taken where there is a screen; else a downloaded one, and on Linux the web host.
 */
export async function desktopExecutable(): Promise<string | null> {
  const choice = process.env["DEPWARDEN_VSCODE"];
  if (choice === "web") return null;
  if (choice === "download") return downloadAndUnzipVSCode();
  if (choice !== undefined) {
    if (!existsSync(choice)) throw new Error(`DEPWARDEN_VSCODE is neither a file nor "download" nor "web": ${choice}`);
    return choice;
  }
  if (process.platform !== "linux") return downloadAndUnzipVSCode();
  const hasScreen = process.env["DISPLAY"] !== undefined || process.env["WAYLAND_DISPLAY"] !== undefined;
  return hasScreen ? installedOnLinux() : null;
}

/** The `code` command, where it is on the PATH. */
export function codeCommand(): string | undefined {
  const names = process.platform === "win32" ? ["code.cmd"] : ["code"];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
}

/** The program beside `bin/code`: the command itself hands over to it and does not wait. */
function installedOnLinux(): string | null {
  const command = codeCommand();
  if (command === undefined) return null;
  const program = join(realpathSync(command), "../../code");
  return existsSync(program) ? program : null;
}
