/** Debugging the server as .vscode/launch.json does. The debugger itself is VS Code's; here is what it attaches to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExtensionContext, LogOutputChannel } from "vscode";
import { expect, test, vi } from "vitest";
import { ROOT, SERVER } from "../setup/sandbox.ts";

interface Start {
  readonly module: string;
  readonly options?: { readonly execArgv: readonly string[] };
}
const made = vi.hoisted((): { server: { run: Start; debug: Start } | null } => ({ server: null }));

vi.mock("vscode", async () => (await import("./vscode.ts")).module);
vi.mock("vscode-languageclient/node", () => ({
  CloseAction: {},
  ErrorAction: {},
  TransportKind: {},
  LanguageClient: class {
    constructor(_id: string, _name: string, server: { run: Start; debug: Start }) {
      made.server = server;
    }
    readonly registerFeature = (): void => undefined;
    readonly onNotification = (): void => undefined;
    readonly start = (): Promise<void> => Promise.resolve();
  },
}));

const { Client } = await import("../../client/src/client.ts");

test("under a debugger the server listens where .vscode/launch.json attaches, and otherwise does not listen", async () => {
  const context = { asAbsolutePath: (path: string) => join(ROOT, path), globalStorageUri: {} };
  const log = {} as LogOutputChannel;
  await new Client(context as unknown as ExtensionContext, log, log, () => undefined).start();
  const launch = JSON.parse(readFileSync(join(ROOT, ".vscode/launch.json"), "utf8")) as {
    configurations: readonly { request: string; port?: number }[];
  };
  const attach = launch.configurations.find(({ request }) => request === "attach");
  expect(made.server?.run).not.toHaveProperty("options");
  expect(made.server?.debug.module).toBe(SERVER);
  expect(made.server?.debug.options?.execArgv).toContain(`--inspect=${String(attach?.port)}`);
});

test("a server that is started for a debugger can be debugged", async () => {
  // Any free port: the one of launch.json may be taken here.
  const server = spawn(process.execPath, ["--nolazy", "--inspect=0", SERVER, "--stdio"], { stdio: "pipe" });
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let said = "";
      server.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const found = /Debugger listening on ws:\/\/(127\.0\.0\.1:\d+)\//.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      server.once("exit", () => reject(new Error(said)));
    });
    const targets = (await (await fetch(`http://${address}/json/list`)).json()) as readonly { readonly url: string }[];
    expect(targets.map(({ url }) => url)).toEqual([`file://${SERVER}`]);
  } finally {
    server.removeAllListeners("exit");
    server.kill("SIGKILL");
    await once(server, "close");
  }
});
