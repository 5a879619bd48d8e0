/** The same for each package manager, from the file in which it is told where names resolve from: nobody else hears of them (test/setup/leaks.ts looks). */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, manifestText } from "../setup/projects.ts";

const TOKEN = "secret-of-the-private-registry";

let world: World;
let own: FakeRegistry;
beforeEach(async () => {
  [world, own] = [await World.create(), await startRegistry({ token: TOKEN })];
  for (const name of ["@private-corp/core", "private-lone"]) {
    own.publish(name, "1.0.0", { at: ago({ days: 400 }) });
    own.publish(name, "1.1.0", { at: ago({ hours: 2 }), dependencies: { "@private-corp/added": "1.0.0" } });
  }
  own.publish("@private-corp/added", "1.0.0", { at: ago({ hours: 3 }) });
  world.registry.publish("open", "1.0.0", { at: ago({ hours: 2 }) });
});
afterEach(async () => {
  await world.end();
  await own.close();
});

/** `loginLine`: in the `.npmrc` that the manager reads. */
interface Way {
  readonly manager: string;
  readonly file: string;
  readonly scope: (url: string) => string;
  readonly everything: (url: string) => string;
  readonly loginLine: boolean;
}

const WAYS: readonly Way[] = [
  {
    manager: "npm@11.19.1",
    file: ".npmrc",
    loginLine: true,
    scope: (url) => `@private-corp:registry=${url}\n`,
    everything: (url) => `registry=${url}\n`,
  },
  {
    manager: "pnpm@11.28.10",
    file: "pnpm-workspace.yaml",
    loginLine: true,
    scope: (url) => `registries:\n  "@private-corp": ${url}\n`,
    everything: (url) => `registries:\n  default: ${url}\n`,
  },
  {
    manager: "yarn@1.22.22",
    file: ".yarnrc",
    loginLine: true,
    scope: (url) => `"@private-corp:registry" "${url}"\n`,
    everything: (url) => `registry "${url}"\n`,
  },
  {
    manager: "yarn@4.18.1",
    file: ".yarnrc.yml",
    loginLine: false,
    scope: (url) =>
      `npmScopes:\n  private-corp:\n    npmRegistryServer: ${url}\n    npmAlwaysAuth: true\n    npmAuthToken: ${TOKEN}\n`,
    everything: (url) => `npmRegistryServer: ${url}\nnpmAlwaysAuth: true\nnpmAuthToken: ${TOKEN}\n`,
  },
  {
    manager: "bun@1.4.4",
    file: "bunfig.toml",
    loginLine: false,
    scope: (url) => `[install.scopes]\nprivate-corp = { url = "${url}", token = "${TOKEN}" }\n`,
    everything: (url) => `[install]\nregistry = { url = "${url}", token = "${TOKEN}" }\n`,
  },
];

async function scan(
  manager: string,
  dependencies: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Promise<readonly string[]> {
  world.write("package.json", manifestText(dependencies, { packageManager: manager }));
  const outcome = await runHere(world, ["scan", "--format", "json", "--no-cache", "--osv", world.osv.url, ...options]);
  return scanned(outcome)
    .findings.filter(({ rule }) => rule === "fresh-release" || rule === "new-dependency")
    .map(({ rule, package: name }) => `${rule} ${name}`)
    .sort();
}

describe.each(WAYS)("$manager, $file", ({ manager, file, scope, everything, loginLine }) => {
  beforeEach(() => {
    writeFileSync(world.userConfig, loginLine ? `${own.url.replace("http:", "")}:_authToken=${TOKEN}\n` : "");
  });

  test("a scope with a registry of its own", async () => {
    world.write(file, scope(own.url));
    const found = await scan(
      manager,
      { "@private-corp/core": "1.1.0", open: "1.0.0" },
      "--registry",
      world.registry.url,
    );
    expect(found).toEqual(["fresh-release @private-corp/core", "fresh-release open"]);
    expect(own.countOf("@private-corp/added")).toBeGreaterThan(0);
    expect(world.osv.requests.some(({ body }) => body.includes('"open"'))).toBe(true);
  });

  test("a default registry with a login", async () => {
    world.write(file, everything(own.url));
    const found = await scan(manager, { "@private-corp/core": "1.1.0", "private-lone": "1.1.0" });
    expect(found).toEqual([
      "fresh-release @private-corp/core",
      "fresh-release private-lone",
      "new-dependency private-lone",
    ]);
    expect([...world.registry.requests, ...world.osv.requests]).toEqual([]);
  });
});
