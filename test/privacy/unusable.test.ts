/** Configuration that names a private scope and cannot be used: nobody hears of the scope's names (test/setup/leaks.ts looks), and a finding says why. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, manifestText } from "../setup/projects.ts";
import { says } from "./says.ts";

const TOKEN = "secret-of-the-private-registry";
const CORE = "@private-corp/core";
const DEPENDENCIES = { [CORE]: "1.0.0", open: "1.0.0" };

let world: World;
let own: FakeRegistry;
beforeEach(async () => {
  [world, own] = [await World.create(), await startRegistry({ token: TOKEN })];
  own.publish(CORE, "1.0.0", { at: ago({ hours: 2 }) });
  world.registry.publish("open", "1.0.0", { at: ago({ hours: 2 }) });
});
afterEach(async () => {
  await world.end();
  await own.close();
});

async function scan(manager: string): Promise<readonly string[]> {
  world.write("package.json", manifestText(DEPENDENCIES, { packageManager: manager }));
  const outcome = await runHere(world, [
    "scan",
    "--format",
    "json",
    "--no-cache",
    "--registry",
    world.registry.url,
    "--osv",
    world.osv.url,
  ]);
  return scanned(outcome)
    .findings.filter(({ rule, package: name }) => rule === "unchecked" && name === CORE)
    .map(({ message }) => message);
}

/** Whether the server asked the public registry for what is public, and what it says of what is not. */
async function open(manager: string, trusted: boolean): Promise<readonly string[]> {
  const client = await world.start({ initializationOptions: { trusted } });
  const uri = await world.open(client, "package.json", manifestText(DEPENDENCIES, { packageManager: manager }));
  const diagnostics = await client.diagnostics(uri, (found) =>
    found.some((one) => one.code === "unchecked" && says(one, CORE)),
  );
  await client.execute("depwarden.scanWorkspace");
  await client.stop();
  expect(world.registry.countOf("open")).toBeGreaterThan(0);
  return diagnostics
    .filter((one) => one.code === "unchecked" && says(one, CORE))
    .map(({ message }) => (typeof message === "string" ? message : message.value));
}

const NOT_TRUSTED = `${CORE} 1.0.0 could not be looked up: the workspace, which is not trusted, names a private registry for it.`;

describe.each([
  ["npm@11.19.1", ".npmrc", "@private-corp:registry=npm.invalid\n"],
  ["pnpm@10.34.9", ".npmrc", "@private-corp:registry=//npm.invalid/\n"],
  ["pnpm@11.28.10", "pnpm-workspace.yaml", "registries:\n  '@private-corp': npm.invalid\n"],
  ["yarn@1.22.22", ".yarnrc", '"@private-corp:registry" "npm.invalid"\n'],
  ["yarn@4.18.1", ".yarnrc.yml", "npmScopes:\n  private-corp:\n    npmRegistryServer: npm.invalid\n"],
  ["bun@1.4.4", "bunfig.toml", '[install.scopes]\nprivate-corp = "npm.invalid"\n'],
])("a scope's registry that is no address: %s, %s", (manager, file, text) => {
  beforeEach(() => {
    world.write(file, text);
  });

  test("on the command line", async () => {
    const [message = "", ...others] = await scan(manager);
    expect(others).toEqual([]);
    expect(message).toMatch(
      new RegExp(
        `^${CORE} 1.0.0 could not be looked up: .* in ${file.replaceAll(".", "\\.")} is not an http or https address\\.$`,
      ),
    );
    expect(world.osv.requests.some(({ body }) => body.includes('"open"'))).toBe(true);
  });

  test("in the editor", async () => {
    expect((await open(manager, true))[0]).toContain(` in ${file} is not an http or https address`);
  });

  test("in a workspace that is not trusted", async () => {
    expect(await open(manager, false)).toEqual([NOT_TRUSTED]);
  });
});

test("a scope's registry in the user's own file that is no address", async () => {
  writeFileSync(world.userConfig, "@private-corp:registry=npm.invalid\n");
  expect(await scan("npm@11.19.1")).toEqual([
    `${CORE} 1.0.0 could not be looked up: @private-corp:registry in npm's configuration is not an http or https address.`,
  ]);
});

describe.each([
  [
    "yarn@4.18.1",
    ".yarnrc.yml",
    "npmScopes:\n  private-corp:\n    npmRegistryServer: https://private-host.invalid\n<<<<<<< HEAD\n",
  ],
  ["pnpm@11.28.10", "pnpm-workspace.yaml", "registries:\n  '@private-corp': https://private-host.invalid\n\ta: b\n"],
  ["bun@1.4.4", "bunfig.toml", '[install.scopes]\nprivate-corp = "https://private-host.invalid"\n=======\n'],
])("a file with an error in it: %s, %s", (manager, file, text) => {
  const told = `${CORE} 1.0.0 could not be looked up: ${file} has an error in it.`;
  beforeEach(() => {
    world.write(file, text);
  });

  test("on the command line", async () => {
    expect(await scan(manager)).toEqual([told]);
  });

  test("in a workspace that is not trusted", async () => {
    expect(await open(manager, false)).toEqual([told]);
  });
});

test("scopes of Yarn beside onConflict are asked for where they say", async () => {
  world.write(
    ".yarnrc.yml",
    `npmScopes:\n  onConflict: extend\n  value:\n    private-corp:\n      npmRegistryServer: ${own.url}\n      npmAuthToken: ${TOKEN}\n`,
  );
  expect(await scan("yarn@4.18.1")).toEqual([]);
  expect(own.countOf(CORE)).toBeGreaterThan(0);
});

test("a login of the user's that does not go to a registry that the project names is told of beside what came of it", async () => {
  world.write(".yarnrc.yml", `npmScopes:\n  private-corp:\n    npmRegistryServer: ${own.url}\n`);
  writeFileSync(join(world.folder, "home", ".yarnrc.yml"), `npmScopes:\n  private-corp:\n    npmAuthToken: ${TOKEN}\n`);
  const host = new URL(own.url).host;
  expect(await scan("yarn@4.18.1")).toEqual([
    `${CORE} 1.0.0 could not be looked up: ${host} refused access (401): npmScopes.private-corp.npmAuthToken in ~/.yarnrc.yml was not sent, as it is not configured beside this registry there.`,
  ]);
  expect(own.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);

  // Beside it, it does go along.
  writeFileSync(
    join(world.folder, "home", ".yarnrc.yml"),
    `npmScopes:\n  private-corp:\n    npmRegistryServer: ${own.url}\n    npmAuthToken: ${TOKEN}\n`,
  );
  expect(await scan("yarn@4.18.1")).toEqual([]);
});
