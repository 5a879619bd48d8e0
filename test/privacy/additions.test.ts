/** A public release newly depends on a name that the project has from a private registry which is not configured. What reaches the wrong server is seen by test/setup/leaks.ts. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";

let world: World;
let own: FakeRegistry;
beforeEach(async () => {
  [world, own] = [await World.create(), await startRegistry({ token: "t" })];
  world.registry.publish("open-new", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("open-new", "1.1.0", {
    at: ago({ hours: 2 }),
    dependencies: { "private-lone": "^1.0.0", "open-added": "^1.0.0" },
  });
  world.registry.publish("open-added", "1.0.0", { at: ago({ days: 400 }) });
  const declared = { "open-new": "^1.0.0" };
  world.write("package.json", manifestText(declared));
  world.write(
    "package-lock.json",
    lockfileText(declared, {
      "open-new": { version: "1.1.0" },
      "private-lone": { version: "1.0.0", resolved: `${own.url}private-lone/-/private-lone-1.0.0.tgz` },
    }),
  );
});
afterEach(async () => {
  await world.end();
  await own.close();
});

const options = () => ["--format", "json", "--no-cache", "--registry", world.registry.url, "--osv", world.osv.url];

test("scan asks nobody for it", async () => {
  const messages = scanned(await runHere(world, ["scan", ...options()])).findings.map(({ message }) => message);
  expect(messages).toContainEqual(
    expect.stringContaining(
      "open-new 1.1.0 could not be checked for new dependencies (private-lone): the lockfile has it from",
    ),
  );
  expect(world.registry.countOf("open-added")).toBeGreaterThan(0);
});

test("explain asks nobody for it", async () => {
  const { stdout } = await runHere(world, ["explain", "open-new@1.1.0", ...options()]);
  expect(stdout).toContain("could not be checked for new dependencies (private-lone)");
});
