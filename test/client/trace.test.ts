/** What `depwarden.trace.server` writes to the log. The real client in VS Code: test/host/pages/log.ts. */
import type { LogOutputChannel } from "vscode";
import { expect, test, vi } from "vitest";
import { changeSetting } from "./vscode.ts";

vi.mock("vscode", async () => (await import("./vscode.ts")).module);

const { LogLevel } = (await import("./vscode.ts")).module;
const { TraceChannel } = await import("../../client/src/trace.ts");

test("the setting is the level that the language client goes by, from the moment it changes", () => {
  const trace = new TraceChannel({} as LogOutputChannel);
  const levels: unknown[] = [];
  trace.onDidChangeLogLevel((level) => levels.push(level));
  expect(trace.logLevel).toBe(LogLevel.Off);
  for (const value of ["messages", "verbose", "off"]) changeSetting("depwarden.trace.server", value);
  changeSetting("depwarden.offline", true);
  expect(levels).toEqual([LogLevel.Trace, LogLevel.Trace, LogLevel.Off]);
  trace.dispose();
});

test("a trace shows at the log's own level, without the logins of addresses", () => {
  const written: string[] = [];
  const trace = new TraceChannel({ info: (line: string) => written.push(line) } as unknown as LogOutputChannel);
  trace.trace(
    '{"proxy":"http://ann:pass@proxy.example:80/","registry":"https://npm.example/@scope/","name":"@scope/a"}',
  );
  expect(written).toEqual([
    '{"proxy":"http://…@proxy.example:80/","registry":"https://npm.example/@scope/","name":"@scope/a"}',
  ]);
  trace.dispose();
});
