/** One file under several spellings of its URI: judged once, shown and edited as the client spells it. */
import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { HELIX, NEOVIM_0_11, NEOVIM_0_9 } from "./editor-shapes.ts";
import type { Diagnostics, RawClient } from "./raw-client.ts";
import { BAD, isCompromised, LOCKFILE, MANIFEST, rawWorlds } from "./raw-world.ts";

const NAMES = [
  "@acme/app",
  "a+b",
  "(x)",
  "it's",
  "a b",
  "\u00FC",
  "u\u0308",
  "100%",
  "#x",
  "a&b=c",
  "[x]",
  "~x",
  "a:b",
  "a;b,c!$*",
  "%41",
];

/** The document is longer than the file: what is found says which of the two was judged. */
const OPEN = `\n\n\n${MANIFEST}`;
const HERE = { line: BAD.start.line + 3, character: BAD.start.character };

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const segments = (path: string, spell: (name: string) => string): string => path.split("/").map(spell).join("/");

type Spelling = (path: string) => string;
/** Only what must be. */
const node: Spelling = (path) => pathToFileURL(path).href;
/** All but letters, digits and a few marks, as VS Code does. */
const strict: Spelling = (path) =>
  `file://${segments(path, (name) => encodeURIComponent(name).replace(/[!'()*]/g, percent))}`;
const lowerCase: Spelling = (path) => strict(path).replace(/%../g, (byte) => byte.toLowerCase());
const everyByte: Spelling = (path) => `file://${segments(path, percent)}`;
const localhost: Spelling = (path) => node(path).replace("file://", "file://localhost");
const oneSlash: Spelling = (path) => node(path).replace("file://", "FILE:");
/** Nothing but what would end the path or begin a byte, and not even that where it can do without. */
const careless: Spelling = (path) => `file://${path.replace(/%(?=[0-9a-f]{2})/gi, "%25")}`;

const raw = rawWorlds();

function project(name: string): string {
  raw().world.write(`${name}/package.json`, MANIFEST);
  raw().world.write(`${name}/package-lock.json`, LOCKFILE);
  return join(raw().world.project, name);
}

interface Scan {
  readonly files: readonly { readonly path: string }[];
  readonly findings: readonly { readonly file: string; readonly range: { readonly start: object } }[];
}

async function scan(client: RawClient): Promise<Scan> {
  const { result } = await client.request("workspace/executeCommand", { command: "depwarden.scanWorkspace" });
  return result as Scan;
}

/** The URIs that something is shown under now. */
function shownUnder(client: RawClient): readonly string[] {
  const last = new Map<string, number>();
  for (const each of client.params("textDocument/publishDiagnostics") as readonly Diagnostics[])
    last.set(each.uri, each.diagnostics.length);
  return [...last].flatMap(([uri, count]) => (count === 0 ? [] : [uri])).sort();
}

async function hover(client: RawClient, uri: string, position: object): Promise<unknown> {
  return (await client.request("textDocument/hover", { textDocument: { uri }, position })).result;
}

interface Action {
  readonly title: string;
  readonly command?: { readonly arguments: readonly object[] };
  readonly edit?: { readonly changes: Readonly<Record<string, unknown>> };
}

async function actions(client: RawClient, uri: string, position: object): Promise<readonly Action[]> {
  const range = { start: position, end: position };
  const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
  return (await client.request("textDocument/codeAction", params)).result as readonly Action[];
}

const WAYS: readonly (readonly [string, Spelling, Spelling])[] = [
  ["folder as VS Code, document as Node", strict, node],
  ["folder as Node, document in lower-case escapes", node, lowerCase],
  ["folder at localhost, every byte of the document escaped", localhost, everyByte],
  ["folder with every byte escaped, document with one slash", everyByte, oneSlash],
  ["folder and document with no escapes", careless, careless],
];

describe.each(WAYS)("%s", (_way, folderSpelling, documentSpelling) => {
  test("each name is judged once, from the open text, and shown, hovered and edited as it is spelled", async () => {
    const folders = NAMES.map((name) => ({ uri: folderSpelling(project(name)), name }));
    const client = await raw().start(NEOVIM_0_9, { params: { workspaceFolders: folders } });
    const documents = NAMES.map((name) => documentSpelling(join(raw().world.project, name, "package.json")));
    for (const uri of documents) client.open(uri, OPEN);
    for (const uri of documents) await client.diagnostics(uri, isCompromised);
    const { files, findings } = await scan(client);
    expect(files).toHaveLength(2 * NAMES.length);
    expect(findings.filter(({ file }) => file.endsWith("package.json")).map(({ range }) => range.start)).toEqual(
      NAMES.map(() => HERE),
    );
    const lockfiles = folders.map(({ uri }) => `${uri}/package-lock.json`);
    expect(shownUnder(client)).toEqual([...documents, ...lockfiles].sort());
    for (const uri of documents) {
      expect(JSON.stringify(await hover(client, uri, HERE))).toContain("MAL");
      const [fix] = await actions(client, uri, HERE);
      expect(Object.keys(fix?.edit?.changes ?? {})).toEqual([uri]);
    }
  });
});

test("a client that asks for diagnostics gets them, and what they refer to, as it spells the document", async () => {
  const folder = project("@acme/app");
  const params = { workspaceFolders: [{ uri: localhost(folder), name: "app" }] };
  const client = await raw().start(NEOVIM_0_11, { params });
  const uri = everyByte(join(folder, "package.json"));
  client.open(uri, OPEN);
  const { result } = await client.request("textDocument/diagnostic", { textDocument: { uri } });
  expect(result).toMatchObject({ items: [{ code: "compromised", range: { start: HERE } }] });
  expect(JSON.stringify(result)).not.toContain(strict(folder));
  await scan(client);
  const whole = await client.request("workspace/diagnostic", { previousResultIds: [] });
  const { items } = whole.result as { items: readonly Diagnostics[] };
  expect(items.map((each) => [each.uri, each.version])).toEqual(
    expect.arrayContaining([
      [uri, 1],
      [`${localhost(folder)}/package-lock.json`, null],
    ]),
  );
  expect(items).toHaveLength(2);
});

test("what a finding refers to, and what a command is about, is as the client spells it", async () => {
  const folder = project("@acme/app");
  const initializationOptions = {
    trusted: true,
    cacheDir: raw().world.cacheDir,
    clientCommands: ["depwarden.offerLockfileUpdate", "depwarden.allow"],
  };
  const params = { workspaceFolders: [{ uri: localhost(folder), name: "app" }], initializationOptions };
  const client = await raw().start(NEOVIM_0_9, { params });
  const uri = everyByte(join(folder, "package.json"));
  const lockfile = `${localhost(folder)}/package-lock.json`;
  client.open(uri, OPEN);
  const { diagnostics } = await client.diagnostics(lockfile, isCompromised);
  const related = diagnostics.flatMap(({ relatedInformation }) => relatedInformation as { location: object }[]);
  expect(related.map(({ location }) => location)).toMatchObject([{ uri }]);
  const commands = (await actions(client, uri, HERE)).flatMap(({ command }) => command?.arguments ?? []);
  expect(commands).toMatchObject([{ rule: "compromised", folder: localhost(folder) }]);
  client.change(uri, 2, OPEN.replace("^1.0.0", "1.0.0"));
  const told = await client.until(({ method }) => method === "depwarden/offerLockfileUpdate", "no offer");
  expect(told.params).toMatchObject({ folder: localhost(folder), lockfile, manifests: [uri] });
  client.change(uri, 3, OPEN);
  const offer = { ...(told.params as object), folder: everyByte(folder) };
  const update = await client.request("depwarden/lockfileUpdate", offer);
  // The folder is known: its files were compared, and the fix is undone.
  expect(update.result).toEqual({ outdated: true });
});

test("settings are asked for by the folder as the client spells it", async () => {
  const folder = project("a+b");
  const client = await raw().start(NEOVIM_0_9, {
    params: { workspaceFolders: [{ uri: localhost(folder), name: "b" }] },
  });
  await scan(client);
  const asked = client.params("workspace/configuration") as readonly { items: readonly { scopeUri: string }[] }[];
  expect(new Set(asked.flatMap(({ items }) => items.map(({ scopeUri }) => scopeUri)))).toEqual(
    new Set([localhost(folder)]),
  );
});

test("a document that is closed is shown as its folder is spelled", async () => {
  const folder = project("a+b");
  const client = await raw().start(NEOVIM_0_9, { params: { workspaceFolders: [{ uri: node(folder), name: "b" }] } });
  const uri = everyByte(join(folder, "package.json"));
  client.open(uri, OPEN);
  await scan(client);
  const from = client.received.length;
  client.notify("textDocument/didClose", { textDocument: { uri } });
  const own = `${node(folder)}/package.json`;
  const { diagnostics } = await client.diagnostics(
    own,
    (_codes, { diagnostics: [first] }) => {
      return first?.range.start.line === BAD.start.line;
    },
    from,
  );
  expect(diagnostics).toHaveLength(1);
  expect(shownUnder(client)).toEqual([`${node(folder)}/package-lock.json`, own].sort());
});

test("a folder that the client takes away under another spelling is closed", async () => {
  const folder = project("a+b");
  const client = await raw().start(HELIX, { params: { workspaceFolders: [{ uri: node(folder), name: "b" }] } });
  await scan(client);
  expect(shownUnder(client)).toHaveLength(2);
  const from = client.received.length;
  const event = { added: [], removed: [{ uri: `${everyByte(folder)}/`, name: "b" }] };
  client.notify("workspace/didChangeWorkspaceFolders", { event });
  await client.diagnostics(`${node(folder)}/package.json`, (codes) => codes.length === 0, from);
});

test("a change on disk under another spelling is heeded", async () => {
  const folder = project("a+b");
  const client = await raw().start(HELIX, { params: { workspaceFolders: [{ uri: node(folder), name: "b" }] } });
  await scan(client);
  raw().world.write("a+b/package.json", OPEN);
  const from = client.received.length;
  const changes = [{ uri: everyByte(join(folder, "package.json")), type: 2 }];
  client.notify("workspace/didChangeWatchedFiles", { changes });
  const isMoved = (_codes: readonly string[], { diagnostics: [first] }: Diagnostics): boolean =>
    first?.range.start.line === HERE.line;
  await client.diagnostics(`${node(folder)}/package.json`, isMoved, from);
});

// Symbolic links.

function linkTo(folder: string): string {
  const link = join(raw().world.folder, "link");
  symlinkSync(folder, link);
  return link;
}

test("a workspace folder that is a link: documents by either path are the same, and stay as they are spelled", async () => {
  const folder = project("app");
  const link = linkTo(folder);
  const client = await raw().start(NEOVIM_0_9, { params: { workspaceFolders: [{ uri: node(link), name: "link" }] } });
  const uri = node(join(realpathSync(link), "package.json"));
  client.open(uri, OPEN);
  const { files, findings } = await scan(client);
  expect(files).toHaveLength(2);
  expect(findings.filter(({ file }) => file === "package.json").map(({ range }) => range.start)).toEqual([HERE]);
  expect(shownUnder(client)).toEqual([uri, `${node(link)}/package-lock.json`].sort());
  const [fix] = await actions(client, uri, HERE);
  expect(Object.keys(fix?.edit?.changes ?? {})).toEqual([uri]);
});

test("one file that is open under two paths is judged once, and shown under both", async () => {
  const folder = project("app");
  symlinkSync(folder, join(raw().world.project, "other"));
  const client = await raw().start(NEOVIM_0_9);
  const first = node(join(folder, "package.json"));
  const second = node(join(raw().world.project, "other", "package.json"));
  client.open(first, OPEN);
  await client.diagnostics(first, isCompromised);
  client.open(second, OPEN);
  await client.diagnostics(second, isCompromised);
  const { findings } = await scan(client);
  expect(findings.filter(({ file }) => /^(app|other).package.json$/.test(file))).toMatchObject([
    { file: "app/package.json", range: { start: HERE } },
  ]);
  for (const uri of [first, second]) {
    expect(shownUnder(client)).toContain(uri);
    expect(JSON.stringify(await hover(client, uri, HERE))).toContain("MAL");
    const [fix] = await actions(client, uri, HERE);
    expect(Object.keys(fix?.edit?.changes ?? {})).toEqual([uri]);
  }
  // The two texts differ now: places in the one say nothing of the other.
  const from = client.received.length;
  client.notify("textDocument/didChange", {
    textDocument: { uri: second, version: 2 },
    contentChanges: [{ text: MANIFEST }],
  });
  const moved = await client.diagnostics(second, isCompromised, from);
  expect(moved.diagnostics[0]?.range.start.line).toBe(BAD.start.line);
  expect(await actions(client, first, BAD.start)).toEqual([]);
  expect(await hover(client, first, BAD.start)).toBeNull();
  expect(await actions(client, second, BAD.start)).not.toEqual([]);
  client.notify("textDocument/didClose", { textDocument: { uri: second } });
  await client.diagnostics(second, (codes) => codes.length === 0, from);
  await client.diagnostics(first, (_codes, { diagnostics }) => diagnostics[0]?.range.start.line === HERE.line, from);
});

test("a link that leads out of the workspace is followed by nobody", async () => {
  const outside = join(raw().world.folder, "outside");
  mkdirSync(outside);
  symlinkSync(outside, join(raw().world.project, "in"));
  raw().world.write("in/package.json", MANIFEST);
  raw().world.write("in/package-lock.json", LOCKFILE);
  const client = await raw().start(NEOVIM_0_9);
  const uri = node(join(raw().world.project, "in", "package.json"));
  client.open(uri, OPEN);
  await client.diagnostics(uri, isCompromised);
  await client.diagnostics(`${raw().world.uri()}/in/package-lock.json`, isCompromised);
  expect(shownUnder(client)).toEqual([`${raw().world.uri()}/in/package-lock.json`, uri].sort());
});
