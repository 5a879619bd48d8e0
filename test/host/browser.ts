/** Chromium for VS Code's web host: found, or installed where that is plainly possible. */
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { apt } from "../setup/apt.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Starts headless Chromium. Throws with what to install when there is none.
 * The caller closes it; Playwright also ends it when this process ends.
 */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserExecutable(),
    // Debian's Chromium has no sandbox for root, and a test host opens its own page only.
    chromiumSandbox: false,
    args: [
      ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
      // The browser reaches this machine only.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

/** The browser to launch, installed where there is none and that is possible. Throws with what to install. */
export function browserExecutable(): string {
  return findBrowser() ?? installBrowser();
}

/** DEPWARDEN_CHROMIUM, else the first Chrome or Chromium on the PATH, else Playwright's own. */
function findBrowser(): string | undefined {
  const chosen = process.env["DEPWARDEN_CHROMIUM"];
  if (chosen !== undefined) {
    if (!isExecutable(chosen)) throw new Error(`DEPWARDEN_CHROMIUM is not an executable file: ${chosen}`);
    return chosen;
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...applications, chromium.executablePath()].find(isExecutable);
}

function installBrowser(): string {
  const debian = process.platform === "linux" && existsSync("/etc/debian_version");
  if (debian && process.getuid?.() === 0) {
    process.stderr.write("No Chrome or Chromium found: installing the system package `chromium` with apt-get…\n");
    apt("update");
    apt("install", "-y", "--no-install-recommends", "chromium");
    const path = findBrowser();
    if (path !== undefined) return path;
  }
  throw new Error(
    "VS Code's web host needs Chrome or Chromium, and there is none on the PATH. " +
      (debian ? "Install it with `sudo apt-get install chromium`, or set" : "Install one, or set") +
      " DEPWARDEN_CHROMIUM to its executable.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
