/** What the log says of a check where somebody asks for it: why nothing is reported of a package. */
import { LogTraceNotification, SetTraceNotification } from "vscode-languageserver-protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockfileText, manifestText } from "../setup/projects.ts";
import type { Client } from "./client.ts";
import { World } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await World.create();
});

afterEach(async () => {
  await world.end();
});

interface Line {
  readonly message: string;
  readonly verbose?: string | undefined;
}

function tracedBy(client: Client): Line[] {
  const lines: Line[] = [];
  client.connection.onNotification(LogTraceNotification.type, (line) => void lines.push(line));
  return lines;
}

test("each check is traced as soon as it is asked for: its project, and with verbose each release", async () => {
  world.registry.publish("quiet", "1.0.0", { at: "2024-01-02T03:04:00Z" });
  world.registry.publish("gone", "1.0.0", { at: "2024-01-02T03:04:00Z" });
  world.registry.fail("gone", { kind: "status", status: 404 });
  const manifest = manifestText({ quiet: "1.0.0", gone: "1.0.0" });
  world.write("package.json", manifest);
  world.write(
    "package-lock.json",
    lockfileText({ quiet: "1.0.0", gone: "1.0.0" }, { quiet: { version: "1.0.0" }, gone: { version: "1.0.0" } }),
  );
  const client = await world.start({
    settings: { allow: [{ package: "gone", rules: ["unclaimed-name", "unchecked"], reason: "known" }] },
  });
  const lines = tracedBy(client);
  const uri = world.uri("package.json");
  const check = async (version: number): Promise<void> => {
    const from = client.statuses.length;
    await client.change(uri, `${manifest}${"\n".repeat(version)}`);
    await client.atVersion(uri, version);
    await client.idle(from);
  };
  await client.open(uri, manifest);
  await client.atVersion(uri, 1);
  expect(lines).toEqual([]);

  await client.connection.sendNotification(SetTraceNotification.type, { value: "messages" });
  await check(2);
  expect(lines).toEqual([
    {
      message: expect.stringMatching(
        /^file:.*: npm; goes by package-lock\.json; cooldown 3 days \(.+\); 2 releases; 0 findings; not everything could be checked of 1 release; depwarden\.allow accepts 2 findings$/,
      ) as string,
    },
  ]);

  await client.connection.sendNotification(SetTraceNotification.type, { value: "verbose" });
  await check(3);
  const details = lines.at(-1)?.verbose?.split("\n") ?? [];
  expect(details).toEqual([
    expect.stringMatching(
      /^quiet 1\.0\.0: 127\.0\.0\.1:\d+ answered \(full\); published 2 January 2024, 03:04 UTC; 0 advisories; no rule reports anything$/,
    ),
    expect.stringMatching(/^gone 1\.0\.0: 127\.0\.0\.1:\d+ .*404.*; unclaimed-name \(\w+\), unchecked \(\w+\)$/),
    "gone 1.0.0: unclaimed-name is accepted by depwarden.allow",
    "gone 1.0.0: unchecked is accepted by depwarden.allow",
  ]);

  await client.connection.sendNotification(SetTraceNotification.type, { value: "off" });
  const before = lines.length;
  await check(4);
  expect(lines).toHaveLength(before);
});
