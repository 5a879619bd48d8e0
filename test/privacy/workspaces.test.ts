/** A folder below workspaces whose own file says where its names resolve from, scanned from the root. That nobody else hears of them is checked after every test. */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, manifestText } from "../setup/projects.ts";

let world: World;
let own: FakeRegistry;
beforeEach(async () => {
  [world, own] = [await World.create(), await startRegistry({ holdsPrivate: true })];
  own.publish("@private-corp/core", "1.0.0", { at: ago({ hours: 2 }) });
  writeFileSync(world.userConfig, "");
});
afterEach(async () => {
  await world.end();
  await own.close();
});

test.each([
  ["pnpm@10.34.9", ".npmrc", (url: string) => `@private-corp:registry=${url}\n`],
  [
    "yarn@4.18.1",
    ".yarnrc.yml",
    (url: string) => `npmScopes:\n  private-corp:\n    npmRegistryServer: ${url}\nunsafeHttpWhitelist: [127.0.0.1]\n`,
  ],
])("%s: %s of the workspace", async (packageManager, file, text) => {
  world.write("package.json", { packageManager, workspaces: ["packages/*"] });
  world.write("pnpm-workspace.yaml", "packages: ['packages/*']\n");
  world.write("packages/ui/package.json", manifestText({ "@private-corp/core": "1.0.0" }));
  world.write(`packages/ui/${file}`, text(own.url));
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
  expect(scanned(outcome).findings.map(({ rule }) => rule)).toContain("fresh-release");
  expect(own.countOf("@private-corp/core")).toBeGreaterThan(0);
});

test("a project below the workspaces that is none of them", async () => {
  world.write("package.json", { name: "root", workspaces: ["packages/*"] });
  world.write("tools/foo/package.json", manifestText({ "private-lone": "1.0.0" }));
  world.write("tools/foo/.npmrc", `registry=${own.url}\n${own.url.replace("http:", "")}:_authToken=t\n`);
  writeFileSync(world.userConfig, `registry=${world.registry.url}\n`);
  await runHere(world, ["scan", "--format", "json", "--no-cache", "--osv", world.osv.url]);
  expect(own.countOf("private-lone")).toBeGreaterThan(0);
});
