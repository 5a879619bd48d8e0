/** A default registry that has not yet shown itself open: its names are kept from the advisory services (test/setup/leaks.ts looks), and that is told. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import type { Failure } from "../fakes/failures.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { says } from "./says.ts";

let world: World;
let own: FakeRegistry;
beforeEach(async () => {
  [world, own] = [await World.create(), await startRegistry({ token: "t" })];
  world.write(".npmrc", `registry=${own.url}\n`);
});
afterEach(async () => {
  await world.end();
  await own.close();
});

const scan = () => runHere(world, ["scan", "--format", "json", "--no-cache", "--osv", world.osv.url]);

describe("a registry", () => {
  test.each<[string, Failure, string]>([
    ["only fails", { kind: "status", status: 503 }, "answered 503"],
    ["refuses everything", { kind: "status", status: 403 }, "refused access (403)"],
    ["answers with a page to sign in at", { kind: "html" }, "answered with something that is not JSON"],
    ["cuts the line", { kind: "reset" }, "cut the connection"],
  ])("that %s", async (_what, failure, reason) => {
    own.fail("*", failure);
    const declared = { "private-lone": "^1.0.0", "private-other": "^1.0.0" };
    world.write("package.json", manifestText(declared));
    world.write(
      "package-lock.json",
      lockfileText(declared, { "private-lone": { version: "1.0.0" }, "private-other": { version: "1.0.0" } }),
    );
    const outcome = await scan();
    expect(own.countOf("private-lone")).toBeGreaterThan(0);
    expect(world.osv.requests).toEqual([]);
    const unchecked = scanned(outcome)
      .findings.filter(({ rule }) => rule === "unchecked")
      .map(({ message }) => message);
    expect(unchecked).toEqual([expect.stringContaining(`could not be looked up: ${new URL(own.url).host} ${reason}`)]);
    expect(outcome.status).toBe(2);
  });
});

test("a registry that hangs, asked for one name and then another while a person types", async () => {
  own.fail("*", { kind: "hang" });
  const client = await world.start({ settings: { registry: "" } });
  const uri = await world.open(client, "package.json", manifestText({ "private-lone": "1.0.0" }));
  await client.until(
    () => (own.countOf("private-lone") > 0 ? true : undefined),
    () => "it was not asked",
  );
  await client.change(uri, manifestText({ "private-lone": "1.0.0", "private-other": "1.0.0" }));
  await client.until(
    () => (own.countOf("private-other") > 0 ? true : undefined),
    () => "it was not asked for the second",
  );
  own.heal();
  const version = await client.change(uri, manifestText({ "private-lone": "1.0.0", "private-third": "1.0.0" }));
  await client.diagnostics(
    uri,
    (found, entry) => entry.version === version && found.some((one) => says(one, "refused access (401)")),
  );
  expect(world.osv.requests).toEqual([]);
});

test("one that is slow and then open is no reason to leave OSV unasked", async () => {
  const open = await startRegistry();
  open.publish("open-lone", "1.0.0", { at: ago({ days: 400 }) });
  open.fail("open-lone", { kind: "slow", delayMs: 700, times: 1 });
  world.write(".npmrc", `registry=${open.url}\n`);
  world.write("package.json", manifestText({ "open-lone": "1.0.0" }));
  const outcome = await scan();
  await open.close();
  expect(world.osv.requests.some(({ body }) => body.includes("open-lone"))).toBe(true);
  expect(scanned(outcome).findings.filter(({ rule }) => rule === "unchecked")).toEqual([]);
});
