/** The update of a lockfile that has not followed a fix, as the server offers it: once for each state of the files. */
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { NEOVIM_0_9, VSCODE } from "./editor-shapes.ts";
import type { RawClient } from "./raw-client.ts";
import { isCompromised, LOCKFILE, MANIFEST, rawWorlds } from "./raw-world.ts";
import type { Start } from "./raw-world.ts";

const raw = rawWorlds();

const PINNED = MANIFEST.replace("^1.0.0", "1.0.0");
const SHOWN = "window/showMessage";

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

/** Has pinned and saved. */
async function savedPin(initialization: object = {}): Promise<RawClient> {
  const client = await raw().start(NEOVIM_0_9, options(initialization));
  raw().open(client);
  await client.diagnostics(raw().world.uri("package-lock.json"), isCompromised);
  await typed(client, 2, PINNED);
  await typed(client, 3, `${PINNED}\n`);
  await typed(client, 4, PINNED);
  // Not saved yet: npm would read the old text.
  expect(client.params(SHOWN)).toEqual([]);
  saved(client, PINNED);
  return client;
}

function withNpm(): void {
  const path = raw().world.write("../outside/npm", "#!/bin/sh\ntouch ../ran\n");
  chmodSync(path, 0o755);
  Object.defineProperty(raw().world, "env", {
    value: { ...raw().world.env, PATH: `${join(raw().world.folder, "outside")}:/usr/bin:/bin` },
  });
}

test("another client is shown the command once, when the pin is saved, and nothing is run", async () => {
  withNpm();
  const client = await savedPin();
  const { params } = await client.until(({ method }) => method === SHOWN, "nothing is said");
  expect(params).toEqual({
    type: 3,
    message:
      "package-lock.json still locks the old version. To update it, run: npm update bad --package-lock-only --ignore-scripts --git=git",
  });
  await typed(client, 5, MANIFEST);
  await typed(client, 6, PINNED);
  saved(client, PINNED);
  await typed(client, 7, `${PINNED}\n`);
  expect(client.params(SHOWN)).toHaveLength(1);
  expect(client.params("window/showMessageRequest")).toEqual([]);
  expect(existsSync(join(raw().world.folder, "ran"))).toBe(false);
});

test("in a workspace that is not trusted the lockfile is named, and no command", async () => {
  withNpm();
  const client = await savedPin({ trusted: false });
  const { params } = await client.until(({ method }) => method === SHOWN, "nothing is said");
  expect(params).toEqual({
    type: 3,
    message: "package-lock.json still locks the old version. Bring it in line with your package manager.",
  });
});

test("of an update that runs code of the project, the code is named with the command", async () => {
  const manifest = manifestText({ bad: "^1.0.0" }, { packageManager: "yarn@4.18.1" });
  raw().world.write("package.json", manifest);
  raw().world.write(
    "yarn.lock",
    `__metadata:\n  version: 8\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n  dependencies:\n    bad: "npm:^1.0.0"\n  languageName: unknown\n  linkType: soft\n\n"bad@npm:^1.0.0":\n  version: 1.1.0\n  resolution: "bad@npm:1.1.0"\n  languageName: node\n  linkType: hard\n`,
  );
  withNpm();
  const yarn = raw().world.write("../outside/yarn", "#!/bin/sh\ntouch ../ran\n");
  chmodSync(yarn, 0o755);
  const client = await raw().start(NEOVIM_0_9, options({}));
  raw().open(client, manifest);
  await client.diagnostics(raw().world.uri("yarn.lock"), isCompromised);
  const pinned = manifest.replace("^1.0.0", "1.0.0");
  client.change(raw().world.uri("package.json"), 2, pinned);
  saved(client, pinned);
  const { params } = await client.until(({ method }) => method === SHOWN, "nothing is said");
  expect(params).toEqual({
    type: 3,
    message: expect.stringMatching(
      /^yarn\.lock still locks the old version\. To update it, run: yarn install .*\. Updating it runs code that the project chooses: yarn@4\.18\.1 \(package\.json\)\.$/,
    ) as unknown,
  });
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
