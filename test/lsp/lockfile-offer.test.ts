/** The update of a lockfile that has not followed a fix, as the server offers it: once for each state of the files. */
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { NEOVIM_0_9, VSCODE } from "./editor-shapes.ts";
import { type Message, type RawClient, SILENCE } from "./raw-client.ts";
import { isCompromised, LOCKFILE, MANIFEST, rawWorlds } from "./raw-world.ts";
import type { Start } from "./raw-world.ts";

const raw = rawWorlds();

const PINNED = MANIFEST.replace("^1.0.0", "1.0.0");
const QUESTION = "window/showMessageRequest";
const ASKED = {
  type: 3,
  message: "package-lock.json still locks the old version. Update it now? Nothing is installed, and no script runs.",
  actions: [{ title: "Update Lockfile" }, { title: "Not Now" }],
};
const TOLD = "window/showMessage";

function options(initialization: object): Start {
  const { cacheDir } = raw().world;
  return { params: { initializationOptions: { trusted: true, cacheDir, ...initialization } } };
}

/** Types a text into package.json, and waits until it is checked: code actions are made of a report on the present text. */
async function typed(client: RawClient, version: number, text: string): Promise<void> {
  client.change(raw().world.uri("package.json"), version, text);
  await checked(client);
}

async function checked(client: RawClient): Promise<void> {
  const start = { line: 0, character: 0 };
  const textDocument = { uri: raw().world.uri("package.json") };
  await client.request("textDocument/codeAction", {
    textDocument,
    range: { start, end: start },
    context: { diagnostics: [] },
  });
}

function saved(client: RawClient, text: string): void {
  raw().world.write("package.json", text);
  client.notify("textDocument/didSave", { textDocument: { uri: raw().world.uri("package.json") } });
}

/** A client that offers updates itself, with package.json open and checked. */
async function opened(text = MANIFEST): Promise<RawClient> {
  const client = await raw().start(VSCODE, options({ clientCommands: ["depwarden.offerLockfileUpdate"] }));
  raw().open(client, text);
  await client.diagnostics(raw().world.uri("package-lock.json"), isCompromised);
  return client;
}

function offers(client: RawClient): readonly unknown[] {
  return client.params("depwarden/offerLockfileUpdate");
}

test("once for each text of package.json: not again while it is edited, nor when a pin is undone and made again", async () => {
  const client = await opened();
  await typed(client, 2, PINNED);
  await client.until(({ method }) => method === "depwarden/offerLockfileUpdate", "no offer");
  await typed(client, 3, `${PINNED}\n`);
  expect(offers(client)).toHaveLength(1);

  await typed(client, 4, MANIFEST);
  await typed(client, 5, PINNED);
  await typed(client, 6, `${PINNED} `);
  expect(offers(client)).toHaveLength(1);

  await typed(client, 7, MANIFEST);
  await typed(client, 8, PINNED.replace('"version": "1.0.0"', '"version": "1.0.1"'));
  await client.until(() => offers(client).length > 1, "no offer for another text");
  expect(offers(client)).toEqual([offers(client)[0], offers(client)[0]]);
  expect(client.params(QUESTION)).toEqual([]);
});

test("a lockfile that has changed in the meantime makes another state of the same text", async () => {
  const client = await opened();
  await typed(client, 2, PINNED);
  await client.until(() => offers(client).length === 1, "no offer");
  await typed(client, 3, MANIFEST);
  const lockfile = raw().world.uri("package-lock.json");
  raw().world.write("package-lock.json", `${LOCKFILE}\n`);
  client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: lockfile, type: 2 }] });
  await checked(client);
  await typed(client, 4, PINNED);
  await client.until(() => offers(client).length === 2, "no second offer");
});

test("nothing is offered where the fix was there before, or where what is asked for is not safe", async () => {
  raw().world.write("package.json", PINNED);
  const client = await opened(PINNED);
  await typed(client, 2, `${PINNED}\n`);
  await typed(client, 3, MANIFEST);
  // Of a version that is not there nobody knows that it is safe.
  await typed(client, 4, MANIFEST.replace("^1.0.0", "1.0.7"));
  await typed(client, 5, MANIFEST.replace("^1.0.0", "1.0.7 "));
  expect(offers(client)).toEqual([]);
});

// Clients without an offer of their own.

/** Has pinned and saved, and waits for the server's question. */
async function questioned(answer: (params: unknown) => unknown, initialization: object = {}): Promise<RawClient> {
  const client = await raw().start(NEOVIM_0_9, { ...options(initialization), answers: { [QUESTION]: answer } });
  raw().open(client);
  await client.diagnostics(raw().world.uri("package-lock.json"), isCompromised);
  await typed(client, 2, PINNED);
  await typed(client, 3, `${PINNED}\n`);
  await typed(client, 4, PINNED);
  // Not saved yet: npm would read the old text.
  expect(client.params(QUESTION)).toEqual([]);
  saved(client, PINNED);
  return client;
}

function withNpm(script: string): void {
  const path = raw().world.write("../outside/npm", `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  Object.defineProperty(raw().world, "env", {
    value: { ...raw().world.env, PATH: `${join(raw().world.folder, "outside")}:/usr/bin:/bin` },
  });
}

function isQuestion({ method }: Message): boolean {
  return method === QUESTION;
}

test("another client is asked once, when the pin is saved; the question is taken back when the pin is undone", async () => {
  withNpm("exit 1");
  const client = await questioned(() => SILENCE);
  const { id, params } = await client.until(isQuestion, "no question");
  expect(params).toEqual(ASKED);
  await typed(client, 5, MANIFEST);
  const cancelled = await client.until(({ method }) => method === "$/cancelRequest", "it is not taken back");
  expect(cancelled.params).toEqual({ id });
  await typed(client, 6, PINNED);
  saved(client, PINNED);
  await typed(client, 7, `${PINNED}\n`);
  expect(client.params(QUESTION)).toHaveLength(1);
});

test("when the person agrees the package manager runs, and the findings go", async () => {
  const after = lockfileText({ bad: "1.0.0" }, { bad: { version: "1.0.0" } });
  raw().world.write("../after.json", after);
  withNpm(`printf '%s\\n' "$*" > ../ran; cat ../after.json > package-lock.json`);
  const client = await questioned(() => ({ title: "Update Lockfile" }));
  await client.until(isQuestion, "no question");
  const from = client.received.length;
  await client.diagnostics(raw().world.uri("package-lock.json"), (codes) => codes.length === 0, from);
  expect(readFileSync(join(raw().world.folder, "ran"), "utf8")).toBe(
    "update bad --package-lock-only --ignore-scripts --git=git\n",
  );
  expect(client.params(TOLD)).toEqual([]);
});

test.each([
  ["declined", { title: "Not Now" }],
  ["dismissed", null],
])("an offer that is %s runs nothing, and is not made again", async (_how, answer) => {
  withNpm("touch ../ran");
  const client = await questioned(() => answer);
  await client.until(isQuestion, "no question");
  saved(client, PINNED);
  await typed(client, 5, `${PINNED}\n`);
  saved(client, `${PINNED}\n`);
  await typed(client, 6, PINNED);
  expect(client.params(QUESTION)).toHaveLength(1);
  expect(() => readFileSync(join(raw().world.folder, "ran"))).toThrow("ENOENT");
});

test("an update that fails is reported with what the package manager says", async () => {
  withNpm("echo 'npm error no such thing' >&2; exit 3");
  const client = await questioned(() => ({ title: "Update Lockfile" }));
  const { params } = await client.until(({ method }) => method === TOLD, "nothing is said");
  const npm = join(raw().world.folder, "outside/npm");
  expect(params).toEqual({
    type: 2,
    message: `package-lock.json was not updated: ${npm} ended with status 3: npm error no such thing.`,
  });
});

test("in a workspace that is not trusted nothing is asked, and the lockfile is named", async () => {
  withNpm("touch ../ran");
  const client = await questioned(() => ({ title: "Update Lockfile" }), { trusted: false });
  const { params } = await client.until(({ method }) => method === TOLD, "nothing is said");
  expect(params).toEqual({
    type: 3,
    message: "package-lock.json still locks the old version. Bring it in line with your package manager.",
  });
  expect(client.params(QUESTION)).toEqual([]);
});

test("an update that would run code of the project is left to the person, with the command", async () => {
  const manifest = manifestText({ bad: "^1.0.0" }, { packageManager: "yarn@4.18.1" });
  raw().world.write("package.json", manifest);
  raw().world.write(
    "yarn.lock",
    `__metadata:\n  version: 8\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n  dependencies:\n    bad: "npm:^1.0.0"\n  languageName: unknown\n  linkType: soft\n\n"bad@npm:^1.0.0":\n  version: 1.1.0\n  resolution: "bad@npm:1.1.0"\n  languageName: node\n  linkType: hard\n`,
  );
  withNpm("exit 1");
  const yarn = raw().world.write("../outside/yarn", "#!/bin/sh\ntouch ../ran\n");
  chmodSync(yarn, 0o755);
  const client = await raw().start(NEOVIM_0_9, options({}));
  raw().open(client, manifest);
  await client.diagnostics(raw().world.uri("yarn.lock"), isCompromised);
  const pinned = manifest.replace("^1.0.0", "1.0.0");
  client.change(raw().world.uri("package.json"), 2, pinned);
  saved(client, pinned);
  const { params } = await client.until(({ method }) => method === TOLD, "nothing is said");
  expect(params).toEqual({
    type: 2,
    message: expect.stringMatching(
      /^yarn\.lock still locks the old version\. Updating it runs code that the project chooses: yarn@4\.18\.1 \(package\.json\)\. Run it by hand: yarn install/,
    ) as unknown,
  });
  expect(client.params(QUESTION)).toEqual([]);
});

test("a name that a command line could take for something else is not passed on", async () => {
  const { registry, osv } = raw().world;
  for (const [version, days] of [
    ["1.0.0", 400],
    ["1.1.0", 300],
  ] as const)
    registry.publish("bad!", version, { at: ago({ days }) });
  osv.add(malware("MAL-2099-9", "bad!", ["1.1.0"], { published: ago({ days: 1 }) }));
  const manifest = manifestText({ bad: "^1.0.0", "bad!": "^1.0.0" });
  raw().world.write("package.json", manifest);
  raw().world.write(
    "package-lock.json",
    lockfileText({ bad: "^1.0.0", "bad!": "^1.0.0" }, { bad: { version: "1.1.0" }, "bad!": { version: "1.1.0" } }),
  );
  const client = await opened(manifest);
  await client.diagnostics(
    raw().world.uri("package-lock.json"),
    (codes) => codes.filter((code) => code === "compromised").length === 2,
  );
  await typed(client, 2, manifest.replaceAll("^1.0.0", "1.0.0"));
  await client.until(() => offers(client).length > 0, "no offer");
  expect(offers(client)).toMatchObject([{ packages: ["bad"] }]);
});
