/** The server, message by message, with clients that are shaped like other editors than VS Code. */
import { expect, test, vi } from "vitest";
import type { TextEdit } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { heldAnswer } from "../fakes/failures.ts";
import { SERVER } from "../setup/sandbox.ts";
import { lockfileText, manifestText } from "../setup/projects.ts";
import {
  BARE,
  EGLOT,
  HELIX,
  HELIX_25_01,
  NEOVIM_0_11,
  NEOVIM_0_9,
  NEOVIM_SINGLE_FILE,
  type Shape,
  VSCODE,
  ZED,
} from "./editor-shapes.ts";
import { type Answer, type Message, type RawClient, type RawDiagnostic, Refusal, SILENCE } from "./raw-client.ts";
import { BAD, isCompromised, LOCKFILE, MANIFEST, rawWorlds, RULES } from "./raw-world.ts";

const SCAN = "depwarden.scanWorkspace";

const raw = rawWorlds();

function scan(client: RawClient): Promise<Message> {
  return client.request("workspace/executeCommand", { command: SCAN, arguments: [] });
}

/** What a scan found, in short. */
function found({ result }: Message): unknown {
  const { files, summary } = result as { files: { path: string }[]; summary: { error: number } };
  return { files: files.map(({ path }) => path), errors: summary.error };
}

const BOTH_FILES = { files: ["package.json", "package-lock.json"], errors: 2 };

const SHAPES: readonly (readonly [string, Shape])[] = [
  ["Neovim 0.9", NEOVIM_0_9],
  ["Neovim 0.11", NEOVIM_0_11],
  ["Helix", HELIX],
  ["Helix 25.01", HELIX_25_01],
  ["Emacs", EGLOT],
  ["Zed", ZED],
  ["VS Code", VSCODE],
  ["a client that says nothing of itself", BARE],
];

test.each(SHAPES)("%s: opens, hovers and scans", async (_name, shape) => {
  const client = await raw().start(shape, { settings: { ...raw().world.settings, rules: RULES } });
  const uri = raw().open(client);
  // On a busy machine the first says that answers are still awaited.
  await vi.waitFor(
    async () => {
      const hover = await client.request("textDocument/hover", { textDocument: { uri }, position: BAD.start });
      expect(JSON.stringify(hover.result)).toContain("MAL");
    },
    { timeout: 60_000, interval: 100 },
  );
  expect(found(await scan(client))).toEqual(BOTH_FILES);
});

// The folder that is open.

const FOLDERS: readonly (readonly [string, () => Readonly<Record<string, unknown>>])[] = [
  ["rootUri, workspaceFolders absent", () => ({ rootUri: raw().world.uri(), workspaceFolders: undefined })],
  ["rootUri, workspaceFolders null", () => ({ rootUri: raw().world.uri(), workspaceFolders: null })],
  ["rootUri, workspaceFolders empty", () => ({ rootUri: raw().world.uri(), workspaceFolders: [] })],
  ["rootPath, rootUri null", () => ({ rootUri: null, rootPath: raw().world.project, workspaceFolders: undefined })],
  ["rootPath, rootUri absent", () => ({ rootUri: undefined, rootPath: raw().world.project, workspaceFolders: null })],
  [
    "workspaceFolders before the others",
    () => ({
      rootUri: "file:///nowhere",
      rootPath: "/nowhere",
      workspaceFolders: [{ uri: raw().world.uri(), name: "here" }],
    }),
  ],
  [
    "rootUri before rootPath",
    () => ({ rootUri: raw().world.uri(), rootPath: "/nowhere", workspaceFolders: undefined }),
  ],
];

test.each(FOLDERS)("the folder is given by %s", async (_name, params) => {
  expect(found(await scan(await raw().start(NEOVIM_0_9, { params: params() })))).toEqual(BOTH_FILES);
});

test("a scan of no folder says that there is none", async () => {
  const client = await raw().start(NEOVIM_SINGLE_FILE);
  expect((await scan(client)).error).toEqual({
    code: -32803,
    message: "Nothing was scanned: the client has no folder open.",
  });
  // A file is judged all the same.
  expect((await client.diagnostics(raw().open(client), isCompromised)).diagnostics).toHaveLength(1);
});

// Settings.

const NO_SETTINGS: readonly (readonly [string, Answer, string | null])[] = [
  ["[null]", () => [null], null],
  ["null", () => null, null],
  ["[]", () => [], null],
  ["[false]", () => [false], "answered workspace/configuration with something that is not an object; it is ignored"],
  ["[[]]", () => [[]], "answered workspace/configuration with something that is not an object; it is ignored"],
  ["[{}]", () => [{}], "answered workspace/configuration with none of Depwarden's settings"],
  [
    "other servers' settings",
    () => [{ json: { validate: true } }],
    "answered workspace/configuration with none of Depwarden's settings",
  ],
  ["all settings, without these", () => [{ depwarden: null }], "answered workspace/configuration with none of"],
  ["an error", () => new Refusal(-32603, "not here"), "answered workspace/configuration with an error (not here)"],
  ["nothing", () => SILENCE, "has not answered workspace/configuration"],
];

test.each(NO_SETTINGS)(
  "workspace/configuration answered by %s: what was given at the start counts",
  async (_name, answer, told) => {
    const client = await raw().start(NEOVIM_0_9, {
      answers: { "workspace/configuration": answer },
      settings: { ...raw().world.settings, rules: { ...RULES, compromised: "hint" } },
    });
    const { diagnostics } = await client.diagnostics(raw().open(client), isCompromised);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["compromised", 4]]);
    if (told === null) expect(client.log).not.toContain("workspace/configuration");
    else {
      expect(client.log).toContain(`The client ${told}`);
      expect(client.log).toContain(". The settings in initializationOptions count.");
    }
    // One that never answers is waited for once, whatever folder comes next.
    raw().world.write("other/package.json", MANIFEST);
    client.open(raw().world.uri("other/package.json"), MANIFEST);
    await client.diagnostics(raw().world.uri("other/package.json"), isCompromised);
  },
);

const AT_START = { rules: { ...RULES, compromised: "hint" } };

test.each<readonly [string, (own: object) => object, string]>([
  ["the section", (own) => own, "counts, and not the settings in initializationOptions"],
  ["all its settings", (own) => ({ depwarden: own, json: {} }), "Those under depwarden count"],
  [
    "all its settings, flat",
    (own) =>
      Object.fromEntries(
        Object.entries({ ...own, osv: undefined, "osv.enabled": true, "osv.url": raw().world.osv.url }).map(
          ([name, value]) => [`depwarden.${name}`, value],
        ),
      ),
    "Those under depwarden count",
  ],
])("workspace/configuration answered by %s: that counts, and is told", async (_name, answer, told) => {
  const own = { ...raw().world.settings, rules: { ...RULES, compromised: "warning" } };
  const client = await raw().start(NEOVIM_0_9, {
    answers: { "workspace/configuration": () => [answer(own)] },
    settings: { ...raw().world.settings, ...AT_START },
  });
  const { diagnostics } = await client.diagnostics(raw().open(client), isCompromised);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["compromised", 2]]);
  expect(client.log).toContain(told);
});

test("initializationOptions.settings may be all settings, too", async () => {
  const client = await raw().start(BARE, { settings: { depwarden: { ...raw().world.settings, ...AT_START } } });
  const { diagnostics } = await client.diagnostics(raw().open(client), isCompromised);
  expect(diagnostics.map(({ severity }) => severity)).toEqual([4]);
});

test("a client without the capability is not asked", async () => {
  const client = await raw().start(BARE, {
    settings: { ...raw().world.settings, rules: { ...RULES, compromised: "hint" } },
  });
  const { diagnostics } = await client.diagnostics(raw().open(client), isCompromised);
  expect(diagnostics.map(({ severity }) => severity)).toEqual([4]);
  expect(client.params("workspace/configuration")).toEqual([]);
});

test("settings that nobody gives: nothing is sent, and that is said; what is answered later counts", async () => {
  const client = await raw().start(NEOVIM_0_9, { answers: { "workspace/configuration": () => SILENCE } });
  const uri = raw().open(client);
  await client.diagnostics(uri, (codes) => codes.includes("unchecked"));
  expect(client.log).toContain("Nothing is sent until the settings are known");
  expect(raw().world.registry.requests).toEqual([]);
  const from = client.received.length;
  for (const { id, method } of client.received)
    if (method === "workspace/configuration" && id !== undefined)
      client.send({ jsonrpc: "2.0", id, result: [{ ...raw().world.settings, rules: RULES }] });
  await client.diagnostics(uri, isCompromised, from);
});

// Progress.

test.each<readonly [string, Answer, string]>([
  ["refused", () => new Refusal(-32603, "no room"), "The client refused to show the progress of the scan: no room"],
  ["unanswered", () => SILENCE, "The client has not answered window/workDoneProgress/create"],
])("window/workDoneProgress/create %s: the scan goes on without progress", async (_name, answer, told) => {
  const client = await raw().start(NEOVIM_0_9, { answers: { "window/workDoneProgress/create": answer } });
  expect(found(await scan(client))).toEqual(BOTH_FILES);
  expect(client.log).toContain(told);
  expect(client.params("$/progress")).toEqual([]);
});

// Code actions.

const CURSOR = { start: BAD.start, end: BAD.start };
const LINE = { start: { line: BAD.start.line, character: 0 }, end: { line: BAD.start.line + 1, character: 0 } };
const BEGIN_OF_LINE = { start: LINE.start, end: LINE.start };
const PIN = ["Pin bad to 1.0.0"];

function withoutData(diagnostic: RawDiagnostic): object {
  return { ...diagnostic, data: undefined };
}

type Context = (diagnostics: readonly RawDiagnostic[]) => object;

test.each<readonly [string, object, Context, readonly string[]]>([
  ["no diagnostics, a cursor", CURSOR, () => ({ diagnostics: [] }), PIN],
  ["no diagnostics, the line", LINE, () => ({ diagnostics: [] }), PIN],
  ["no diagnostics, a cursor at the end", { start: BAD.end, end: BAD.end }, () => ({ diagnostics: [] }), PIN],
  ["no diagnostics, a cursor elsewhere", BEGIN_OF_LINE, () => ({ diagnostics: [] }), []],
  ["the diagnostics", BAD, (diagnostics) => ({ diagnostics }), PIN],
  ["without data", CURSOR, (diagnostics) => ({ diagnostics: diagnostics.map(withoutData) }), PIN],
  ["those of the line, a cursor elsewhere", BEGIN_OF_LINE, (diagnostics) => ({ diagnostics }), PIN],
  [
    "those of the line without data, a cursor elsewhere",
    BEGIN_OF_LINE,
    (diagnostics) => ({ diagnostics: diagnostics.map(withoutData) }),
    PIN,
  ],
  [
    "another server's, a cursor elsewhere",
    BEGIN_OF_LINE,
    (diagnostics) => ({ diagnostics: diagnostics.map((each) => ({ ...each, source: "json" })) }),
    [],
  ],
  ["only quickfix", CURSOR, () => ({ diagnostics: [], only: ["quickfix"] }), PIN],
  [
    "only source.fixAll",
    CURSOR,
    () => ({ diagnostics: [], only: ["source.fixAll"] }),
    ["Pin safe versions (Depwarden)"],
  ],
  [
    "only the empty kind, which is all",
    CURSOR,
    () => ({ diagnostics: [], only: [""] }),
    [...PIN, "Pin safe versions (Depwarden)"],
  ],
  ["only what there is none of", CURSOR, () => ({ diagnostics: [], only: ["refactor"] }), []],
])("code actions: %s", async (_name, range, context, wanted) => {
  const client = await raw().start(NEOVIM_0_9);
  const uri = raw().open(client);
  const { diagnostics } = await client.diagnostics(uri, isCompromised);
  const { result } = await client.request("textDocument/codeAction", {
    textDocument: { uri },
    range,
    context: context(diagnostics),
  });
  const actions = result as { title: string; edit: { changes: Record<string, TextEdit[]> } }[];
  expect(actions.map(({ title }) => title)).toEqual(wanted);
  const document = TextDocument.create(uri, "json", 1, MANIFEST);
  for (const { edit } of actions)
    expect(TextDocument.applyEdits(document, edit.changes[uri] ?? [])).toBe(MANIFEST.replace("^1.0.0", "1.0.0"));
});

// What a client can take.

test("what a client does not say it can take is not sent", async () => {
  const plain = await raw().start(HELIX_25_01);
  const { diagnostics, version } = await plain.diagnostics(raw().open(plain), isCompromised);
  expect(version).toBe(1);
  expect(Object.keys(diagnostics[0] ?? {}).sort()).toEqual(["code", "message", "range", "severity", "source"]);

  const rich = await raw().start({
    ...ZED,
    capabilities: {
      ...ZED.capabilities,
      textDocument: {
        publishDiagnostics: (ZED.capabilities["textDocument"] as { publishDiagnostics: object }).publishDiagnostics,
      },
    },
  });
  const all = await rich.diagnostics(raw().open(rich), isCompromised);
  expect(Object.keys(all.diagnostics[0] ?? {})).toEqual(
    expect.arrayContaining(["codeDescription", "data", "relatedInformation"]),
  );

  const unversioned = await raw().start(NEOVIM_0_9);
  expect((await unversioned.diagnostics(raw().open(unversioned), isCompromised)).version).toBeUndefined();
});

test("a tag is sent to a client that knows it", async () => {
  raw().world.registry.deprecate("bad", "1.0.0", "use another");
  const text = manifestText({ bad: "1.0.0" });
  const isDeprecated = (codes: readonly string[]): boolean => codes.includes("deprecated");
  const old = await raw().start(BARE, { settings: { ...raw().world.settings, rules: RULES } });
  expect((await old.diagnostics(raw().open(old, text), isDeprecated)).diagnostics[0]).not.toHaveProperty("tags");
  const emacs = await raw().start(EGLOT);
  expect((await emacs.diagnostics(raw().open(emacs, text), isDeprecated)).diagnostics[0]).toMatchObject({ tags: [2] });
});

test.each<readonly [string, Shape, string]>([
  ["Emacs without markdown-mode", EGLOT, "plaintext"],
  ["a client that says nothing of it", BARE, "plaintext"],
  ["Helix", HELIX_25_01, "markdown"],
  ["Neovim", NEOVIM_0_9, "markdown"],
])("a hover for %s", async (_name, shape, kind) => {
  const client = await raw().start(shape, { settings: { ...raw().world.settings, rules: RULES } });
  const uri = raw().open(client);
  await client.diagnostics(uri, isCompromised);
  const name = { ...BAD.start, character: BAD.start.character - 5 };
  const { result } = await client.request("textDocument/hover", { textDocument: { uri }, position: name });
  const { contents } = result as { contents: { kind: string; value: string } };
  expect(contents.kind).toBe(kind);
  expect(contents.value).toContain(kind === "markdown" ? "**bad 1\\.1\\.0**" : "bad 1.1.0\nPublished ");
  if (kind === "plaintext") {
    expect(contents.value).toContain(
      "- error: bad 1.1.0 is compromised: it is named as malware by MAL-2099-1. (compromised <https://github.com/",
    );
    expect(contents.value).not.toMatch(/\\|\*\*|\]\(/);
  }
});

test("positions count UTF-16, which every client can do, whatever it prefers", async () => {
  const client = raw().connect();
  const { result } = await client.request("initialize", raw().initializeParams(HELIX));
  expect(result).toMatchObject({ capabilities: { positionEncoding: "utf-16" } });
});

// When what is allowed.

test("nothing is answered before initialize", async () => {
  const client = raw().connect();
  client.open(raw().world.uri("package.json"), MANIFEST);
  for (const method of ["textDocument/hover", "shutdown", "workspace/executeCommand", "no/such"])
    expect((await client.request(method, {})).error).toMatchObject({ code: -32002 });
  // What was said before counts as not said.
  await client.request("initialize", raw().initializeParams(NEOVIM_0_9));
  client.notify("initialized", {});
  expect(
    (
      await client.request("textDocument/hover", {
        textDocument: { uri: raw().world.uri("package.json") },
        position: BAD.start,
      })
    ).result,
  ).toBeNull();
  expect(client.pushed(raw().world.uri("package.json"))).toEqual([]);
});

test("a second initialize is refused, and changes nothing", async () => {
  const client = await raw().start(NEOVIM_0_9);
  const second = await client.request("initialize", raw().initializeParams(NEOVIM_SINGLE_FILE));
  expect(second.error).toMatchObject({ code: -32600 });
  expect(found(await scan(client))).toEqual(BOTH_FILES);
});

test("after shutdown requests are refused, and nothing is sent that was under way", async () => {
  const held = heldAnswer();
  raw().world.registry.fail("bad", held.failure);
  const client = await raw().start(NEOVIM_0_9);
  const uri = raw().open(client);
  await vi.waitUntil(() => raw().world.registry.requests.length > 0, { timeout: 60_000 });
  // It waits for the registry, and is answered when that is given up.
  const hover = client.request("textDocument/hover", { textDocument: { uri }, position: BAD.start });
  const scanned = scan(client);
  const { result } = await client.request("shutdown");
  expect(result).toBeNull();
  const from = client.received.length;
  held.release();
  expect((await hover).error).toMatchObject({ code: -32800 });
  expect((await scanned).error).toMatchObject({ code: -32800 });
  client.open(raw().world.uri("package-lock.json"), LOCKFILE);
  for (const method of ["textDocument/hover", "shutdown", "initialize", "no/such"])
    expect((await client.request(method, {})).error).toMatchObject({ code: -32600 });
  expect(client.received.slice(from).filter(({ method }) => method !== undefined)).toEqual([]);
  client.notify("exit");
  expect(await client.ended).toBe(0);
});

test("exit without shutdown ends with 1", async () => {
  const client = await raw().start(NEOVIM_0_9, { program: SERVER });
  client.notify("exit");
  expect(await client.ended).toBe(1);
});

// Parameters.

const POSITION = { line: 0, character: 0 };
const RANGE = { start: POSITION, end: POSITION };

test("wrong parameters are answered with InvalidParams, and the server goes on", async () => {
  const client = await raw().start(NEOVIM_0_11);
  const textDocument = { uri: raw().open(client) };
  const wrong: readonly (readonly [string, unknown])[] = [
    ...[
      "textDocument/hover",
      "textDocument/codeAction",
      "textDocument/diagnostic",
      "workspace/diagnostic",
      "workspace/executeCommand",
      "depwarden/lockfileUpdate",
    ].flatMap((method) => [undefined, null, {}, [], [textDocument], 3].map((params) => [method, params] as const)),
    ["textDocument/hover", { textDocument: { uri: 3 }, position: POSITION }],
    ["textDocument/hover", { textDocument }],
    ["textDocument/hover", { textDocument, position: { line: -1, character: 0 } }],
    ["textDocument/hover", { textDocument, position: { line: "0", character: 0 } }],
    ["textDocument/hover", { textDocument, position: { line: 0.5, character: 0 } }],
    ["textDocument/codeAction", { textDocument, range: RANGE }],
    ["textDocument/codeAction", { textDocument, range: { start: POSITION }, context: { diagnostics: [] } }],
    ["textDocument/codeAction", { textDocument, range: RANGE, context: { diagnostics: {} } }],
    ["textDocument/codeAction", { textDocument, range: RANGE, context: { diagnostics: [{ source: "depwarden" }] } }],
    ["textDocument/codeAction", { textDocument, range: RANGE, context: { diagnostics: [], only: "quickfix" } }],
    ["textDocument/diagnostic", { textDocument: null }],
    ["textDocument/diagnostic", { textDocument, previousResultId: 3 }],
    ["workspace/diagnostic", { previousResultIds: [{ uri: 1, value: "1" }] }],
    ["workspace/executeCommand", { command: 1 }],
    ["workspace/executeCommand", { command: SCAN, arguments: "all" }],
    ["depwarden/lockfileUpdate", { folder: raw().world.uri(), format: "npm", packages: "bad" }],
  ];
  for (const [method, params] of wrong)
    expect([method, params, (await client.request(method, params)).error?.code]).toEqual([method, params, -32602]);
  const { error } = await client.request("textDocument/hover", { textDocument });
  expect(error?.message).toBe("The parameters of textDocument/hover are wrong: position is missing.");
  // What clients leave out, some write as null.
  const context = { diagnostics: [], only: null };
  expect((await client.request("textDocument/codeAction", { textDocument, range: RANGE, context })).result).toEqual([]);
  expect(found(await scan(client))).toEqual(BOTH_FILES);
});

test("notifications with wrong parameters are ignored and logged, and the server goes on", async () => {
  const client = await raw().start(NEOVIM_0_9);
  const uri = raw().world.uri("package.json");
  const wrong: readonly (readonly [string, unknown])[] = [
    ...[
      "textDocument/didOpen",
      "textDocument/didChange",
      "textDocument/didSave",
      "textDocument/didClose",
      "workspace/didChangeWatchedFiles",
      "workspace/didChangeWorkspaceFolders",
      "window/workDoneProgress/cancel",
      "$/setTrace",
    ].flatMap((method) => [undefined, null, {}].map((params) => [method, params] as const)),
    ["textDocument/didOpen", { textDocument: { uri, version: 1 } }],
    ["textDocument/didOpen", { textDocument: { uri: 3, version: 1, text: "" } }],
    ["textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges: [{ text: 5 }] }],
    ["textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges: [{ text: "", range: {} }] }],
    ["workspace/didChangeWatchedFiles", { changes: [{ uri: 1, type: 2 }] }],
    ["workspace/didChangeWorkspaceFolders", { event: { added: [{}], removed: [] } }],
    ["workspace/didChangeConfiguration", null],
  ];
  for (const [method, params] of wrong) client.notify(method, params);
  // The connection's own affair.
  for (const params of [undefined, null, {}]) client.notify("$/cancelRequest", params);
  await client.diagnostics(raw().open(client), isCompromised);
  expect(client.log).toContain(
    "The parameters of textDocument/didOpen are wrong: textDocument.text is missing. It is ignored.",
  );
  expect(client.log.match(/It is ignored/g)).toHaveLength(wrong.length);
});

test.each([undefined, null, [], {}, { capabilities: null }])("initialize with %j is InvalidParams", async (params) => {
  const client = raw().connect();
  expect((await client.request("initialize", params)).error?.code).toBe(-32602);
  // It may be sent again.
  const { result } = await client.request("initialize", raw().initializeParams(NEOVIM_0_9));
  expect(result).toHaveProperty("capabilities");
});

// Documents.

test.each([
  "git:/project/package.json?%7B%22ref%22%3A%22HEAD%22%7D",
  "fugitive:///project/.git//0/package.json",
  "diffview:///project/.git/abc/package.json",
  "vscode-local-history:/project/package.json?%7B%7D",
  "untitled:package.json",
])("%s is not judged", async (written) => {
  const client = await raw().start(NEOVIM_0_9);
  const uri = written.replace("/project", raw().world.project);
  client.open(uri, MANIFEST.replace("bad", "unheard-of"));
  const { result } = await client.request("textDocument/hover", { textDocument: { uri }, position: BAD.start });
  expect(result).toBeNull();
  // What comes after it is judged by then.
  await client.diagnostics(raw().open(client), isCompromised);
  expect(client.pushed(uri)).toEqual([]);
  expect(
    raw()
      .world.registry.requests.map(({ path }) => path)
      .filter((path) => path.includes("unheard-of")),
  ).toEqual([]);
});

test("a client that watches no files: what is saved is read again, and what lies beside it", async () => {
  const client = raw().connect();
  const { result } = await client.request("initialize", raw().initializeParams(NEOVIM_0_9));
  expect(result).toMatchObject({ capabilities: { textDocumentSync: { save: { includeText: false } } } });
  client.notify("initialized", {});
  const uri = raw().open(client);
  await client.diagnostics(uri, isCompromised);
  const from = client.received.length;
  // As a package manager does that runs in a terminal.
  raw().world.write("package-lock.json", lockfileText({ bad: "^1.0.0" }, { bad: { version: "1.0.0" } }));
  client.notify("textDocument/didSave", { textDocument: { uri } });
  await client.diagnostics(uri, (codes) => !isCompromised(codes), from);
});

test("a client that watches files is not asked to say what it saves", async () => {
  const { result } = await raw().connect().request("initialize", raw().initializeParams(VSCODE));
  const { capabilities } = result as { capabilities: { textDocumentSync: object } };
  expect(capabilities.textDocumentSync).not.toHaveProperty("save");
});
