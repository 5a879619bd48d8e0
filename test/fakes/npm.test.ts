/** npm itself, run against the fake: the proof that it speaks npm's protocol. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { at, Project } from "./client.ts";
import { axiosWorld } from "./incidents.ts";
import { startOsv } from "./osv.ts";
import { startRegistry, type FakeRegistry } from "./registry.ts";

let registry: FakeRegistry;
let project: Project | undefined;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(async () => {
  project?.remove();
  await registry.close();
});

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

it("views a package, and one that was unpublished", async () => {
  registry.publish("@s/left", "1.0.0", { at: "2026-01-01" });
  registry.publish("gone", "1.0.0", { at: "2026-01-01" });
  registry.unpublishAll("gone", "2026-02-01T00:00:00Z");
  project = new Project({});
  expect(JSON.parse(await project.npm(registry.url, "view", "@s/left", "time", "--json"))).toMatchObject({
    "1.0.0": "2026-01-01T00:00:00.000Z",
  });
  await expect(project.npm(registry.url, "view", "gone")).rejects.toThrow("Unpublished on 2026-02-01T00:00:00.000Z");
});

it("installs real files, and audits them", async () => {
  registry.publish("a", "1.2.0", {
    at: "2026-01-01",
    dependencies: { "@s/b": "^1.0.0" },
    files: { "index.js": "module.exports = 1;\n" },
  });
  registry.publish("@s/b", "1.0.0", { at: "2026-01-01", scripts: { postinstall: "exit 1" }, gypfile: true });
  registry.advise("@s/b", { url: "https://example.com/b", title: "Bad b", severity: "high", vulnerable_versions: "*" });
  project = new Project({ name: "p", dependencies: { a: "^1.0.0" } });
  await project.npm(registry.url, "install", "--ignore-scripts");
  expect(readFileSync(join(project.folder, "node_modules/a/index.js"), "utf8")).toBe("module.exports = 1;\n");
  expect(readJson(join(project.folder, "node_modules/@s/b/package.json"))).toMatchObject({
    name: "@s/b",
    scripts: { postinstall: "exit 1" },
  });
  const locked = at(readJson(join(project.folder, "package-lock.json")), "packages");
  expect(at(locked, "node_modules/@s/b")).toMatchObject({ version: "1.0.0", hasInstallScript: true });
  await expect(project.npm(registry.url, "audit")).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("Bad b") as unknown,
  });
  const bulk = registry.requests.filter((request) => request.kind === "bulk").at(-1);
  expect(JSON.parse(bulk?.body ?? "")).toEqual({ a: ["1.2.0"], "@s/b": ["1.0.0"] });
});

it("locks the axios of each moment", async () => {
  await using osv = await startOsv();
  const lockedAxios = async () => {
    project?.remove();
    project = new Project({ name: "p", dependencies: { axios: "^1.14.0" } });
    await project.npm(registry.url, "install", "--package-lock-only");
    const packages = at(readJson(join(project.folder, "package-lock.json")), "packages");
    return { packages, names: Object.keys(packages as object) };
  };
  axiosWorld(registry, osv, { moment: "live" });
  const live = await lockedAxios();
  expect(at(live.packages, "node_modules/axios", "version")).toBe("1.14.1");
  expect(at(live.packages, "node_modules/plain-crypto-js")).toMatchObject({ version: "4.2.1", hasInstallScript: true });
  axiosWorld(registry, osv, { moment: "after" });
  const after = await lockedAxios();
  expect(at(after.packages, "node_modules/axios", "version")).toBe("1.14.0");
  expect(after.names).toEqual(live.names.filter((name) => name !== "node_modules/plain-crypto-js"));
});
