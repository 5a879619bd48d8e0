/** VS Code's server on loopback, and the addresses of its pages. */
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { endGroup, spawnGroup } from "../processes.ts";
import { fetchWebHost } from "./fetch.ts";

export interface ServerOptions {
  /** Folder for user data and logs; made when missing. */
  readonly dataFolder: string;
  /** Folder of installed extensions, one folder each; made when missing. */
  readonly extensionsFolder: string;
  /** Content of the user's settings.json. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets the page take a payload: an extension under development, a test run, a file to open. */
  readonly driver: boolean;
  /** Whether folders need the user's trust. */
  readonly workspaceTrust: boolean;
  /** Called when the server ends by itself. */
  readonly onExit: (reason: string) => void;
}

export interface WebHostServer {
  /** File that holds what the server printed. */
  readonly log: string;
  /** Address of the page that opens a folder; `payload` holds absolute paths by VS Code's name for them. */
  address(folder: string | undefined, payload?: Readonly<Record<string, string>>): string;
  stop(): Promise<void>;
}

/** Starts a server on a free port. Throws with its output when it does not come up. */
export async function startServer(options: ServerOptions): Promise<WebHostServer> {
  const { serverMain, node } = await fetchWebHost();
  const settingsFile = join(options.dataFolder, "data/User/settings.json");
  await mkdir(dirname(settingsFile), { recursive: true });
  await mkdir(options.extensionsFolder, { recursive: true });
  await writeFile(settingsFile, JSON.stringify(options.settings, null, 2));

  // Whoever can open the page can run commands as this user: the token keeps others out.
  const token = randomBytes(16).toString("hex");
  const args = [
    serverMain,
    ...["--host", "127.0.0.1", "--port", "0", "--connection-token", token],
    ...["--server-data-dir", options.dataFolder, "--extensions-dir", options.extensionsFolder],
    ...["--accept-server-license-terms", "--telemetry-level", "off", "--disable-experiments"],
    ...(options.driver ? ["--enable-smoke-test-driver"] : []),
    ...(options.workspaceTrust ? [] : ["--disable-workspace-trust"]),
  ];
  const log = join(options.dataFolder, "server.log");
  const child = spawnGroup(node, args, { env: serverEnvironment(options.env), stdio: ["ignore", "pipe", "pipe"] });
  const logStream = createWriteStream(log);

  const port = await new Promise<string>((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      logStream.write(chunk);
      if (output.length > 1e6) return;
      output += chunk.toString();
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined && output.includes("Extension host agent started")) resolve(port);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const reason = `VS Code's server ended (${code ?? signal ?? "?"})`;
      reject(new Error(`${reason}:\n${output}`));
      options.onExit(reason);
    });
  });

  const authority = `127.0.0.1:${port}`;
  return {
    log,
    address: (folder, payload) => pageAddress(authority, token, folder, payload),
    stop: async () => {
      child.removeAllListeners("exit");
      await endGroup(child);
      await new Promise<void>((resolve) => logStream.end(resolve));
    },
  };
}

function pageAddress(
  authority: string,
  token: string,
  folder: string | undefined,
  payload: Readonly<Record<string, string>> = {},
): string {
  const address = new URL(`http://${authority}/`);
  address.searchParams.set("tkn", token);
  if (folder !== undefined) address.searchParams.set("folder", folder);
  const entries = Object.entries(payload).map(([name, path]) => [
    name,
    `vscode-remote://${authority}${encodeURI(path)}`,
  ]);
  if (entries.length > 0) address.searchParams.set("payload", JSON.stringify(entries));
  return address.href;
}

/** Without what npm (in small letters) and VS Code's own terminals set, which would reach the extension under test. */
function serverEnvironment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VSCODE_|NODE_OPTIONS$|NODE_ENV$)/.test(name),
  );
  // No extension gallery: the host asks nothing of the outside.
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...added };
}
