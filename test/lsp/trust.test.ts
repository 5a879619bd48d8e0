/** Until the workspace is trusted, nothing from it chooses a host, a credential or a command. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { World } from "./world.ts";

let world: World;
let other: FakeRegistry;
beforeEach(async () => {
  world = await World.create();
  other = await startRegistry();
});
afterEach(async () => {
  await other.close();
  await world.end();
});

/** A git that notes how it was called, and then does as asked. */
function recordingGit(): { env: Record<string, string>; calls: () => string } {
  const folder = join(world.folder, "bin");
  const notes = join(world.folder, "git-calls");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "git"),
    `#!/bin/sh\necho "$@" >> '${notes}'\nPATH='${process.env["PATH"] ?? ""}' exec git "$@"\n`,
  );
  chmodSync(join(folder, "git"), 0o755);
  return {
    env: { ...world.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    calls: () => (existsSync(notes) ? readFileSync(notes, "utf8") : ""),
  };
}

/** A repository whose package runs a script and has no established version before it: git HEAD is what is left to ask. */
function repository(): void {
  world.registry.publish("scripted", "1.0.0", { at: ago({ hours: 3 }), scripts: { postinstall: "node x.js" } });
  world.write(
    "package-lock.json",
    lockfileText({ scripted: "1.0.0" }, { scripted: { version: "1.0.0", hasInstallScript: true } }),
  );
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: world.project,
      env: { PATH: process.env["PATH"] ?? "", HOME: world.folder },
    });
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "one");
}

test("untrusted: the workspace's .npmrc is not followed, and git is not run", async () => {
  repository();
  world.write(".npmrc", `registry=${other.url}\n@scope:registry=${other.url}\n`);
  world.registry.publish("@scope/thing", "1.0.0", { at: ago({ days: 90 }) });
  const git = recordingGit();
  for (const initializationOptions of [{ trusted: false }, { trusted: undefined }, { trusted: "true" }]) {
    const client = await world.start({ initializationOptions, env: git.env });
    const uri = await world.open(client, "package.json", manifestText({ scripted: "1.0.0", "@scope/thing": "1.0.0" }));
    await client.atVersion(uri, 1);
  }
  expect(other.requests).toEqual([]);
  expect(git.calls()).toBe("");
  expect(world.registry.countOf("scripted")).toBeGreaterThan(0);
});

test("trusted: a scope's registry is asked, and git is", async () => {
  repository();
  world.write(".npmrc", `@scope:registry=${other.url}\n`);
  other.publish("@scope/thing", "1.0.0", { at: ago({ days: 90 }) });
  const git = recordingGit();
  const client = await world.start({ env: git.env });
  const uri = await world.open(client, "package.json", manifestText({ scripted: "1.0.0", "@scope/thing": "1.0.0" }));
  await client.atVersion(uri, 1);
  expect(other.countOf("@scope/thing")).toBe(1);
  expect(world.registry.countOf("@scope/thing")).toBe(0);
  // A name that resolves from a registry of its own goes to nobody else.
  expect(world.osv.requests.map(({ body }) => body).join()).not.toContain("@scope/thing");
  expect(git.calls()).toContain("cat-file");
});

test("an .npmrc that appears is followed from then on", async () => {
  world.registry.publish("@scope/thing", "1.0.0", { at: ago({ days: 90 }) });
  other.publish("@scope/thing", "1.0.0", { at: ago({ hours: 1 }) });
  const client = await world.start();
  const uri = await world.open(client, "package.json", manifestText({ "@scope/thing": "1.0.0" }));
  expect(await client.atVersion(uri, 1)).toEqual([]);
  world.write(".npmrc", `@scope:registry=${other.url}\n`);
  const from = client.published.length;
  await client.filesChanged(world.uri(".npmrc"));
  expect((await client.diagnostics(uri, () => true, from)).map(({ code }) => code)).toEqual(["fresh-release"]);
});
