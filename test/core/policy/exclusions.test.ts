/** Lists of exceptions that are too much to match exempt nothing by what is beyond, and that is reported. */
import { describe, expect, it } from "vitest";
import { readConfig, type ConfigKind } from "../../../server/src/core/documents/config/index.ts";
import type { LockfileFormat } from "../../../server/src/core/model.ts";
import { cooldownOf } from "../../../server/src/core/policy/cooldown/index.ts";
import { exclusionsIn } from "../../../server/src/core/policy/exclusions.ts";
import { projectCooldown } from "../../../server/src/core/policy/combined.ts";
import { installersOf } from "../../../server/src/core/project/installers.ts";
import { readManifestConfig } from "../../../server/src/core/documents/config/json.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts, uriOf } from "../world/ports.ts";

const list = (size: number, line: (index: number) => string): string =>
  Array.from({ length: size }, (_, index) => line(index)).join("\n");
const manyPatterns = `min-release-age=3\n${list(201, (at) => `min-release-age-exclude[]=*z${at}`)}\nmin-release-age-exclude[]=fresh`;

async function unchecked(manifest: unknown, files: Readonly<Record<string, string>>) {
  const texts = new Map([["package.json", JSON.stringify(manifest)], ...Object.entries(files)]);
  const packages = { fresh: { "1.0.0": "2025-12-31T12:00:00Z" }, z200: { "1.0.0": "2025-12-31T12:00:00Z" } };
  const ports = testPorts({ now: "2026-01-01T00:00:00Z", world: { packages }, files: texts });
  const { report } = await inspect(ports);
  return {
    problems: report.findings
      .filter(({ rule, package: name }) => rule === "unchecked" && name === "")
      .map(({ rule, file, span, message }) => ({
        rule,
        file,
        text: texts.get(file.split("/").at(-1) ?? "")?.slice(span.start, span.end),
        message,
      })),
    fresh: report.findings.filter(({ rule }) => rule === "fresh-release").map(({ package: name }) => name),
    gaps: [...report.gaps],
  };
}

describe("more patterns than are matched", () => {
  const lockfile = JSON.stringify({
    lockfileVersion: 3,
    packages: Object.fromEntries(
      ["fresh", "z200"].map((name) => [
        `node_modules/${name}`,
        { version: "1.0.0", resolved: `https://registry.npmjs.org/${name}/-/${name}-1.0.0.tgz`, integrity: "sha512-a" },
      ]),
    ),
  });

  it("are reported once, where they are written, and names of the list count all the same", async () => {
    const manifest = {
      devEngines: { packageManager: [20, 21].map((minor) => ({ name: "npm", version: `11.${minor}.0` })) },
    };
    const { problems, fresh, gaps } = await unchecked(manifest, {
      ".npmrc": manyPatterns,
      "package-lock.json": lockfile,
    });
    expect(problems).toEqual([
      {
        rule: "unchecked",
        file: uriOf(".npmrc"),
        text: "min-release-age-exclude",
        message:
          "min-release-age-exclude in .npmrc has 201 patterns, more than the 200 that are matched. Packages that only the others exempt count as not exempt. Use fewer patterns, or whole names and versions.",
      },
    ]);
    expect(fresh).toEqual(["z200"]);
    expect(gaps).toContain("malformed");
  });

  it("are none where the same ones are written again and again", async () => {
    const text = `min-release-age=3\n${list(500, () => "min-release-age-exclude[]=*z200")}\nmin-release-age-exclude[]=fresh`;
    const { problems, fresh } = await unchecked(
      { packageManager: "npm@11.20.0" },
      { ".npmrc": text, "package-lock.json": lockfile },
    );
    expect(problems).toEqual([]);
    expect(fresh).toEqual([]);
  });
});

describe("ranges of one package that take longer than all may", () => {
  const ranges = list(
    90,
    (at) => ` - "fresh@${Array.from({ length: 190 }, (_, bound) => `>0.${at}.${bound}`).join(" ")} >99"`,
  );
  const files = [
    { kind: "yarnrc", model: readConfig("yarnrc", `npmMinimalAgeGate: 3d\nnpmPreapprovedPackages:\n${ranges}`) },
  ];

  it("exempt nothing more, and any version may be taken for a range", () => {
    const installers = installersOf({
      manifest: readManifestConfig('{"packageManager": "yarn@4.18.1"}').root,
      lockfiles: [],
      configs: [],
      yarnPath: null,
    });
    const own = projectCooldown({ installers, files, lockfiles: [], trusted: true }, { ms: 1, origin: "default" }, 0);
    expect(own.takenFrom("fresh", "1.0.0")).toBeGreaterThan(0);
    for (let patch = 0; patch < 10_000 && exclusionsIn(files).cut.length === 0; patch++)
      own.of("fresh", `1.0.${patch}`, []);
    expect(exclusionsIn(files).cut).toEqual([
      { kind: "yarnrc", file: ".yarnrc.yml", path: ["npmPreapprovedPackages"], patterns: 0 },
    ]);
    expect(own.of("fresh", "100.0.0", []).ms).toBeGreaterThan(0);
    expect(own.takenFrom("fresh", "1.0.0")).toBe(0);
  });
});

it("a scope of Yarn's with settings has the default of Yarn's version, whatever the release's own version", () => {
  const text = "npmMinimalAgeGate: 7d\nnpmScopes:\n  own:\n    npmRegistryServer: https://own.example";
  const files = [{ kind: "yarnrc", model: readConfig("yarnrc", text) }];
  const cooldown = cooldownOf({ kind: "yarn-berry", version: "4.18.1" }, files, 0, true);
  expect(cooldown?.of("@own/a", "1.0.0")).toEqual({ ms: 86_400_000, origin: "Yarn's default" });
});

describe("a name that no registry has", () => {
  it.each<[kind: LockfileFormat, file: ConfigKind, text: string]>([
    ["npm", "npmrc", "min-release-age=3\nmin-release-age-exclude[]=a*"],
    ["pnpm", "pnpm-workspace", "minimumReleaseAge: 4320\nminimumReleaseAgeExclude: ['a*', '!b']"],
    ["yarn-berry", "yarnrc", "npmMinimalAgeGate: 3d\nnpmPreapprovedPackages: ['a*']"],
  ])("is matched by no pattern of %s", (kind, file, text) => {
    const cooldown = cooldownOf({ kind, version: null }, [{ kind: file, model: readConfig(file, text) }], 0, true);
    const age = (name: string): number | undefined => cooldown?.of(name, "1.0.0")?.ms;
    expect(age("a".repeat(214))).toBe(0);
    expect(age("a".repeat(215))).toBeGreaterThan(0);
    expect(age("a/")).toBeGreaterThan(0);
  });
});
