/** What a person reads on a dependency, with text from a registry that means no good. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { heldAnswer } from "../fakes/failures.ts";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText, rangeOf, specifierIn, versionIn } from "../setup/projects.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.end());

test("in the manifest, on the name and on the range: date, publisher, scripts as text, advisories with links, the safe version", async () => {
  world.registry.publish("thing", "1.0.0", { at: "2025-01-02T03:04:05Z", publisher: { name: "ann" } });
  world.registry.publish("thing", "1.1.0", {
    at: ago({ days: 10 }),
    publisher: { name: "bob" },
    scripts: { postinstall: "node x.js" },
  });
  world.osv.add(
    malware("MAL-2099-1", "thing", ["1.1.0"], {
      published: "2099-01-01T00:00:00Z",
      summary: "Malicious code in thing",
    }),
  );
  const client = await world.start();
  const text = manifestText({ thing: "^1.0.0" });
  const uri = await world.open(client, "package.json", text);
  const onName = await client.hover(uri, rangeOf(text, "thing").start);
  expect(onName?.range).toEqual(rangeOf(text, "thing"));
  const markdown = await client.hoverText(uri, rangeOf(text, "thing").start);
  // There the editor shows the findings by itself.
  const onRange = await client.hoverText(uri, specifierIn(text, "thing").end);
  expect(onRange).toContain("**thing 1\\.1\\.0**");
  expect(onRange).not.toContain("is compromised");
  expect(markdown).toContain("**thing 1\\.1\\.0**");
  expect(markdown).toContain("(10 days ago) by bob, without provenance");
  expect(markdown).toContain("- error: thing 1\\.1\\.0 is compromised");
  expect(markdown).toContain(
    "[compromised](https://github.com/depwarden/depwarden/blob/main/docs/rules/compromised.md)",
  );
  expect(markdown).toContain("Safe version: **1\\.0\\.0**");
  expect(markdown).toContain("```\npostinstall: node x.js\n```");
  expect(markdown).toContain("[MAL\\-2099\\-1](https://osv.dev/vulnerability/MAL-2099-1): Malicious code in thing");
  expect(await client.hover(uri, rangeOf(text, '"version"').start)).toBeNull();
  expect(await client.hover(uri, { line: 9999, character: 0 })).toBeNull();
});

test("in the lockfile: the path from the project down to a transitive package", async () => {
  for (const name of ["foo", "bar", "deep"]) world.registry.publish(name, "1.0.0", { at: ago({ days: 50 }) });
  const client = await world.start();
  const lockfile = lockfileText(
    { foo: "1.0.0" },
    {
      foo: { version: "1.0.0", dependencies: { bar: "1.0.0" } },
      bar: { version: "1.0.0", dependencies: { deep: "1.0.0" } },
      deep: { version: "1.0.0" },
    },
  );
  world.write("package.json", manifestText({ foo: "1.0.0" }));
  const uri = await world.open(client, "package-lock.json", lockfile);
  const place = versionIn(lockfile, "deep", "1.0.0");
  const hover = await client.hover(uri, place.start);
  expect(hover?.range).toEqual(place);
  expect(await client.hoverText(uri, place.start)).toContain("app › foo › bar › deep");
  expect(await client.hoverText(uri, rangeOf(lockfile, "node_modules/deep").end)).toContain("**deep 1\\.0\\.0**");
  expect(await client.hoverText(uri, versionIn(lockfile, "foo", "1.0.0").start)).not.toContain("›");
  // In a list of dependencies too.
  const asked = rangeOf(lockfile, '"deep": "1.0.0"');
  expect(await client.hoverText(uri, { ...asked.start, character: asked.start.character + 2 })).toContain(
    "app › foo › bar › deep",
  );
});

test("while advisories are awaited it does not read as if all were well", async () => {
  world.registry.publish("thing", "1.0.0", { at: ago({ days: 50 }) });
  world.osv.add(malware("MAL-2099-1", "thing", ["1.0.0"], { published: ago({ days: 1 }) }));
  const held = heldAnswer();
  world.osv.fail("*", held.failure);
  const client = await world.start({ settings: { rules: { "weak-cooldown": "off", unchecked: "off" } } });
  const text = manifestText({ thing: "1.0.0" });
  const uri = await world.open(client, "package.json", text);
  for (const at of [rangeOf(text, "thing").start, specifierIn(text, "thing").start]) {
    const markdown = await client.hoverText(uri, at);
    expect(markdown).toContain("Still being checked: some answers are awaited, and more may be found.");
    expect(markdown).not.toContain("No findings");
  }
  held.release();
  await vi.waitFor(async () => {
    const markdown = await client.hoverText(uri, rangeOf(text, "thing").start);
    expect(markdown).toContain("is compromised");
    expect(markdown).not.toContain("Still being checked");
  }, 60_000);
});

test("nothing of a registry's text becomes a link, a command, an image or HTML", async () => {
  const evil =
    "[click](command:evil) <img src=x onerror=alert(1)> https://evil.example ![x](https://evil.example/x.png)\u202e\n# heading";
  world.registry.publish("hostile", "1.0.0", {
    at: ago({ hours: 2 }),
    deprecated: evil,
    publisher: { name: "[me](command:evil)" },
    scripts: { postinstall: "echo ```\n````\n[click](command:evil)\n<script>" },
  });
  world.osv.add(
    malware("MAL-2099-3", "hostile", ["1.0.0"], {
      published: "2099-01-01T00:00:00Z",
      summary: `${evil} [more](javascript:1)`,
    }),
  );
  const client = await world.start();
  const text = manifestText({ hostile: "1.0.0" });
  const uri = await world.open(client, "package.json", text);
  const markdown = await client.hoverText(uri, rangeOf(text, "hostile").start);
  const fence = /\n(`{3,})\n([\s\S]*?)\n\1(?:\n|$)/.exec(markdown);
  expect(fence?.[1]).toBe("`````");
  expect(fence?.[2]).toContain("[click](command:evil)");
  const prose = markdown.replace(fence?.[0] ?? "", "\n");
  // Every link that is left is one of ours; escaped brackets make none.
  const links = [...prose.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, target]) => target);
  expect(links).toEqual([
    ...["compromised", "new-install-script", "fresh-release", "deprecated"].map(
      (rule) => `https://github.com/depwarden/depwarden/blob/main/docs/rules/${rule}.md`,
    ),
    "https://osv.dev/vulnerability/MAL-2099-3",
  ]);
  expect(prose).not.toMatch(/(?<!\\)</);
  expect(prose).not.toMatch(/(?<!\\)!\[/);
  expect(prose).not.toMatch(/(?<![\\(])https?:\/\/evil/);
  expect(markdown).not.toContain("\u202e");
});

test("a dependency that brings in malware, and findings that are allowed: neither reads as if all were well", async () => {
  world.registry.publish("carrier", "1.0.0", { at: ago({ days: 50 }), dependencies: { payload: "1.0.3" } });
  world.registry.publish("payload", "1.0.3", { at: ago({ days: 50 }) });
  world.registry.publish("watched", "1.0.0", { at: ago({ hours: 2 }) });
  world.osv.add(malware("MAL-2099-4", "payload", ["1.0.3"], { published: "2026-01-01T00:00:00Z" }));
  const allow = [
    { package: "watched", rules: ["fresh-release"], reason: "read it [here](command:evil)", until: "2999-03-31" },
  ];
  const client = await world.start({ settings: { allow } });
  const asked = { carrier: "1.0.0", watched: "1.0.0" };
  world.write(
    "package-lock.json",
    lockfileText(asked, {
      carrier: { version: "1.0.0", dependencies: { payload: "1.0.3" } },
      payload: { version: "1.0.3" },
      watched: { version: "1.0.0" },
    }),
  );
  const text = manifestText(asked);
  const uri = await world.open(client, "package.json", text);
  for (const place of [rangeOf(text, "carrier"), specifierIn(text, "carrier")])
    expect(await client.hoverText(uri, place.start)).toContain(
      "Nothing against carrier 1\\.0\\.0 itself.\n\nBrings in:\n\n- payload 1\\.0\\.3 ([compromised](",
    );
  // On the version too, where the editor underlines nothing.
  for (const place of [rangeOf(text, "watched"), specifierIn(text, "watched")]) {
    const markdown = await client.hoverText(uri, place.start);
    expect(markdown).toContain("- warning: watched 1\\.0\\.0 was published 2 hours ago");
    expect(markdown).toContain("**Allowed** until 31 March 2999: read it \\[here\\]\\(command\\:evil\\)");
  }
});
