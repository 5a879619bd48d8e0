import { describe, expect, it } from "vitest";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import type { Manifest } from "../../../server/src/core/model.ts";
import { read } from "./help.ts";

interface Entry {
  readonly key: string;
  readonly version?: string;
  readonly needs?: Readonly<Record<string, string>>;
  readonly resolution?: string;
}

const needsOf = ({ needs = {} }: Entry, separator: string): string =>
  Object.keys(needs).length === 0
    ? ""
    : `  dependencies:\n${Object.entries(needs)
        .map(([alias, range]) => `    ${alias}${separator}"${range}"\n`)
        .join("")}`;

function classic(...entries: readonly Entry[]): string {
  return `# yarn lockfile v1\n\n${entries
    .map((entry) => `\n${entry.key}:\n  version "${entry.version ?? "1.0.0"}"\n${needsOf(entry, " ")}`)
    .join("")}`;
}

function berry(...entries: readonly Entry[]): string {
  return `__metadata:\n  version: 8\n${entries
    .map(
      (entry) =>
        `\n"${entry.key}":\n  version: ${entry.version ?? "1.0.0"}\n  resolution: "${entry.resolution ?? ""}"\n${needsOf(entry, ": ")}  languageName: node\n  linkType: hard\n`,
    )
    .join("")}`;
}

const told = (which: string): string[] => [
  `it refers to packages that it does not contain (${which}), which are installed anew`,
];

function problemsOf(
  text: string,
  manifest: object | null = {},
  workspaces: Readonly<Record<string, object>> = {},
): string[] {
  const around = new Map(
    Object.entries(workspaces).map(([path, each]): [string, Manifest] => [path, readManifest(JSON.stringify(each))]),
  );
  const own = manifest === null ? undefined : JSON.stringify({ dependencies: { asker: "1.0.0" }, ...manifest });
  return read(text, own, "yarn-lock", { workspaces: around }).problems.map(({ message }) => message);
}

/** Tried with Yarn 1.22, which fetched the newest release for all that is a problem here. */
describe("what yarn.lock of Yarn 1 does not hold", () => {
  const asker = { key: "asker@1.0.0", needs: { asked: "^1.0.0" } };

  it("is what no key asks for in the same words, though a version would fit", () => {
    expect(problemsOf(classic({ key: "asked@1.0.0" }, asker))).toEqual(told("asked ^1.0.0"));
    expect(problemsOf(classic({ key: "asked@1.0.0, asked@^1.0.0" }, asker))).toEqual([]);
  });

  it("is what a key asks for that its version does not fit", () => {
    expect(problemsOf(classic({ key: "asked@^1.0.0", version: "0.9.0" }, asker))).toEqual(told("asked ^1.0.0"));
    expect(problemsOf(classic({ key: '"asked@npm:other@^1.0.0"', version: "0.9.0" }))).toEqual([]);
    expect(problemsOf(classic({ key: "asked@latest", version: "0.9.0" }))).toEqual([]);
  });

  it("is told apart from what resolutions put there", () => {
    const outdated = classic({ key: "asked@2.0.0, asked@^1.0.0", version: "2.0.0" }, asker);
    expect(problemsOf(outdated, { resolutions: { asked: "2.0.0" } })).toEqual([]);
    expect(problemsOf(outdated)).toEqual(told("asked ^1.0.0"));
    const other = classic({ key: "asked@2.0.0", version: "2.0.0" }, asker);
    expect(problemsOf(other, { resolutions: { asked: "2.0.0" } })).toEqual([]);
    expect(problemsOf(other, { resolutions: { asked: "^2.1.0" } })).toEqual(told("asked ^1.0.0"));
    expect(problemsOf(other, { resolutions: { other: "2.0.0" } })).toEqual(told("asked ^1.0.0"));
  });

  it("is told apart from a workspace whose version fits", () => {
    const workspaces = { a: { name: "asked", version: "1.0.0" } };
    expect(problemsOf(classic(asker), { workspaces: ["*"] }, workspaces)).toEqual([]);
    expect(problemsOf(classic({ ...asker, needs: { asked: "^2.0.0" } }), { workspaces: ["*"] }, workspaces)).toEqual(
      told("asked ^2.0.0"),
    );
  });

  it("is no optional dependency that has no entry: Yarn leaves out what could not be resolved", () => {
    const text = (rest: string): string =>
      `${classic({ key: "asker@1.0.0" })}  optionalDependencies:\n    asked "^1.0.0"\n${rest}`;
    expect(problemsOf(text(""))).toEqual([]);
    expect(problemsOf(text('\nasked@1.0.0:\n  version "1.0.0"\n'))).toEqual(told("asked ^1.0.0"));
  });

  it("is not known without the manifests", () => {
    const text = classic({ key: "asked@1.0.0" }, asker);
    expect(problemsOf(text, null)).toEqual([]);
    expect(problemsOf(text, { workspaces: ["*"] })).toEqual([]);
  });
});

/** Tried with Yarn 4.18, as above. */
describe("what yarn.lock of Yarn 2 and up does not hold", () => {
  const asker = { key: "asker@npm:1.0.0", resolution: "asker@npm:1.0.0", needs: { asked: "npm:^1.0.0" } };
  const asked = (key: string, version = "1.0.0"): Entry => ({ key, version, resolution: `asked@npm:${version}` });

  it("is what no key asks for in the same words, though a version would fit", () => {
    expect(problemsOf(berry(asked("asked@npm:1.0.0"), asker))).toEqual(told("asked npm:^1.0.0"));
    expect(problemsOf(berry(asked("asked@npm:1.0.0, asked@npm:^1.0.0"), asker))).toEqual([]);
  });

  it("is told apart from what resolutions put there", () => {
    const text = berry(asked("asked@npm:2.0.0", "2.0.0"), asker);
    expect(problemsOf(text, { resolutions: { asked: "2.0.0" } })).toEqual([]);
    expect(problemsOf(text, { resolutions: { "asker/asked": "npm:2.0.0" } })).toEqual([]);
    expect(problemsOf(text, { resolutions: { "other/asked": "npm:2.0.0" } })).toEqual(told("asked npm:^1.0.0"));
    expect(problemsOf(text, { resolutions: { asked: "npm:^2.1.0" } })).toEqual(told("asked npm:^1.0.0"));
  });

  it.each<readonly [string, Entry]>([
    ["a locator of this install alone", { key: "asked@npm:^1.0.0", resolution: "asked@virtual:01#npm:1.0.0" }],
    [
      "a patch",
      { key: "asked@npm:^1.0.0", resolution: "asked@patch:asked@npm%3A1.0.0#./a.patch::version=1.0.0&hash=01" },
    ],
    ["a patch that looks like git", { key: "asked@npm:^1.0.0", resolution: "asked@patch:asked@npm%3A1.0.0#commit=1" }],
    [
      "a patch of what is not there",
      {
        key: "asked@patch:asked@npm%3A^1.0.0#~builtin<compat/asked>",
        resolution: "asked@patch:asked@npm%3A1.0.0#~builtin<compat/asked>::version=1.0.0&hash=01",
      },
    ],
    ["a folder", { key: "asked@npm:^1.0.0", resolution: "asked@link:./asked::locator=app%40workspace%3A." }],
    ["a workspace that is not there", { key: "asked@npm:^1.0.0", resolution: "asked@workspace:packages/asked" }],
    ["the project of another name", { key: "asked@npm:^1.0.0", resolution: "asked@workspace:." }],
    ["a tag", { key: "asked@npm:^1.0.0", resolution: "asked@npm:latest" }],
    ["an address of no tarball", { key: "asked@npm:^1.0.0", resolution: "asked@https://r.example/asked" }],
    ["a key without npm:", { key: "asked@^1.0.0", resolution: "asked@npm:1.0.0" }],
  ])("is what an entry locks to what Yarn does not keep: %s", (_what, entry) => {
    expect(problemsOf(berry(entry, asker))).toContain(told("asked npm:^1.0.0")[0]);
  });

  it("is told apart from a patch of what is there, and from the keys of older versions", () => {
    const patch = {
      key: "asked@patch:asked@npm%3A^1.0.0#~builtin<compat/asked>",
      resolution: "asked@patch:asked@npm%3A1.0.0#~builtin<compat/asked>::version=1.0.0&hash=01",
    };
    const patching = { ...asker, needs: { asked: patch.key.replace("asked@", "") } };
    expect(problemsOf(berry(patch, patching))).toEqual(told("asked patch:asked@npm%3A^1.0.0#~builtin<compat/asked>"));
    for (const each of [asker, patching]) expect(problemsOf(berry(asked("asked@npm:^1.0.0"), patch, each))).toEqual([]);
    expect(problemsOf(berry(asked("asked@^1.0.0"), asker).replace("version: 8", "version: 6"))).toEqual([]);
  });

  it("is told apart from a workspace of that name whose version fits", () => {
    const text = berry({ key: "asked@npm:^1.0.0", resolution: "asked@workspace:packages/asked" }, asker);
    const of = (name: string, version?: string): string[] =>
      problemsOf(text, { workspaces: ["packages/*"] }, { "packages/asked": { name, version } });
    expect(of("asked", "1.0.0")).toEqual([]);
    expect(of("asked", "2.0.0")).toEqual(told("asked npm:^1.0.0"));
    expect(of("asked")).toEqual(told("asked npm:^1.0.0"));
    expect(of("other", "1.0.0")).toEqual(told("asked npm:^1.0.0"));
    // The manifests of the workspaces are not at hand.
    expect(problemsOf(text, { workspaces: ["packages/*"] })).toEqual([]);
  });

  it("is nothing of what a workspace asks for: its manifest says that", () => {
    const workspace = {
      key: "app@workspace:.",
      version: "0.0.0-use.local",
      resolution: "app@workspace:.",
      needs: { asked: "npm:^1.0.0" },
    };
    expect(problemsOf(berry(asked("asked@npm:1.0.0"), workspace))).toEqual([]);
  });
});
