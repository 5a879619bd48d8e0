import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { at, getJson, postJson } from "./client.ts";
import { axiosWorld } from "./incidents.ts";
import { startOsv } from "./osv.ts";
import { startRegistry } from "./registry.ts";

const SAMPLE = new URL("../../examples/axios-2026-03/package-lock.json", import.meta.url);

it("moves from the attack to the day after", async () => {
  await using registry = await startRegistry();
  await using osv = await startOsv();
  const queries = [
    ["axios", "1.14.1"],
    ["axios", "0.30.4"],
    ["plain-crypto-js", "4.2.1"],
    ["axios", "1.14.0"],
    ["plain-crypto-js", "4.2.0"],
  ].map(([name, version]) => ({ package: { name, ecosystem: "npm" }, version }));
  const advised = async () => {
    const results = at((await postJson(`${osv.url}/v1/querybatch`, { queries })).body, "results");
    return JSON.stringify(results).match(/(?:MAL|GHSA)-[\w-]+/g) ?? [];
  };

  axiosWorld(registry, osv, { moment: "live" });
  expect(at(await getJson(`${registry.url}axios`), "dist-tags")).toEqual({ latest: "1.14.1", legacy: "0.30.4" });
  const live = await getJson(`${registry.url}axios`);
  expect(at(live, "versions", "1.14.1", "_npmUser")).toEqual({ name: "jasonsaayman", email: "ifstap@proton.me" });
  expect(at(live, "versions", "1.14.0", "_npmUser", "name")).toBe("GitHub Actions");
  expect(await advised()).toEqual([]);

  axiosWorld(registry, osv, { moment: "after" });
  const after = await getJson(`${registry.url}axios`);
  expect(at(after, "dist-tags")).toEqual({ latest: "1.14.0", legacy: "0.30.3" });
  expect(at(after, "versions", "1.14.1")).toBeUndefined();
  expect(at(after, "time", "1.14.1")).toBe("2026-03-31T00:21:00.000Z");
  expect(at(after, "time", "modified")).toBe("2026-03-31T03:15:00.000Z");
  const held = await getJson(`${registry.url}plain-crypto-js`);
  expect(Object.keys(at(held, "versions") as object)).toEqual(["0.0.1-security.0"]);
  expect(await advised()).toEqual([
    "MAL-2026-2307",
    "GHSA-fw8c-xr5c-95f9",
    "MAL-2026-2307",
    "GHSA-fw8c-xr5c-95f9",
    "MAL-2026-2306",
    "GHSA-2x9r-6wxq-hrr7",
  ]);

  axiosWorld(registry, osv, { moment: "live" });
  expect(await getJson(`${registry.url}axios`)).toMatchObject({ "dist-tags": { latest: "1.14.1" } });
  expect(await advised()).toEqual([]);
});

it("as a process, serves every package that the sample locks, with its integrity, and ends with its input", async () => {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", fileURLToPath(new URL("main.ts", import.meta.url)), "--moment", "live"],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const ended = once(child, "exit");
  let said = "";
  for await (const piece of child.stdout.setEncoding("utf8")) {
    said += String(piece);
    if (said.includes("\n")) break;
  }
  const urls: unknown = JSON.parse(said);
  expect(urls).toMatchObject({ moment: "live", asOf: "2026-03-31T02:00:00Z" });
  const packages = at(JSON.parse(readFileSync(SAMPLE, "utf8")), "packages") as Record<
    string,
    { version: string; integrity?: string; dependencies?: object }
  >;
  const locked = Object.entries(packages).filter(([key]) => key !== "");
  expect(locked).toHaveLength(32);
  for (const [key, { version, integrity, dependencies }] of locked) {
    const release = at(
      await getJson(`${String(at(urls, "registry"))}${key.replace("node_modules/", "")}`),
      "versions",
      version,
    );
    if (integrity !== undefined) expect(at(release, "dist", "integrity"), key).toBe(integrity);
    expect(at(release, "dependencies") ?? {}, key).toEqual(dependencies ?? {});
  }
  expect((await fetch(`${String(at(urls, "osv"))}/v1/vulns/MAL-2026-2307`)).status).toBe(404);
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
});
