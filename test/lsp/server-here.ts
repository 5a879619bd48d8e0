/** The server in this thread, behind the two streams that a process would have: many times as fast to start. */
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { createConnection, ProposedFeatures, type WatchDog } from "vscode-languageserver";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import { Editor } from "../../server/src/lsp/editor.ts";
import { Lifecycle } from "../../server/src/lsp/lifecycle.ts";
import { serve } from "../../server/src/serve.ts";
import { PACKUMENT_WORKER } from "../setup/sandbox.ts";
import type { RunningServer } from "./server-process.ts";

export function serveHere(env: Readonly<Record<string, string>>): RunningServer {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const lifecycle = new Lifecycle();
  let status: number | null = null;
  const watchDog: WatchDog = {
    shutdownReceived: false,
    initialize: () => undefined,
    exit: (code) => {
      status ??= code;
    },
  };
  const connection = createConnection(
    (logger) =>
      createProtocolConnection(new StreamMessageReader(input), new StreamMessageWriter(output), logger, {
        messageStrategy: lifecycle,
      }),
    watchDog,
    ProposedFeatures.all,
  );
  serve(
    connection,
    { editor: new Editor(connection), lifecycle },
    { cwd: "/", env, packumentWorker: PACKUMENT_WORKER },
  );
  return {
    input,
    output,
    process: null,
    stderr: () => "",
    isRunning: () => status === null,
    ended: async () => {
      // The notification is read in a later turn of the event loop.
      while (status === null) await turn();
      connection.dispose();
      return status;
    },
    kill: () => connection.dispose(),
  };
}
