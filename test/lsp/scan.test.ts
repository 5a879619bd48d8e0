/** The workspace scan: what it returns, what it shows, how it tells of itself, and that it can be cancelled. */
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  CancellationTokenSource,
  ExecuteCommandRequest,
  MessageType,
  ShowMessageNotification,
  WorkDoneProgressCancelNotification,
} from "vscode-languageserver/node";
import type { ShowMessageParams } from "vscode-languageserver/node";
import { ago, lockfileText, manifestText, specifierIn, versionIn } from "../setup/projects.ts";
import { type Client, summary } from "./client.ts";
import { World } from "./world.ts";

const SCAN = "depwarden.scanWorkspace";
const MANIFEST = manifestText({ fresh: "^1.0.0" });
const LOCKFILE = lockfileText(
  { fresh: "^1.0.0" },
  { fresh: { version: "1.1.0" }, old: { version: "2.0.0", dev: true } },
);

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ hours: 5 }) });
  world.registry.publish("old", "2.0.0", { at: ago({ days: 500 }) });
});
afterEach(() => world.end());

interface Step {
  readonly kind: string;
  readonly percentage?: number;
  readonly cancellable?: boolean;
  readonly message?: string;
}

/** Progress of every token, as it comes. */
function progressOf(client: Client): Map<string | number, Step[]> {
  const steps = new Map<string | number, Step[]>();
  client.connection.onNotification("$/progress", ({ token, value }: { token: string | number; value: Step }) => {
    steps.set(token, [...(steps.get(token) ?? []), value]);
  });
  return steps;
}

test("it returns the contract's JSON and shows the findings of files that are not open", async () => {
  world.write("app/package.json", MANIFEST);
  world.write("app/package-lock.json", LOCKFILE);
  world.write("node_modules/evil/package.json", MANIFEST);
  const client = await world.start();
  const result = await client.execute(SCAN);
  const { message } = (result as { findings: { message: string }[] }).findings[0] ?? { message: "" };
  const shared = {
    rule: "fresh-release",
    severity: "warning",
    package: "fresh",
    version: "1.1.0",
    message,
    advisories: [],
    safeVersion: "1.0.0",
    path: ["fresh"],
  };
  expect(result).toEqual({
    schemaVersion: 1,
    tool: { name: "depwarden", version: client.initialized?.serverInfo?.version },
    asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    files: [
      { path: "app/package.json", kind: "package-json", packages: 1, error: null },
      { path: "app/package-lock.json", kind: "package-lock", packages: 2, error: null },
    ],
    suppressed: [],
    summary: { files: 2, packages: 2, error: 0, warning: 2, information: 0, hint: 0, unchecked: 0 },
    findings: [
      { ...shared, file: "app/package-lock.json", range: versionIn(LOCKFILE, "fresh", "1.1.0") },
      { ...shared, file: "app/package.json", range: specifierIn(MANIFEST, "fresh") },
    ],
  });
  expect(summary(await client.diagnostics(world.uri("app/package-lock.json")))).toEqual(["fresh-release 14:18-23"]);
});

test("several folders: paths begin with the folder's name", async () => {
  world.write("one/package.json", MANIFEST);
  world.write("two/package.json", manifestText({ old: "2.0.0" }));
  const client = await world.start({ folders: [world.uri("one"), world.uri("two")] });
  const result = (await client.execute(SCAN)) as { files: { path: string }[] };
  expect(result.files.map(({ path }) => path)).toEqual(["one/package.json", "two/package.json"]);
});

test("a workspace folder inside another: its files are checked once, with the lockfile above, and named after it", async () => {
  world.write("package.json", MANIFEST.replace("{", '{ "workspaces": ["packages/*"],'));
  world.write("package-lock.json", LOCKFILE);
  world.write("packages/ui/package.json", manifestText({ old: "2.0.0" }));
  const client = await world.start({ folders: [world.uri("packages/ui"), world.uri()] });
  const result = (await client.execute(SCAN)) as { files: { path: string }[] };
  expect(result.files.map(({ path }) => path)).toEqual([
    "project/package.json",
    "ui/package.json",
    "project/package-lock.json",
  ]);
});

test("progress under the client's token: begin, reports with counts, end", async () => {
  world.write("package.json", MANIFEST);
  world.write("package-lock.json", LOCKFILE);
  const client = await world.start();
  const progress = progressOf(client);
  await client.execute(SCAN, "mine");
  const steps = progress.get("mine") ?? [];
  expect(steps[0]).toMatchObject({ kind: "begin", cancellable: true });
  expect(steps.at(-1)).toMatchObject({ kind: "end" });
  expect(steps.filter(({ kind }) => kind === "report").at(-1)).toMatchObject({
    percentage: 100,
    message: "project: 2 of 2 packages (project 1 of 1)",
  });
  expect(client.createdTokens).toEqual([]);
});

test("without a token the server makes one, where the client can show it", async () => {
  world.write("package.json", MANIFEST);
  const client = await world.start();
  const progress = progressOf(client);
  await client.execute(SCAN);
  expect(client.createdTokens).toHaveLength(1);
  expect((progress.get(client.createdTokens[0] ?? "") ?? []).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["begin", "end"]),
  );

  const plain = await world.start({ workDoneProgress: false });
  await plain.execute(SCAN);
  expect(plain.createdTokens).toEqual([]);
});

test.each(["$/cancelRequest", "window/workDoneProgress/cancel"])(
  "%s ends a scan that waits for a registry",
  async (how) => {
    world.write("package.json", MANIFEST);
    world.write("package-lock.json", LOCKFILE);
    world.registry.fail("*", { kind: "hang" });
    const client = await world.start();
    const progress = progressOf(client);
    const cancel = new CancellationTokenSource();
    const scan = client.connection.sendRequest(
      ExecuteCommandRequest.type,
      { command: SCAN, arguments: [], workDoneToken: "mine" },
      cancel.token,
    );
    const outcome = scan.then(
      () => "an answer",
      (error: unknown) => error,
    );
    await client.until(
      () => (world.registry.requests.length > 0 ? true : undefined),
      () => "nothing was asked",
    );
    const asked = performance.now();
    if (how === "$/cancelRequest") cancel.cancel();
    else await client.connection.sendNotification(WorkDoneProgressCancelNotification.type, { token: "mine" });
    // -32800: RequestCancelled.
    expect(await outcome).toMatchObject({ code: -32800 });
    // No measure of speed: a registry is given up after 30 seconds.
    expect(performance.now() - asked).toBeLessThan(15_000);
    await client.until(
      () => progress.get("mine")?.find(({ kind }) => kind === "end"),
      () => "the progress did not end",
    );
    expect(client.published.filter(({ diagnostics }) => diagnostics.length > 0)).toEqual([]);
  },
);

test("closing a document takes its findings back; what a scan found stays", async () => {
  world.write("package-lock.json", LOCKFILE);
  const client = await world.start();
  const uri = await world.open(client, "package.json", MANIFEST);
  await client.diagnostics(world.uri("package-lock.json"), (diagnostics) => diagnostics.length === 1);
  await client.close(uri);
  await client.diagnostics(uri, (diagnostics) => diagnostics.length === 0);
  await client.diagnostics(world.uri("package-lock.json"), (diagnostics) => diagnostics.length === 0);

  await client.open(uri, MANIFEST);
  await client.execute(SCAN);
  await client.diagnostics(uri, (diagnostics) => diagnostics.length === 1);
  const from = client.published.length;
  await client.close(uri);
  // A marker behind the close: by then whatever it caused has been published.
  await client.execute(SCAN);
  expect(client.published.slice(from).filter(({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
  expect(summary(client.shown(uri) ?? [])).toEqual(["fresh-release 4:14-20"]);
});

test("an open document counts as it is in the editor; excluded folders do not count", async () => {
  world.write("package-lock.json", LOCKFILE);
  world.write("vendor/package.json", MANIFEST);
  const client = await world.start({ settings: { exclude: ["vendor/**"] } });
  const uri = await world.open(client, "package.json", MANIFEST);
  await client.atVersion(uri, 1);
  await client.change(uri, manifestText({ old: "2.0.0" }));
  const result = (await client.execute(SCAN)) as { files: { path: string }[]; findings: { file: string }[] };
  expect(result.files.map(({ path }) => path)).toEqual(["package.json", "package-lock.json"]);
  expect(result.findings.map(({ file }) => file)).toEqual(["package-lock.json"]);
});

test("clearing the cache asks anew", async () => {
  const client = await world.start();
  const uri = await world.open(client, "package.json", MANIFEST);
  await client.atVersion(uri, 1);
  const asked = world.registry.countOf("fresh");
  const from = client.statuses.length;
  await client.execute("depwarden.clearCache");
  await client.idle(from);
  expect(world.registry.countOf("fresh")).toBe(asked + 1);
});

test.each([
  ["an empty folder", {}, "there is no package.json and no lockfile."],
  ["a folder of which everything is left out", { exclude: ["**"] }, "depwarden.exclude leaves out 2 files."],
])("%s: the person is told that nothing was scanned, and why", async (_what, settings, why) => {
  if ("exclude" in settings) {
    world.write("package.json", MANIFEST);
    world.write("package-lock.json", LOCKFILE);
  }
  const client = await world.start({ settings });
  const shown = messagesOf(client);
  const result = (await client.execute(SCAN)) as { files: unknown[] };
  expect(result.files).toEqual([]);
  // The notification goes out before the answer.
  expect(shown).toEqual([{ type: MessageType.Warning, message: `Nothing was scanned: ${why}` }]);
});

test("no folder: the scan fails, and says that nothing was scanned", async () => {
  const client = await world.start({ folders: [] });
  await expect(client.execute(SCAN)).rejects.toThrow("Nothing was scanned: the client has no folder open.");
});

test("where something was scanned, the server shows no message", async () => {
  world.write("package.json", MANIFEST);
  const client = await world.start();
  const shown = messagesOf(client);
  await client.execute(SCAN);
  expect(shown).toEqual([]);
});

function messagesOf(client: Client): readonly ShowMessageParams[] {
  const shown: ShowMessageParams[] = [];
  client.connection.onNotification(ShowMessageNotification.type, (message) => void shown.push(message));
  return shown;
}
