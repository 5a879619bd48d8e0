/** Dependencies from a catalog: judged, explained and pinned where the catalog stands. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, manifestText, rangeOf } from "../setup/projects.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("direct", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("direct", "1.2.0", { at: ago({ days: 30 }) });
  world.osv.add(malware("MAL-2099-1", "direct", ["1.2.0"], { published: ago({ hours: 1 }) }));
});
afterEach(() => world.end());

const CATALOG = "packages: []\ncatalog:\n  # Everywhere.\n  direct: ^1.0.0\n";

test("a catalog that is edited changes what is said of the manifest, and the other way round", async () => {
  const client = await world.start();
  world.write("pnpm-workspace.yaml", CATALOG);
  const manifest = await world.open(client, "package.json", manifestText({ direct: "catalog:" }));
  const shown = await client.diagnostics(manifest, (all) => all.some(({ code }) => code === "compromised"));
  expect(JSON.stringify(shown)).toContain("catalog: (^1.0.0) takes this version today");

  const catalog = await world.open(client, "pnpm-workspace.yaml", CATALOG);
  await client.diagnostics(catalog, (all) => all.some(({ code }) => code === "compromised"));
  const at = rangeOf(CATALOG, "^1.0.0");
  expect(client.shown(catalog)?.map(({ range }) => range)).toEqual([at]);
  expect(await client.hoverText(catalog, rangeOf(CATALOG, "direct").start)).toContain("MAL-2099-1");

  const [pin] = await client.codeActions(catalog, client.shown(catalog) ?? []);
  expect(pin?.title).toBe("Pin direct to 1.0.0");
  expect(client.edited(pin?.edit)).toEqual({ [catalog]: CATALOG.replace("^1.0.0", "1.0.0") });

  const before = client.published.length;
  await client.apply(pin?.edit);
  await client.diagnostics(manifest, (all) => all.length === 0, before);
  expect(await client.diagnostics(catalog, (all) => all.length === 0, before)).toEqual([]);
});
