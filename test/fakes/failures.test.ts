import { request } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { heldAnswer, type Failure } from "./failures.ts";
import { startRegistry, type FakeRegistry } from "./registry.ts";

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await startRegistry();
  registry.publish("left", "1.0.0", { at: "2026-01-01" });
  registry.publish("right", "1.0.0", { at: "2026-01-01" });
});
afterEach(() => registry.close());

async function failing(failure: Failure): Promise<Response> {
  registry.fail("left", failure);
  return fetch(`${registry.url}left`, { redirect: "manual" });
}

it("fails as often as told, only what it is told, and heals", async () => {
  registry.fail("left", { kind: "status", times: 1 });
  expect((await fetch(`${registry.url}right`)).status).toBe(200);
  expect((await fetch(`${registry.url}left/-/left-1.0.0.tgz`)).status).toBe(200);
  expect((await fetch(`${registry.url}left`)).status).toBe(503);
  expect((await fetch(`${registry.url}left`)).status).toBe(200);
  registry.fail((asked) => asked.kind === "tarball", { kind: "status", status: 500 });
  expect((await fetch(`${registry.url}left/-/left-1.0.0.tgz`)).status).toBe(500);
  registry.heal();
  expect((await fetch(`${registry.url}left/-/left-1.0.0.tgz`)).status).toBe(200);
  expect(registry.requests).toHaveLength(6);
});

it("html: a page instead of JSON", async () => {
  const response = await failing({ kind: "html" });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await response.text()).toContain("<!DOCTYPE html>");
});

it("status: with retry-after", async () => {
  const response = await failing({ kind: "status", status: 429, retryAfter: 7 });
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
});

it("cut: an answer that stops", async () => {
  const response = await failing({ kind: "cut" });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow("terminated");
});

it("reset: no answer at all", async () => {
  await expect(failing({ kind: "reset" })).rejects.toThrow("fetch failed");
});

it("hang: no answer while the server lives", async () => {
  registry.fail("left", { kind: "hang" });
  const answered = fetch(`${registry.url}left`).then(
    () => "answered",
    () => "cut",
  );
  // A later request on the same server has been answered by then.
  await fetch(`${registry.url}right`);
  await expect.poll(() => registry.countOf("left")).toBe(1);
  expect(await Promise.race([answered, Promise.resolve("waiting")])).toBe("waiting");
  await registry.close();
  expect(await answered).toBe("cut");
  registry = await startRegistry();
});

it("slow: the right answer, late", async () => {
  const started = performance.now();
  const response = await failing({ kind: "slow", delayMs: 60 });
  expect(performance.now() - started).toBeGreaterThan(50);
  expect(await response.json()).toMatchObject({ name: "left" });
});

it("held: the right answer, when the test says so", async () => {
  const { failure, release } = heldAnswer();
  let isAnswered = false;
  const held = failing(failure).finally(() => (isAnswered = true));
  await fetch(`${registry.url}right`);
  expect(isAnswered).toBe(false);
  release();
  expect(await (await held).json()).toMatchObject({ name: "left" });
});

it("drip: the right answer in pieces", async () => {
  const pieces = await new Promise<Buffer[]>((resolve, reject) => {
    registry.fail("left", { kind: "drip", delayMs: 5 });
    request(`${registry.url}left`, (response) => {
      const got: Buffer[] = [];
      response
        .on("data", (piece: Buffer) => got.push(piece))
        .on("end", () => resolve(got))
        .on("error", reject);
    })
      .on("error", reject)
      .end();
  });
  expect(pieces.length).toBeGreaterThan(2);
  expect(JSON.parse(Buffer.concat(pieces).toString())).toMatchObject({ name: "left" });
});

it("garbage and truncated-json: whole answers that are no JSON", async () => {
  for (const kind of ["garbage", "truncated-json"] as const) {
    registry.heal();
    const response = await failing({ kind });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    const text = await response.text();
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  }
});

it("huge: valid JSON of the size told, or as much of it as the client takes", async () => {
  const whole = await (await failing({ kind: "huge", bytes: 3_000_000 })).text();
  expect(whole.length).toBeGreaterThan(3_000_000);
  expect(JSON.parse(whole)).toMatchObject({ name: "huge" });
  registry.heal();
  const reader = (await failing({ kind: "huge" })).body?.getReader();
  await reader?.read();
  await reader?.cancel();
});

it("redirect: to another place", async () => {
  const response = await failing({ kind: "redirect", location: "http://127.0.0.1:9/left" });
  expect([response.status, response.headers.get("location")]).toEqual([302, "http://127.0.0.1:9/left"]);
});

it("close ends a failure that waits", async () => {
  registry.fail("left", { kind: "slow", delayMs: 3_600_000 });
  const answered = fetch(`${registry.url}left`).then(
    () => "answered",
    () => "cut",
  );
  await expect.poll(() => registry.countOf("left")).toBe(1);
  await registry.close();
  expect(await answered).toBe("cut");
  registry = await startRegistry();
});
