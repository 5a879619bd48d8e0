/** Large packuments are read in a worker: a real one, with the program that is bundled for it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PackumentRequest } from "../../server/src/core/facts/packument.ts";
import { packumentOf } from "../../server/src/io/packument-body.ts";
import { PackumentReader, type PackumentReaderOptions } from "../../server/src/io/packument-reader.ts";
import { ROOT } from "../setup/sandbox.ts";
import { NEVER } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "depwarden-worker-"));
const worker = pathToFileURL(join(folder, "packument-worker.mjs"));

beforeAll(async () => {
  await build({
    entryPoints: [join(ROOT, "server/src/io/packument-worker.ts")],
    outfile: join(folder, "packument-worker.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    banner: { js: `import{createRequire}from"node:module";const require=createRequire(import.meta.url);` },
    logLevel: "error",
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function readerWith(options: Partial<PackumentReaderOptions> = {}) {
  const told: string[] = [];
  const tell = (message: string): void => void told.push(message);
  const reader = new PackumentReader({ worker, log: { info: tell, warn: tell }, idle: 50, ...options });
  return { read: reader.read, told };
}

const requestFor = (name: string): PackumentRequest => ({
  name,
  detail: "full",
  fetchedAt: Date.UTC(2026, 5, 1),
  host: "registry.example",
});

/** A packument of about so many kilobytes. */
function bodyOf(name: string, kilobytes: number): Buffer {
  const description = "x".repeat(1000);
  const versions = Array.from({ length: kilobytes }, (_, patch) => [
    `1.0.${patch}`,
    { name, version: `1.0.${patch}`, description, dist: { tarball: "https://registry.example/x.tgz" } },
  ]);
  return Buffer.from(JSON.stringify({ name, versions: Object.fromEntries(versions) as object, time: {} }));
}

/** Whether its bytes were handed over to a worker. */
const isGone = (body: Buffer): boolean => body.length === 0;

describe("a packument", () => {
  test("of 64 KB and more is read by the worker, as it would be here", async () => {
    const { read, told } = readerWith();
    const [small, large] = [bodyOf("aa", 50), bodyOf("aa", 100)];
    const expected = [packumentOf(small, requestFor("aa")), packumentOf(large, requestFor("aa"))];
    expect(await read(small, requestFor("aa"), NEVER)).toEqual(expected[0]);
    expect(isGone(small)).toBe(false);
    const found = await read(large, requestFor("aa"), NEVER);
    expect(isGone(large)).toBe(true);
    expect(found.known && [...found.value.facts.releases.keys()]).toHaveLength(100);
    expect(found).toEqual(expected[1]);
    expect(told).toEqual([]);
  });

  test("in a part of a larger buffer leaves the rest of it alone", async () => {
    const { read } = readerWith();
    const body = bodyOf("aa", 100);
    const whole = Buffer.concat([body, Buffer.from("behind it")]);
    const found = await read(whole.subarray(0, body.length), requestFor("aa"), NEVER);
    expect(found.known).toBe(true);
    expect(whole.toString().endsWith("behind it")).toBe(true);
  });

  test("that is none says why, as it would here", async () => {
    const { read } = readerWith({ smallest: 0 });
    for (const text of ["", "[1", "[]", '{"name":"bb","versions":{}}', '{"name":"aa"}'])
      expect(await read(Buffer.from(text), requestFor("aa"), NEVER), text).toEqual(
        packumentOf(Buffer.from(text), requestFor("aa")),
      );
  });

  test("each of many at once gets its own answer", async () => {
    const { read } = readerWith({ smallest: 0 });
    const names = Array.from({ length: 50 }, (_, at) => `p${at}`);
    const found = await Promise.all(names.map((name) => read(bodyOf(name, 3), requestFor(name), NEVER)));
    expect(found.map((fact) => fact.known && fact.value.facts.name)).toEqual(names);
  });

  test("that nobody waits for any longer is not read", async () => {
    const { read } = readerWith({ smallest: 0 });
    const gone = new AbortController();
    const first = read(bodyOf("aa", 3), requestFor("aa"), NEVER);
    const given = bodyOf("bb", 3);
    const second = read(given, requestFor("bb"), gone.signal);
    gone.abort(new Error("closed"));
    await expect(second).rejects.toThrow("closed");
    expect(isGone(given)).toBe(false);
    expect((await first).known).toBe(true);
  });
});

describe("the worker", () => {
  test("that a body takes too much memory of is given up with it; others are read", async () => {
    const { read } = readerWith({ smallest: 0, heap: 24 });
    const values = Buffer.from(`{"name":"aa","versions":{"1.0.0":{"x":[${"{},".repeat(1_200_000)}{}]}}}`);
    const [before, large, after] = await Promise.all([
      read(bodyOf("aa", 3), requestFor("aa"), NEVER),
      read(values, requestFor("aa"), NEVER),
      read(bodyOf("bb", 3), requestFor("bb"), NEVER),
    ]);
    expect(large).toEqual({
      known: false,
      code: "malformed",
      reason: "registry.example answered with a package document that could not be read (ERR_WORKER_OUT_OF_MEMORY)",
    });
    expect([before.known, after.known]).toEqual([true, true]);
  });

  test("that has had nothing to do ends, and is started again", async () => {
    const { read } = readerWith({ smallest: 0, idle: 0 });
    const count = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    const before = count();
    for (let round = 0; round < 3; round++) {
      expect((await read(bodyOf("aa", 3), requestFor("aa"), NEVER)).known).toBe(true);
      await expect.poll(count).toBe(before);
    }
  });

  test("that cannot be started is done without, and that is said once", async () => {
    const { read, told } = readerWith({ smallest: 0, worker: pathToFileURL(join(folder, "none.mjs")) });
    const found = await Promise.all(["aa", "bb"].map((name) => read(bodyOf(name, 3), requestFor(name), NEVER)));
    expect(found.map(({ known }) => known)).toEqual([true, true]);
    expect(told).toEqual([
      "Large package documents are read without a worker, which did not start (MODULE_NOT_FOUND).",
    ]);
  });

  test("sees nothing of the environment", async () => {
    process.env["DEPWARDEN_TEST_SECRET"] = "s3cret";
    const program = join(folder, "spy.mjs");
    writeFileSync(
      program,
      `import { parentPort } from "node:worker_threads";
       parentPort.on("message", () => parentPort.postMessage({ known: false, code: "malformed", reason: JSON.stringify(process.env) }));
       parentPort.postMessage("ready");`,
    );
    const { read } = readerWith({ smallest: 0, worker: pathToFileURL(program) });
    expect(await read(bodyOf("aa", 3), requestFor("aa"), NEVER)).toMatchObject({ reason: "{}" });
  });
});
