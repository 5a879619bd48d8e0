/** Diagnostics that the client asks for, and what is pushed to such a client. */
import { expect, test, vi } from "vitest";
import { lockfileText, manifestText } from "../setup/projects.ts";
import { HELIX, HELIX_25_01, NEOVIM_0_11, ZED } from "./editor-shapes.ts";
import type { RawClient, RawDiagnostic } from "./raw-client.ts";
import { isCompromised, LOCKFILE, MANIFEST, rawWorlds } from "./raw-world.ts";

const raw = rawWorlds();

interface Report {
  readonly kind: string;
  readonly resultId: string;
  readonly items?: readonly RawDiagnostic[];
}

interface WorkspaceReport {
  readonly items: readonly (Report & { readonly uri: string; readonly version: number | null })[];
}

async function pull(client: RawClient, uri: string, previousResultId?: string): Promise<Report> {
  const { result } = await client.request("textDocument/diagnostic", {
    textDocument: { uri },
    ...(previousResultId === undefined ? {} : { previousResultId }),
  });
  return result as Report;
}

async function pullWorkspace(
  client: RawClient,
  previous: readonly { readonly uri: string; readonly resultId: string }[],
): Promise<WorkspaceReport> {
  const previousResultIds = previous.map(({ uri, resultId }) => ({ uri, value: resultId }));
  const { result } = await client.request("workspace/diagnostic", { previousResultIds });
  return result as WorkspaceReport;
}

function codes({ items }: Report): readonly string[] | undefined {
  return items?.map(({ code }) => code);
}

test("a client that does not ask is not offered it", async () => {
  const { result } = await raw().connect().request("initialize", raw().initializeParams(HELIX_25_01));
  expect((result as { capabilities: object }).capabilities).not.toHaveProperty("diagnosticProvider");
});

test.each([
  ["Neovim", NEOVIM_0_11],
  ["Helix", HELIX],
  ["Zed", ZED],
])("%s: the answer waits for the check, and the open document is not pushed too", async (_name, shape) => {
  const client = raw().connect();
  const { result } = await client.request("initialize", raw().initializeParams(shape));
  expect(result).toMatchObject({
    capabilities: { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true } },
  });
  client.notify("initialized", {});
  const uri = raw().open(client);
  const report = await pull(client, uri);
  expect([report.kind, codes(report)]).toEqual(["full", ["compromised"]]);
  const again = await pull(client, uri, report.resultId);
  expect(again).toEqual({ kind: "unchanged", resultId: report.resultId });

  // Asked for right behind the change, as editors do: the answer is of the new text.
  client.change(uri, 2, MANIFEST.replace("^1.0.0", "1.0.0"));
  const mended = await pull(client, uri, report.resultId);
  expect([mended.kind, codes(mended)]).toEqual(["full", []]);
  expect(client.pushed(uri)).toEqual([]);
});

test("what changes without the document is asked for anew, where the client can be told", async () => {
  const client = await raw().start(NEOVIM_0_11);
  const uri = raw().open(client);
  const report = await pull(client, uri);
  expect(codes(report)).toEqual(["compromised"]);
  const from = client.received.length;
  raw().world.write("package-lock.json", lockfileText({ bad: "^1.0.0" }, { bad: { version: "1.0.0" } }));
  client.notify("textDocument/didSave", { textDocument: { uri } });
  await client.until(({ method }) => method === "workspace/diagnostic/refresh", "no refresh", from);
  const after = await pull(client, uri, report.resultId);
  expect([after.kind, codes(after)]).toEqual(["full", expect.not.arrayContaining(["compromised"])]);
});

test("what it does not ask for is pushed: files that are not open, until they are", async () => {
  const client = await raw().start(HELIX);
  raw().open(client);
  const lockfile = raw().world.uri("package-lock.json");
  await client.diagnostics(lockfile, isCompromised);

  let from = client.received.length;
  client.open(lockfile, LOCKFILE);
  await client.diagnostics(lockfile, (pushed) => pushed.length === 0, from);
  expect(codes(await pull(client, lockfile))).toEqual(["compromised"]);
  expect(client.pushed(lockfile, from).flatMap(({ diagnostics }) => diagnostics)).toEqual([]);

  from = client.received.length;
  client.notify("textDocument/didClose", { textDocument: { uri: lockfile } });
  await client.diagnostics(lockfile, isCompromised, from);
});

test("the whole workspace: nothing is pushed any more, and the next answer waits for a change", async () => {
  const client = await raw().start(ZED);
  const lockfile = raw().world.uri("package-lock.json");
  const uri = raw().open(client);
  await pull(client, uri);
  await client.diagnostics(lockfile, isCompromised);

  let from = client.received.length;
  const first = await pullWorkspace(client, []);
  expect(first.items.map((item) => [item.uri, item.version, item.kind, codes(item)])).toEqual(
    expect.arrayContaining([
      [uri, 1, "full", ["compromised"]],
      [lockfile, null, "full", ["compromised"]],
    ]),
  );
  expect(first.items).toHaveLength(2);
  await client.diagnostics(lockfile, (pushed) => pushed.length === 0, from);

  from = client.received.length;
  const next = pullWorkspace(client, first.items);
  const finished = vi.fn();
  void next.then(finished);
  // Another answer comes before it: it waits.
  await pull(client, uri);
  expect(finished).not.toHaveBeenCalled();
  client.change(uri, 2, MANIFEST.replace("^1.0.0", "1.0.0"));
  const second = await next;
  expect(second.items.find((item) => item.uri === uri)).toMatchObject({ kind: "full", items: [], version: 2 });
  expect(client.pushed(lockfile, from)).toEqual([]);
});

test("a document that is not judged has none", async () => {
  const client = await raw().start(NEOVIM_0_11);
  client.open("untitled:package.json", manifestText({ bad: "1.1.0" }));
  expect(codes(await pull(client, "untitled:package.json"))).toEqual([]);
});

test("a question that waits is answered when it is cancelled, and when the server is shut down", async () => {
  const client = await raw().start(ZED);
  raw().open(client);
  await pull(client, raw().world.uri("package.json"));
  const first = await pullWorkspace(client, []);
  const previousResultIds = first.items.map(({ uri, resultId }) => ({ uri, value: resultId }));
  client.send({ jsonrpc: "2.0", id: "one", method: "workspace/diagnostic", params: { previousResultIds } });
  client.notify("$/cancelRequest", { id: "one" });
  const cancelled = await client.until(({ id }) => id === "one", "no answer");
  expect(cancelled.error).toMatchObject({ code: -32800 });
  client.send({ jsonrpc: "2.0", id: "two", method: "workspace/diagnostic", params: { previousResultIds } });
  await client.request("shutdown");
  const ended = await client.until(({ id }) => id === "two", "no answer");
  expect(ended.error).toMatchObject({ code: -32800 });
});
