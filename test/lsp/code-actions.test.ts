/** Quick fixes, as an editor asks for them and applies them. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DiagnosticSeverity } from "vscode-languageserver/node";
import type { CodeAction, Diagnostic } from "vscode-languageserver/node";
import { heldAnswer } from "../fakes/failures.ts";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText, rangeOf, specifierIn, versionIn } from "../setup/projects.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";

const MANIFEST = manifestText({ direct: "^1.0.0", parent: "^3.0.0" }, { scripts: { test: "node --test" } });
const LOCKFILE = lockfileText(
  { direct: "^1.0.0", parent: "^3.0.0" },
  {
    direct: { version: "1.2.0" },
    parent: { version: "3.0.0", dependencies: { deep: "^5.0.0" } },
    deep: { version: "5.1.0" },
  },
);

let world: World;
beforeEach(async () => {
  world = await World.create();
  const { registry, osv } = world;
  registry.publish("direct", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("direct", "1.1.0", { at: ago({ days: 300 }) });
  registry.publish("direct", "1.2.0", { at: ago({ hours: 3 }) });
  registry.publish("direct", "2.0.0", { at: ago({ days: 100 }) });
  registry.publish("parent", "3.0.0", { at: ago({ days: 90 }), dependencies: { deep: "^5.0.0" } });
  registry.publish("deep", "5.0.0", { at: ago({ days: 200 }) });
  registry.publish("deep", "5.1.0", { at: ago({ days: 20 }) });
  osv.add(
    malware("MAL-2099-1", "direct", ["1.2.0"], { published: ago({ hours: 1 }) }),
    malware("MAL-2099-2", "deep", ["5.1.0"], { published: ago({ days: 1 }) }),
  );
});
afterEach(() => world.end());

interface Opened {
  readonly client: Client;
  readonly manifest: string;
  readonly lockfile: string;
}

async function opened(initializationOptions: object = {}, settings: Record<string, unknown> = {}): Promise<Opened> {
  const client = await world.start({ initializationOptions, settings });
  world.write("package.json", MANIFEST);
  const lockfile = await world.open(client, "package-lock.json", LOCKFILE);
  const manifest = await world.open(client, "package.json", MANIFEST);
  await Promise.all([client.atVersion(manifest, 1), client.atVersion(lockfile, 1)]);
  return { client, manifest, lockfile };
}

function ofRule(client: Client, uri: string, rule: string, name: string): readonly Diagnostic[] {
  return (client.shown(uri) ?? []).filter(
    ({ code, data }) => code === rule && (data as { package?: unknown }).package === name,
  );
}

function titles(actions: readonly CodeAction[]): readonly [string, boolean][] {
  return actions.map(({ title, isPreferred }) => [title, isPreferred === true]);
}

test("a direct dependency: both choices where they differ, the better one preferred", async () => {
  const { client, manifest } = await opened();
  const diagnostics = ofRule(client, manifest, "compromised", "direct");
  const actions = await client.codeActions(manifest, diagnostics);
  expect(titles(actions)).toEqual([
    ["Pin direct to 1.1.0 (previous good version)", true],
    ["Pin direct to 2.0.0 (newest safe version)", false],
  ]);
  expect(actions.map(({ kind, diagnostics: fixed, command }) => [kind, fixed?.length, command])).toEqual([
    ["quickfix", 2, undefined],
    ["quickfix", 2, undefined],
  ]);
  expect(client.edited(actions[0]?.edit)).toEqual({
    [manifest]: MANIFEST.replace('"direct": "^1.0.0"', '"direct": "1.1.0"'),
  });
  expect(client.edited(actions[1]?.edit)).toEqual({
    [manifest]: MANIFEST.replace('"direct": "^1.0.0"', '"direct": "2.0.0"'),
  });
});

test("asked for from the lockfile, the edit is in the manifest all the same", async () => {
  const { client, manifest, lockfile } = await opened();
  const [pin] = await client.codeActions(lockfile, ofRule(client, lockfile, "compromised", "direct"));
  expect(client.edited(pin?.edit)).toEqual({ [manifest]: MANIFEST.replace('"direct": "^1.0.0"', '"direct": "1.1.0"') });
});

test("several findings of one release share their fixes", async () => {
  const { client, manifest } = await opened();
  const both = [
    ...ofRule(client, manifest, "compromised", "direct"),
    ...ofRule(client, manifest, "fresh-release", "direct"),
  ];
  expect(both).toHaveLength(2);
  const actions = await client.codeActions(manifest, both);
  expect(titles(actions).map(([title]) => title)).toEqual([
    "Pin direct to 1.1.0 (previous good version)",
    "Pin direct to 2.0.0 (newest safe version)",
  ]);
  expect(actions.map(({ diagnostics }) => diagnostics?.length)).toEqual([2, 2]);
  expect(actions.filter(({ isPreferred }) => isPreferred === true)).toHaveLength(1);
});

test("a transitive one: an override in the root manifest, which then holds", async () => {
  const { client, manifest, lockfile } = await opened();
  const actions = await client.codeActions(lockfile, ofRule(client, lockfile, "compromised", "deep"));
  expect(titles(actions)).toEqual([["Override deep with 5.0.0", true]]);
  await client.apply(actions[0]?.edit);
  expect(JSON.parse(client.text(manifest))).toEqual({
    ...(JSON.parse(MANIFEST) as object),
    overrides: { deep: "5.0.0" },
  });
  expect(client.text(manifest)).toContain('\n  "overrides": {\n    "deep": "5.0.0"\n  }\n}');
});

test("at the dependency that brings it in: one finding with the way, and the override", async () => {
  const { client, manifest, lockfile } = await opened();
  const found = ofRule(client, manifest, "compromised", "deep");
  expect(found.map(({ range, severity, message }) => [range, severity, message])).toEqual([
    [
      specifierIn(MANIFEST, "parent"),
      DiagnosticSeverity.Error,
      "Brought in by parent 3.0.0: deep 5.1.0 is compromised: it is named as malware by MAL-2099-2. Safe version: 5.0.0.",
    ],
  ]);
  expect(found[0]?.relatedInformation?.map(({ location }) => location)).toEqual([
    { uri: lockfile, range: versionIn(LOCKFILE, "deep", "5.1.0") },
  ]);
  const actions = await client.codeActions(manifest, found);
  expect(titles(actions)).toEqual([["Override deep with 5.0.0", true]]);
  const hover = await client.hoverText(manifest, rangeOf(MANIFEST, "parent").start);
  expect(hover).toContain("Brings in:\n\n- deep 5\\.1\\.0 ([compromised](");
});

test("of two dependencies that bring it in, the fixes are for the one that they are asked for at", async () => {
  const { registry } = world;
  registry.publish("carrier", "1.0.0", { at: ago({ days: 90 }) });
  registry.publish("carrier", "1.1.0", { at: ago({ hours: 2 }) });
  const text = manifestText({ carrier: "^1.0.0", parent: "^3.0.0" });
  const client = await world.start();
  world.write(
    "package-lock.json",
    lockfileText(
      { carrier: "^1.0.0", parent: "^3.0.0" },
      {
        carrier: { version: "1.1.0", dependencies: { deep: "^5.0.0" } },
        parent: { version: "3.0.0", dependencies: { deep: "^5.0.0" } },
        deep: { version: "5.1.0" },
      },
    ),
  );
  const manifest = await world.open(client, "package.json", text);
  await client.atVersion(manifest, 1);
  const at = (name: string): readonly Diagnostic[] =>
    ofRule(client, manifest, "compromised", "deep").filter(
      ({ range }) => range.start.line === specifierIn(text, name).start.line,
    );
  expect(titles(await client.codeActions(manifest, at("parent")))).toEqual([["Override deep with 5.0.0", true]]);
  // What carrier itself is found for is at the same place.
  const offered = await client.codeActions(manifest, at("carrier"));
  expect(titles(offered)).toEqual([
    ["Pin carrier to 1.0.0 (no longer depends on deep)", true],
    ["Override deep with 5.0.0", false],
  ]);
  // It is one action for all findings that it mends.
  expect(offered[0]?.diagnostics?.map(({ code }) => code).sort()).toEqual(["compromised", "fresh-release"]);
});

test("keep-operator keeps the caret, where that does not take the version found again", async () => {
  const { client, manifest } = await opened({}, { pinStyle: "keep-operator" });
  const actions = await client.codeActions(manifest, ofRule(client, manifest, "compromised", "direct"));
  const pinned = actions.map(
    ({ edit }) => (JSON.parse(client.edited(edit)[manifest] ?? "") as { dependencies: unknown }).dependencies,
  );
  expect(pinned).toEqual([
    { direct: "1.1.0", parent: "^3.0.0" },
    { direct: "^2.0.0", parent: "^3.0.0" },
  ]);
});

test("what the client has to carry out is offered only to a client that says it can", async () => {
  const { client, manifest } = await opened({
    clientCommands: ["depwarden.allow", "depwarden.offerLockfileUpdate"],
  });
  const actions = await client.codeActions(manifest, ofRule(client, manifest, "compromised", "direct"));
  expect(titles(actions)).toEqual([
    ["Pin direct to 1.1.0 (previous good version)", true],
    ["Pin direct to 2.0.0 (newest safe version)", false],
    ["Allow direct 1.2.0 (compromised), with a reason…", false],
    ["Allow direct 1.2.0 (fresh-release), with a reason…", false],
  ]);
  // VS Code may drop the command of an edit that it applies: the server offers the lockfile's update by itself.
  expect(actions[0]?.command).toBeUndefined();
  expect(actions[2]?.command).toMatchObject({
    command: "depwarden.allow",
    arguments: [{ rule: "compromised", package: "direct", version: "1.2.0", folder: world.uri() }],
  });
  expect(actions[2]?.edit).toBeUndefined();
});

test("source.fixAll and source.fixAll.depwarden mend the whole file; an ordinary request does not offer it", async () => {
  const { client, manifest, lockfile } = await opened();
  // What a dependency in it brings in is a finding of the manifest, too.
  const mended = `${JSON.stringify({ ...(JSON.parse(MANIFEST) as object), dependencies: { direct: "1.1.0", parent: "^3.0.0" }, overrides: { deep: "5.0.0" } }, null, 2)}\n`;
  for (const only of ["source.fixAll", "source.fixAll.depwarden"]) {
    const actions = await client.codeActions(manifest, [], [only]);
    expect(actions.map(({ kind }) => kind)).toEqual(["source.fixAll.depwarden"]);
    expect(client.edited(actions[0]?.edit)).toEqual({ [manifest]: mended });
  }
  const [whole] = await client.codeActions(lockfile, [], ["source.fixAll.depwarden"]);
  expect(JSON.parse(client.edited(whole?.edit)[manifest] ?? "")).toMatchObject({
    dependencies: { direct: "1.1.0" },
    overrides: { deep: "5.0.0" },
  });
  expect(await client.codeActions(manifest, [])).toEqual([]);
  expect(await client.codeActions(manifest, [], ["source.organizeImports"])).toEqual([]);
  expect(await client.codeActions(manifest, ofRule(client, manifest, "compromised", "direct"), ["refactor"])).toEqual(
    [],
  );
});

test("edits are of the text as it stands, also when it moved since the diagnostics", async () => {
  const { client, manifest } = await opened();
  const stale = ofRule(client, manifest, "compromised", "direct");
  await client.change(manifest, `\n\n\n${MANIFEST}`);
  const [pin] = await client.codeActions(manifest, stale);
  expect(client.edited(pin?.edit)).toEqual({
    [manifest]: `\n\n\n${MANIFEST.replace('"direct": "^1.0.0"', '"direct": "1.1.0"')}`,
  });
  // Gone from the text, there is nothing to pin.
  await client.change(manifest, manifestText({ parent: "^3.0.0" }));
  expect(await client.codeActions(manifest, stale)).toEqual([]);
});

test("edits say of which version of the text they are; a client that takes no versions gets them without", async () => {
  const { client, manifest } = await opened();
  await client.change(manifest, `\n${MANIFEST}`);
  const [pin] = await client.codeActions(manifest, ofRule(client, manifest, "compromised", "direct"));
  expect(pin?.edit?.documentChanges).toMatchObject([{ textDocument: { uri: manifest, version: 2 } }]);
  expect(pin?.edit?.changes).toBeUndefined();
  const plain = await world.start({ createsFiles: false });
  await plain.open(manifest, MANIFEST);
  await plain.atVersion(manifest, 1);
  const [unversioned] = await plain.codeActions(manifest, ofRule(plain, manifest, "compromised", "direct"));
  expect(Object.keys(unversioned?.edit?.changes ?? {})).toEqual([manifest]);
  expect(unversioned?.edit?.documentChanges).toBeUndefined();
});

test("asked for right after a change, fixes are of what is there then, not of the report before it", async () => {
  const { client, manifest, lockfile } = await opened();
  const stale = ofRule(client, lockfile, "compromised", "deep");
  expect(stale).toHaveLength(1);
  // Another branch: the package is gone.
  const other = manifestText({ direct: "1.1.0" });
  await client.change(manifest, other);
  await client.change(lockfile, lockfileText({ direct: "1.1.0" }, { direct: { version: "1.1.0" } }));
  expect(
    await Promise.all([
      client.codeActions(lockfile, stale),
      client.codeActions(lockfile, [], ["source.fixAll"]),
      client.codeActions(manifest, [], ["source.fixAll"]),
    ]),
  ).toEqual([[], [], []]);
  // And back: what was gone is found again.
  await client.change(manifest, MANIFEST);
  await client.change(lockfile, LOCKFILE);
  expect(titles(await client.codeActions(lockfile, stale))).toEqual([["Override deep with 5.0.0", true]]);
});

test("asked for while a file on disk is about to be checked, fixes wait for that too", async () => {
  const client = await world.start();
  world.write("package-lock.json", LOCKFILE);
  const manifest = await world.open(client, "package.json", MANIFEST);
  await client.atVersion(manifest, 1);
  const stale = ofRule(client, manifest, "compromised", "direct");
  expect(stale).toHaveLength(1);
  world.write("package-lock.json", lockfileText({ direct: "^1.0.0" }, { direct: { version: "1.1.0" } }));
  await client.filesChanged(world.uri("package-lock.json"));
  expect(await client.codeActions(manifest, stale)).toEqual([]);
});

test("diagnostics of others, and with damaged data, change nothing: the range counts", async () => {
  const { client, manifest } = await opened();
  const [good] = ofRule(client, manifest, "compromised", "direct");
  if (good === undefined) throw new Error("no diagnostic");
  const wanted = titles(await client.codeActions(manifest, [good]));
  expect(wanted).toHaveLength(2);
  const damaged: unknown[] = [
    undefined,
    null,
    7,
    "x",
    [],
    {},
    { rule: "compromised" },
    { rule: 1, package: "direct", version: "1.2.0" },
    { rule: "compromised", package: "direct", version: null },
    { rule: "compromised", package: "__proto__", version: "1.2.0" },
  ];
  for (const data of damaged) {
    expect(titles(await client.codeActions(manifest, [{ ...good, data: data as object }]))).toEqual(wanted);
  }
  expect(titles(await client.codeActions(manifest, [{ ...good, source: "eslint" }]))).toEqual(wanted);
  const elsewhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  for (const other of [
    { ...good, source: "eslint", range: elsewhere },
    { range: elsewhere, message: "compromised", data: good.data as object },
  ])
    expect(await client.codeActions(manifest, [other])).toEqual([]);
  expect(titles(await client.codeActions(manifest, [{ ...good, range: elsewhere }]))).toEqual(wanted);
});

const PNPM_LOCK = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      parent:
        specifier: ^3.0.0
        version: 3.0.0
packages:
  deep@5.1.0: {resolution: {integrity: ""}}
  parent@3.0.0: {resolution: {integrity: ""}}
snapshots:
  deep@5.1.0: {}
  parent@3.0.0:
    dependencies:
      deep: 5.1.0
`;

async function pnpmFixes(
  createsFiles: boolean,
  stated: object,
): Promise<{ readonly client: Client; readonly actions: readonly CodeAction[] }> {
  const client = await world.start({ createsFiles });
  world.write("package.json", manifestText({ parent: "^3.0.0" }, stated));
  const lockfile = await world.open(client, "pnpm-lock.yaml", PNPM_LOCK);
  await client.atVersion(lockfile, 1);
  return { client, actions: await client.codeActions(lockfile, ofRule(client, lockfile, "compromised", "deep")) };
}

test("an override of pnpm goes into a file of its own, which the edit makes", async () => {
  const { actions } = await pnpmFixes(true, { packageManager: "pnpm@10.34.9" });
  const uri = world.uri("pnpm-workspace.yaml");
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  expect(actions[0]?.title).toBe("Override deep with 5.0.0");
  expect(actions[0]?.edit).toEqual({
    documentChanges: [
      { kind: "create", uri, options: { ignoreIfExists: true } },
      { textDocument: { uri, version: null }, edits: [{ range, newText: "overrides:\n  deep: 5.0.0\n" }] },
    ],
  });
});

test("where nothing tells pnpm 9 from 11 the override is where each of them reads it", async () => {
  const { actions } = await pnpmFixes(true, {});
  const changes = (actions[0]?.edit?.documentChanges ?? []).flatMap((change) =>
    "textDocument" in change ? [change] : [],
  );
  const added = changes.map(({ textDocument: { uri }, edits }): [string, string[]] => [
    uri,
    edits.map((edit) => ("newText" in edit ? edit.newText : "")),
  ]);
  expect(Object.fromEntries(added)).toEqual({
    [world.uri("package.json")]: [',\n  "pnpm": {\n    "overrides": {\n      "deep": "5.0.0"\n    }\n  }'],
    [world.uri("pnpm-workspace.yaml")]: ["packages:\n  - .\noverrides:\n  deep: 5.0.0\n"],
  });
});

test("a fix that needs a new file is not offered to a client that makes none", async () => {
  const { actions } = await pnpmFixes(false, {});
  expect(actions).toEqual([]);
});

test("asked for while safe versions are still looked for, fixes wait for them; a finding says that they are", async () => {
  const { failure, release } = heldAnswer();
  world.osv.fail(({ body }) => body.includes('"1.1.0"'), failure);
  const client = await world.start();
  const text = manifestText({ direct: "1.2.0" });
  const manifest = await world.open(client, "package.json", text);
  // Where the machine is busy, what is published first has nothing yet.
  const [early] = await client.diagnostics(manifest, (found) => found.length > 0);
  expect(early?.message).toMatch(/A safe version is being looked for\.$/);
  expect(await client.hoverText(manifest, specifierIn(text, "direct").start)).toContain(
    "A safe version is being looked for.",
  );
  const only = ["source.fixAll.depwarden"];
  const asked = Promise.all([
    client.codeActions(manifest, ofRule(client, manifest, "compromised", "direct")),
    client.codeActions(manifest, [], only),
  ]);
  // Messages keep their order: once this is answered, the server has been asked for the fixes.
  await client.hover(manifest, { line: 0, character: 0 });
  release();
  const [quickFixes, [fixAll]] = await asked;
  expect(titles(quickFixes)[0]).toEqual(["Pin direct to 1.1.0 (previous good version)", true]);
  expect(client.edited(fixAll?.edit)).toEqual({ [manifest]: manifestText({ direct: "1.1.0" }) });
  const [late] = await client.atVersion(manifest, 1);
  expect(late?.message).toMatch(/Safe version: 1\.1\.0\.$/);
  expect(await client.hoverText(manifest, specifierIn(text, "direct").start)).toContain("Safe version: **1\\.1\\.0**");
});
