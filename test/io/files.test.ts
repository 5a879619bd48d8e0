import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rememberingFiles } from "../../server/src/io/file-cache.ts";
import { createFiles, failureFrom } from "../../server/src/io/files.ts";
import type { Files } from "../../server/src/core/ports.ts";
import { findDocuments } from "../../server/src/io/walk.ts";
import { NEVER, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

const at = (path: string) => join(world.folder, path);
const uri = (path: string) => pathToFileURL(at(path)).href;

describe("reading a file", () => {
  it("gives its text without a byte order mark", async () => {
    writeFileSync(at("a.json"), Buffer.from('\ufeff{"ä": 1}'));
    expect(await createFiles().read(uri("a.json"), NEVER)).toEqual({ known: true, value: '{"ä": 1}' });
    writeFileSync(at("empty"), "");
    expect(await createFiles().read(uri("empty"), NEVER)).toEqual({ known: true, value: "" });
  });

  it("with blanks and signs in its name", async () => {
    world.write("a b/#%41?.json", "x");
    expect(await createFiles().read(uri("a b/#%41?.json"), NEVER)).toEqual({ known: true, value: "x" });
  });

  it("that is not there, a folder, a FIFO, a device, a loop or elsewhere is an unknown fact", async () => {
    mkdirSync(at("folder"));
    execFileSync("mkfifo", [at("fifo")]);
    symlinkSync(at("loop"), at("loop"));
    const files = createFiles();
    expect(await files.read(uri("none"), NEVER)).toMatchObject({ code: "not-found" });
    expect(await files.read(uri("project/package.json/x"), NEVER)).toMatchObject({ code: "not-found" });
    expect(await files.read(uri("folder"), NEVER)).toMatchObject({ code: "malformed", reason: "it is a folder" });
    expect(await files.read(uri("fifo"), NEVER)).toMatchObject({ code: "malformed", reason: "it is not a plain file" });
    expect(await files.read("file:///dev/zero", NEVER)).toMatchObject({ code: "malformed" });
    expect(await files.read(uri("loop"), NEVER)).toMatchObject({ code: "malformed" });
    expect(await files.read("untitled:Untitled-1", NEVER)).toMatchObject({ code: "not-found" });
  });

  it("that is too large is refused by its size", async () => {
    writeFileSync(at("big"), "x".repeat(2 * 1024 * 1024 + 1));
    expect(await createFiles(2 * 1024 * 1024).read(uri("big"), NEVER)).toEqual({
      known: false,
      code: "malformed",
      reason: "larger than 2 MB",
    });
    writeFileSync(at("big"), "x".repeat(2 * 1024 * 1024));
    expect((await createFiles(2 * 1024 * 1024).read(uri("big"), NEVER)).known).toBe(true);
    // Says that it is empty, and is not.
    expect(await createFiles(10).read("file:///proc/self/maps", NEVER)).toMatchObject({ code: "malformed" });
  });

  it("is not done for one who has left", async () => {
    await expect(createFiles().read(uri("project/package.json"), AbortSignal.abort())).rejects.toThrow();
  });
});

describe("a failure of the file system", () => {
  it.each([
    ["EACCES", "unauthorized"],
    ["EPERM", "unauthorized"],
    ["ENOENT", "not-found"],
    ["EIO", "unreachable"],
    ["EMFILE", "unreachable"],
  ])("is told by its kind: %s", (code, expected) => {
    expect(failureFrom(Object.assign(new Error("secret path"), { code }))).toMatchObject({
      known: false,
      code: expected,
    });
  });
});

describe("listing a folder", () => {
  it("tells folders from files", async () => {
    mkdirSync(at("project/sub"));
    const listed = await createFiles().list(uri("project"), NEVER);
    expect(listed.known ? [...listed.value].sort((a, b) => a.name.localeCompare(b.name)) : listed).toEqual([
      { name: "package.json", isFolder: false },
      { name: "sub", isFolder: true },
    ]);
    expect(await createFiles().list(uri("none"), NEVER)).toMatchObject({ code: "not-found" });
  });
});

describe("looking for documents", () => {
  const options = { isDocument: (name: string) => name === "package.json", exclude: [] as string[] };

  it("goes into all folders but node_modules, .git and what is excluded", async () => {
    for (const path of [
      "a/package.json",
      "a/deep/er/package.json",
      "a/node_modules/x/package.json",
      "a/.git/package.json",
      "a/out/package.json",
      "a/other.json",
    ])
      world.write(path, "{}");
    const found = await findDocuments([at("a")], { ...options, exclude: ["**/out"] }, NEVER);
    expect(found).toEqual({ files: [at("a/deep/er/package.json"), at("a/package.json")], problems: [] });
  });

  it("takes what is named, whatever it is called", async () => {
    world.write("a/node_modules/x/package.json", "{}");
    world.write("a/strange.lock", "");
    expect((await findDocuments([at("a/strange.lock"), at("a/node_modules")], options, NEVER)).files).toEqual([
      at("a/node_modules/x/package.json"),
      at("a/strange.lock"),
    ]);
  });

  it("does not follow links to folders, nor around in circles", async () => {
    world.write("elsewhere/package.json", "{}");
    mkdirSync(at("a"));
    symlinkSync(at("elsewhere"), at("a/link"));
    symlinkSync(at("a"), at("a/circle"));
    symlinkSync(at("elsewhere/package.json"), at("a/package.json"));
    expect(await findDocuments([at("a")], options, NEVER)).toEqual({ files: [at("a/package.json")], problems: [] });
  });

  it("says what is not there", async () => {
    const found = await findDocuments([at("none"), at("project")], options, NEVER);
    expect(found).toMatchObject({
      files: [at("project/package.json")],
      problems: [{ path: at("none"), failure: { code: "not-found" } }],
    });
  });

  it("ends when the asking ends", async () => {
    await expect(findDocuments([at("project")], options, AbortSignal.abort())).rejects.toThrow();
  });
});

describe("a file or folder that was read before", () => {
  const LATER = Date.now() + 60_000;

  /** Counts what reaches the disk. */
  const counted = (now: () => number): { readonly files: Files; readonly opened: string[] } => {
    const opened: string[] = [];
    const disk = createFiles();
    const files = rememberingFiles(
      {
        read: (file, cancel) => {
          opened.push(file);
          return disk.read(file, cancel);
        },
        list: (folder, cancel) => {
          opened.push(folder);
          return disk.list(folder, cancel);
        },
      },
      now,
    );
    return { files, opened };
  };

  it("is not opened again while it has not changed", async () => {
    world.write("a/x.json", "one");
    const { files, opened } = counted(() => LATER);
    for (let time = 0; time < 3; time++) {
      expect(await files.read(uri("a/x.json"), NEVER)).toEqual({ known: true, value: "one" });
      expect(await files.list(uri("a"), NEVER)).toMatchObject({ value: [{ name: "x.json" }] });
      expect(await files.read(uri("a/none.json"), NEVER)).toMatchObject({ code: "not-found" });
    }
    expect(opened).toEqual([uri("a/x.json"), uri("a")]);
  });

  it.each([
    ["a new text", () => world.write("a/x.json", "two"), "two"],
    ["another file in its place", () => renameSync(at("b.json"), at("a/x.json")), "put"],
    ["its end", () => rmSync(at("a/x.json")), null],
  ])("is read anew after %s", async (_what, change, text) => {
    world.write("a/x.json", "one");
    world.write("b.json", "put");
    const { files } = counted(() => LATER);
    await files.read(uri("a/x.json"), NEVER);
    await files.list(uri("a"), NEVER);
    change();
    const read = await files.read(uri("a/x.json"), NEVER);
    expect(read.known ? read.value : null).toBe(text);
    expect(await files.list(uri("a"), NEVER)).toMatchObject({ value: text === null ? [] : [{ name: "x.json" }] });
  });

  it("is read anew where it has changed just before: its times may be the same after the next change", async () => {
    world.write("a/x.json", "one");
    const { files, opened } = counted(Date.now);
    await files.read(uri("a/x.json"), NEVER);
    await files.read(uri("a/x.json"), NEVER);
    expect(opened).toHaveLength(2);
  });
});
