import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../setup/sandbox.ts";

const PROGRAMS = globSync(["dist/*.js", "dist/modules/*.mjs"], { cwd: ROOT });
const SHORTEST_LICENCE = 300;

/** Names of the packages in a program: esbuild heads each file's code with a comment that names it. */
function packagesIn(program: string): readonly string[] {
  const code = readFileSync(join(ROOT, program), "utf8");
  return [...code.matchAll(/^ *\/\/ (?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(([, name = ""]) => name);
}

describe("THIRD-PARTY-NOTICES.txt", () => {
  const sections = readFileSync(join(ROOT, "dist/THIRD-PARTY-NOTICES.txt"), "utf8")
    .split(`\n${"-".repeat(80)}\n\n`)
    .slice(1);
  const named = new Map(sections.map((section) => [section.slice(0, section.indexOf(" ")), section]));

  test("has a section with a licence for every bundled package", () => {
    const bundled = [...new Set(PROGRAMS.flatMap(packagesIn))].sort();
    expect(bundled.length).toBeGreaterThan(40);
    expect([...named.keys()].sort()).toEqual(bundled);
    for (const [name, section] of named) expect(section.length, name).toBeGreaterThan(SHORTEST_LICENCE);
  });

  test("goes into the extension's package", () => {
    expect(readFileSync(join(ROOT, ".vscodeignore"), "utf8").split("\n")).toContain("!dist/THIRD-PARTY-NOTICES.txt");
  });
});
