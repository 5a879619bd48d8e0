import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultCacheDir } from "../../server/src/io/cache-dir.ts";
import { DiskCache } from "../../server/src/io/disk-cache.ts";
import { ownerOn, type Owner } from "../../server/src/io/private-folder.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

const cache = (folder: string | null = world.cacheDir, ...owner: [] | [Owner]) =>
  new DiskCache(folder, { info: () => undefined, warn: (message) => world.warnings.push(message) }, ...owner);

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
      const children = Array.from({ length: 3 }, () =>
        spawn(process.execPath, [script, world.cacheDir], { stdio: ["pipe", "pipe", "inherit"] }),
      );
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

const hasModes = ownerOn(process.platform, process.getuid?.bind(process)) !== null;

describe.runIf(hasModes)("what others can reach of the disk cache", () => {
  /** What is kept below a folder, with its mode where others can reach it. */
  function reachable(folder: string): string[] {
    const names = ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })];
    return names
      .map((name) => join(folder, name))
      .flatMap((path) => {
        const mode = lstatSync(path).mode & 0o777;
        return (mode & 0o077) === 0 ? [] : [`${path} ${mode.toString(8)}`];
      });
  }
  async function filled(folder = world.cacheDir): Promise<DiskCache> {
    const made = cache(folder);
    for (const key of ["a", "b", "c"]) made.put(key, `text of ${key}`);
    await made.settled();
    return made;
  }
  /** As an earlier version left it. */
  function loosen(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      chmodSync(path, entry.isDirectory() ? 0o755 : 0o644);
      if (entry.isDirectory()) loosen(path);
    }
    chmodSync(folder, 0o755);
  }
  const refusal = (reason: string) => [`The disk cache is off: ${reason}. Remove it, or use another folder.`];

  it("is nothing, when it is new, cleaned up or emptied", async () => {
    const made = await filled();
    expect(contents(world.cacheDir)).toHaveLength(3);
    expect(reachable(world.cacheDir)).toEqual([]);
    await made.maintain();
    expect(reachable(world.cacheDir)).toEqual([]);
    await made.clear();
    await filled();
    expect(reachable(world.cacheDir)).toEqual([]);
  });

  it("is nothing, when it was readable before, and it is read all the same", async () => {
    await filled();
    loosen(world.cacheDir);
    expect((await cache().get("a"))?.text).toBe("text of a");
    expect(reachable(world.cacheDir)).toEqual([]);
  });

  it("is not its contents, when the folder is deleted while it is in use", async () => {
    const made = await filled();
    rmSync(world.cacheDir, { recursive: true });
    made.put("d", "text");
    await made.settled();
    const modes = [world.cacheDir, join(world.cacheDir, "v1")].map((path) => lstatSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700]);
  });

  it("is no more than before of a folder that holds other things, too", async () => {
    const others = world.write("cache/mine.txt", "keep");
    chmodSync(others, 0o644);
    chmodSync(world.cacheDir, 0o755);
    await filled();
    expect(reachable(world.cacheDir)).toEqual([`${world.cacheDir} 755`, `${others} 644`]);
    chmodSync(world.cacheDir, 0o777);
    expect(await cache().get("a")).toBeNull();
    expect(world.warnings).toEqual(refusal(`others can write to ${world.cacheDir}`));
  });

  it.each(["", "v1", "v1/content-v2"])("is not followed where it is a symbolic link: cache/%s", async (below) => {
    const place = join(world.cacheDir, below);
    const elsewhere = join(world.folder, "elsewhere");
    mkdirSync(elsewhere);
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    symlinkSync(elsewhere, place);
    const made = await filled();
    expect(await made.get("a")).toBeNull();
    await made.maintain();
    await made.clear();
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(world.warnings).toEqual(refusal(`${place} is a symbolic link`));
  });

  // Only root can give a folder away; elsewhere the cache is made to look for another owner.
  const ANOTHER = 54_321;
  const asRoot = it.runIf(process.getuid?.() === 0);
  asRoot.each(["", "v1", "v1/index-v5"])("is not used where it belongs to another user: cache/%s", async (below) => {
    await filled();
    const place = join(world.cacheDir, below);
    chownSync(place, ANOTHER, ANOTHER);
    expect(await cache().get("a")).toBeNull();
    expect(world.warnings).toEqual(refusal(`${place} belongs to another user`));
  });

  it("is not used where its owner is not who runs this", async () => {
    await filled();
    const made = cache(world.cacheDir, ANOTHER);
    expect(await made.get("a")).toBeNull();
    expect(world.warnings).toEqual(refusal(`${world.cacheDir} belongs to another user`));
  });

  it("is left to the system where it has neither user ids nor modes", async () => {
    const owners = [ownerOn("win32", () => 0), ownerOn("linux", () => 7), ownerOn("darwin", undefined)];
    expect(owners).toEqual([null, 7, null]);
    await filled();
    loosen(world.cacheDir);
    const made = cache(
      world.cacheDir,
      ownerOn("win32", () => 0),
    );
    expect((await made.get("a"))?.text).toBe("text of a");
    expect(reachable(world.cacheDir)).toContain(`${world.cacheDir} 755`);
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
