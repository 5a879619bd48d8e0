/** The server, as dist/server.js starts it: `--stdio` or `--node-ipc`, as vscode-languageserver reads them. */
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { Editor } from "./lsp/editor.ts";
import { Lifecycle } from "./lsp/lifecycle.ts";
import { hasTransport, USAGE } from "./lsp/transport.ts";
import { serve } from "./serve.ts";
import { surroundings } from "./surroundings.ts";

if (hasTransport(process.argv.slice(2), process.send !== undefined)) start();
else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

function start(): void {
  const lifecycle = new Lifecycle();
  const connection = createConnection(ProposedFeatures.all, { messageStrategy: lifecycle });
  const editor = new Editor(connection);

  // The protocol runs over standard output: a library that prints there would break it.
  console.log = (...values: unknown[]) => editor.info(values.map(String).join(" "));
  process.on("unhandledRejection", (reason) => editor.error(reason));
  serve(connection, { editor, lifecycle }, surroundings());
}
