/** What the extension shows: nothing of a project, a registry or an error becomes a link, a command or an icon. */
import type { ExtensionContext, LogOutputChannel } from "vscode";
import { beforeEach, expect, test, vi } from "vitest";
import { expectLabel, expectStatus, HOSTILE, MARKDOWN } from "../setup/hostile.ts";
import { editor, executed, handlers, shown, statusItems, updated } from "./vscode.ts";

type Execute = (
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => unknown,
) => Promise<unknown>;

interface Server {
  execute: Execute | null;
  progress:
    ((value: { readonly kind: string; readonly message?: string; readonly percentage?: number }) => void) | null;
  answer: () => Promise<unknown>;
  /** The extension's handlers of the server's notifications. */
  readonly notified: Map<string, (params: unknown) => void>;
  starts: () => Promise<void>;
}

const server = vi.hoisted((): Server => ({
  execute: null,
  progress: null,
  answer: () => Promise.resolve(null),
  notified: new Map(),
  starts: () => Promise.resolve(),
}));

vi.mock("vscode", async () => (await import("./vscode.ts")).module);
vi.mock("vscode-languageclient/node", () => ({
  CloseAction: {},
  ErrorAction: {},
  TransportKind: {},
  ExecuteCommandRequest: {},
  WorkDoneProgress: {},
  LanguageClient: class {
    constructor(
      _id: string,
      _name: string,
      _server: unknown,
      { middleware }: { middleware: { executeCommand: Execute } },
    ) {
      server.execute = middleware.executeCommand;
    }
    readonly registerFeature = (): void => undefined;
    readonly onNotification = (method: string, handler: (params: unknown) => void): void =>
      void server.notified.set(method, handler);
    readonly start = (): Promise<void> => server.starts();
    readonly sendRequest = (): Promise<unknown> => server.answer();
    onProgress(_type: unknown, _token: string, listen: Server["progress"]): { dispose: () => void } {
      server.progress = listen;
      return { dispose: () => undefined };
    }
  },
}));

const { registerAllow } = await import("../../client/src/allow.ts");
const { Client } = await import("../../client/src/client.ts");
const { registerLockfileUpdate } = await import("../../client/src/lockfile-update.ts");
const { registerStatus } = await import("../../client/src/status.ts");

const NAMED = "[Retry now] (command:workbench.action.files.newUntitledFile) $ (error) ";
const CONTEXT = { asAbsolutePath: (path: string) => path, globalStorageUri: {} } as unknown as ExtensionContext;

beforeEach(() => {
  shown.length = 0;
  statusItems.length = 0;
  editor.isTrusted = false;
  editor.takesAction = false;
  executed.length = 0;
  updated.length = 0;
});

/** Every text of this place that was shown is fit, and one of them names what is hostile. */
function expectFit(where: string): void {
  const texts = shown.filter((entry) => entry.where === where).map(({ text }) => text);
  texts.forEach(expectLabel);
  expect(texts.join("\n")).toContain(NAMED);
}

/** A client whose server has started, and what it told the log. */
async function started(): Promise<{ readonly execute: Execute; readonly log: unknown[] }> {
  const log: unknown[] = [];
  const channel = {
    error: (error: unknown) => void log.push(error),
    show: () => undefined,
  } as unknown as LogOutputChannel;
  await new Client(CONTEXT, channel, channel, () => undefined).start();
  const { execute } = server;
  if (execute === null) throw new Error("no client was made");
  return { execute, log };
}

test("the language status item: what is checked, and what could not be", () => {
  const status = registerStatus();
  const [item] = statusItems;
  const nothing = { checking: null, unchecked: [], suppressed: [], lastFresh: null };
  const parts = ["[x]", "(command:x)", MARKDOWN];
  for (const params of [
    { checking: `${HOSTILE}${MARKDOWN}` },
    { unchecked: [HOSTILE, ...parts] },
    { suppressed: [HOSTILE, ...parts] },
  ]) {
    status.show({ ...nothing, ...params });
    expectStatus(item?.text ?? "");
    expectStatus(item?.detail ?? "");
    expect(item?.detail).toContain(NAMED);
    expect(item?.detail).toContain("< command:workbench.action.files.newUntitledFile>");
  }
});

test("a pinned status item has a tooltip of our own, in place of the detail as Markdown that runs commands", () => {
  registerStatus();
  expect(statusItems[0]?.command?.tooltip).toBe("Show Depwarden's log");
});

test("in Restricted Mode nothing is asked and nothing written: an entry would not be read; trust can be given", async () => {
  registerAllow();
  const allow = { rule: "compromised", package: "a", version: "1.0.0", folder: "file:///w" };
  await handlers.get("depwarden.allow")?.(allow);
  expect(shown).toEqual([
    {
      where: "information",
      text: "In Restricted Mode the workspace's settings allow nothing. Trust this workspace first.",
    },
    { where: "information", text: "Manage Workspace Trust" },
  ]);
  expect([updated, executed]).toEqual([[], []]);
  editor.takesAction = true;
  await handlers.get("depwarden.allow")?.(allow);
  expect([updated, executed]).toEqual([[], ["workbench.trust.manage"]]);
});

test("in a trusted workspace the entry is written", async () => {
  registerAllow();
  editor.isTrusted = true;
  await handlers.get("depwarden.allow")?.({ rule: "compromised", package: "a", version: "1.0.0", folder: "file:///w" });
  expect(updated).toMatchObject([
    ["allow", [{ package: "a", versions: "1.0.0", rules: ["compromised"], reason: "a reason" }]],
  ]);
});

test("a reason for an allow entry is asked for", async () => {
  registerAllow();
  editor.isTrusted = true;
  await handlers.get("depwarden.allow")?.({ rule: HOSTILE, package: HOSTILE, version: HOSTILE, folder: "file:///w" });
  expectFit("input box");
  expectFit("quick pick");
});

test.each([
  ["that may be updated", { program: "/bin/x", args: [], env: {}, times: 1, runs: [] }, "information"],
  [
    "whose update runs code of the project",
    { program: "/bin/x", args: [], env: {}, times: 1, runs: [HOSTILE] },
    "information",
  ],
  ["that cannot be updated", { problem: HOSTILE }, "error"],
])("a lockfile that holds the old version, %s", async (_what, answer, where) => {
  registerLockfileUpdate(() => Promise.resolve(answer));
  const offer = { folder: "file:///w", format: "npm", lockfile: `/w/${HOSTILE}`, packages: ["a"], manifests: [] };
  for (const isTrusted of [false, true]) {
    shown.length = 0;
    editor.isTrusted = isTrusted;
    handlers.get("depwarden.offerLockfileUpdate")?.(offer);
    await vi.waitFor(() => expectFit(isTrusted ? where : "information"));
  }
});

test("an update that the server offers by itself is offered like one that a quick fix asks for", async () => {
  await started();
  editor.isTrusted = true;
  const asked: unknown[] = [];
  server.answer = () => {
    asked.push("depwarden/lockfileUpdate");
    return Promise.resolve({ program: "/bin/x", args: [], env: {}, times: 1, runs: [] });
  };
  const offer = { folder: "file:///w", format: "npm", lockfile: "/w/bun.lock", packages: ["a"], manifests: [] };
  server.notified.get("depwarden/offerLockfileUpdate")?.(offer);
  await vi.waitFor(() =>
    expect(shown.map(({ text }) => text)).toEqual([
      "bun.lock still locks the old version. Update it now? Nothing is installed, and no script runs.",
      "Update Lockfile",
    ]),
  );
  expect(asked).toHaveLength(1);
});

test.each([
  ["file:///w/${command:workbench.action.tasks.build}", {}],
  ["file:///w", { args: ["${input:x}"] }],
  ["file:///w", { env: { PATH: "/x/${env:HOME}" } }],
])("a lockfile in %s is not updated with %j, in which VS Code would fill in a variable", async (folder, more) => {
  const plan = { program: "/bin/x", args: [], env: {}, times: 1, runs: [], ...more };
  registerLockfileUpdate(() => Promise.resolve(plan));
  editor.isTrusted = true;
  const offer = { folder, format: "npm", lockfile: "/w/package-lock.json", packages: ["a"], manifests: [] };
  handlers.get("depwarden.offerLockfileUpdate")?.(offer);
  await vi.waitFor(() =>
    expect(shown.map(({ where, text }) => `${where}: ${text}`)).toEqual([
      'error: package-lock.json still locks the old version. A path here contains "${", which VS Code would replace. Update it by hand.',
    ]),
  );
});

test("an update that is outdated when its button is pressed does nothing, and says so; before that nothing is said", async () => {
  const plan = { program: "/bin/x", args: [], env: {}, times: 1, runs: [] };
  const answers: unknown[] = [plan, { outdated: true }];
  registerLockfileUpdate(() => Promise.resolve(answers.shift()));
  editor.isTrusted = true;
  editor.takesAction = true;
  const offer = {
    folder: "file:///w",
    format: "npm",
    lockfile: "/w/package-lock.json",
    packages: ["a"],
    manifests: [],
  };
  handlers.get("depwarden.offerLockfileUpdate")?.(offer);
  await vi.waitFor(() =>
    expect(shown.map(({ text }) => text)).toEqual([
      "package-lock.json still locks the old version. Update it now? Nothing is installed, and no script runs.",
      "Update Lockfile",
      "package-lock.json is in line with package.json: nothing was updated.",
    ]),
  );
  shown.length = 0;
  answers.push({ outdated: true });
  handlers.get("depwarden.offerLockfileUpdate")?.(offer);
  await vi.waitFor(() => expect(answers).toEqual([]));
  expect(shown).toEqual([]);
});

test("the progress of a scan", async () => {
  const { execute } = await started();
  server.answer = () => {
    server.progress?.({ kind: "report", message: HOSTILE, percentage: 50 });
    return Promise.resolve({ summary: { files: 1, packages: 1, error: 0, warning: 0, unchecked: 0 } });
  };
  await execute("depwarden.scanWorkspace", [], () => null);
  expectFit("progress");
  shown.forEach(({ text }) => expectLabel(text));
});

test("a command that fails: VS Code shows its message", async () => {
  const { execute } = await started();
  const fail = (): Promise<never> => Promise.reject(new Error(HOSTILE));
  server.answer = fail;
  for (const command of ["depwarden.scanWorkspace", "depwarden.clearCache", "depwarden.other"]) {
    const message = await execute(command, [], fail).then(
      () => "no failure",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    expectLabel(message);
    expect(message).toContain(NAMED);
  }
});

test("a server that cannot start: the notification is our own, the reason is in the log", async () => {
  server.starts = () => Promise.reject(new Error(HOSTILE));
  const { log } = await started();
  shown.forEach(({ text }) => expectLabel(text));
  expect(shown.map(({ where }) => where)).toContain("error");
  expect(log.map(String)).toEqual([`Error: ${HOSTILE}`]);
});
