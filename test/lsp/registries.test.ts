/** Where names are asked for, over the protocol: each package manager's file is followed when it changes on disk. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLoopback, json, type Loopback, type RecordedRequest } from "../fakes/loopback.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { ago, manifestText } from "../setup/projects.ts";
import { World } from "./world.ts";

let world: World;
let other: FakeRegistry;
beforeEach(async () => {
  world = await World.create();
  other = await startRegistry();
  world.registry.publish("@scope/thing", "1.0.0", { at: ago({ days: 90 }) });
  other.publish("@scope/thing", "1.0.0", { at: ago({ hours: 1 }) });
});
afterEach(async () => {
  await other.close();
  await world.end();
});

test.each([
  [".npmrc", "npm@11.19.1", (url: string) => `@scope:registry=${url}\n`],
  [".yarnrc", "yarn@1.22.22", (url: string) => `"@scope:registry" "${url}"\n`],
  [".yarnrc.yml", "yarn@4.18.1", (url: string) => `npmScopes:\n  scope:\n    npmRegistryServer: "${url}"\n`],
  ["bunfig.toml", "bun@1.4.4", (url: string) => `[install.scopes]\nscope = "${url}"\n`],
  ["pnpm-workspace.yaml", "pnpm@11.28.10", (url: string) => `registries:\n  "@scope": ${url}\n`],
])("%s that appears is followed from then on", async (file, packageManager, text) => {
  const client = await world.start({ settings: { minimumReleaseAge: "3d" } });
  const uri = await world.open(client, "package.json", manifestText({ "@scope/thing": "1.0.0" }, { packageManager }));
  await client.atVersion(uri, 1);
  expect(other.requests).toEqual([]);
  world.write(file, text(other.url));
  const from = client.published.length;
  await client.filesChanged(world.uri(file));
  await client.diagnostics(uri, (all) => all.some(({ code }) => code === "fresh-release"), from);
  expect(other.countOf("@scope/thing")).toBeGreaterThan(0);
});

/** A host that only a proxy could know. */
const UNKNOWN = "http://registry.invalid/";

async function askThrough(proxy: Loopback<RecordedRequest>, http: object): Promise<readonly string[]> {
  const client = await world.start({
    settings: { registry: UNKNOWN, osv: { enabled: false } },
    initializationOptions: { http },
  });
  const uri = await world.open(client, "package.json", manifestText({ thing: "1.0.0" }));
  await client.atVersion(uri, 1);
  expect(client.log.join()).not.toContain("hush");
  expect(JSON.stringify(client.published)).not.toContain("hush");
  return proxy.requests.map(({ path }) => path);
}

test("the editor's proxy serves where there is no other, and its login is not shown", async () => {
  const proxy = await startLoopback(
    (request) => request,
    () => json(404, {}),
  );
  try {
    const address = proxy.origin.replace("//", "//user:hush@");
    expect(await askThrough(proxy, { proxy: address, noProxy: ["*.elsewhere.example"], strictSSL: true })).toContain(
      `${UNKNOWN}thing`,
    );
    expect(proxy.requests[0]?.headers["proxy-authorization"]).toBe(
      `Basic ${Buffer.from("user:hush").toString("base64")}`,
    );
  } finally {
    await proxy.close();
  }
});

test("the editor's proxy is passed by for hosts that it is not for", async () => {
  const proxy = await startLoopback(
    (request) => request,
    () => json(404, {}),
  );
  try {
    expect(await askThrough(proxy, { proxy: proxy.origin, noProxy: ["*.invalid"] })).toEqual([]);
  } finally {
    await proxy.close();
  }
});

test("the package manager's proxy holds over the editor's", async () => {
  const [proxy, own] = await Promise.all([
    startLoopback(
      (request) => request,
      () => json(404, {}),
    ),
    startLoopback(
      (request) => request,
      () => json(404, {}),
    ),
  ]);
  try {
    world.write(".npmrc", `proxy=${own.origin}\n`);
    expect(await askThrough(proxy, { proxy: proxy.origin })).toEqual([]);
    expect(own.requests.map(({ path }) => path)).toContain(`${UNKNOWN}thing`);
  } finally {
    await Promise.all([proxy.close(), own.close()]);
  }
});
