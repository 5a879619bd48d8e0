/** What dependencies bring in, where there is very much of it. */
import { expect, test } from "vitest";
import { inspect } from "../world/inspect.ts";
import { testPorts, uriOf } from "../world/ports.ts";

test("many dependencies that lead to many bad releases: each of them is marked, and not each for all of those", async () => {
  const numbers = Array.from({ length: 400 }, (_, index) => index);
  const all = (prefix: string): Record<string, string> =>
    Object.fromEntries(numbers.map((index) => [`${prefix}${index}`, "1.0.0"]));
  const packages = {
    "": { dependencies: all("direct") },
    ...Object.fromEntries(
      numbers.map((index) => [`node_modules/direct${index}`, { version: "1.0.0", dependencies: { hub: "1.0.0" } }]),
    ),
    "node_modules/hub": { version: "1.0.0", dependencies: all("bad") },
    ...Object.fromEntries(numbers.map((index) => [`node_modules/bad${index}`, { version: "1.0.0" }])),
  };
  const manifest = JSON.stringify({ dependencies: all("direct") }, null, 1);
  const { report } = await inspect(
    testPorts({
      now: "2026-06-04T00:00:00Z",
      files: new Map([
        ["package.json", manifest],
        ["package-lock.json", JSON.stringify({ lockfileVersion: 3, packages })],
      ]),
      world: {
        packages: {
          ...Object.fromEntries(Object.keys(all("bad")).map((name) => [name, { "1.0.0": "2025-01-01" }])),
          ...Object.fromEntries(
            Object.keys(all("direct")).map((name) => [
              name,
              { "1.0.0": { at: "2025-01-01", dependencies: { hub: "1.0.0" } } },
            ]),
          ),
          hub: { "1.0.0": { at: "2025-01-01", dependencies: all("bad") } },
        },
        advisories: numbers.map((index) => ({ id: `MAL-${index}`, package: `bad${index}`, versions: ["1.0.0"] })),
      },
    }),
  );
  const marks = report.findings.filter(({ file, rule }) => file === uriOf("package.json") && rule === "compromised");
  expect(new Set(marks.map(({ path }) => path[0]))).toEqual(new Set(Object.keys(all("direct"))));
  expect(marks.length).toBeLessThan(25_000);
  // All are in the lockfile all the same.
  expect(report.findings.filter(({ file }) => file === uriOf("package-lock.json"))).toHaveLength(400);
});
