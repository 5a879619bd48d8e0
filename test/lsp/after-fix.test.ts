/** A fix is done, and the lockfile still has the old version: what is said and offered then. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CodeAction, Diagnostic } from "vscode-languageserver/node";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";

/** Of each release. */
const INTEGRITY = `sha512-${Buffer.alloc(64, 1).toString("base64")}`;
const OFFER = "depwarden.offerLockfileUpdate";

let world: World;
beforeEach(async () => {
  world = await World.create();
  const { registry, osv } = world;
  for (const [version, days] of [
    ["4.0.0", 300],
    ["4.0.1", 20],
    ["4.0.2", 15],
  ] as const)
    registry.publish("bad-lib", version, { at: ago({ days }), integrity: INTEGRITY });
  registry.publish("parent", "3.0.0", {
    at: ago({ days: 90 }),
    dependencies: { "bad-lib": "^4.0.0" },
    integrity: INTEGRITY,
  });
  osv.add(malware("MAL-2099-3", "bad-lib", ["4.0.1"], { published: ago({ days: 5 }) }));
});
afterEach(() => world.end());

function compromised(client: Client, uri: string): readonly Diagnostic[] {
  return (client.shown(uri) ?? []).filter(({ code }) => code === "compromised");
}

function titles(actions: readonly CodeAction[]): readonly string[] {
  return actions.map(({ title }) => title);
}

const LOCKED = lockfileText(
  { "bad-lib": "^4.0.1", parent: "^3.0.0" },
  {
    "bad-lib": { version: "4.0.1" },
    parent: { version: "3.0.0", dependencies: { "bad-lib": "^4.0.0" } },
  },
);

const PNPM_LOCKED = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      bad-lib:
        specifier: ^4.0.1
        version: 4.0.1
      parent:
        specifier: ^3.0.0
        version: 3.0.0
packages:
  bad-lib@4.0.1:
    resolution: {integrity: ${INTEGRITY}}
  parent@3.0.0:
    resolution: {integrity: ${INTEGRITY}}
snapshots:
  bad-lib@4.0.1: {}
  parent@3.0.0:
    dependencies:
      bad-lib: 4.0.1
`;

const YARN_LOCKED = `__metadata:
  version: 8

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    bad-lib: "npm:^4.0.1"
    parent: "npm:^3.0.0"
  languageName: unknown
  linkType: soft

"bad-lib@npm:^4.0.0, bad-lib@npm:^4.0.1":
  version: 4.0.1
  resolution: "bad-lib@npm:4.0.1"
  languageName: node
  linkType: hard

"parent@npm:^3.0.0":
  version: 3.0.0
  resolution: "parent@npm:3.0.0"
  dependencies:
    bad-lib: "npm:^4.0.0"
  languageName: node
  linkType: hard
`;

const BUN_LOCKED = `{
  "lockfileVersion": 1,
  "workspaces": {"": {"name": "app", "dependencies": {"bad-lib": "^4.0.1", "parent": "^3.0.0"}}},
  "packages": {
    "bad-lib": ["bad-lib@4.0.1", "", {}, ""],
    "parent": ["parent@3.0.0", "", {"dependencies": {"bad-lib": "^4.0.0"}}, ""],
  }
}
`;

/** The files of a project that asks for `bad-lib` by a range, and another package's dependency on it. */
interface Case {
  readonly manager: string;
  readonly lockfile: readonly [string, string];
  readonly manifest: string;
  /** The files that the fix edits, beside those. */
  readonly others?: Readonly<Record<string, string>>;
  readonly format: string;
}

const DIRECT = { "bad-lib": "^4.0.1", parent: "^3.0.0" };

const CASES: readonly Case[] = [
  { manager: "npm", format: "npm", lockfile: ["package-lock.json", LOCKED], manifest: manifestText(DIRECT) },
  {
    manager: "npm, with an override that follows",
    format: "npm",
    lockfile: ["package-lock.json", LOCKED],
    manifest: manifestText(DIRECT, { overrides: { "bad-lib": "$bad-lib" } }),
  },
  { manager: "Bun", format: "bun", lockfile: ["bun.lock", BUN_LOCKED], manifest: manifestText(DIRECT) },
  {
    manager: "pnpm",
    format: "pnpm",
    lockfile: ["pnpm-lock.yaml", PNPM_LOCKED],
    manifest: manifestText(DIRECT, { packageManager: "pnpm@10.34.9" }),
    others: { "pnpm-workspace.yaml": "overrides:\n  other: 1.0.0\n" },
  },
  {
    manager: "pnpm, in a catalog",
    format: "pnpm",
    lockfile: ["pnpm-lock.yaml", PNPM_LOCKED.replace("specifier: ^4.0.1", "specifier: 'catalog:'")],
    manifest: manifestText({ ...DIRECT, "bad-lib": "catalog:" }, { packageManager: "pnpm@10.34.9" }),
    others: { "pnpm-workspace.yaml": "catalog:\n  bad-lib: ^4.0.1\n" },
  },
  {
    manager: "Yarn 4",
    format: "yarn-berry",
    lockfile: ["yarn.lock", YARN_LOCKED],
    manifest: manifestText(DIRECT, { packageManager: "yarn@4.18.1" }),
  },
];

test.each(CASES)(
  "$manager: after a pin nothing is left but the lockfile",
  async ({ lockfile: [name, locked], manifest: text, others = {}, format }) => {
    const client = await world.start({ initializationOptions: { clientCommands: [OFFER] } });
    const offers: unknown[] = [];
    client.connection.onNotification("depwarden/offerLockfileUpdate", (offer) => void offers.push(offer));
    for (const [path, content] of Object.entries(others)) await world.open(client, path, content);
    const lockfile = await world.open(client, name, locked);
    const manifest = await world.open(client, "package.json", text);
    await client.atVersion(manifest, 1);
    const [pin] = await client.codeActions(lockfile, compromised(client, lockfile));
    expect(pin?.title).toMatch(/^Pin bad-lib to 4\.0\.2/);
    const edited = client.edited(pin?.edit);
    await client.apply(pin?.edit);
    await Promise.all(Object.keys(edited).map((uri) => client.atVersion(uri, client.version(uri))));

    const [left, ...more] = compromised(client, lockfile);
    if (left === undefined) throw new Error("the lockfile has no finding any more");
    expect(more).toEqual([]);
    expect(left.message).toMatch(/Safe version: 4\.0\.2, which the project asks for already\.$/);
    const actions = await client.codeActions(lockfile, [left]);
    expect(titles(actions)).toEqual(["Update the lockfile to bad-lib 4.0.2, which the project asks for"]);
    expect(actions[0]?.edit).toBeUndefined();
    expect(actions[0]?.command).toMatchObject({ command: OFFER, arguments: [{ format, packages: ["bad-lib"] }] });
    expect(await client.codeActions(lockfile, [], ["source.fixAll.depwarden"])).toEqual([]);
    // The update is offered once, by the server itself.
    expect(pin?.command).toBeUndefined();
    await client.until(
      () => offers[0],
      () => "no update is offered",
    );
    expect(offers).toEqual([
      {
        folder: world.uri(),
        format,
        lockfile,
        packages: ["bad-lib"],
        manifests: expect.arrayContaining(Object.keys(edited)) as unknown,
      },
    ]);
  },
);

test("after an override nothing is left but the lockfile; without the client's command there is nothing to offer", async () => {
  const text = manifestText({ parent: "^3.0.0" }, { overrides: { "bad-lib": "4.0.2" } });
  const client = await world.start();
  const lockfile = await world.open(client, "package-lock.json", LOCKED.replace('        "bad-lib": "^4.0.1",\n', ""));
  await world.open(client, "package.json", text);
  await client.atVersion(lockfile, 1);
  const [left] = compromised(client, lockfile);
  if (left === undefined) throw new Error("no finding");
  expect(left.message).toMatch(/Safe version: 4\.0\.2, which the project asks for already\.$/);
  expect(await client.codeActions(lockfile, [left])).toEqual([]);
});

test("another package that wants the old version exactly is still overridden, with the version that the project asks for", async () => {
  world.registry.publish("parent", "3.0.0", { at: ago({ days: 90 }), dependencies: { "bad-lib": "4.0.1" } });
  const client = await world.start();
  const locked = LOCKED.replace('"bad-lib": "^4.0.0"', '"bad-lib": "4.0.1"');
  const lockfile = await world.open(client, "package-lock.json", locked);
  await world.open(client, "package.json", manifestText({ "bad-lib": "4.0.2", parent: "^3.0.0" }));
  await client.atVersion(lockfile, 1);
  await client.diagnostics(lockfile, (all) => JSON.stringify(all).includes("already"));
  expect(titles(await client.codeActions(lockfile, compromised(client, lockfile)))).toEqual([
    "Override bad-lib with 4.0.2",
  ]);
});

test("no override is set beside a version that is not safe itself and that the project asks for", async () => {
  world.osv.add(malware("MAL-2099-4", "bad-lib", ["4.0.2"], { published: ago({ days: 5 }) }));
  const client = await world.start();
  const lockfile = await world.open(client, "package-lock.json", LOCKED);
  const manifest = await world.open(client, "package.json", manifestText({ "bad-lib": "4.0.2", parent: "^3.0.0" }));
  await Promise.all([client.atVersion(manifest, 1), client.atVersion(lockfile, 1)]);
  expect(await client.codeActions(lockfile, compromised(client, lockfile))).toEqual([]);
  expect(titles(await client.codeActions(manifest, compromised(client, manifest)))).toEqual(["Pin bad-lib to 4.0.0"]);
});

const PATCH = "patch:bad-lib@npm%3A4.0.1#~/.yarn/patches/bad-lib.patch";

test.each([
  [
    "Yarn's, of a dependency",
    manifestText({ "bad-lib": PATCH }, { packageManager: "yarn@4.18.1" }),
    "Pin bad-lib to 4.0.0 (previous good version; without the patch for 4.0.1)",
  ],
  [
    "Yarn's, in resolutions",
    manifestText({ parent: "^3.0.0" }, { packageManager: "yarn@4.18.1", resolutions: { "bad-lib": PATCH } }),
    /^(Pin|Override) bad-lib (to|with) 4\.0\.0 \(previous good version; without the patch for 4\.0\.1\)$/,
  ],
  [
    "Bun's",
    manifestText(
      { "bad-lib": "4.0.1" },
      { packageManager: "bun@1.4.4", patchedDependencies: { "bad-lib@4.0.1": "patches/bad-lib.patch" } },
    ),
    "Pin bad-lib to 4.0.0 (previous good version; without the patch for 4.0.1)",
  ],
  [
    "pnpm's, of a range",
    manifestText(
      { "bad-lib": "4.0.1" },
      { packageManager: "pnpm@10.34.9", pnpm: { patchedDependencies: { "bad-lib@~4.0.1": "p.patch" } } },
    ),
    "Pin bad-lib to 4.0.0 (previous good version; remove the patch for 4.0.1 first)",
  ],
  [
    "pnpm's, of every version, which stays",
    manifestText(
      { "bad-lib": "4.0.1" },
      { packageManager: "pnpm@10.34.9", pnpm: { patchedDependencies: { "bad-lib": "p.patch" } } },
    ),
    "Pin bad-lib to 4.0.0 (previous good version)",
  ],
])("a patch that a fix does away with is in its title: %s", async (_which, text, title) => {
  const client = await world.start();
  const manifest = await world.open(client, "package.json", text);
  await client.atVersion(manifest, 1);
  const [fix] = await client.codeActions(manifest, compromised(client, manifest));
  expect(fix?.title).toEqual(typeof title === "string" ? title : expect.stringMatching(title));
});
