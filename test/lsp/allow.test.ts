/** `depwarden.allow` is looked after in the file that holds it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, manifestText } from "../setup/projects.ts";
import { World } from "./world.ts";

const FILE = ".vscode/settings.json";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("fresh", "1.1.0", { at: ago({ days: 1 }) });
  world.write("package.json", manifestText({ fresh: "1.1.0" }));
});
afterEach(() => world.end());

test("one that is over is shown from the start, one that covers nothing after a scan; both go when they are taken out", async () => {
  const good = { package: "fresh", versions: "1.1.0", reason: "read it" };
  const useless = { package: "fresh", versions: "1.0.0", reason: "read it" };
  const over = { package: "gone", reason: "read it", until: "2020-01-01" };
  const settings: Record<string, unknown> = { ...world.settings, allow: [good, useless, over] };
  world.write(FILE, { "depwarden.allow": [good, useless, over] });
  const client = await world.start({ configuration: () => settings });
  const shown = async (count: number): Promise<readonly unknown[]> =>
    (await client.diagnostics(world.uri(FILE), (all) => all.length === count)).map(
      ({ message, range, severity, source }) => [message, range.start.line, severity, source],
    );
  expect(await shown(1)).toEqual([
    ["The entry for gone ended on 1 January 2020. Remove it, or give it a new end date.", 12, 3, "depwarden"],
  ]);
  await client.execute("depwarden.scanWorkspace");
  expect(await shown(2)).toEqual([
    ["The entry for fresh 1.0.0 matches nothing here; remove it.", 7, 3, "depwarden"],
    ["The entry for gone ended on 1 January 2020. Remove it, or give it a new end date.", 12, 3, "depwarden"],
  ]);
  settings["allow"] = [good];
  world.write(FILE, { "depwarden.allow": [good] });
  await client.settingsChanged();
  expect(await shown(0)).toEqual([]);
});
