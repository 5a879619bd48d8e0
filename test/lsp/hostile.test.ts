/** What the server sends to be shown: no text from outside becomes a link, an icon or a second line. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { URI } from "vscode-uri";
import type { Diagnostic } from "vscode-languageserver/node";
import { shownError } from "../../server/src/lsp/editor.ts";
import { expectLabel, expectPrintableLines, HOSTILE } from "../setup/hostile.ts";
import { BROKEN, FOLDER, hostileProject, SETTINGS } from "../setup/hostile-project.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";
import { SERVER } from "../setup/sandbox.ts";

const NAMED = "[Retry now] (command:workbench.action.files.newUntitledFile) $ (error) ";
const SCAN = "depwarden.scanWorkspace";

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.end());

/** Of a path below the hostile folder, spelt as VS Code does. */
function uriOf(path: string): string {
  return URI.file(join(world.project, FOLDER, path)).toString();
}

/** Messages that a client shows outside of documents, as they come. */
function shownBy({ connection }: Client): string[] {
  const shown: string[] = [];
  const note = ({ message }: { readonly message: string }): void => void shown.push(message);
  connection.onNotification("window/showMessage", note);
  connection.onRequest("window/showMessageRequest", note);
  connection.onNotification(
    "$/progress",
    ({ value }: { readonly value: { readonly title?: string; readonly message?: string } }) => {
      shown.push(...[value.title, value.message].filter((text) => text !== undefined));
    },
  );
  return shown;
}

function textsOf({ message, relatedInformation = [] }: Diagnostic): readonly string[] {
  const text = typeof message === "string" ? message : message.value;
  return [text, ...relatedInformation.map((place) => place.message)];
}

test("diagnostics, quick fixes, status, progress and log of a project in which every text is hostile", async () => {
  const { manifest, lockfile } = hostileProject(world, world.registry, world.osv);
  world.write(`${FOLDER}/.vscode/settings.json`, SETTINGS);
  const clientCommands = ["depwarden.allow", "depwarden.offerLockfileUpdate"];
  const folders = [uriOf("")];
  const rules = { "weak-cooldown": "information", [HOSTILE]: "off" };
  const client = await world.start({
    program: SERVER,
    folders,
    initializationOptions: { clientCommands },
    settings: { rules },
  });
  const shown = shownBy(client);
  const uris = [uriOf("package.json"), uriOf("package-lock.json")] as const;
  // Before anything is known: progress is of what is to be asked.
  await client.execute(SCAN);
  await client.execute("depwarden.clearCache");
  // The check takes long enough for a status that says what is being checked.
  world.registry.fail("scripted", { kind: "slow" });
  await client.open(uris[0], manifest);
  await client.open(uris[1], lockfile);
  await client.atVersion(uris[1], 1);
  const from = client.statuses.length;
  await client.change(uris[0], `${manifest}\n`);
  await client.atVersion(uris[0], 2);
  await client.idle(from);

  const diagnostics = client.published.flatMap((entry) => entry.diagnostics);
  for (const text of diagnostics.flatMap(textsOf)) expectLabel(text);
  const titles: string[] = [];
  for (const uri of uris) {
    for (const { title, command } of await client.codeActions(uri, client.shown(uri) ?? []))
      titles.push(title, command?.title ?? "");
  }
  titles.forEach(expectLabel);
  for (const { checking, unchecked, suppressed } of client.statuses)
    [checking ?? "", ...unchecked, ...suppressed].forEach(expectLabel);
  shown.forEach(expectLabel);
  client.log.forEach(expectPrintableLines);
  expectPrintableLines(client.stderr);

  // Each of them was there to be seen, in words.
  const hostile = diagnostics.filter((diagnostic) => textsOf(diagnostic).some((text) => text.includes("[Retry now")));
  const rulesShown = ["deprecated", "lockfile-tampering", "suspicious-release", "unchecked", "weak-cooldown"];
  expect(hostile.map(({ code }) => code)).toEqual(expect.arrayContaining(rulesShown));
  const related = diagnostics.flatMap(({ relatedInformation = [] }) => relatedInformation);
  expect(related.map(({ message }) => message).join()).toContain(NAMED);
  expect(titles.join()).toContain(`Allow ${NAMED}`);
  expect(client.statuses.map(({ checking }) => checking).join()).toContain(NAMED);
  expect(client.statuses.at(-1)?.unchecked.join()).toContain(NAMED);
  expect(client.statuses.at(-1)?.unchecked.join()).toContain("< command:workbench.action.files.newUntitledFile>");
  expect(shown.join()).toContain(NAMED);
  expect(client.log.join()).toContain("[Retry now](command:workbench.action.files.newUntitledFile) $(error) ");
  const settings = client.shown(uriOf(".vscode/settings.json")) ?? [];
  expect(settings.flatMap(textsOf)).toEqual([
    expect.stringMatching(/^The entry for \[Retry now\] \(command.* ended on 1 January 2020/),
  ]);
  expect(client.shown(uriOf(`${BROKEN}/yarn.lock`))).toHaveLength(1);
});

test("a request that fails answers with a message that is fit for a notification", () => {
  const { message } = shownError(new Error(HOSTILE));
  expectLabel(message);
  expect(message).toContain(NAMED);
});
