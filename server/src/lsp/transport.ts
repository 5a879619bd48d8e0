/** How the server is started: which arguments say how the client reaches it. */

export const USAGE = `Depwarden's language server is started by an editor, which says how it talks to it:

  node dist/server.js --stdio      over standard input and output
  node dist/server.js --node-ipc   over Node's own channel, from a parent process in Node

README.md says how editors are set up. To scan a folder from a terminal: node dist/cli.js scan
`;

/**
 * Whether vscode-languageserver finds a transport in the arguments. It takes `--socket=PORT` and `--pipe=NAME` too.
 * @param hasChannel the process was started with a channel for `--node-ipc`
 */
export function hasTransport(args: readonly string[], hasChannel: boolean): boolean {
  for (const [index, arg] of args.entries()) {
    const [name, value = args[index + 1] ?? ""] = arg.split("=", 2);
    if (arg === "--stdio") return true;
    if (arg === "--node-ipc") return hasChannel;
    if (name === "--socket") return Number.parseInt(value, 10) > 0;
    if (name === "--pipe") return value !== "";
  }
  return false;
}
