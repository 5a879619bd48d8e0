import { spawn } from "node:child_process";
import { readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultCacheDir } from "../../server/src/io/cache-dir.ts";
import { DiskCache } from "../../server/src/io/disk-cache.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

const cache = (folder: string | null = world.cacheDir) =>
  new DiskCache(folder, { info: () => undefined, warn: (message) => world.warnings.push(message) });

function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes("content-v"))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("the disk cache", () => {
  it("gives back what was put, in another process too", async () => {
    const first = cache();
    first.put("a", "text ä", { etag: '"1"' });
    await first.settled();
    expect(await cache().get("a")).toEqual({ text: "text ä", metadata: { etag: '"1"' } });
    expect(await cache().get("b")).toBeNull();
    expect(await cache().get("__proto__")).toBeNull();
  });

  it("is not there without a folder", async () => {
    const none = cache(null);
    none.put("a", "text");
    await none.settled();
    expect(await none.get("a")).toBeNull();
    await none.clear();
    await none.maintain();
  });

  it("reads what was cut short or changed on disk as a miss, and takes it anew", async () => {
    const first = cache();
    first.put("a", "x".repeat(1000));
    await first.settled();
    const [content] = contents(world.cacheDir);
    truncateSync(content ?? "", 10);
    expect(await first.get("a")).toBeNull();
    first.put("a", "x".repeat(1000));
    await first.settled();
    expect((await first.get("a"))?.text).toHaveLength(1000);
    writeFileSync(contents(world.cacheDir)[0] ?? "", "y".repeat(1000));
    expect(await first.get("a")).toBeNull();
    expect(world.warnings).toEqual([]);
  });

  it("that cannot be written is told once, and gone without", async () => {
    const blocked = world.write("blocked", "a file where the folder should be");
    const none = cache(blocked);
    none.put("a", "text");
    none.put("b", "text");
    await none.settled();
    expect(await none.get("a")).toBeNull();
    expect(world.warnings).toHaveLength(1);
    expect(world.warnings[0]).toContain("going on without it");
  });

  it("is emptied by clear, and nothing else is", async () => {
    const first = cache();
    first.put("a", "text");
    await first.settled();
    const mine = world.write("cache/v1/mine.txt", "keep");
    await first.clear();
    expect(await first.get("a")).toBeNull();
    expect(contents(world.cacheDir)).toEqual([]);
    expect(statSync(mine).size).toBe(4);
  });

  it("keeps what is in use when it is cleaned up, once a day", async () => {
    const first = cache();
    first.put("a", "old");
    await first.settled();
    first.put("a", "new");
    await first.settled();
    expect(contents(world.cacheDir)).toHaveLength(2);
    await first.maintain();
    expect(contents(world.cacheDir)).toHaveLength(1);
    expect((await first.get("a"))?.text).toBe("new");
    first.put("a", "newer");
    await first.settled();
    await first.maintain();
    expect(contents(world.cacheDir)).toHaveLength(2);
    expect(world.warnings).toEqual([]);
  });

  it("survives processes that are killed while they write", async () => {
    const script = join(world.folder, "writer.cjs");
    buildSync({
      stdin: {
        contents: `
          import { DiskCache } from "./server/src/io/disk-cache.ts";
          const cache = new DiskCache(process.argv[2], { info() {}, warn(message) { process.stderr.write(message); } });
          void (async () => {
            // A writer whose test is gone must not stay.
            process.stdin.on("end", () => process.exit()).resume();
            process.stdout.write("ready");
            for (let round = 0; ; round++) {
              for (let key = 0; key < 20; key++) cache.put("key" + key, (key + ":" + process.pid + ":" + round + ";").repeat(5000), { key });
              await cache.settled();
            }
          })();`,
        resolveDir: process.cwd(),
        loader: "ts",
      },
      bundle: true,
      platform: "node",
      outfile: script,
      logLevel: "silent",
    });
    for (let kill = 0; kill < 4; kill++) {
      const children = Array.from({ length: 3 }, () => spawn(process.execPath, [script, world.cacheDir], { stdio: ["pipe", "pipe", "inherit"] }));
      await Promise.all(
        children.map(
          (child) =>
            new Promise<void>((resolve) => {
              child.once("exit", () => resolve());
              child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), 60 + 50 * kill));
            }),
        ),
      );
    }
    const after = cache();
    let hits = 0;
    for (let key = 0; key < 20; key++) {
      const entry = await after.get(`key${key}`);
      if (entry === null) continue;
      hits++;
      const unit = /^\d+:\d+:\d+;/.exec(entry.text)?.[0] ?? "none";
      expect(entry.text === unit.repeat(5000)).toBe(true);
      expect(unit.startsWith(`${key}:`)).toBe(true);
      expect(entry.metadata).toEqual({ key });
    }
    expect(hits).toBeGreaterThan(0);
    after.put("key0", "whole");
    await after.settled();
    expect((await after.get("key0"))?.text).toBe("whole");
    await after.maintain();
    expect((await after.get("key0"))?.text).toBe("whole");
    expect(world.warnings).toEqual([]);
  });
});

describe("the default folder", () => {
  it("follows the platform", () => {
    expect(defaultCacheDir({ XDG_CACHE_HOME: "/x" }, "linux")).toBe("/x/depwarden");
    expect(defaultCacheDir({ XDG_CACHE_HOME: "relative" }, "linux")).toMatch(/\/\.cache\/depwarden$/);
    expect(defaultCacheDir({}, "darwin")).toMatch(/\/Library\/Caches\/depwarden$/);
    expect(defaultCacheDir({ LOCALAPPDATA: "/local" }, "win32")).toBe("/local/depwarden/Cache");
  });
});
