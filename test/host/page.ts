/** Opens VS Code in a page, to be used as a person would. The things to do there: workbench.ts. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { failurePath } from "./failures.ts";
import { quietSettings } from "./settings.ts";
import { removeFolder, temporaryFolder } from "./temporary.ts";
import { installExtension } from "./web-host/extension.ts";
import { startServer } from "./web-host/server.ts";
import { Workbench } from "./workbench.ts";

export interface PageOptions {
  /** Folder to open, absolute. */
  readonly folder: string;
  /** The extension: a folder with package.json and what its `main` names, or a .vsix file. */
  readonly extension: string;
  /** User settings, over the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment of the server and so of the extension, over this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether VS Code asks for trust in the folder. Default: it does not, all is trusted. */
  readonly workspaceTrust?: boolean;
  /** In CSS pixels; pictures have twice as many. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A workbench, and the server and browser behind it. */
export interface OpenWorkbench {
  readonly workbench: Workbench;
  /** Saves a picture and the server's log under `.vscode-test/failures/`, and says where. */
  saveFailure(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server and a browser of its own, and waits until the workbench takes input. */
export async function openWorkbench(options: PageOptions): Promise<OpenWorkbench> {
  const dataFolder = await temporaryFolder("page");
  const extensionsFolder = join(dataFolder, "extensions");
  const cleanups: (() => Promise<void>)[] = [() => removeFolder(dataFolder)];
  const close = async () => {
    for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup();
  };
  try {
    await installExtension(options.extension, extensionsFolder, dataFolder);
    const server = await startServer({
      dataFolder,
      extensionsFolder,
      settings: { ...quietSettings, ...options.settings },
      env: options.env ?? {},
      driver: false,
      workspaceTrust: options.workspaceTrust ?? false,
      // Nothing to do: whatever the test waits for will not come, and says so.
      onExit: () => undefined,
    });
    cleanups.push(() => server.stop());
    const browser = await launchBrowser();
    cleanups.push(() => browser.close());
    const page = await browser.newPage({
      viewport: options.size ?? { width: 1280, height: 800 },
      deviceScaleFactor: 2,
    });
    page.setDefaultTimeout(60_000);
    await page.goto(server.address(options.folder));
    const workbench = new Workbench(page);
    await workbench.ready();
    return {
      workbench,
      close,
      saveFailure: async (name) => {
        const picture = await failurePath(name, "png");
        const log = await failurePath(name, "log");
        await page.screenshot({ path: picture });
        await copyFile(server.log, log);
        process.stderr.write(`See ${picture} and ${log}\n`);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
