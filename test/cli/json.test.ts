/** docs/schema/: what is really written is held against it, closed: a member that it does not name fails too. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { ROOT, SAMPLE } from "../setup/sandbox.ts";
import { CliWorld } from "./world.ts";

type Schema = Readonly<Record<string, unknown>>;
type Name = "scan" | "list" | "explain";

function schemaOf(name: Name): Schema {
  return JSON.parse(readFileSync(join(ROOT, "docs", "schema", `${name}.json`), "utf8")) as Schema;
}

/** The schema with every object that lists its members closed to others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return "properties" in own && "type" in own ? { ...own, additionalProperties: false } : own;
}

/** What is wrong with a value; empty for nothing. */
function wrong(name: Name, value: unknown, schema: unknown = closed(schemaOf(name))): readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: true });
  const validate = ajv.compile(schema as Schema);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  const { registry, osv } = world;
  registry.publish("fine", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("bad", "1.0.0", { at: ago({ days: 300 }) });
  registry.publish("bad", "1.0.1", { at: ago({ hours: 5 }), scripts: { postinstall: "node x.js" } });
  osv.add(malware("MAL-2099-1", "bad", ["1.0.1"], { published: ago({ hours: 2 }) }));
});
afterEach(() => world.end());

async function written(command: Name, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await world.run(command, ...args, "--format", "json");
  return JSON.parse(stdout) as unknown;
}

describe("scan", () => {
  test.each<[string, readonly string[]]>([
    ["of the folder", []],
    ["offline", ["--offline"]],
    ["of several paths", ["package.json", "package-lock.json", "none.json"]],
    ["as of a day", ["--as-of", ago({ days: 10 })]],
  ])("%s", async (_what, args) => {
    world.write("package.json", manifestText({ bad: "^1.0.0", none: "^1.0.0", fine: "file:../x" }));
    world.write(
      "package-lock.json",
      lockfileText({ bad: "^1.0.0" }, { bad: { version: "1.0.1" }, fine: { version: "1.0.0" } }),
    );
    world.write("broken/package.json", "{");
    world.write("bun/bun.lockb", "x");
    world.write("pnpm-workspace.yaml", "minimumReleaseAge: [\n");
    world.write(".vscode/settings.json", {
      "depwarden.rules": { deprecated: "off" },
      "depwarden.exclude": ["bun"],
      "depwarden.minimumReleaseAge": "1h",
    });
    const value = await written("scan", ...args);
    expect(wrong("scan", value)).toEqual([]);
    expect((value as { findings: unknown[] }).findings).not.toEqual([]);
  });

  test("of the sample", async () => {
    expect(wrong("scan", await written("scan", SAMPLE))).toEqual([]);
  });

  test("of nothing", async () => {
    expect(wrong("scan", await written("scan"))).toEqual([]);
  });

  test("the file of --output is the same", async () => {
    world.write("package.json", manifestText({ bad: "1.0.1" }));
    await world.run("scan", "--format", "json", "--output", "out.json");
    const value = JSON.parse(readFileSync(join(world.project, "out.json"), "utf8")) as unknown;
    expect(wrong("scan", value)).toEqual([]);
  });
});

test("list", async () => {
  world.write("package-lock.json", lockfileText({ bad: "^1.0.0" }, { bad: { version: "1.0.1" } }));
  for (const file of ["package-lock.json", join(SAMPLE, "package-lock.json")]) {
    const value = await written("list", file);
    expect(wrong("list", value)).toEqual([]);
    expect(value).not.toEqual([]);
  }
});

test("explain", async () => {
  for (const what of ["bad@1.0.1", "bad@1.0.0", "bad@9.9.9", "nowhere@1.0.0"])
    expect(wrong("explain", await written("explain", what))).toEqual([]);
});

test("the examples of docs/json.md", () => {
  const text = readFileSync(join(ROOT, "docs", "json.md"), "utf8");
  const examples = [...text.matchAll(/^## (scan|list|explain)$[^]*?^```json\n([^]*?)^```$/gm)];
  expect(examples.map(([, name]) => name)).toEqual(["scan", "list", "explain"]);
  for (const [, name, example] of examples) expect(wrong(name as Name, JSON.parse(example ?? ""))).toEqual([]);
});

test("the schemas say no, too", async () => {
  world.write("package.json", manifestText({ bad: "1.0.1" }));
  const value = (await written("scan")) as Record<string, unknown>;
  expect(wrong("scan", { ...value, more: 1 })).toEqual([" must NOT have additional properties"]);
  // As they are published, members may be added.
  expect(wrong("scan", { ...value, more: 1 }, schemaOf("scan"))).toEqual([]);
  expect(wrong("scan", { ...value, summary: {} }, schemaOf("scan"))).not.toEqual([]);
  expect(wrong("scan", { ...value, schemaVersion: 2 }, schemaOf("scan"))).not.toEqual([]);
  expect(wrong("list", [{}], schemaOf("list"))).not.toEqual([]);
  expect(wrong("explain", {}, schemaOf("explain"))).not.toEqual([]);
});
