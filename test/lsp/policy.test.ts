/** The cooldown of the project's own package manager, followed while its file is edited. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ago, manifestText } from "../setup/projects.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("direct", "1.0.0", { at: ago({ days: 400 }) });
  world.registry.publish("direct", "1.2.0", { at: ago({ days: 5 }) });
});
afterEach(() => world.end());

function freshness(client: Client, uri: string): readonly string[] {
  return (client.shown(uri) ?? [])
    .filter(({ code }) => code === "fresh-release")
    .map(({ message }) => (typeof message === "string" ? message : message.value));
}

test.each([
  [".npmrc", "npm@11.19.1", "min-release-age=1\n", "min-release-age=7\n", "min-release-age in .npmrc"],
  [
    "pnpm-workspace.yaml",
    "pnpm@11.28.10",
    "minimumReleaseAge: 1440\n",
    "minimumReleaseAge: 10080\n",
    "minimumReleaseAge in pnpm-workspace.yaml",
  ],
  [
    ".yarnrc.yml",
    "yarn@4.18.1",
    "npmMinimalAgeGate: 1d\n",
    "npmMinimalAgeGate: 7d\n",
    "npmMinimalAgeGate in .yarnrc.yml",
  ],
  [
    "bunfig.toml",
    "bun@1.4.4",
    "[install]\nminimumReleaseAge = 86400\n",
    "[install]\nminimumReleaseAge = 604800\n",
    "minimumReleaseAge in bunfig.toml",
  ],
])(
  "%s, as it is typed, changes what is said of the open manifest",
  async (file, packageManager, short, long, origin) => {
    const client = await world.start();
    const manifest = await world.open(client, "package.json", manifestText({ direct: "1.2.0" }, { packageManager }));
    const config = await world.open(client, file, short);
    await client.atVersion(manifest, 1);
    expect(freshness(client, manifest)).toEqual([]);
    // Not saved: what stands in the editor counts.
    await client.change(config, long);
    await client.diagnostics(manifest, (all) => all.some(({ code }) => code === "fresh-release"));
    expect(freshness(client, manifest)[0]).toContain(`within the cooldown of 7 days (${origin})`);
    const before = client.published.length;
    await client.change(config, short);
    await client.diagnostics(manifest, (all) => !all.some(({ code }) => code === "fresh-release"), before);
  },
);

test("the user's own cooldown holds over the project's", async () => {
  world.write(".npmrc", "min-release-age=7\n");
  const client = await world.start({ settings: { minimumReleaseAge: "1d" } });
  const manifest = await world.open(client, "package.json", manifestText({ direct: "1.2.0" }));
  await client.atVersion(manifest, 1);
  expect(freshness(client, manifest)).toEqual([]);
});

test("a workspace that is not trusted asks for more caution, and not for less", async () => {
  world.registry.publish("direct", "1.3.0", { at: ago({ days: 1 }) });
  world.write(".npmrc", "min-release-age=0\n");
  const client = await world.start({ initializationOptions: { trusted: false } });
  const manifest = await world.open(client, "package.json", manifestText({ direct: "1.3.0" }));
  await client.diagnostics(manifest, (all) => all.some(({ code }) => code === "fresh-release"));
  expect(freshness(client, manifest)[0]).toContain("within the cooldown of 3 days (the default)");
});
