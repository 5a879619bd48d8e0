/** What of a project a package manager runs as it updates the lockfile, as read from the project's files. */
import { describe, expect, it } from "vitest";
import { known, unknown } from "../../server/src/core/facts/fact.ts";
import { filesToRead, lockfileUpdate, type LockfileUpdate } from "../../server/src/core/fixes/lockfile-update.ts";
import type { LockfileFormat } from "../../server/src/core/model.ts";

/** `null`: the file is there and cannot be read. */
type Texts = Readonly<Record<string, string | null>>;

function update(
  format: LockfileFormat,
  texts: Texts,
  packages: readonly string[] = ["inner"],
  env: Readonly<Record<string, string>> = {},
): LockfileUpdate {
  const { own, above } = filesToRead(format, ".yarnrc.yml");
  const paths = [...own, ...["", "../", "../../"].flatMap((up) => above.map((name) => `${up}${name}`))];
  const files = paths.map((path) => {
    const text = texts[path];
    const missing = text === null ? unknown("unauthorized", "permission was denied") : unknown("not-found", "none");
    return { name: path.replaceAll("../", ""), path, text: typeof text === "string" ? known(text) : missing };
  });
  const answer = lockfileUpdate(format, packages, files, ".yarnrc.yml", env);
  if ("problem" in answer) throw new Error(answer.problem);
  return answer;
}

const runs = (format: LockfileFormat, texts: Texts) => update(format, texts).runs;
const LOCKFILE = "lockfileVersion: '9.0'\n";
const SILENT = "lockfileVersion: '6.0'\n";
const UNREAD = "whatever package.json names, which could not be read";
const CHANGED = `${LOCKFILE}\npnpmfileChecksum: sha256-x\n`;

describe("the variables that the program gets", () => {
  const yarn = { "package.json": '{"packageManager": "yarn@4.18.1"}' };

  it.each<[LockfileFormat, Texts]>([
    ["npm", {}],
    ["pnpm", {}],
    ["yarn-berry", yarn],
    ["bun", {}],
  ])("keep Corepack from variables of the project: %s", (format, texts) => {
    expect(update(format, texts).env).toMatchObject({ COREPACK_ENV_FILE: "0" });
  });

  it.each<[LockfileFormat, Texts]>([
    ["npm", {}],
    ["pnpm", {}],
    ["yarn-berry", yarn],
  ])("keep git from repositories without .git, beside what it is given already: %s", (format, texts) => {
    const own = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "http.proxy", GIT_CONFIG_VALUE_0: "http://p.example" };
    const { env } = update(format, texts, ["inner"], own);
    expect({ ...own, ...env }).toMatchObject({
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "http.proxy",
      GIT_CONFIG_VALUE_0: "http://p.example",
      GIT_CONFIG_KEY_1: "safe.bareRepository",
      GIT_CONFIG_VALUE_1: "explicit",
    });
  });

  it("leave Bun the repositories of its cache", () => {
    expect(update("bun", {}).env).toEqual({ COREPACK_ENV_FILE: "0" });
  });
});

describe("npm", () => {
  it("runs nothing of the project, whatever git its .npmrc names", () => {
    const { args, runs: all } = update("npm", {});
    expect([args.join(" "), all]).toEqual(["update inner --package-lock-only --ignore-scripts --git=git", []]);
  });

  it("runs once for each version of a package that goes", () => {
    expect(update("npm", {}, ["inner"]).times).toBe(1);
    const { args, times } = update("npm", {}, ["inner", "other", "inner"]);
    expect([args.slice(0, 3), times]).toEqual([["update", "inner", "other"], 2]);
  });
});

describe("pnpm", () => {
  it.each<[string, Texts, readonly string[]]>([
    ["that is not there", { "pnpm-lock.yaml": CHANGED }, []],
    ["that the lockfile was not written with", { "pnpm-lock.yaml": LOCKFILE, ".pnpmfile.cjs": "" }, []],
    ["that the lockfile was written with", { "pnpm-lock.yaml": CHANGED, ".pnpmfile.cjs": "" }, [".pnpmfile.cjs"]],
    ["beside a lockfile that does not say", { "pnpm-lock.yaml": SILENT, ".pnpmfile.cjs": "" }, [".pnpmfile.cjs"]],
    ["beside a lockfile that cannot be read", { "pnpm-lock.yaml": null, ".pnpmfile.mjs": "" }, [".pnpmfile.mjs"]],
    ["that cannot be read", { "pnpm-lock.yaml": CHANGED, ".pnpmfile.cjs": null }, [".pnpmfile.cjs"]],
    [
      "that pnpm-workspace.yaml names",
      { "pnpm-lock.yaml": CHANGED, "pnpm-workspace.yaml": "pnpmfile:\n  - a.cjs\nglobalPnpmfile: b.cjs\n" },
      ["a.cjs (pnpm-workspace.yaml)", "b.cjs (pnpm-workspace.yaml)"],
    ],
    [
      "that .npmrc names",
      { "pnpm-lock.yaml": CHANGED, ".npmrc": "pnpmfile=a.cjs\nglobal-pnpmfile=b.cjs\n" },
      ["a.cjs (.npmrc)", "b.cjs (.npmrc)"],
    ],
  ])("runs a pnpmfile only where the lockfile depends on it: one %s", (_title, texts, expected) => {
    const { args, runs: all } = update("pnpm", texts);
    expect(all).toEqual(expected);
    expect(args.includes("--ignore-pnpmfile")).toBe(expected.length === 0);
  });

  const engine = '{"name": "pnpm", "version": "^9"}';
  it.each<[string, string | null, readonly string[]]>([
    ["packageManager", '{"packageManager": "pnpm@9.1.0+sha512.x"}', ["pnpm@9.1.0+sha512.x (package.json)"]],
    ["devEngines", `{"devEngines": {"packageManager": ${engine}}}`, ["pnpm@^9 (package.json)"]],
    [
      "devEngines, in a list",
      `{"devEngines": {"packageManager": [{"name": "npm"}, ${engine}]}}`,
      ["pnpm@^9 (package.json)"],
    ],
    ["neither", "{}", []],
    ["a manifest that cannot be read", null, [UNREAD]],
    ["a manifest that is none", '{"packageManager": ', [UNREAD]],
  ])("tells that it fetches the version that the manifest names: %s", (_title, text, expected) => {
    expect(runs("pnpm", { "pnpm-lock.yaml": LOCKFILE, "package.json": text })).toEqual(expected);
  });

  it("tells what its root above names, and nothing of folders beyond", () => {
    const config = (name: string): string => `packages: [other]\nconfigDependencies: {${name}: 1.0.0+sha512-a}\n`;
    const texts = {
      "pnpm-lock.yaml": LOCKFILE,
      "package.json": "{}",
      "../pnpm-workspace.yaml": config("evil"),
      "../package.json": '{"packageManager": "pnpm@10.0.0"}',
      "../.npmrc": "use-node-version=20.0.0\n",
      "../../pnpm-workspace.yaml": config("other"),
      "../../package.json": '{"packageManager": "pnpm@9.0.0"}',
    };
    expect(runs("pnpm", texts)).toEqual([
      "pnpm@10.0.0 (../package.json)",
      "Node.js 20.0.0 (../.npmrc)",
      "evil, which it installs (../pnpm-workspace.yaml)",
    ]);
    expect(runs("pnpm", { ...texts, "../pnpm-workspace.yaml": null })).toContain(
      "whatever ../pnpm-workspace.yaml names, which could not be read",
    );
    const changed = { ...texts, "pnpm-lock.yaml": CHANGED, "../.pnpmfile.cjs": "", "../../.pnpmfile.mjs": "" };
    expect(runs("pnpm", changed).filter((each) => each.includes("pnpmfile"))).toEqual([
      "../.pnpmfile.cjs",
      "the pnpmfile of evil (../pnpm-workspace.yaml)",
    ]);
  });

  it("reports the configDependencies of package.json, and their pnpmfiles where the lockfile needs them", () => {
    const manifest = '{"pnpm": {"configDependencies": {"pnpm-plugin-x": "1.0.0+sha512-a"}}}';
    const installed = "pnpm-plugin-x, which it installs (package.json)";
    expect(runs("pnpm", { "pnpm-lock.yaml": LOCKFILE, "package.json": manifest })).toEqual([installed]);
    expect(runs("pnpm", { "pnpm-lock.yaml": CHANGED, "package.json": manifest })).toEqual([
      installed,
      "the pnpmfile of pnpm-plugin-x (package.json)",
    ]);
  });

  it("tells of the version that Corepack takes from a manifest above, where pnpm has no root", () => {
    const texts = { "pnpm-lock.yaml": LOCKFILE, "package.json": "{}" };
    const above = { "../package.json": "{}", "../../package.json": '{"packageManager": "pnpm@9.0.0"}' };
    expect(runs("pnpm", { ...texts, ...above })).toEqual(["pnpm@9.0.0 (../../package.json)"]);
  });

  it.each<[string, string]>([
    [".npmrc", "use-node-version=20.0.0\n"],
    ["pnpm-workspace.yaml", "useNodeVersion: 20.0.0\n"],
  ])("tells of the Node.js that it fetches and unpacks: %s", (path, text) => {
    expect(runs("pnpm", { "pnpm-lock.yaml": LOCKFILE, [path]: text })).toEqual([`Node.js 20.0.0 (${path})`]);
  });

  it.each<[string, string | null]>([
    ["cannot be read", null],
    ["are no YAML", "a: [\n"],
  ])("tells of settings that %s", (_title, text) => {
    const texts = { "pnpm-lock.yaml": LOCKFILE, "pnpm-workspace.yaml": text };
    expect(runs("pnpm", texts)).toEqual(["whatever pnpm-workspace.yaml names, which could not be read"]);
  });
});

describe("Yarn", () => {
  it("is told with its plugins, also from folders above", () => {
    const texts = {
      ".yarnrc.yml": "plugins:\n  - ./a.cjs\n  - path: b.cjs\n",
      "../.yarnrc.yml": "yarnPath:\n  onConflict: skip\n  value: y.cjs\n",
    };
    const all = ["y.cjs (../.yarnrc.yml)", "./a.cjs (.yarnrc.yml)", "b.cjs (.yarnrc.yml)"];
    expect(runs("yarn-berry", texts)).toEqual(all);
  });

  it("is told where a manifest above names it", () => {
    const texts = { "package.json": "{}", "../package.json": '{"packageManager": "yarn@4.0.0"}' };
    expect(runs("yarn-berry", texts)).toEqual(["yarn@4.0.0 (../package.json)"]);
  });

  it("is told where Yarn 1's settings name it", () => {
    expect(runs("yarn-berry", { ".yarnrc": 'yarn-path "./y.cjs"\n' })).toEqual(["the Yarn (.yarnrc)"]);
  });

  it("is not run where the project names none, as it may be Yarn 1, which installs", () => {
    const texts = { ".yarnrc.yml": "nodeLinker: pnp\n", "package.json": "{}" };
    expect(() => update("yarn-berry", texts)).toThrow(/^The project names no Yarn/);
  });

  it("of version 1 is not run", () => {
    expect(() => update("yarn-classic", {})).toThrow(/^Yarn 1 has no command/);
  });
});

describe("Bun", () => {
  it.each<[string, string | null, readonly string[]]>([
    ["a scanner", '[install.security]\nscanner = "s"\n', ["s (bunfig.toml)"]],
    [
      "a scanner and what is preloaded",
      'preload = ["./p.js"]\n[install.security]\nscanner = "s"\n',
      ["s (bunfig.toml)", "./p.js (bunfig.toml)"],
    ],
    ["only what is preloaded", 'preload = ["./p.js"]\n', []],
    ["settings that cannot be read", null, ["whatever bunfig.toml names, which could not be read"]],
    ["settings that are no TOML", "[", ["whatever bunfig.toml names, which could not be read"]],
  ])("tells of %s", (_title, text, expected) => {
    expect(runs("bun", { "bunfig.toml": text })).toEqual(expected);
  });
});

it("makes no link of what the project says", () => {
  const text = '[install.security]\nscanner = "[here](command:evil)\\u202e"\n';
  expect(runs("bun", { "bunfig.toml": text })).toEqual(["here(command:evil) (bunfig.toml)"]);
});
