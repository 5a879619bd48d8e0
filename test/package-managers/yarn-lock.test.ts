/** What the real Yarns install by a yarn.lock that they would not write, beside what the reader says of it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLockfile } from "../../server/src/core/documents/index.ts";
import { readManifest } from "../../server/src/core/documents/manifest.ts";
import { runWhole } from "../../server/src/core/task.ts";
import { ago } from "../setup/projects.ts";
import { fetchTools, TOOLS, type ToolName } from "./tools.ts";
import { Workbench } from "./workbench.ts";

type YarnName = Extract<ToolName, "Yarn 1" | "Yarn 4">;

const DIRECT = { asked: "^1.0.0" };
const benches = new Map<YarnName, Workbench>();

beforeAll(async () => {
  const tools = await fetchTools();
  for (const name of ["Yarn 1", "Yarn 4"] as const) {
    const tool = TOOLS.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no ${name}`);
    const bench = await Workbench.create(tool, tools, { YARN_NODE_LINKER: "node-modules" });
    benches.set(name, bench);
    const { registry } = bench.world;
    for (const one of ["asked", "@ask/ed", "evil", "extra"]) registry.publish(one, "1.0.0", { at: ago({ days: 400 }) });
    registry.publish("asked", "1.1.0", { at: ago({ days: 300 }) });
    registry.publish("asker", "1.0.0", { at: ago({ days: 300 }), dependencies: { asked: "^1.0.0" } });
  }
});
afterAll(() => Promise.all([...benches.values()].map((bench) => bench.world.end())));

interface Seen {
  /** What is installed: `name@version`, by the name that it is installed under. */
  readonly installed: Readonly<Record<string, string>>;
  readonly isReported: boolean;
}

async function seen(
  name: YarnName,
  textFor: (registry: string) => string,
  { dependencies = DIRECT, workspace = null }: Beside = {},
): Promise<Seen> {
  const bench = benches.get(name);
  if (bench === undefined) throw new Error(`no ${name}`);
  const { project, registry } = bench.world;
  const modules = join(project, "node_modules");
  for (const old of [modules, join(project, "packages")]) rmSync(old, { recursive: true, force: true });
  const workspaces = workspace === null ? {} : { workspaces: ["packages/*"] };
  const manifest = JSON.stringify({ name: "app", private: true, dependencies, ...workspaces });
  writeFileSync(join(project, "package.json"), manifest);
  const own = JSON.stringify({ name: "asked", version: workspace ?? "" });
  if (workspace !== null) {
    mkdirSync(join(project, "packages/asked"), { recursive: true });
    writeFileSync(join(project, "packages/asked/package.json"), own);
  }
  const text = textFor(registry.url);
  writeFileSync(bench.lockfile, text);
  const { output } = await bench.run(["install", ...(name === "Yarn 1" ? ["--non-interactive"] : [])]);
  const versions = ["asked", "extra"].flatMap((alias) => {
    const path = join(modules, alias, "package.json");
    if (!existsSync(path)) return [];
    const found = JSON.parse(readFileSync(path, "utf8")) as { readonly name: string; readonly version: string };
    return [[alias, `${found.name}@${found.version}`] as const];
  });
  if (versions.length === 0) throw new Error(output);
  const lockfile = runWhole(
    readLockfile("yarn-lock", text, {
      manifest: readManifest(manifest),
      workspaces: new Map(workspace === null ? [] : [["packages/asked", readManifest(own)]]),
    }),
  );
  const isLocked = Object.entries(dependencies).every(([alias, raw]) => isHeld(lockfile.lockedBy?.(alias, raw)));
  return { installed: Object.fromEntries(versions), isReported: lockfile.problems.length > 0 || !isLocked };
}

function isHeld(id: number | null | undefined): boolean {
  return id !== null && id !== undefined;
}

interface Beside {
  readonly dependencies?: Readonly<Record<string, string>>;
  /** The version of a workspace called `asked`. */
  readonly workspace?: string | null;
}

const METADATA = "__metadata:\n  version: 10\n  cacheKey: 10c0\n\n";
const entry = (key: string, resolution: string, more = ""): string =>
  `"${key}":\n  version: 1.0.0\n  resolution: "${resolution}"\n${more}  languageName: node\n  linkType: hard\n\n`;
const asked = (resolution: string, key = "asked@npm:^1.0.0"): string => METADATA + entry(key, resolution);
const asker = entry("asker@npm:1.0.0", "asker@npm:1.0.0", '  dependencies:\n    asked: "npm:^1.0.0"\n');
const above: Beside = { dependencies: { asker: "1.0.0" } };

const KEPT = { asked: "asked@1.0.0" };
const ANEW = { asked: "asked@1.1.0" };
const EVIL = { asked: "evil@1.0.0" };

test.each<readonly [what: string, text: (registry: string) => string, beside: Beside]>([
  ["an entry as Yarn writes it", () => asked("asked@npm:1.0.0"), {}],
  ["one that another package asks for", () => asked("asked@npm:1.0.0") + asker, above],
  ["a key without npm: of metadata version 6", () => asked("asked@npm:1.0.0", "asked@^1.0.0").replace("10", "6"), {}],
  ["an address", (registry) => asked(`asked@${registry}asked/-/asked-1.0.0.tgz`), {}],
  [
    "a workspace",
    () => asked("asked@workspace:packages/asked", "asked@npm:^1.0.0, asked@workspace:packages/asked"),
    { workspace: "1.0.0" },
  ],
])("Yarn 4 follows %s", async (_what, text, beside) => {
  expect(await seen("Yarn 4", text, beside)).toEqual({ installed: KEPT, isReported: false });
});

test.each<readonly [what: string, text: string, beside: Beside]>([
  ["nothing", METADATA, {}],
  ["virtual", asked("asked@virtual:0123456789abcdef#npm:1.0.0"), {}],
  ["virtual, below another package", asked("asked@virtual:0123456789abcdef#npm:1.0.0") + asker, above],
  [
    "a patch",
    asked("asked@patch:asked@npm%3A1.0.0#./x.patch::version=1.0.0&hash=abcdef&locator=app%40workspace%3A."),
    {},
  ],
  [
    "a patch of what is not there",
    asked(
      "asked@patch:asked@npm%3A1.0.0#optional!builtin<compat/asked>::version=1.0.0&hash=abcdef",
      "asked@patch:asked@npm%3A^1.0.0#optional!builtin<compat/asked>",
    ),
    {},
  ],
  ["a folder", asked("asked@portal:./folder::locator=app%40workspace%3A."), {}],
  ["a workspace that is not there", asked("asked@workspace:packages/none"), {}],
  ["the project, of another name", asked("asked@workspace:.") + asker, above],
  ["a workspace whose version does not fit", asked("asked@workspace:packages/asked"), { workspace: "0.5.0" }],
  ["a tag", asked("asked@npm:latest"), {}],
  ["a key without npm:", asked("asked@npm:1.0.0", "asked@^1.0.0"), {}],
  ["no metadata", asked("asked@npm:1.0.0").slice(METADATA.length), {}],
  ["metadata without a version", asked("asked@npm:1.0.0", "asked@^1.0.0").replace("  version: 10\n", ""), {}],
])("Yarn 4 drops an entry with %s, which is reported", async (_what, text, beside) => {
  expect(await seen("Yarn 4", () => text, beside)).toEqual({ installed: ANEW, isReported: true });
});

const ATTACKER = "@ask/ed@npm:1.0.0";

test.each<readonly [what: string, text: string, installed: Seen["installed"]]>([
  [
    "the last of two entries of one descriptor",
    METADATA +
      entry("asked@npm:1.1.0, asked@npm:^1.0.0", "asked@npm:1.1.0") +
      entry("asked@npm:^1.0.0", "asked@npm:1.0.0"),
    KEPT,
  ],
  [
    "the last of two entries of one locator",
    METADATA +
      entry("asked@npm:^1.0.0", "asked@npm:1.0.0") +
      entry("asked@npm:1", "asked@npm:1.0.0", '  dependencies:\n    extra: "npm:*"\n'),
    { ...KEPT, extra: "extra@1.0.0" },
  ],
  [
    "another scope and name that are the same without what is between",
    METADATA + entry("asked@npm:^1.0.0", "asked@npm:1.0.0") + entry("@ask/ed@npm:^1.0.0", ATTACKER),
    { asked: "@ask/ed@1.0.0" },
  ],
  [
    "an entry whose checksum is of another cache key",
    asked("asked@npm:1.0.0").replace("  languageName", `  checksum: 8/${"0".repeat(128)}\n  languageName`),
    KEPT,
  ],
  [
    "an entry whose checksum has no cache key",
    asked("asked@npm:1.0.0")
      .replace("  languageName", `  checksum: ${"0".repeat(128)}\n  languageName`)
      .replace("  cacheKey: 10c0\n", ""),
    KEPT,
  ],
])("Yarn 4 follows %s, which is reported", async (_what, text, installed) => {
  expect(await seen("Yarn 4", () => text)).toEqual({ installed, isReported: true });
});

test("Yarn 4 follows optionalDependencies, which are reported", async () => {
  const text = METADATA + entry("asked@npm:^1.0.0", "asked@npm:1.0.0", '  optionalDependencies:\n    extra: "npm:*"\n');
  expect(await seen("Yarn 4", () => text)).toEqual({ installed: { ...KEPT, extra: "extra@1.0.0" }, isReported: true });
});

test.each<readonly [name: YarnName, what: string, text: (registry: string) => string]>([
  [
    "Yarn 1",
    "resolved in a file that looks like one of Yarn 2 and later",
    (registry) => entry("asked@^1.0.0", "asked@npm:1.0.0", `  resolved: "${registry}evil/-/evil-1.0.0.tgz"\n`),
  ],
  [
    "Yarn 4",
    "resolution in a file of Yarn 1",
    (registry) =>
      `# yarn lockfile v1\n\n\nasked@^1.0.0, "asked@npm:^1.0.0", "__metadata":\n  version "1.0.0"\n  resolved "${registry}asked/-/asked-1.0.0.tgz"\n  resolution "asked@${registry}evil/-/evil-1.0.0.tgz"\n  linkType hard\n`,
  ],
])("%s follows %s, which is reported", async (name, _what, text) => {
  expect(await seen(name, text)).toEqual({ installed: EVIL, isReported: true });
});
