/** What of a project is beyond the bounds is not looked at, and is reported. */
import { describe, expect, it } from "vitest";
import { DocumentStore } from "../../../server/src/core/project/document-store.ts";
import { inspectProject } from "../../../server/src/core/engine/inspect.ts";
import type { ProjectReport } from "../../../server/src/core/engine/inspect.ts";
import { projectAround, projectsOf } from "../../../server/src/core/project/project.ts";
import { DEFAULT_SETTINGS } from "../../../server/src/core/settings/settings.ts";
import { locatorOf } from "../world/inspect.ts";
import { FOLDER, testPorts, uriOf } from "../world/ports.ts";

const cancel = new AbortController().signal;

/** The manifests of so many workspaces. */
function workspaces(count: number, folder = "packages"): readonly (readonly [string, string])[] {
  return Array.from({ length: count }, (_, index) => [`${folder}/w${index}/package.json`, "{}"]);
}

async function report(
  files: Iterable<readonly [string, string]>,
  scanned: boolean,
  trusted = true,
): Promise<ProjectReport> {
  const ports = testPorts({ now: "2026-01-01T00:00:00Z", world: {}, files: new Map(files) });
  const store = new DocumentStore(ports, true);
  const locator = locatorOf(ports, store, cancel);
  const uris = [...ports.texts.keys()].map(uriOf);
  const around = scanned
    ? (await projectsOf(uris, locator, [FOLDER]))[0]
    : await projectAround(uriOf("package.json"), locator);
  if (around === undefined) throw new Error("no project");
  return inspectProject(around, ports, store, { settings: DEFAULT_SETTINGS, trusted, cancel });
}

function told({ findings }: ProjectReport): readonly string[] {
  return findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message);
}

const LOCK = (count: number): string =>
  `lockfileVersion: '9.0'\nimporters:\n  .: {}\n${Array.from({ length: count }, (_, index) => `  packages/w${index}: {}\n`).join("")}`;
const ROOT = ["package.json", '{"workspaces": ["packages/*"]}'] as const;

describe("workspaces beyond the bound", () => {
  it.each([true, false])("are counted where a lockfile names them (trusted: %s)", async (trusted) => {
    const lock = ["pnpm-lock.yaml", LOCK(503)] as const;
    const { findings, manifests } = await report([ROOT, lock, ...workspaces(503)], false, trusted);
    const own = findings.filter(({ rule }) => rule === "unchecked").map(({ message, file }) => [message, file]);
    expect(own).toEqual([["3 more workspaces are left out: no more than 500 are read.", uriOf("pnpm-lock.yaml")]]);
    expect(manifests).toHaveLength(501);
  });

  it("are counted where only globs name them", async () => {
    expect(told(await report([ROOT, ...workspaces(501)], false))).toEqual([
      "1 more workspace is left out: no more than 500 are read.",
    ]);
  });

  it("are counted in a scan", async () => {
    const { manifests, ...rest } = await report([ROOT, ...workspaces(5_001)], true);
    expect(told({ manifests, ...rest })).toEqual(["2 more workspaces are left out: no more than 5000 are read."]);
    expect(manifests).toHaveLength(5_000);
  });

  it("are none where all are read", async () => {
    expect(told(await report([ROOT, ...workspaces(500)], false))).toEqual([]);
    expect(told(await report([ROOT, ["pnpm-lock.yaml", LOCK(500)], ...workspaces(500)], false))).toEqual([]);
  });

  it("leave open which scripts Bun runs", async () => {
    const root = [
      "package.json",
      '{"packageManager": "bun@1.4.4", "workspaces": ["packages/*"], "trustedDependencies": []}',
    ] as const;
    const runs = async (count: number) =>
      (await report([root, ...workspaces(count)], false)).context.approvals?.of({
        name: "a",
        version: "1.0.0",
        isVersionProven: true,
      }).runs;
    expect([await runs(3), await runs(501)]).toEqual([false, null]);
  });
});

describe("folders beyond the bound", () => {
  const MAY = "Workspaces may be left out: there are more folders, or deeper ones, than are looked into.";

  it("are reported where a glob could match there", async () => {
    const files = Array.from({ length: 2_100 }, (_, index) => [`many/f${index}/file`, ""] as const);
    const deep = `${"a/".repeat(12)}package.json`;
    expect(
      told(
        await report(
          [
            ["package.json", '{"workspaces": ["a/**"]}'],
            [deep, "{}"],
          ],
          false,
        ),
      ),
    ).toEqual([MAY]);
    expect(told(await report([["package.json", '{"workspaces": ["**"]}'], ...files], false))).toEqual([MAY]);
  });

  it("are of no matter where no glob reaches", async () => {
    expect(
      told(
        await report(
          [
            ["package.json", '{"workspaces": ["a/*"]}'],
            [`${"a/".repeat(12)}package.json`, "{}"],
          ],
          false,
        ),
      ),
    ).toEqual([]);
  });
});

describe("patterns for workspaces", () => {
  it.each([
    ["that take too long to match", ["packages/*", "!(a|b)/*x", "a*".repeat(40)], 2],
    ["that are too many", Array.from({ length: 503 }, (_, index) => `p${index}`), 3],
  ])("%s are counted", async (_what, patterns, count) => {
    const root = ["package.json", JSON.stringify({ workspaces: patterns })] as const;
    expect(told(await report([root], false))).toEqual([
      `Workspaces may be left out: ${count} of the patterns for them cannot be matched in a short time.`,
    ]);
  });
});
